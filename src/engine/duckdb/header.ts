import { parse } from 'csv-parse/sync'
import { RollcallError } from '../../core/error.ts'
import { duckdb } from '../../sql/duckdb.ts'

/**
 * The column names in the first line of a CSV file; one that stands twice gets a number, as in the engine's own reading.
 * @param head The beginning of the file, as text.
 * @throws RollcallError `source/no-header` where the line is empty or holds a person
 */
export function columnNames(path: string, head: string, delimiter: string): string[] {
  const [first] = parse(head, { delimiter, bom: true, to: 1, relax_quotes: true, trim: true })
  const written = Array.isArray(first) ? first.map(String) : []
  if (written.every((name) => name === '')) throw noHeader(`The file "${path}" has no header line`)
  refusePerson(path, written)
  const names: string[] = []
  for (const [place, name] of written.entries()) {
    const wanted = name === '' ? `column${place + 1}` : name
    let free = wanted
    for (let copy = 1; taken(names, free); copy += 1) free = `${wanted}_${copy}`
    names.push(free)
  }
  return names
}

function taken(names: readonly string[], wanted: string): boolean {
  return names.some((name) =>
    duckdb.foldsCase ? name.toLowerCase() === wanted.toLowerCase() : name === wanted,
  )
}

/** What names a person and never a column. */
const PERSONAL: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an e-mail address', /^[^@\s]+@[^@\s]+\.[^@\s]+$/],
  ['a hash', /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i],
  ['an advertising id', /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i],
  // More digits than a date has.
  ['a phone number', /^(?:\+|00|\()?(?:\d[\s().-]{0,3}){9,15}$/],
]

/** In a file without a header the first person would be taken for the names of the columns: never sent, and printed everywhere. */
function refusePerson(path: string, written: readonly string[]): void {
  for (const [place, name] of written.entries()) {
    const [what] = PERSONAL.find(([, pattern]) => pattern.test(name)) ?? []
    if (what !== undefined)
      throw noHeader(
        `The first line of "${path}" does not name its columns: number ${place + 1} looks like ${what}`,
      )
  }
}

function noHeader(message: string): RollcallError {
  return new RollcallError(message, {
    code: 'source/no-header',
    next: 'act',
    remedy: 'Name the columns in the first line, such as customer_id,email,phone',
  })
}
