/**
 * Conditions that part a column of evenly spread UUIDs into about equal ranges: each value meets exactly one of them.
 * @param count How many ranges; at least one.
 */
export function slices(column: string, count: number): readonly string[] {
  const inner = Array.from({ length: Math.max(0, count - 1) }, (_, place) =>
    lowest((place + 1) / count),
  )
  return [null, ...inner].map((from, place) => {
    const to = inner[place]
    const conditions = [
      ...(from === null ? [] : [`${column} >= ${from}`]),
      ...(to === undefined ? [] : [`${column} < ${to}`]),
    ]
    return conditions.length === 0 ? 'true' : conditions.join(' and ')
  })
}

/** The least UUID of those behind a share of all. */
function lowest(share: number): string {
  const head = Math.floor(share * 2 ** 32).toString(16)
  return `cast('${head.padStart(8, '0')}-0000-0000-0000-000000000000' as uuid)`
}
