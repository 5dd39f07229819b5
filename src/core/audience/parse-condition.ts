import { aboutPeople, readAccount, refuseOfAccount } from './account/parse-account.ts'
import type { Condition } from './condition.ts'
import type { EventCondition } from './event/event-condition.ts'
import { readDid, readDidNot } from './event/parse-event.ts'
import {
  readActiveWithin,
  readNewWithin,
  readResumed,
  readStopped,
} from './event/parse-lifecycle.ts'
import { readSequence } from './event/parse-sequence.ts'
import { shown, type Path, type Report } from './mistake.ts'
import { EVERY_OPERATOR, readComparisons, readName, TRAITS_ONLY } from './parse-comparison.ts'
import { below, fail, refuseOthers, reportUnknown, type Place } from './place.ts'
import { PAST_WORDS, readPast } from './past/parse-past.ts'
import { readList } from './parse-inner-tree.ts'
import { readRelated } from './related/parse-related.ts'
import { readTop } from './top/parse-top.ts'
import { isWritten, type Written } from './written.ts'

/** The deepest a tree may be, so that no file can exhaust whoever walks it. */
const DEPTH_MAX = 60

type ConditionReader = (written: Written, place: Place) => Condition | undefined

/** One row for each condition, by the key that names it. */
const CONDITIONS = {
  all: (written, place) => readGroup('all', written, place),
  any: (written, place) => readGroup('any', written, place),
  not: readNot,
  everyone: readEveryone,
  trait: readTrait,
  did: readEvents(readDid),
  did_not: readEvents(readDidNot),
  stopped: readEvents(readStopped),
  resumed: readEvents(readResumed),
  new_within: readEvents(readNewWithin),
  active_within: readEvents(readActiveWithin),
  sequence: readEvents(readSequence),
  has: readHas,
  sample: readSample,
  list: (written, place) => readText('list', written, place, 'the path of a file with keys'),
  sql: (written, place) => readText('sql', written, place, 'a boolean SQL expression'),
  member_of: (written, place) => readText('member_of', written, place, 'the key of an audience'),
  top: (written, place) => readTop(written, aboutPeople(place), readCondition),
  account: (written, place) => readAccount(written, place, readCondition),
  related: (written, place) => together(readRelated(written, { ...place, depth: 0 })),
  consent: (written, place) => readText('consent', written, place, 'what people agreed to'),
} as const satisfies Record<string, ConditionReader>

type ConditionName = keyof typeof CONDITIONS

const isConditionName = (name: string): name is ConditionName => Object.hasOwn(CONDITIONS, name)

const CONDITION_NAMES = Object.keys(CONDITIONS).filter(isConditionName)

/**
 * Reads a tree as it is written in YAML or JSON. Every mistake in it is reported, each with its path; a condition that cannot be
 * meant is left out, so the result is only good when nothing was reported.
 */
export function parseCondition(value: unknown, path: Path, report: Report): Condition | undefined {
  return readCondition(value, { path, depth: 0, report })
}

function readCondition(value: unknown, place: Place): Condition | undefined {
  const expected = `a condition: ${CONDITION_NAMES.join(', ')}`
  if (!isWritten(value)) {
    const remedy = Array.isArray(value)
      ? 'Put the list under "all:" (every one) or "any:" (at least one)'
      : 'Write a condition such as { trait: plan, eq: pro }, or { everyone: true }'
    return fail(place, `Cannot read ${shown(value)} as a condition`, expected, remedy)
  }
  if (place.depth >= DEPTH_MAX) {
    const message = `Cannot read conditions nested more than ${DEPTH_MAX} deep`
    return fail(place, message, 'a flatter tree', 'Put conditions of one kind into one list')
  }
  const names = Object.keys(value)
  const name = CONDITION_NAMES.find((known) => names.includes(known))
  if (name !== undefined) return CONDITIONS[name](value, place)
  return failUnknown(names, place, expected)
}

function failUnknown(names: readonly string[], place: Place, expected: string): undefined {
  const [first] = names
  if (first === undefined) {
    return fail(place, 'The condition is empty', expected, 'Write { everyone: true } for everyone')
  }
  reportUnknown(first, CONDITION_NAMES, expected, place)
  return undefined
}

function readGroup(kind: 'all' | 'any', written: Written, place: Place): Condition | undefined {
  const list = readList(kind, written, place, '; for everyone, write { everyone: true }')
  const here = below(place, kind)
  const of = list?.flatMap((item, index) => {
    const step = below(here, index)
    return readCondition(item, { ...step, depth: place.depth + 1 }) ?? []
  })
  return of && { kind, of }
}

function readNot(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['not'], place)
  const of = readCondition(written['not'], { ...below(place, 'not'), depth: place.depth + 1 })
  return of && { kind: 'not', of }
}

function readEveryone(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['everyone'], place)
  if (written['everyone'] === true) return { kind: 'everyone' }
  const message = `Cannot read ${shown(written['everyone'])} beside "everyone"`
  return fail(below(place, 'everyone'), message, 'true', 'Write { everyone: true }')
}

function readText(
  kind: 'list' | 'sql' | 'member_of' | 'consent',
  written: Written,
  place: Place,
  expected: string,
): Condition | undefined {
  refuseOthers(written, [kind], place)
  const text = written[kind]
  if (typeof text !== 'string' || text.trim() === '') {
    const message = `Cannot read ${shown(text)} beside "${kind}"`
    return fail(below(place, kind), message, expected, `Write ${expected}`)
  }
  switch (kind) {
    case 'list':
      return { kind, path: text }
    case 'sql':
      return { kind, sql: text }
    case 'member_of':
      return { kind, audience: text }
    case 'consent':
      return { kind, purpose: text }
  }
}

function readHas(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['has'], place)
  const identifier = readName(written['has'], 'trait', below(place, 'has'))
  return identifier === undefined ? undefined : { kind: 'has', identifier }
}

function readSample(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['sample'], place)
  const here = below(place, 'sample')
  const sample = written['sample']
  const expected = '{ salt: text, from: 0, to: 0.1 }, with 0 ≤ from < to ≤ 1'
  const remedy = 'Write { sample: { salt: spring, from: 0, to: 0.1 } }'
  if (!isWritten(sample))
    return fail(here, `Cannot read ${shown(sample)} as a sample`, expected, remedy)
  refuseOthers(sample, ['salt', 'from', 'to'], here)
  const { salt, from = 0, to } = sample
  const whole =
    typeof salt === 'string' && salt !== '' && typeof from === 'number' && typeof to === 'number'
  if (whole && from >= 0 && from < to && to <= 1) return { kind: 'sample', salt, from, to }
  return fail(here, 'Cannot read the bounds of the sample', expected, remedy)
}

function readTrait(written: Written, place: Place): Condition | undefined {
  const trait = readName(written['trait'], 'trait', below(place, 'trait'))
  const form = {
    keys: ['trait', ...PAST_WORDS],
    operators: EVERY_OPERATOR,
    subject: `The condition on "${trait ?? ''}"`,
    example: '{ trait: plan, eq: pro }',
    reach: TRAITS_ONLY,
  }
  const comparisons = readComparisons(written, form, place)
  if (trait === undefined || comparisons.length === 0) return undefined
  const past = PAST_WORDS.find((word) => written[word] !== undefined)
  if (past !== undefined && place.account === 'traits')
    return refuseOfAccount('What a trait was', below(place, past))
  if (past !== undefined) return together(readPast(written, trait, comparisons, place))
  return together(comparisons.map((comparison) => ({ kind: 'trait', trait, ...comparison })))
}

/** Several things that must all hold; one is itself. */
function together(conditions: readonly Condition[]): Condition | undefined {
  const [only] = conditions
  return conditions.length > 1 ? { kind: 'all', of: conditions } : only
}

function readEvents(
  read: (written: Written, place: Place) => readonly EventCondition[],
): ConditionReader {
  return (written, place) => together(read(written, place))
}
