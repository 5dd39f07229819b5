import { AGGREGATES } from '../core/audience/event/aggregate.ts'
import { literalsOf, referencesOf, type Comparison } from '../core/audience/comparison.ts'
import type { Condition } from '../core/audience/condition.ts'
import { eventsIn, type UnknownName } from '../core/audience/event/check-events.ts'
import type { WindowedEvents } from '../core/audience/event/event-condition.ts'
import type { EventLeaf } from '../core/audience/event/selection.ts'
import { leavesOf, selectionsOf } from '../core/audience/event/walk-event.ts'
import { pathText } from '../core/audience/mistake.ts'
import type { Operand } from '../core/audience/operand-shape.ts'
import { OPERATORS } from '../core/audience/operator.ts'
import { walkCondition } from '../core/audience/walk-condition.ts'
import { counted } from '../core/counted.ts'
import { countBranches, type BranchCounts } from './branch-counts.ts'
import type { OpenAudience } from './open-audience.ts'

/** Something whose values are compared: a trait, or what events have. */
interface Subject {
  readonly name: string
  readonly of: 'trait' | EventLeaf['kind']
  /** Who has a value of which this is true. */
  readonly meets: (comparison: Comparison) => Condition
}

/** Two conditions: where people meet the first and nobody the second, a comparison can come to nothing. */
interface Probe {
  readonly isThere: Condition
  readonly couldBe: Condition
  readonly tells: (people: number) => Pick<UnknownName, 'message' | 'remedy'>
}

const by = (operator: Comparison['operator'], operand: Operand): Comparison => ({
  operator,
  operand,
  ignoreCase: false,
})

const KNOWN = by('exists', { kind: 'flag', flag: true })
const ZERO: Operand = { kind: 'number', value: 0 }
const MOMENT: Operand = { kind: 'moment', moment: '2000-01-01T00:00:00Z' }
const VERSION: Operand = { kind: 'version', version: '1.0.0' }

/** Comparisons of which one is true of every value that can be read so. */
const READABLE = {
  'a number': [by('gte', ZERO), by('lt', ZERO)],
  'a date or time': [by('since', MOMENT), by('before', MOMENT)],
  'true or false': [by('is_true', { kind: 'none' }), by('is_false', { kind: 'none' })],
  'a version': [by('semver_gte', VERSION), by('semver_lt', VERSION)],
} as const satisfies Readonly<Record<string, readonly Comparison[]>>

const WHAT = { trait: 'trait', property: 'property', context: 'part of the context' } as const

type Kind = keyof typeof READABLE

/** What values are read as for a comparison; null: as they are. */
function kindOf({ operator, operand }: Comparison): Kind | null {
  switch (OPERATORS[operator].family) {
    case 'number':
      return 'a number'
    case 'time':
      return 'a date or time'
    case 'truth':
      return 'true or false'
    case 'version':
      return 'a version'
    case 'equality': {
      const types = new Set(literalsOf(operand).map((value) => typeof value))
      if (types.size !== 1) return null
      return types.has('number') ? 'a number' : types.has('boolean') ? 'true or false' : null
    }
    case 'presence':
    case 'text':
    case 'list':
      return null
  }
}

const anyOf = (of: readonly Condition[]): Condition => ({ kind: 'any', of })

const ofKind = (subject: Subject, kind: Kind): Probe => ({
  isThere: subject.meets(KNOWN),
  couldBe: anyOf(READABLE[kind].map(subject.meets)),
  tells: (people) => ({
    message: `No value of the ${WHAT[subject.of]} "${subject.name}" can be read as ${kind}, though ${counted(people, 'person has', 'people have')} one`,
    remedy: 'Compare it with a value of its own kind, or correct it where it comes from',
  }),
})

function probesOf(subject: Subject, comparison: Comparison): readonly Probe[] {
  const kind = kindOf(comparison)
  if (kind !== null) return [ofKind(subject, kind)]
  const { text, negative } = OPERATORS[comparison.operator]
  if (!text || negative || comparison.ignoreCase) return []
  const isThere = subject.meets({ ...comparison, ignoreCase: true })
  const tells = (people: number) => ({
    message: `Only capitals keep ${counted(people, 'person', 'people')} from it: no ${WHAT[subject.of]} "${subject.name}" is written exactly so`,
    remedy: 'Write it as the data has it, or add ignore_case: true',
  })
  return [{ isThere, couldBe: subject.meets(comparison), tells }]
}

/** A value of some events, asked of the events of the same names and the same time. */
const ofEvents = (
  { events, windows }: WindowedEvents,
  of: EventLeaf['kind'],
  name: string,
): Subject => ({
  name,
  of,
  meets: (comparison) => ({
    kind: 'did',
    events: { ...events, where: { kind: of, name, ...comparison } },
    windows,
    measure: { kind: 'count' },
    comparison: by('gte', { kind: 'number', value: 1 }),
  }),
})

function probesIn(condition: Condition): readonly Probe[] {
  if (condition.kind === 'trait') {
    const { trait } = condition
    const meets = (comparison: Comparison): Condition => ({ kind: 'trait', trait, ...comparison })
    return probesOf({ name: trait, of: 'trait', meets }, condition)
  }
  const over = eventsIn(condition)
  if (over === undefined) return []
  const compared = selectionsOf(over).flatMap((some) =>
    [...leavesOf(some.events.where)]
      // What another step's event had is nothing that these events have.
      .filter(({ operand }) => !referencesOf(operand).some((reference) => 'step' in reference))
      .flatMap((leaf) => probesOf(ofEvents(some, leaf.kind, leaf.name), leaf)),
  )
  if (over.kind !== 'did' || over.measure.kind !== 'aggregate') return compared
  const { of, name, aggregate } = over.measure
  const isNumber = AGGREGATES[aggregate].gives === 'number' && aggregate !== 'distinct'
  return isNumber ? [...compared, ofKind(ofEvents(over, of, name), 'a number')] : compared
}

/**
 * The comparisons of an audience's conditions that nobody meets, or everybody, because no value is of the kind or has the capitals that
 * they are written for; paths begin at the file.
 * @param counts what each condition comes to, where that is known already
 */
export async function unmetComparisons(
  opened: OpenAudience,
  counts?: BranchCounts,
): Promise<readonly UnknownName[]> {
  const { audience } = opened
  const possible = [...walkCondition(audience.where, ['where'])]
    .filter(({ about }) => about === 'person')
    .flatMap(({ condition, path }) => probesIn(condition).map((probe) => ({ ...probe, path })))
  if (possible.length === 0) return []
  const { people, branches } = counts ?? (await countBranches(opened)).own
  const decided = new Set(
    branches
      .filter((branch) => branch.audience === audience.key)
      .filter(({ alone }) => alone === 0 || alone === people)
      .map(({ path }) => pathText(path)),
  )
  const probes = possible.filter(({ path }) => decided.has(pathText(path)))
  if (people === 0 || probes.length === 0) return []
  const asked = anyOf(probes.map(({ isThere, couldBe }) => anyOf([isThere, couldBe])))
  const whole = { ...audience, where: asked, exclude: [] }
  const { own } = await countBranches({ ...opened, audience: whole })
  const met = new Map(own.branches.map(({ path, alone }) => [pathText(path), alone]))
  const meeting = (probe: number, which: number): number =>
    met.get(pathText(['where', 'any', probe, 'any', which])) ?? 0
  return probes.flatMap(({ path, tells }, index) => {
    const there = meeting(index, 0)
    if (there === 0 || meeting(index, 1) > 0) return []
    return [{ path: ['audiences', audience.key, ...path], ...tells(there) }]
  })
}
