import { RollcallError } from '../../core/error.ts'

/** What DuckDB's messages mean for a person. Matched in order; the first that fits counts. */
const MEANINGS: readonly {
  readonly pattern: RegExp
  readonly code: string
  readonly remedy: string
}[] = [
  {
    pattern: /no space left|could not write|disk full|failed to write/i,
    code: 'engine/disk-full',
    remedy: 'Free some space where the state folder is, then run it again; nothing was lost',
  },
  {
    pattern: /out of memory|failed to allocate|could not allocate/i,
    code: 'engine/out-of-memory',
    remedy: 'Give it more with ROLLCALL_MEMORY_LIMIT, such as 4GB, or close what else runs',
  },
  {
    pattern: /invalid unicode|not utf-?8|invalid input.*encod|byte sequence mismatch/i,
    code: 'source/encoding',
    remedy: 'Save the file as UTF-8, or name its encoding at the source, such as encoding: latin-1',
  },
  {
    pattern: /state machine reached an invalid state/i,
    code: 'source/broken-csv',
    remedy:
      'Make all lines of the file end alike, in LF or in CRLF; most editors and dos2unix do it',
  },
  {
    pattern: /CSV Error|sniffing file|Error when sniffing|Maximum line size/i,
    code: 'source/broken-csv',
    remedy: 'Mend the line that the message names, or export the file again',
  },
  {
    pattern: /no files found|could not open file|cannot open file|no such file|does not exist/i,
    code: 'source/missing',
    remedy: 'Check the name and that the file or table is there',
  },
  {
    pattern: /binder error|catalog error|parser error/i,
    code: 'source/sql',
    remedy: 'Mend the SQL or the column names of the model',
  },
  {
    pattern: /lock on file|conflicting lock/i,
    code: 'source/locked',
    remedy: 'Close the program that has the database open for writing',
  },
]

/** Messages may quote what was read; a long one is cut, since a cell of a person may stand in it. */
const MESSAGE_CHARACTERS_MAX = 400

export function duckDbError(error: unknown): RollcallError {
  if (error instanceof RollcallError) return error
  const text = error instanceof Error ? error.message : String(error)
  const meaning = MEANINGS.find(({ pattern }) => pattern.test(text))
  const message = csvMessage(text) ?? `DuckDB could not do it: ${withoutData(text)}`
  return new RollcallError(message, {
    code: meaning?.code ?? 'engine/failed',
    next: meaning === undefined ? 'retry' : 'act',
    remedy: meaning?.remedy ?? 'Run it again; if it stays, report it with this message',
    cause: undefined,
  })
}

/** What is wrong with a line of a CSV file, in DuckDB's words and in ours. */
const CSV_CAUSES: readonly (readonly [RegExp, string])[] = [
  [/Invalid unicode|not utf-?8/i, 'it is not in the encoding that the source names'],
  [/unterminated quote/, 'a quote in it is not closed, or stands in the wrong place'],
  [/Maximum line size/, 'it is longer than 2,000,000 bytes'],
]

/**
 * A CSV error prints the line it stumbled over, which holds somebody's data and may run over several lines; nothing of that
 * message is passed on but the line's number, the file and the cause.
 */
function csvMessage(text: string): string | undefined {
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1]
  if (line === undefined) return undefined
  const file = /^ {2}file = (.+)$/m.exec(text)?.[1]
  const cells = /^Expected Number of Columns: (\d+) Found: (\d+)$/m.exec(text)
  const cause =
    cells === null
      ? CSV_CAUSES.find(([pattern]) => pattern.test(text))?.[1]
      : `it has ${cells[2]} cells and not ${cells[1]}`
  return `Cannot read line ${line}${file === undefined ? '' : ` of "${file}"`}: ${cause ?? 'it does not fit the header'}`
}

/** What a statement stumbled over may be a cell of a person. */
function withoutData(text: string): string {
  return text
    .replaceAll(/Original Line:[\s\S]*/g, '')
    .replaceAll(/Could not convert string (?:"[^"]*"|'[^']*')/g, 'Could not convert a string')
    .slice(0, MESSAGE_CHARACTERS_MAX)
    .trim()
}
