import { crc32 } from 'node:zlib'

const DIGITS = 8

/** One line of a journal: a checksum, and a text without line breaks, such as JSON. */
export const framed = (text: string): string =>
  `${crc32(text).toString(16).padStart(DIGITS, '0')} ${text}\n`

/** The text of a line, its break left out; undefined when the line is torn or damaged. */
export function unframed(line: string): string | undefined {
  const text = line.slice(DIGITS + 1)
  return line[DIGITS] === ' ' && Number.parseInt(line.slice(0, DIGITS), 16) === crc32(text)
    ? text
    : undefined
}
