/** All chance in a simulated world comes from one seed, so that the same seed tells the same story. */
export interface Dice {
  /** In [0, 1). */
  next(): number
  /** A whole number from 0 up to, but without, `limit`. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

/** A small generator of 32 bits of state: fast, and good enough to draw faults with. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]): T => {
      const found = list[below(list.length)]
      if (found === undefined) throw new Error('Nothing to pick from')
      return found
    },
  }
}
