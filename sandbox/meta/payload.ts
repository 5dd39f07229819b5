import { GraphError } from './errors.ts'
import type { FaultSpec } from './faults.ts'
import type { SourceKind } from './model/audience.ts'
import { cellFault, matchKeyOf, type Cell, type MatchKey, type Row } from './model/match-keys.ts'
import { objectOf, type Parameters } from './parameters.ts'

/** More rows than this in one request fail, without saying why. */
const ROWS_MAX = 10_000
const SAMPLES_MAX = 100

export interface Payload {
  readonly schema: readonly MatchKey[]
  readonly source: SourceKind
  readonly data: readonly unknown[]
}

/** What became of the rows of a request. */
export interface Examined {
  readonly rows: readonly Row[]
  readonly valid: number
  readonly invalid: number
  /** The first invalid rows as JSON text, with the reason. */
  readonly samples: Readonly<Record<string, string>>
}

const refuse = (reason: string): GraphError => new GraphError('invalidParameter', { reason })

function schemaOf(schema: unknown): readonly MatchKey[] {
  const single = typeof schema === 'string'
  const names: unknown = single ? [schema] : schema
  if (!Array.isArray(names) || names.length === 0) {
    throw refuse('Param payload: schema must be a key or an array of keys')
  }
  const keys = names.map((name) => {
    const key = typeof name === 'string' ? matchKeyOf(name, single) : undefined
    if (key === undefined)
      throw refuse(`Param payload: ${JSON.stringify(name)} is no key of a schema`)
    return key
  })
  if (new Set(keys).size < keys.length) throw refuse('Param payload: schema has a key twice')
  return keys
}

/** App-scoped ids need the app, page-scoped ids their one page. */
function requireScopes(schema: readonly MatchKey[], payload: Parameters): void {
  if (schema.includes('APPUID') && !Array.isArray(payload['app_ids'])) {
    throw new GraphError('missingParameter', { names: 'app_ids' })
  }
  const pages = payload['page_ids']
  if (schema.includes('PAGEUID') && !(Array.isArray(pages) && pages.length === 1)) {
    throw refuse('Param payload: PAGEUID needs exactly one of page_ids')
  }
}

/** Reads `payload`, or undefined when the request has none; everything that is wrong with it as a whole is an error. */
export function readPayload(parameters: Parameters): Payload | undefined {
  const payload = objectOf(parameters, 'payload')
  if (payload === undefined) return undefined
  const { data } = payload
  const schema = schemaOf(payload['schema'])
  if (!Array.isArray(data)) throw refuse('Param payload: data must be an array')
  if (data.length > ROWS_MAX) throw new GraphError('tooManyRows')
  requireScopes(schema, payload)
  const single = typeof payload['schema'] === 'string'
  const cells = single ? data.map((row: unknown) => (Array.isArray(row) ? row : [row])) : data
  for (const row of cells) {
    if (!Array.isArray(row) || row.length !== schema.length) {
      throw refuse('Param payload: each row of data must have one value for each key of the schema')
    }
  }
  return { schema, source: single ? 'HASHES_OR_USER_IDS' : 'MULTI_HASHES', data: cells }
}

function isCell(value: unknown): value is Cell {
  return typeof value === 'string' || typeof value === 'number' || Array.isArray(value)
}

/** Why a row cannot be taken, or undefined. Runs for every row of every request, hence the plain loop. */
function rowFault(schema: readonly MatchKey[], cells: readonly unknown[]): string | undefined {
  let blank = true
  for (let column = 0; column < schema.length; column += 1) {
    const key = schema[column]
    const cell = cells[column]
    const fault = key === undefined ? undefined : cellFault(key, cell)
    if (fault !== undefined) return fault
    if (cell !== '') blank = false
  }
  return blank ? 'empty row' : undefined
}

/** The cells of a row without fault by match key, blank ones left out. */
function rowOf(schema: readonly MatchKey[], cells: readonly unknown[]): Row {
  const row: Record<string, Cell> = {}
  for (const [column, key] of schema.entries()) {
    const cell = cells[column]
    if (cell !== '' && isCell(cell)) row[key] = cell
  }
  return row
}

/** Why a queued fault makes a row invalid, or undefined. */
function injectedFault(
  fault: FaultSpec | undefined,
  cells: readonly unknown[],
  position: number,
): string | undefined {
  if (fault?.fault !== 'partial_invalid') return undefined
  const hit =
    fault.containing === undefined
      ? position < fault.rows
      : fault.containing.some((value) => cells.includes(value))
  return hit ? 'invalid entry' : undefined
}

/** Takes each row by itself: those that are valid, and a count and some samples of those that are not. */
export function examineRows(
  { schema, data }: Payload,
  { keep, fault }: { readonly keep: boolean; readonly fault: FaultSpec | undefined },
): Examined {
  const rows: Row[] = []
  const samples: Record<string, string> = {}
  const samplesMax = fault?.fault === 'partial_invalid' ? fault.named : SAMPLES_MAX
  let named = 0
  let invalid = 0
  for (const [position, cells] of data.entries()) {
    if (!Array.isArray(cells)) continue
    const reason = injectedFault(fault, cells, position) ?? rowFault(schema, cells)
    if (reason === undefined) {
      if (keep) rows.push(rowOf(schema, cells))
      continue
    }
    invalid += 1
    if (named >= samplesMax) continue
    samples[JSON.stringify(cells)] = reason
    named += 1
  }
  return { rows, valid: data.length - invalid, invalid, samples }
}
