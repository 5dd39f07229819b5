import { assertNever } from '../../core/exhaustive.ts'
import type { ConditionShown, Explanation } from '../../app/explain.ts'
import type { ExplainedSync, Fate, ValueShown } from '../../app/explain-rows.ts'
import type { HistoryEntry } from '../../app/membership-history.ts'
import { rows as rowCount } from '../../core/counted.ts'
import { branchWords } from './branches-text.ts'
import { evidenceLines } from './evidence-text.ts'
import { moment } from './numbers.ts'
import { bad, bold, careful, dim, good } from './paint.ts'
import { columns } from './table.ts'

/** One person and one audience, for people. */
export function explanationText(found: Explanation): string {
  return [
    verdictText(found),
    ...conditionTexts(found),
    ...(found.traits.length === 0 ? [] : [traitsText(found.traits)]),
    ...found.syncs.filter((sync) => found.modelRows > 0 || isKnown(sync)).map(syncText),
  ].join('\n\n')
}

/** Of whom the model does not have, there is something to say only where they were sent before. */
const isKnown = ({ rows, history }: ExplainedSync): boolean => rows.length + history.length > 0

const isRefused = ({ consent }: ExplainedSync): boolean => consent?.given === false

function verdictText({ audience, key, member, modelRows, sentence, syncs }: Explanation): string {
  const verdict = member
    ? syncs.length > 0 && syncs.every(({ withheld }) => withheld)
      ? careful(
          `– ${key} is a member of ${audience}, but ${syncs.some(({ erased }) => erased) ? 'was erased' : 'the do-not-send list keeps them out'}`,
        )
      : syncs.length > 0 && syncs.every(isRefused)
        ? careful(`– ${key} is a member of ${audience}, but not sent without consent`)
        : good(`✓ ${key} is a member of ${audience}`)
    : bad(`✗ ${key} is not a member of ${audience}`)
  const rest =
    modelRows === 0
      ? [careful('The model has nobody with this key')]
      : modelRows > 1
        ? [careful(`The model has ${modelRows} rows with this key: it must be unique`)]
        : []
  return [verdict, dim(sentence), ...rest].join('\n')
}

/** The audience's own tree, then those of the audiences that it names. */
function conditionTexts({ audience, conditions }: Explanation): string[] {
  const owners = [...new Set(conditions.map((condition) => condition.audience))]
  return owners.map((owner) => {
    const lines = conditions.filter((condition) => condition.audience === owner).map(conditionText)
    return [...(owner === audience ? [] : [dim(`Audience ${owner}`)]), ...lines].join('\n')
  })
}

function conditionText(condition: ConditionShown): string {
  const { kind, depth, holds, evidence } = condition
  const indent = '  '.repeat(depth + 1)
  // Being in an excluded audience is what keeps somebody out.
  const sign = kind === 'exclusion' ? (holds ? bad('✗') : good('✓')) : holds ? good('✓') : bad('✗')
  const words = branchWords(condition)
  const text = kind === 'exclusion' && !holds ? `not ${words}` : words
  const below = evidence === null ? [] : evidenceLines(evidence, holds)
  return [`${indent}${sign} ${text}`, ...below.map((line) => `${indent}    ${line}`)].join('\n')
}

function traitsText(traits: Explanation['traits']): string {
  return columns(
    traits.map(({ trait, value }) => [dim(trait), value === null ? dim('absent') : value]),
  )
}

function syncText(explained: ExplainedSync): string {
  const { sync, heldOut, consent, withheld, erased, values, rows, history } = explained
  const title = sync === null ? 'No sync uses it; by the columns’ names' : sync
  const parts = [
    `${bold(title)}${heldOut ? careful('  held out: never sent') : ''}`,
    ...(consent === null ? [] : [consentLine(consent)]),
    values.length === 0 ? dim('  no values') : columns(values.map(valueCells)),
    ...values
      .filter(({ reason }) => reason !== null)
      .map(({ key, note }) => dim(`  ${key}: ${note}`)),
    ...(withheld
      ? [careful(`  – Not sent: ${erased ? 'erased' : 'on the do-not-send list'}`)]
      : []),
    ...rows.map(({ cells, fate }) => {
      const shown = Object.entries(cells).map(([key, cell]) => `${key} ${cell}`)
      return `  ${fateText(fate)}\n    ${dim(shown.join(' · '))}`
    }),
    ...(history.length === 0 ? [] : [dim('  History'), columns(history.map(historyCells))]),
  ]
  return parts.join('\n')
}

const consentLine = ({ purpose, given }: NonNullable<ExplainedSync['consent']>): string =>
  given ? good(`  ✓ agrees to ${purpose}`) : bad(`  ✗ does not agree to ${purpose}`)

function valueCells({
  key,
  column,
  raw,
  normalised,
  sent,
  reason,
  suppressed,
}: ValueShown): string[] {
  const become =
    reason !== null
      ? bad(`✗ ${reason}`)
      : suppressed
        ? careful('on the do-not-send list')
        : `→ ${sent ?? ''}`
  return [bold(key), dim(column), raw, normalised === null ? '' : `→ ${normalised}`, become]
}

function fateText(fate: Fate): string {
  switch (fate.kind) {
    case 'in':
      return good(`✓ In, accepted by Meta${fate.since === null ? '' : ` ${moment(fate.since)}`}`)
    case 'maybe-in':
      return careful('? Maybe in: a request was not answered; the next run makes sure')
    case 'quarantined':
      return bad(`✗ Called invalid by Meta: ${fate.reason}; not sent again until it changes`)
    case 'not-sent':
      return `– Not sent: ${fate.message}`
    case 'leaving':
      return careful(`– ${fate.message}`)
    default:
      return assertNever(fate)
  }
}

const OPERATIONS = { add: 'added', remove: 'removed' } as const
const OUTCOMES = {
  accepted: 'accepted by Meta',
  unsure: 'not surely answered',
  invalid: 'called invalid',
  'not-sent': 'not sent',
} as const satisfies Record<HistoryEntry['outcome'], string>

function historyCells({ at, operation, rows, outcome, cause }: HistoryEntry): string[] {
  return [
    at === null ? dim('open') : moment(at),
    `${rowCount(rows)} ${OPERATIONS[operation]}`,
    OUTCOMES[outcome],
    dim(cause),
  ]
}
