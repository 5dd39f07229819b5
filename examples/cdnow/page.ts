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
  say()
}

/** The command line that is run next, as one would type it, and what it does. */
export function command(line: string, purpose: string): void {
  say(`${styleText('cyan', '$')} ${bold(line)}  ${dim(purpose)}`)
}

/** Rows of cells below a line of titles; the first column is text, the others are numbers unless `text` names them. */
export function table(
  titles: readonly string[],
  lines: readonly (readonly string[])[],
  text: readonly number[] = [0],
): void {
  const widths = titles.map((title, place) =>
    Math.max(widthOf(title), ...lines.map((cells) => widthOf(cells[place] ?? ''))),
  )
  const aligned = (cells: readonly string[]): string =>
    cells
      .map((cell, place) => {
        const space = ' '.repeat((widths[place] ?? 0) - widthOf(cell))
        return text.includes(place) ? cell + space : space + cell
      })
      .join('   ')
      .trimEnd()
  say(`  ${dim(aligned(titles))}`)
  for (const cells of lines) say(`  ${aligned(cells)}`)
}
