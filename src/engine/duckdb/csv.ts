import { open } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { RollcallError } from '../../core/error.ts'
import { duckdb } from '../../sql/duckdb.ts'

/** What may stand between cells. The one that parts the header most often is taken for the whole file. */
const DELIMITERS = [',', ';', '\t', '|'] as const

/** A header line is looked for in so much of the file. */
const HEAD_BYTES = 1 << 20

/**
 * SQL that reads a CSV file as a table of text columns, named by its first line.
 * Nothing is guessed from the data: a guess turns the key 00042 into 42, and a file with one broken row into a table of one column.
 * Whatever does not fit the header is an error that names its line.
 */
export async function csvRelation(path: string, encoding: string): Promise<string> {
  const header = await headerLine(path, encoding)
  const delimiter = DELIMITERS.toSorted((a, b) => partsOf(header, b) - partsOf(header, a))[0] ?? ','
  const names = namesOf(path, header, delimiter)
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')
  return (
    `read_csv(${literal(path)}, auto_detect = false, header = true, skip = 0, columns = {${columns}}, ` +
    `delim = ${literal(delimiter)}, quote = '"', escape = '"', encoding = ${literal(encoding)})`
  )
}

async function headerLine(path: string, encoding: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new RollcallError(`Cannot open the file "${path}"`, {
      code: 'source/missing',
      next: 'act',
      remedy: 'Check its name, and that this user may read it',
      cause: error,
    })
  })
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_BYTES) })
    return decoded(buffer.subarray(0, bytesRead), encoding)
  } finally {
    await file.close()
  }
}

/** The engine takes names such as `latin-1` that the web's table of encodings writes without a hyphen. */
function decoded(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding.replace(/^latin-/i, 'latin')).decode(bytes)
  } catch {
    // Of an encoding that only the engine knows, ASCII is all that the header is read for.
    return new TextDecoder('latin1').decode(bytes)
  }
}

const partsOf = (head: string, delimiter: string): number =>
  head.slice(0, head.search(/[\r\n]|$/)).split(delimiter).length

/** The column names; one that stands twice gets a number, as in the engine's own reading. */
function namesOf(path: string, head: string, delimiter: string): string[] {
  const [first] = parse(head, { delimiter, bom: true, to: 1, relax_quotes: true, trim: true })
  const written = Array.isArray(first) ? first.map(String) : []
  if (written.every((name) => name === ''))
    throw new RollcallError(`The file "${path}" has no header line`, {
      code: 'source/broken-csv',
      next: 'act',
      remedy: 'Write the names of its columns into the first line',
    })
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

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
