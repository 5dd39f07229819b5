import type { EventShown, EventsShown, Evidence, ShownValues } from '../../app/evidence.ts'
import { count, counted, rows as rowCount } from '../../core/counted.ts'
import { assertNever } from '../../core/exhaustive.ts'
import { moment } from './numbers.ts'
import { dim } from './paint.ts'
import { columns } from './table.ts'
import { visible } from './visible.ts'

/** What of a person made a condition true or false, as lines below it. */
export function evidenceLines(evidence: Evidence, holds: boolean): string[] {
  switch (evidence.kind) {
    case 'events':
      return partsLines(evidence.parts, holds)
    case 'rows': {
      const { rows, counting, shown } = evidence
      const lines = shown.map(({ counts, values }) => [counts ? '·' : '–', valuesText(values)])
      const more = rows - shown.length
      return [
        `${rowCount(rows)}, ${count(counting)} as wanted`,
        ...table(lines.filter(([, text]) => text !== '')),
        ...(more > 0 ? [dim(`and ${count(more)} more`)] : []),
      ]
    }
    case 'accounts': {
      const { accounts, counting, shown } = evidence
      const lines = shown.map(({ counts, account, users, so, values }) => [
        counts ? '·' : '–',
        visible(account),
        `${count(so)} of ${counted(users, 'user', 'users')}`,
        valuesText(values),
      ])
      const more = accounts - shown.length
      return [
        `${counted(accounts, 'account', 'accounts')}, ${count(counting)} as wanted`,
        ...table(lines),
        ...(more > 0 ? [dim(`and ${count(more)} more`)] : []),
      ]
    }
    case 'ranking': {
      const { place, value, ranked, least, greatest, parts } = evidence
      const own =
        place === null || value === null
          ? 'not ranked'
          : `place ${count(place)} of ${count(ranked)}, with ${count(value)}`
      const high =
        least === null || greatest === null
          ? 'nobody is ranked so high'
          : `wanted: from ${count(least)} to ${count(greatest)}`
      return [`${own}; ${high}`, ...partsLines(parts, true)]
    }
    default:
      return assertNever(evidence)
  }
}

const isMissing = ({ part, counts }: EventsShown): boolean =>
  typeof part === 'object' && !part.negated && counts.counts === 0

/** What comes after a step that was not found has no place to be looked for. */
function partsLines(parts: readonly EventsShown[], holds: boolean): string[] {
  const missing = parts.findIndex(isMissing)
  const told = missing === -1 ? parts : parts.slice(0, missing + 1)
  return told.flatMap((part) => partLines(part, holds))
}

function partLines(shown: EventsShown, holds: boolean): string[] {
  const { counts, events } = shown
  const isAgainst = typeof shown.part === 'object' && shown.part.negated
  // What nearly counts says why a condition does not hold; where it holds, it says nothing.
  const isTold = ({ nearness }: EventShown): boolean =>
    nearness === 'counts' || (!holds && counts.counts === 0 && !isAgainst)
  const told = events.filter(isTold)
  const more = counts.counts - told.filter(({ nearness }) => nearness === 'counts').length
  return [
    headText(shown),
    ...table(told.map((event) => eventCells(event))),
    ...(more > 0 ? [dim(`and ${count(more)} earlier`)] : []),
  ]
}

const PART_WORDS = {
  events: '',
  other: 'the others: ',
  before: 'before: ',
  since: 'since: ',
  first: 'first seen: ',
} as const

function headText({ part, measured, counts: { counts } }: EventsShown): string {
  const number = counts === 0 ? 'no event' : counted(counts, 'event', 'events')
  if (typeof part === 'object') {
    if (part.negated) return `step ${part.step}: ${number} against it`
    return `step ${part.step}: ${counts === 0 ? 'not found' : 'found'}`
  }
  const words = PART_WORDS[part]
  if (measured === null) return `${words}${number}`
  const { value, unit, wanted } = measured
  const wish = wanted === null ? '' : `, wanted ${wanted.replace(/^is /, '')}`
  if (unit === null && value === String(counts)) return `${words}${number}${wish}`
  const reckoned = `${value ?? 'nothing'}${unit === null ? '' : ` ${unit}`}`
  return `${words}${reckoned}${wish}; ${counts === 0 ? 'no event counts' : `of ${number}`}`
}

const NEARNESS_WORDS = {
  counts: '',
  elsewhere: 'at another time or place',
  unlike: 'not as wanted',
} as const

const eventCells = ({ at, name, id, values, nearness }: EventShown): string[] => [
  nearness === 'counts' ? '·' : '–',
  moment(at),
  visible(name ?? '(no name)'),
  visible(id),
  valuesText(values),
  dim(NEARNESS_WORDS[nearness]),
]

const valuesText = (values: ShownValues): string =>
  Object.entries(values)
    .map(([name, value]) => `${visible(name)} ${value === null ? dim('absent') : short(value)}`)
    .join(', ')

const VALUE_CHARACTERS_MAX = 40

function short(value: string): string {
  const shown = visible(value)
  return shown.length > VALUE_CHARACTERS_MAX
    ? `${shown.slice(0, VALUE_CHARACTERS_MAX - 1)}…`
    : shown
}

/** Lines of cells as columns; a column of which nothing is told is left out. */
function table(lines: readonly (readonly string[])[]): string[] {
  if (lines.length === 0) return []
  const isEmpty = (place: number): boolean => lines.every((cells) => cells[place] === '')
  const kept = lines.map((cells) => cells.filter((_, place) => !isEmpty(place)))
  return columns(kept, [], '').split('\n')
}
