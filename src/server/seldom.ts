const EVERY_MS = 60_000
const WORDS_MAX = 100

/** Says whether something was not said in the last minute, for what would otherwise be said with each request. */
export class Seldom {
  readonly #now: () => number
  readonly #said = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  isDue(word: string): boolean {
    const now = this.#now()
    if (now - (this.#said.get(word) ?? -Infinity) < EVERY_MS) return false
    if (this.#said.size >= WORDS_MAX) this.#said.clear()
    this.#said.set(word, now)
    return true
  }
}
