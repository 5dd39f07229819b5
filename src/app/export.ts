import type { Cells } from '../core/match-key/rows.ts'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import { compileAudience } from '../sql/audience.ts'
import { duckdb } from '../sql/duckdb.ts'
import { agreeing, untied } from './consent.ts'
import { KeptTombstones } from './erase/kept-tombstones.ts'
import { readAudience, type AudienceReading } from './audience-reading.ts'
import { readingFor } from './reading.ts'
import { layOutValues } from './member-values.ts'
import { sendsIdsAlone, sentRows } from '../sync/sent-rows.ts'
import { narrowPeople, widenPeople } from './narrow-people.ts'
import type { OpenAudience } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

export type ExportFormat = 'csv' | 'jsonl'

interface ExportOptions {
  readonly format: ExportFormat
  /** The match rows as a sync sends them, instead of the members as the model has them. */
  readonly hashed: boolean
  readonly sync: string | null
  readonly now: number
}

/**
 * The members of an audience as lines of text, some at a time: personal data, unless they are hashed.
 * Hashed rows are those that the audience's sync sends: less the people held out, on the do-not-send list, without consent and erased.
 * @throws RollcallError when there is no such audience or sync, or the source cannot be read
 */
export async function* exportAudience(
  workspace: Workspace,
  key: string,
  options: ExportOptions,
): AsyncGenerator<readonly string[]> {
  await using read = await readAudience(workspace, key, options)
  await (options.hashed ? narrowPeople(read.opened, read.mapping) : widenPeople(read.opened))
  if (options.hashed) yield* matchRowLines(workspace, read, options.format)
  else yield* memberLines(read.opened, options.format)
}

async function* memberLines(
  { engine, audience, columns, context }: OpenAudience,
  format: ExportFormat,
): AsyncGenerator<readonly string[]> {
  const { sql, parameters } = compileAudience(audience, engine.dialect, context)
  const names = [...columns.keys()]
  const line =
    format === 'jsonl'
      ? 'cast(to_json(rollcall_row) as varchar)'
      : names.map((name) => csvCellSql(duckdb.quote(name))).join(` || ',' || `)
  if (format === 'csv') yield [names.map(csvCell).join(',')]
  yield* engine.lines(`select ${line} as line from (${sql}) as rollcall_row`, parameters)
}

async function* matchRowLines(
  workspace: Workspace,
  { opened, sync, mapping, rows: context }: AudienceReading,
  format: ExportFormat,
): AsyncGenerator<readonly string[]> {
  const keys = mapping.map(([key]) => key)
  const unsaid = sync && untied(workspace.definition, sync)
  if (unsaid !== null) throw unsaid
  const audience = agreeing(opened.audience, sync?.consent ?? null)
  const reading = readingFor(workspace, opened, audience, mapping, sync)
  const people = await layOutValues(opened, reading)
  const { erased } = await KeptTombstones.read(workspace, audience.model.name)
  const valueBased = (sync?.value ?? null) !== null
  if (format === 'csv') yield [keys.join(',')]
  for await (const chunk of people.stream(mapping))
    yield chunk.flatMap(({ member, values }) =>
      erased?.hasMember(member) === true
        ? []
        : sentRows(values, context, valueBased, sendsIdsAlone(keys)).rows.map((cells) =>
            rowLine(cells, keys, format),
          ),
    )
}

function rowLine(cells: Cells, keys: readonly MatchKey[], format: ExportFormat): string {
  const own = keys.map((key) => cells[MATCH_KEY_NAMES.indexOf(key)] ?? null)
  if (format === 'csv') return own.map((cell) => csvCell(cell ?? '')).join(',')
  const entries = keys.map((key, place) => [key, own[place] ?? null] as const)
  return JSON.stringify(Object.fromEntries(entries.filter(([, cell]) => cell !== null)))
}

/** RFC 4180. */
const csvCell = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** As `csvCell`, in SQL. */
function csvCellSql(column: string): string {
  const text = `cast(${column} as varchar)`
  return String.raw`case when regexp_matches(${text}, '[",\r\n]') then '"' || replace(${text}, '"', '""') || '"' else coalesce(${text}, '') end`
}
