import { readFileSync } from 'node:fs'
import { visible, visibleLines } from '../../core/control-signs.ts'
import { counted } from '../../core/counted.ts'
import type { Mistake, Warning } from '../../definition/load.ts'
import { bad, bold, careful, dim } from './paint.ts'

const EXCERPT_CHARACTERS_MAX = 100

/** Where somebody may have written a secret itself. */
const MAY_HOLD_A_SECRET = /(?:access_token|app_secret|api_url)/

/** The line of a file that a mistake stands in, with a mark below its place. A line that may hold a secret is the file's own affair: only what is beside the mistake is shown. */
function excerpt(lines: readonly string[], { line, column, path }: Mistake | Warning): string[] {
  const text = lines[line - 1]
  if (MAY_HOLD_A_SECRET.test(path) || text === undefined || text.trim() === '') return []
  const from = Math.max(0, column - EXCERPT_CHARACTERS_MAX / 2)
  const shown = text.slice(from, from + EXCERPT_CHARACTERS_MAX).replaceAll('\t', ' ')
  const number = String(line)
  const margin = ' '.repeat(number.length)
  return [
    dim(`  ${number} │ `) + visible(shown),
    dim(`  ${margin} │ `) + ' '.repeat(Math.max(0, column - 1 - from)) + bad('^'),
  ]
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)
  } catch {
    return []
  }
}

function mistakeText(file: string, lines: readonly string[], mistake: Mistake): string {
  const { line, column, path, nearest } = mistake
  const [message = '', expected = '', remedy = ''] = [
    mistake.message,
    mistake.expected,
    mistake.remedy,
  ].map(visibleLines)
  const meant =
    nearest === undefined || remedy.includes(`"${nearest}"`) ? [] : [`  meant     ${nearest}?`]
  return [
    `${bold(`${file}:${line}:${column}`)} ${bad('✗')} ${message}`,
    ...excerpt(lines, mistake),
    ...(path === '' ? [] : [`  at        ${visible(path)}`]),
    `  expected  ${expected}`,
    ...meant,
    `  remedy    ${remedy}`,
  ].join('\n')
}

/** Every mistake of a definition file, each with its line, what was expected and what to do. */
export function mistakesText(file: string, mistakes: readonly Mistake[]): string {
  const lines = linesOf(file)
  const total = counted(mistakes.length, 'mistake', 'mistakes')
  return [
    ...mistakes.map((mistake) => `${mistakeText(file, lines, mistake)}\n`),
    `${bad('✗')} ${bold(total)} in ${file}; nothing was done`,
  ].join('\n')
}

export function warningsText(file: string, warnings: readonly Warning[]): string {
  return warnings
    .map(
      ({ line, column, message }) =>
        `${bold(`${file}:${line}:${column}`)} ${careful('!')} ${message}`,
    )
    .join('\n')
}
