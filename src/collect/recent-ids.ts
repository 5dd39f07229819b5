/** Remembers at least the last `atLeast` ids, and at most twice as many. */
export class RecentIds {
  readonly #atLeast: number
  #young = new Set<string>()
  #old = new Set<string>()

  constructor(atLeast: number) {
    this.#atLeast = atLeast
  }

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }

  add(id: string): void {
    if (this.#young.size >= this.#atLeast) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(id)
  }
}
