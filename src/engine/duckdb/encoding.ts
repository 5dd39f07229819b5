import { RollcallError } from '../../core/error.ts'

/** What the engine can read besides what it is told by name; it takes UTF-16 in little-endian order alone. */
const UTF_16 = /^utf-?16$/i

/** What a file says of itself in its first bytes. */
const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16 (big-endian)' },
] as const

/**
 * The encoding to read a file in: what its byte order mark says, or else what the source names. What the engine would read as
 * nothing or as other signs is refused: an empty table would take everybody out.
 * @param head The file's first bytes, with its first line in them.
 * @param named Null where nothing names one, as for a list.
 * @throws RollcallError `source/encoding`
 */
export function encodingOf(path: string, head: Uint8Array, named: string | null): string {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, place) => head[place] === byte))
  if (mark?.encoding === 'utf-16 (big-endian)') throw bigEndian(path)
  if (mark !== undefined) return mark.encoding
  const order = zeroBytes(head)
  if (order === 'even') throw bigEndian(path)
  const isNamed = named !== null && UTF_16.test(named)
  if (isNamed && order === 'none')
    throw wrong(
      `"${path}" is not written in UTF-16, as its source says`,
      'Take "encoding: utf-16" out of the source, or name the encoding that the file has',
    )
  if (!isNamed && order === 'odd')
    throw wrong(
      `"${path}" seems to be written in UTF-16 and does not say so`,
      named === null
        ? SAVE_IT
        : 'Save the file as UTF-8, or write "encoding: utf-16" into the source that it belongs to',
    )
  return named ?? 'utf-8'
}

/** What can be done about a file that no source names an encoding for. */
export const SAVE_IT = 'Save the file as UTF-8, or as UTF-16 with a byte order mark'

/** Of two bytes for one sign, the one that is zero in the Latin alphabet; delimiters and line breaks are always of it. */
function zeroBytes(head: Uint8Array): 'none' | 'odd' | 'even' {
  const end = head.indexOf(0x0a)
  const line = head.subarray(0, end < 0 ? head.length : end + 2)
  let odd = 0
  let even = 0
  for (const [place, byte] of line.entries())
    if (byte === 0) {
      if (place % 2 === 1) odd += 1
      else even += 1
    }
  return odd + even === 0 ? 'none' : odd >= even ? 'odd' : 'even'
}

const bigEndian = (path: string): RollcallError =>
  wrong(
    `"${path}" is written in UTF-16 with the higher byte first, which cannot be read`,
    'Save the file as UTF-8',
  )

const wrong = (message: string, remedy: string): RollcallError =>
  new RollcallError(message, { code: 'source/encoding', next: 'act', remedy })
