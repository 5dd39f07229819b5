import { stripVTControlCharacters } from 'node:util'

const GAP = '  '

/** How wide a text is on a terminal, its colours left out. */
const width = (text: string): number => stripVTControlCharacters(text).length

/**
 * Lines of cells as aligned columns.
 * @param right Which columns hold numbers and are set to the right, from 0.
 */
export function columns(
  lines: readonly (readonly string[])[],
  right: readonly number[] = [],
  indent = '  ',
): string {
  const widths: number[] = []
  for (const cells of lines)
    for (const [place, cell] of cells.entries())
      widths[place] = Math.max(widths[place] ?? 0, width(cell))
  const padded = (cell: string, place: number): string => {
    const space = ' '.repeat((widths[place] ?? 0) - width(cell))
    return right.includes(place) ? space + cell : cell + space
  }
  return lines.map((cells) => `${indent}${cells.map(padded).join(GAP)}`.trimEnd()).join('\n')
}
