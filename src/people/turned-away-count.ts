import type { Kept } from './people-store.ts'
import type { TurnedAway } from './read-traits.ts'

/** Counts what is not taken in, by reason and source. */
export class TurnedAwayCount {
  readonly #counts = new Map<string, { reason: TurnedAway; source: string; count: number }>()

  add(reason: TurnedAway, source: string): void {
    const key = `${reason} ${source}`
    const counted = this.#counts.get(key)
    if (counted === undefined) this.#counts.set(key, { reason, source, count: 1 })
    else counted.count += 1
  }

  counts(): Kept['turnedAway'] {
    return [...this.#counts.values()]
  }
}
