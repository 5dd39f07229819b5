/** What the demo prints: headings, sentences and tables for a terminal of a hundred columns. */
import { stripVTControlCharacters, styleText } from 'node:util'

const COLUMNS = 100

const widthOf = (text: string): number => stripVTControlCharacters(text).length

const count = new Intl.NumberFormat('en')

/** 23570 as `23,570`, and nothing as a dot, so that the eye finds the numbers. */
export const number = (value: number): string => (value === 0 ? '·' : count.format(value))

export const bold = (text: string): string => styleText('bold', text)
export const dim = (text: string): string => styleText('dim', text)
export const green = (text: string): string => styleText('green', text)
export const red = (text: string): string => styleText('red', text)
export const yellow = (text: string): string => styleText('yellow', text)

export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

export function heading(text: string): void {
  say()
  say(`${bold(styleText('cyan', `── ${text} `))}${dim('─'.repeat(COLUMNS - 4 - widthOf(text)))}`)
}

/** The command line that is run next, as one would type it, and what it does. */
export function command(line: string, purpose: string): void {
  say(`${styleText('cyan', '$')} ${bold(line)}${purpose === '' ? '' : dim(`   ${purpose}`)}`)
}

/** A sentence before what it speaks of. */
export function note(text: string): void {
  say()
  say(`  ${text}`)
}

/** Cells in columns, below titles if there are any; columns that `text` does not name hold numbers and are set to the right. */
export function table(
  titles: readonly string[] | undefined,
  lines: readonly (readonly string[])[],
  text: readonly number[] = titles === undefined ? [0, 1] : [0],
): void {
  const widths: number[] = []
  for (const cells of titles === undefined ? lines : [titles, ...lines])
    for (const [place, cell] of cells.entries())
      widths[place] = Math.max(widths[place] ?? 0, widthOf(cell))
  const aligned = (cells: readonly string[]): string =>
    cells
      .map((cell, place) => {
        const space = ' '.repeat((widths[place] ?? 0) - widthOf(cell))
        return text.includes(place) ? cell + space : space + cell
      })
      .join('  ')
      .trimEnd()
  if (titles !== undefined) say(`  ${dim(aligned(titles))}`)
  for (const cells of lines) say(`  ${aligned(cells)}`)
}
