import type { NormaliseContext, Normalised } from './normalised.ts'
import type { RejectReason } from './reject-reason.ts'
import { sha256 } from './sha256.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey, type MatchKeyRule } from './table.ts'
import { toText } from './to-text.ts'

/** All values of all columns mapped to a key, lists already flattened, as the database hands them over. */
export type MappedValues = Readonly<Partial<Record<MatchKey, readonly unknown[]>>>

export interface RowContext {
  /** The country of phone numbers in rows without COUNTRY, as ISO alpha-2, or null. */
  readonly phoneCountry: string | null
  readonly currentYear: number
  /** Whether a strong key's sent value may not leave: the do-not-send list, erasures. */
  readonly isSuppressed?: (key: MatchKey, sent: string) => boolean
  /** Of a value that may not leave: does it stand for the person, so that nothing else of theirs may leave either? */
  readonly isPerson?: (key: MatchKey, sent: string) => boolean
}

/** What is sent of one match row, beside MATCH_KEY_NAMES: a digest or plain text, null where there is nothing. */
export type Cells = readonly (string | null)[]

export const emptyCells: Cells = MATCH_KEY_NAMES.map(() => null)

export interface MemberRows {
  /** One row, or one per extra e-mail, phone or device; none without a strong key. No two are the same. */
  readonly rows: readonly Cells[]
  readonly rejected: readonly { readonly key: MatchKey; readonly reason: RejectReason }[]
  /** How many values were left out as suppressed. */
  readonly suppressed: number
}

interface Column {
  readonly key: MatchKey
  readonly rule: MatchKeyRule
  readonly several: boolean
  readonly strong: boolean
}

const COLUMNS: readonly Column[] = MATCH_KEY_NAMES.map((key) => {
  const rule: MatchKeyRule = MATCH_KEYS[key]
  return { key, rule, several: rule.several === true, strong: rule.role === 'strong' }
})
const NOTHING: readonly string[] = []

/** The cell for an accepted value: its hash where the key is hashed and it is not a hash yet. */
export function sentText(
  rule: MatchKeyRule,
  normalised: Extract<Normalised, { readonly text: string }>,
): string {
  return rule.hashed && normalised.kind === 'value' ? sha256(normalised.text) : normalised.text
}

/** The country that says how the row's PHONE, ST and ZIP are read: its first COUNTRY that is one. A hashed one tells nothing. */
export function countryOf(countries: readonly unknown[], context: NormaliseContext): string | null {
  for (const value of countries) {
    const normalised = MATCH_KEYS.COUNTRY.normalise(toText(value), context)
    if (normalised.kind === 'value') return normalised.text
  }
  return null
}

/** What one member's values have become so far. */
interface Tally {
  readonly rejected: { key: MatchKey; reason: RejectReason }[]
  suppressed: number
}

function sentValues(
  { key, rule, several, strong }: Column,
  values: readonly unknown[],
  context: NormaliseContext,
  isSuppressed: RowContext['isSuppressed'],
  tally: Tally,
): readonly string[] {
  let sent: string[] | undefined
  for (const value of values) {
    const normalised = rule.normalise(toText(value), context)
    if (normalised.kind === 'empty') continue
    if (normalised.kind === 'rejected') {
      tally.rejected.push({ key, reason: normalised.reason })
      continue
    }
    const text = sentText(rule, normalised)
    if (strong && isSuppressed?.(key, text) === true) {
      tally.suppressed += 1
      continue
    }
    if (!several) return [text]
    if (sent === undefined) sent = [text]
    else if (!sent.includes(text)) sent.push(text)
  }
  return sent ?? NOTHING
}

/**
 * The match rows of one member. Row i has the i-th e-mail, phone and device; a shorter list is padded with its first; all else is
 * the same in each. A rejected or suppressed value is as if absent.
 */
export function matchRows(values: MappedValues, context: RowContext): MemberRows {
  const { phoneCountry, currentYear, isSuppressed } = context
  const base: NormaliseContext = { country: null, phoneCountry, currentYear }
  const country = values.COUNTRY === undefined ? null : countryOf(values.COUNTRY, base)
  const rowContext = country === null ? base : { country, phoneCountry, currentYear }
  const tally: Tally = { rejected: [], suppressed: 0 }
  const columns: (readonly string[])[] = []
  let identified = false
  let count = 1
  for (const column of COLUMNS) {
    const given = values[column.key]
    const sent =
      given === undefined ? NOTHING : sentValues(column, given, rowContext, isSuppressed, tally)
    columns.push(sent)
    if (column.strong && sent.length > 0) identified = true
    if (sent.length > count) count = sent.length
  }
  const rows: Cells[] = []
  if (identified) for (let row = 0; row < count; row += 1) rows.push(rowAt(columns, row))
  return { rows, rejected: tally.rejected, suppressed: tally.suppressed }
}

const rowAt = (columns: readonly (readonly string[])[], row: number): Cells =>
  columns.map((sent) => sent[row] ?? sent[0] ?? null)
