/** One record of CSV text per step; quotes may hold commas and line ends. */
function* records(text: string): Generator<readonly string[]> {
  const cells: string[] = []
  const CELL = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^,\r\n]*))(?<end>,|\r\n|\r|\n|$)/y
  while (CELL.lastIndex < text.length) {
    const groups = CELL.exec(text)?.groups
    if (groups === undefined) return
    cells.push(groups['quoted']?.replaceAll('""', '"') ?? groups['plain'] ?? '')
    if (groups['end'] !== ',') yield cells.splice(0)
  }
  if (cells.length > 0) yield cells
}

/**
 * The keys in a list file: one to a line, or a CSV file in which the column named like the model's key (or, without such a
 * header, the first column) holds them. Blank lines are passed over.
 */
export function readKeyList(text: string, key: string): readonly string[] {
  const rows = [...records(text.replace(/^\uFEFF/, ''))]
  const header = rows[0]?.findIndex((cell) => cell.trim().toLowerCase() === key.toLowerCase()) ?? -1
  const keys = (header === -1 ? rows : rows.slice(1)).map((row) =>
    (row[Math.max(header, 0)] ?? '').trim(),
  )
  return [...new Set(keys.filter((found) => found !== ''))]
}
