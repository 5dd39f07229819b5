import { RollcallError } from '../../core/error.ts'

interface Meaning {
  readonly pattern: RegExp
  readonly code: string
  /** In our words; without it DuckDB's are passed on. `$1` stands for the pattern's first group. */
  readonly message?: string
  readonly remedy: string
}

/** What DuckDB's messages mean for a person. Matched in order; the first that fits counts. */
const MEANINGS: readonly Meaning[] = [
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
    // Its UTF-16 ends at the first 65,536 signs.
    pattern: /not utf-?16 encoded/i,
    code: 'source/encoding',
    message: 'A file in UTF-16 holds signs that cannot be read from it, such as emoji',
    remedy: 'Save the file as UTF-8',
  },
  {
    pattern: /UTF-16 encoding is not supported/i,
    code: 'source/encoding',
    message: 'A JSON file is written in UTF-16, which cannot be read',
    remedy: 'Save the file as UTF-8',
  },
  {
    pattern: /invalid unicode|not utf-?8|invalid input.*encod|byte sequence mismatch/i,
    code: 'source/encoding',
    remedy:
      'Save the file as UTF-8, or name its encoding at the source: encoding: latin-1, or encoding: utf-16',
  },
  {
    pattern: /state machine reached an invalid state/i,
    code: 'source/broken-csv',
    remedy:
      'Make all lines of the file end alike, in LF or in CRLF (most editors and dos2unix do it); if they do, a quote stands in the middle of a cell',
  },
  {
    pattern: /CSV Error|sniffing file|Error when sniffing|Maximum line size/i,
    code: 'source/broken-csv',
    remedy: 'Mend the line that the message names, or export the file again',
  },
  {
    pattern:
      /(?=.*(?:no files found|(?:could not|cannot) open|magic bytes|too small|corrupt)).*[\\/]ledger[\\/]((?:ledger|plan)-[\w.-]+?\.parquet)/is,
    code: 'state/ledger-damaged',
    message: 'The state folder has lost "$1", or cannot read it any more: who was sent is in it',
    remedy:
      'Restore the state folder from a backup, or move it away: the next sync then names the Custom Audience to go on with, and `--adopt replace` makes it right again. Nothing is sent meanwhile.',
  },
  {
    pattern: /cannot open database "([^"]+)".*does not exist/i,
    code: 'source/missing',
    message: 'There is no database "$1"',
    remedy: 'Check the path of the source; it is taken relative to the definition file',
  },
  {
    pattern: /"([^"]+)" exists, but it is not a valid DuckDB database/i,
    code: 'source/not-a-database',
    message: '"$1" is not a DuckDB database',
    remedy: 'Check the path of the source, or export the database again with this DuckDB version',
  },
  {
    pattern: /Table with name "?([^\s"!]+)"? does not exist/i,
    code: 'source/missing',
    message: 'There is no table "$1" in the source',
    remedy:
      'Check the name. Of a source of files, a table is a file of that name, such as customers.csv',
  },
  {
    pattern: /(?:no files found that match the pattern|(?:could not|cannot) open file) "([^"]+)"/i,
    code: 'source/missing',
    message: 'There is no file "$1", or it cannot be read',
    remedy: 'Check its name, and that this user may read it',
  },
  {
    pattern: /(?:magic bytes found at end of file|input error: file) '([^']+)'/i,
    code: 'source/broken-parquet',
    message: '"$1" is no whole Parquet file',
    remedy: 'Export the file again',
  },
  {
    pattern: /malformed JSON in file "([^"]+)", at byte (\d+)/i,
    code: 'source/broken-json',
    message: '"$1" is no JSON that can be read: it breaks off or goes wrong at byte $2 of a record',
    remedy: 'Mend the file, or export it again',
  },
  {
    pattern:
      /^(?:conversion error|out of range error|invalid input error: (?:could not|malformed|more than))/i,
    code: 'source/cast',
    remedy:
      'Mend the SQL of the model where it converts or calculates: try_cast gives null where a value does not fit',
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
  const message =
    csvMessage(text) ?? ownMessage(text, meaning) ?? `DuckDB could not do it: ${withoutData(text)}`
  return new RollcallError(message, {
    code: meaning?.code ?? 'engine/failed',
    next: meaning === undefined ? 'retry' : 'act',
    remedy: meaning?.remedy ?? 'Run it again; if it stays, report it with this message',
    cause: undefined,
  })
}

function ownMessage(text: string, meaning: Meaning | undefined): string | undefined {
  const found = meaning?.message === undefined ? null : meaning.pattern.exec(text)
  return meaning?.message?.replaceAll(/\$(\d)/g, (_, group: string) => found?.[Number(group)] ?? '')
}

/** What is wrong with a line of a CSV file, in DuckDB's words and in ours. */
const CSV_CAUSES: readonly (readonly [RegExp, string])[] = [
  [/Invalid unicode|not utf-?8/i, 'it is not in the encoding that the file is read in'],
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

/** Errors about values quote them. */
const ABOUT_VALUES = /^(?:conversion|out of range|invalid input) error/i

/** What a statement stumbled over may be a cell of a person. */
function withoutData(text: string): string {
  if (ABOUT_VALUES.test(text))
    return (text.split('\n')[0] ?? '')
      .replaceAll(/"[^"]*"|'[^']*'|Input:.*/g, '…')
      .slice(0, MESSAGE_CHARACTERS_MAX)
  return text
    .replaceAll(/Original Line:[\s\S]*/g, '')
    .slice(0, MESSAGE_CHARACTERS_MAX)
    .trim()
}
