/** How many letters must be put in, left out, exchanged or swapped to make `left` into `right`. */
function distance(left: string, right: string): number {
  let older: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1]
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
        swapped && row > 1 && column > 1 ? (older[column - 2] ?? 0) + 1 : Infinity,
      )
    }
    older = previous
    previous = current
  }
  return previous[right.length] ?? 0
}

const fold = (word: string): string => word.toLowerCase().replaceAll(/[\s_-]/g, '')

/** The known word that was probably meant, or undefined when none is close: at most a third of the letters differ. */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 100) return undefined
  const wanted = fold(word)
  let best: string | undefined
  let least = wanted.length < 3 ? 1 : Math.floor(wanted.length / 3) + 1
  for (const candidate of known) {
    const found = distance(wanted, fold(candidate))
    if (found < least) {
      least = found
      best = candidate
    }
  }
  return best
}
