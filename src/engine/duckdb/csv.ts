import { open } from 'node:fs/promises'
import { RollcallError } from '../../core/error.ts'
import { encodingOf } from './encoding.ts'
import { columnNames } from './header.ts'

/** What may stand between cells. The one that parts the header most often is taken for the whole file. */
const DELIMITERS = [',', ';', '\t', '|'] as const

/** A header line is looked for in so much of the file. */
const HEAD_BYTES = 1 << 20

/**
 * SQL that reads a CSV file as a table of text columns, named by its first line.
 * Nothing is guessed from the data: a guess turns the key 00042 into 42, and a file with one broken row into a table of one column.
 * Whatever does not fit the header is an error that names its line.
 * @param named The encoding that the source names, null where there is no source; a file that says it itself is believed.
 */
export async function csvRelation(path: string, named: string | null): Promise<string> {
  const head = await headOf(path)
  const encoding = encodingOf(path, head, named)
  const header = decoded(head, encoding)
  const delimiter = DELIMITERS.toSorted((a, b) => partsOf(header, b) - partsOf(header, a))[0] ?? ','
  const names = columnNames(path, header, delimiter)
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')
  return (
    `read_csv(${literal(path)}, auto_detect = false, header = true, skip = 0, columns = {${columns}}, ` +
    `delim = ${literal(delimiter)}, quote = '"', escape = '"', encoding = ${literal(encoding)})`
  )
}

async function headOf(path: string): Promise<Uint8Array> {
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
    return buffer.subarray(0, bytesRead)
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

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
