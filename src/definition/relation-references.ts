import type { Path, Report } from '../core/audience/mistake.ts'
import type { Written } from '../core/audience/written.ts'
import { isWritten } from '../core/audience/written.ts'
import { misspellings } from './schema-mistake.ts'

/** What can be wrong with anything that is read: a table or a select, and where its keys are. */

export const entriesOf = (section: Written): readonly (readonly [string, Written])[] =>
  Object.entries(section).filter((entry): entry is [string, Written] => isWritten(entry[1]))

/** Tells whether a key is there, also misspelt: then that is the mistake, and not that it is missing. */
export function meansIn(written: Written, known: readonly string[]): (name: string) => boolean {
  const misspelt = misspellings(written, known)
  return (name) => written[name] !== undefined || misspelt.has(name)
}

export function fail(
  report: Report,
  path: Path,
  message: string,
  expected: string,
  remedy: string,
): void {
  report({ path, atKey: false, message, expected, remedy })
}

export function checkSelect(sql: unknown, path: Path, report: Report): void {
  if (typeof sql !== 'string' || sql.trim() === '') return
  const bare = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').trim()
  if (/^(?:select|with|from|values)\b|^\(/i.test(bare)) return
  fail(
    report,
    path,
    'This SQL is not a select',
    'one select',
    'Write one select; a model never changes its source',
  )
}

/** What is read is a table or a select. */
export function checkRelation(
  what: string,
  written: Written,
  known: readonly string[],
  path: Path,
  report: Report,
): void {
  const has = meansIn(written, known)
  if (has('table') !== has('sql')) return
  const both = has('table')
  const message = `${what} has ${both ? 'a table and a select' : 'neither a table nor a select'}`
  const remedy = both ? 'Remove one of them' : 'Add "table: …" or "sql: select …"'
  fail(report, path, message, 'either "table" or "sql"', remedy)
}
