/** Lines that begin with their member and are sorted by it, handed out member by member. */
export class SortedLines {
  readonly #lines: AsyncGenerator<readonly string[]>
  #chunk: readonly string[] = []
  #place = 0

  private constructor(lines: AsyncGenerator<readonly string[]>) {
    this.#lines = lines
  }

  static async open(lines: AsyncGenerator<readonly string[]>): Promise<SortedLines> {
    const sorted = new SortedLines(lines)
    await sorted.#refill()
    return sorted
  }

  /** The member whose lines come next; null after the last. */
  get member(): string | null {
    return this.#chunk[this.#place]?.slice(0, MEMBER_LENGTH) ?? null
  }

  /** The lines of a member, if they come next. */
  async of(member: string): Promise<string[]> {
    const lines: string[] = []
    for (;;) {
      const text = this.#chunk[this.#place]
      if (text === undefined || !text.startsWith(member)) break
      lines.push(text)
      this.#place += 1
      if (this.#place === this.#chunk.length) await this.#refill()
    }
    if (this.member !== null && this.member < member)
      throw new Error('Cannot go through a file member by member: it is not sorted')
    return lines
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined)
  }

  async #refill(): Promise<void> {
    const next = await this.#lines.next()
    this.#chunk = next.done === true ? [] : next.value
    this.#place = 0
  }
}

/** A UUID as text. */
const MEMBER_LENGTH = 36
