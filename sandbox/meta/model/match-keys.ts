/** A cell of a match row as the platform keeps it. */
export type Cell = string | number | readonly string[]

/** One match row: its cells by match key, blank ones left out. */
export type Row = Readonly<Record<string, Cell>>

interface KeyRule {
  /** A strong key names a person by itself. */
  readonly strong: boolean
  /** A key that is no part of what a row is: sent again with another value, it replaces the old one. */
  readonly attribute?: true
  /** Why the cell cannot be taken, or undefined. Blank text has been let through before. */
  readonly fault: (cell: unknown) => string | undefined
}

const UUID = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/

const matching =
  (pattern: RegExp, reason: string): KeyRule['fault'] =>
  (cell) =>
    typeof cell === 'string' && pattern.test(cell) ? undefined : reason

/** 64 lower-case hex digits. A plain loop, since this runs for every cell of every row. */
function isSha256(cell: unknown): boolean {
  if (typeof cell !== 'string' || cell.length !== 64) return false
  for (let index = 0; index < 64; index += 1) {
    const code = cell.charCodeAt(index)
    const isDigit = code >= 48 && code <= 57
    const isLetter = code >= 97 && code <= 102
    if (!isDigit && !isLetter) return false
  }
  return true
}

const oneOf =
  (allowed: readonly unknown[], reason: string): KeyRule['fault'] =>
  (cell) =>
    allowed.includes(cell) ? undefined : reason

const hashed = (strong: boolean): KeyRule => ({
  strong,
  fault: (cell) => (isSha256(cell) ? undefined : 'invalid hash'),
})

const identifier: KeyRule = {
  strong: true,
  fault: (cell) =>
    typeof cell === 'string' || (typeof cell === 'number' && Number.isInteger(cell))
      ? undefined
      : 'invalid identifier',
}

const dataProcessing = (fault: KeyRule['fault']): KeyRule => ({
  strong: false,
  attribute: true,
  fault,
})

/** The match keys of a schema, in the order in which a row is told from another; strong keys come first. */
const KEY_RULES = {
  EMAIL: hashed(true),
  PHONE: hashed(true),
  MADID: { strong: true, fault: matching(UUID, 'invalid mobile advertiser ID') },
  APPUID: identifier,
  PAGEUID: identifier,
  EXTERN_ID: identifier,
  GEN: hashed(false),
  DOBY: hashed(false),
  DOBM: hashed(false),
  DOBD: hashed(false),
  LN: hashed(false),
  FN: hashed(false),
  FI: hashed(false),
  CT: hashed(false),
  ST: hashed(false),
  ZIP: hashed(false),
  COUNTRY: hashed(false),
  LOOKALIKE_VALUE: {
    strong: false,
    attribute: true,
    fault: (cell) =>
      typeof cell === 'number' && Number.isFinite(cell) && cell >= 0
        ? undefined
        : 'invalid lookalike value',
  },
  DATA_PROCESSING_OPTIONS: dataProcessing((cell) =>
    Array.isArray(cell) && (cell.length === 0 || (cell.length === 1 && cell[0] === 'LDU'))
      ? undefined
      : 'invalid data processing options',
  ),
  DATA_PROCESSING_OPTIONS_COUNTRY: dataProcessing(oneOf([0, 1], 'invalid data processing country')),
  DATA_PROCESSING_OPTIONS_STATE: dataProcessing(oneOf([0, 1000], 'invalid data processing state')),
} as const satisfies Record<string, KeyRule>

export type MatchKey = keyof typeof KEY_RULES

/** Older names that a schema of a single key may use. */
const SINGLE_KEY_NAMES: Readonly<Record<string, MatchKey>> = {
  EMAIL_SHA256: 'EMAIL',
  PHONE_SHA256: 'PHONE',
  MOBILE_ADVERTISER_ID: 'MADID',
  UID: 'APPUID',
}

const KEYS: ReadonlyMap<string, KeyRule> = new Map(Object.entries(KEY_RULES))
const STRONG: readonly string[] = [...KEYS].filter(([, rule]) => rule.strong).map(([key]) => key)
const IDENTITY: readonly string[] = [...KEYS]
  .filter(([, rule]) => rule.attribute === undefined)
  .map(([key]) => key)

function isMatchKey(name: string): name is MatchKey {
  return KEYS.has(name)
}

/** The match key that a schema means by `name`, or undefined for one that there is not. */
export function matchKeyOf(name: string, single: boolean): MatchKey | undefined {
  if (isMatchKey(name)) return name
  return single ? SINGLE_KEY_NAMES[name] : undefined
}

/** Why a cell cannot be taken for `key`, or undefined when it can; a blank cell says nothing and is taken. */
export function cellFault(key: MatchKey, cell: unknown): string | undefined {
  if (cell === '') return key === 'EXTERN_ID' ? 'empty external ID' : undefined
  return KEY_RULES[key].fault(cell)
}

/** The marks of a row that a removal can find it by: `KEY:value` of each strong key, or of the whole row without one. */
export function marksOf(row: Row): readonly string[] {
  const marks: string[] = []
  for (const key of STRONG) {
    const cell = row[key]
    if (cell !== undefined) marks.push(`${key}:${String(cell)}`)
  }
  return marks.length > 0 ? marks : [`ROW:${identityOf(row)}`]
}

/** What tells one row from another: every cell but the attributes. */
export function identityOf(row: Row): string {
  let identity = ''
  for (const key of IDENTITY) {
    const cell = row[key]
    if (cell !== undefined) identity += `${key}:${String(cell)}\n`
  }
  return identity
}
