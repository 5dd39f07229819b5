/**
 * What a comparison means, a second time: in memory, written from the language's page and not from the compiler. It shares the tree's
 * types with the source and nothing else.
 */
import type { Comparison } from '../../src/core/audience/comparison.ts'
import type { Operand, Reference } from '../../src/core/audience/operand-shape.ts'

/** What may stand in a cell. A day has no time; a time is milliseconds since the epoch. */
export type Cell =
  | null
  | string
  | number
  | boolean
  | { readonly day: string }
  | { readonly time: number }
  | readonly (string | null)[]
  | { readonly fields: Readonly<Record<string, string | number | boolean | null>> }

/** When and where an audience is evaluated. */
interface Setting {
  readonly now: number
  readonly timeZone: string
}

const DAY = 86_400_000
const LENGTHS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY,
  w: 7 * DAY,
  mo: 30 * DAY,
  y: 365 * DAY,
}

/** The value of a column, or what is below it. */
export function read(row: Readonly<Record<string, Cell>>, name: string): Cell {
  const [column = '', ...steps] = name.split('.')
  let cell: Cell = row[column] ?? null
  for (const step of steps) {
    if (typeof cell === 'string') cell = parsed(cell)
    cell =
      cell !== null && typeof cell === 'object' && 'fields' in cell
        ? (cell.fields[step] ?? null)
        : null
  }
  return cell
}

const plain = (value: unknown): string | number | boolean | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : null

function parsed(text: string): Cell {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value))
      return value.map((item: unknown) =>
        item === null ? null : typeof item === 'string' ? item : JSON.stringify(item),
      )
    if (typeof value === 'object' && value !== null)
      return {
        fields: Object.fromEntries(
          Object.entries(value).map(([name, item]) => [name, plain(item)]),
        ),
      }
    return null
  } catch {
    return null
  }
}

export function hasValue(cell: Cell): boolean {
  if (Array.isArray(cell)) return cell.some((item) => item !== null && /[^\t\n\f\r ]/.test(item))
  const text = asText(cell)
  return text !== null && /[^\t\n\f\r ]/.test(text)
}

export function asText(cell: Cell): string | null {
  if (cell === null) return null
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  if ('day' in cell) return cell.day
  return 'something that is not text'
}

export function asNumber(cell: Cell): number | null {
  if (typeof cell === 'number') return cell
  if (
    typeof cell !== 'string' ||
    !/^[\t\n\f\r ]*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[\t\n\f\r ]*$/i.test(cell)
  )
    return null
  const value = Number(cell)
  return Number.isFinite(value) ? value : null
}

export function asTruth(cell: Cell): boolean | null {
  const word = asText(cell)
    ?.replaceAll(/^ +| +$/g, '')
    .toLowerCase()
  if (word === undefined) return null
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(word)) return true
  return ['false', 'f', 'no', 'n', 'off', '0'].includes(word) ? false : null
}

/** What calendars on the wall of a zone show at an instant. */
const walls = new Map<string, Intl.DateTimeFormat>()
export function wallDay(ms: number, timeZone: string): string {
  const wall =
    walls.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  walls.set(timeZone, wall)
  return wall.format(ms)
}

const firstInstants = new Map<string, number>()
/** Walks through the hours around a day until its wall calendar is turned. */
function firstInstant(day: string, timeZone: string): number {
  const name = `${day} ${timeZone}`
  const known = firstInstants.get(name)
  if (known !== undefined) return known
  let ms = Date.parse(`${day}T00:00:00Z`) - 16 * 3_600_000
  while (wallDay(ms, timeZone) < day) ms += 900_000
  firstInstants.set(name, ms)
  return ms
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)?)?$/

/** A day as it is written, an instant in milliseconds, or null. */
export function asMoment(cell: Cell): { readonly day: string } | number | null {
  if (cell !== null && typeof cell === 'object' && 'day' in cell) return cell
  if (cell !== null && typeof cell === 'object' && 'time' in cell)
    return (cell as { time: number }).time
  const match = typeof cell === 'string' ? ISO.exec(cell) : null
  if (match === null) return null
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = match
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return null
  if (hour === undefined) return { day: `${year}-${month}-${day}` }
  const digits = zone === 'Z' ? '0000' : zone.slice(1).replace(':', '').padEnd(4, '0')
  const ahead =
    (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * (zone.startsWith('-') ? -1 : 1)
  const clock = ((Number(hour) * 60 + Number(minute) - ahead) * 60 + Number(second)) * 1000
  return midnight.getTime() + clock + Number(fraction.padEnd(3, '0').slice(0, 3))
}

export function instantOf(moment: { readonly day: string } | number, timeZone: string): number {
  return typeof moment === 'number' ? moment : firstInstant(moment.day, timeZone)
}

/** Each letter for itself, as engines do it. */
function folded(text: string | null, ignoreCase: boolean): string | null {
  if (text === null || !ignoreCase) return text
  return Array.from(text, (letter) => (letter === 'İ' ? 'i' : letter.toLowerCase())).join('')
}

type Written = string | number | boolean | Reference

/** Finds what a reference stands for. */
export type Look = (reference: Reference) => Cell

/** Both sides of a comparison in the type of what was written, or null when one of them is absent. */
function pair(
  { ignoreCase }: Comparison,
  cell: Cell,
  written: Written,
  look: Look,
): readonly [unknown, unknown] | null {
  const sides =
    typeof written === 'number'
      ? [asNumber(cell), written]
      : typeof written === 'boolean'
        ? [asTruth(cell), written]
        : [folded(asText(cell), ignoreCase), folded(wordOf(written, look), ignoreCase)]
  const [left = null, right = null] = sides
  return left === null || right === null ? null : [left, right]
}

const wordOf = (written: string | Reference, look: Look): string | null =>
  typeof written === 'string' ? written : asText(look(written))

const figureOf = (written: number | Reference, look: Look): number | null =>
  typeof written === 'number' ? written : asNumber(look(written))

export function compared(sign: string, left: number, right: number): boolean {
  if (sign === 'gt') return left > right
  if (sign === 'gte') return left >= right
  if (sign === 'lt') return left < right
  return left <= right
}

const textTests: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  starts_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
  not_contains: (text, part) => !text.includes(part),
  not_starts_with: (text, part) => !text.startsWith(part),
  not_ends_with: (text, part) => !text.endsWith(part),
}

/** Whether a value is as a comparison wants it. */
export function compares(
  condition: Comparison,
  cell: Cell,
  look: Look,
  setting: Pick<Setting, 'now' | 'timeZone'>,
): boolean {
  const { operator, operand, ignoreCase } = condition
  switch (operand.kind) {
    case 'none':
      return asTruth(cell) === (operator === 'is_true')
    case 'flag':
      return (cell !== null) === operand.flag
    case 'any': {
      if (operator === 'includes') return listHas(condition, cell, operand.value, look)
      const both = pair(condition, cell, operand.value, look)
      return both !== null && (both[0] === both[1]) === (operator === 'eq')
    }
    case 'many': {
      if (operator === 'includes_all') {
        return operand.values.every((value) => listHas(condition, cell, value, look))
      }
      const pairs = operand.values.map((value) => pair(condition, cell, value, look))
      return operator === 'in'
        ? pairs.some((both) => both !== null && both[0] === both[1])
        : pairs.every((both) => both !== null && both[0] !== both[1])
    }
    case 'text':
    case 'texts': {
      const parts = operand.kind === 'text' ? [operand.value] : operand.values
      const name = operand.kind === 'text' ? operator : 'contains'
      return parts.some((part) => {
        const both = pair(condition, cell, part, look)
        return both !== null && (textTests[name]?.(String(both[0]), String(both[1])) ?? false)
      })
    }
    case 'like': {
      const text = folded(asText(cell), ignoreCase)
      return (
        text !== null &&
        isLike(Array.from(text), Array.from(folded(operand.pattern, ignoreCase) ?? ''))
      )
    }
    case 'pattern': {
      const text = asText(cell)
      return text !== null && new RegExp(operand.pattern, ignoreCase ? 'iu' : 'u').test(text)
    }
    case 'number': {
      const [left, right] = [asNumber(cell), figureOf(operand.value, look)]
      return left !== null && right !== null && compared(operator, left, right)
    }
    case 'range': {
      const value = asNumber(cell)
      const [from, to] = [figureOf(operand.from, look), figureOf(operand.to, look)]
      if (value === null || from === null || to === null) return false
      return (value >= from && value <= to) === (operator === 'between')
    }
    case 'version': {
      const order = versionOrder(asText(cell), operand.version)
      if (order === null) return false
      if (operator === 'semver_eq' || operator === 'semver_ne')
        return (order === 0) === (operator === 'semver_eq')
      return compared(operator.replace('semver_', ''), order, 0)
    }
    case 'moment':
    case 'moments':
    case 'duration':
    case 'durations':
    case 'calendar':
      return meetsTime(operator, operand, cell, look, setting)
  }
}

function listHas(condition: Comparison, cell: Cell, wanted: Written, look: Look): boolean {
  const items = Array.isArray(cell) ? cell : typeof cell === 'string' ? parsed(cell) : null
  if (!Array.isArray(items)) return false
  const value = typeof wanted === 'boolean' ? String(wanted) : wanted
  return items.some((item: string | null) => {
    const both = pair(condition, item, value, look)
    return both !== null && both[0] === both[1]
  })
}

/** `%` is any letters, `_` one, and a backslash takes the meaning from the next. */
function isLike(text: readonly string[], pattern: readonly string[]): boolean {
  const [sign, ...rest] = pattern
  if (sign === undefined) return text.length === 0
  if (sign === '%')
    return text.some((_, start) => isLike(text.slice(start), rest)) || isLike([], rest)
  if (text.length === 0) return false
  if (sign === '\\') return text[0] === rest[0] && isLike(text.slice(1), rest.slice(1))
  return (sign === '_' || sign === text[0]) && isLike(text.slice(1), rest)
}

const VERSION =
  /^v?(\d+(?:\.\d+){0,2})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/

function versionOrder(left: string | null, right: string): number | null {
  const [a, b] = [VERSION.exec(left ?? ''), VERSION.exec(right)]
  if (a === null || b === null) return null
  for (const index of [0, 1, 2]) {
    const [x, y] = [a, b].map((match) => Number(match[1]?.split('.')[index] ?? 0))
    if (x !== y) return (x ?? 0) - (y ?? 0)
  }
  if (a[2] === undefined || b[2] === undefined) {
    return Number(a[2] === undefined) - Number(b[2] === undefined)
  }
  const [p, q] = [a[2].split('.'), b[2].split('.')]
  for (let index = 0; index < Math.max(p.length, q.length); index += 1) {
    const [x, y] = [p[index], q[index]]
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1
    const [m, n] = [/^\d+$/.test(x), /^\d+$/.test(y)]
    if (m && n && Number(x) !== Number(y)) return Number(x) - Number(y)
    if (m !== n) return m ? -1 : 1
    if (!m && x !== y) return x < y ? -1 : 1
  }
  return 0
}

export function lengthOf(duration: string): number {
  const [, count = '0', unit = ''] = /^(\d+)([a-z]+)$/.exec(duration) ?? []
  return Number(count) * (LENGTHS[unit] ?? 0)
}

/** -1 when the value is before what a person wrote, 0 when it falls in it (a whole day, or the very moment), 1 when after. */
function placed(
  value: { readonly day: string } | number,
  written: string,
  timeZone: string,
): number {
  const end = asMoment(written)
  if (end === null) throw new Error(`Not a moment: ${written}`)
  if (typeof end === 'number') return Math.sign(instantOf(value, timeZone) - end)
  const day = typeof value === 'number' ? wallDay(value, timeZone) : value.day
  return day < end.day ? -1 : day > end.day ? 1 : 0
}

function meetsTime(
  operator: string,
  operand: Extract<
    Operand,
    { readonly kind: 'moment' | 'moments' | 'duration' | 'durations' | 'calendar' }
  >,
  cell: Cell,
  look: Look,
  { now, timeZone }: Pick<Setting, 'now' | 'timeZone'>,
): boolean {
  const value = asMoment(cell)
  if (value === null) return false
  const instant = instantOf(value, timeZone)
  switch (operand.kind) {
    case 'moment': {
      let order: number
      if (typeof operand.moment === 'string') {
        order = placed(value, operand.moment, timeZone)
      } else {
        const other = asMoment(look(operand.moment))
        if (other === null) return false
        order = Math.sign(instant - instantOf(other, timeZone))
      }
      if (operator === 'before') return order < 0
      if (operator === 'after') return order > 0
      return operator === 'since' ? order >= 0 : order <= 0
    }
    case 'moments':
      return placed(value, operand.from, timeZone) >= 0 && placed(value, operand.to, timeZone) <= 0
    case 'duration': {
      const length = lengthOf(operand.duration)
      if (operator === 'within_last') return instant > now - length && instant <= now
      if (operator === 'within_next') return instant > now && instant <= now + length
      return operator === 'before_last' ? instant <= now - length : instant > now + length
    }
    case 'durations':
      return instant > now - lengthOf(operand.far) && instant <= now - lengthOf(operand.near)
    case 'calendar': {
      const day = typeof value === 'number' ? wallDay(value, timeZone) : value.day
      const page = calendarPage(operand.unit, wallDay(now, timeZone), operator === 'previous')
      return calendarPage(operand.unit, day, false) === page
    }
  }
}

/** A name for the calendar unit that a day is in, or for the one before. */
export function calendarPage(unit: string, day: string, before: boolean): string {
  const date = new Date(`${day}T00:00:00Z`)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const back = before ? 1 : 0
  if (unit === 'day') return String(date.getTime() / DAY - back)
  // 1970-01-05 was a Monday.
  if (unit === 'week') return String(Math.floor((date.getTime() / DAY - 4) / 7) - back)
  if (unit === 'month') return String(year * 12 + month - back)
  if (unit === 'quarter') return String(year * 4 + Math.floor(month / 3) - back)
  return String(year - back)
}
