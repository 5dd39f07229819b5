import { crc32 } from 'node:zlib'

const DIGITS = 8

/** One line of a journal: a checksum, and a text without line breaks, such as JSON. */
export const framed = (text: string): string =>
  `${crc32(text).toString(16).padStart(DIGITS, '0')} ${text}\n`

/** A line of blanks that readers pass over, its break left out. @param bytes How long it is, at least as long as a checksum. */
export const blankFrame = (bytes: number): string =>
  framed(' '.repeat(Math.max(bytes - DIGITS - 1, 0)))
    .slice(0, -1)
    .slice(0, bytes)

export const isBlank = (text: string): boolean => text.trim() === ''

/** The text of a line, its break left out; undefined when the line is torn or damaged. */
export function unframed(line: string): string | undefined {
  const text = line.slice(DIGITS + 1)
  return line[DIGITS] === ' ' && Number.parseInt(line.slice(0, DIGITS), 16) === crc32(text)
    ? text
    : undefined
}
