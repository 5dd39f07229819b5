import type { MembershipAnswer } from '../destination/port.ts'
import type { SentCounts } from '../store/port.ts'

/** Adds up what became of the rows of a run. */
export class Tally {
  #requests = 0
  #added = 0
  #removed = 0
  #unsure = 0
  #refused = 0
  readonly #invalid = new Map<string, number>()

  accepted(
    operation: 'add' | 'remove',
    rows: number,
    answer: Extract<MembershipAnswer, { kind: 'accepted' }>,
    fenced: number,
  ): void {
    this.#requests += 1
    const counted = rows - answer.invalid - fenced
    if (operation === 'add') this.#added += counted
    else this.#removed += counted
    this.#unsure += fenced
    for (const { reason } of answer.named)
      this.#invalid.set(reason, (this.#invalid.get(reason) ?? 0) + 1)
    const unnamed = answer.invalid - answer.named.length
    if (unnamed > 0) this.#invalid.set('not named', (this.#invalid.get('not named') ?? 0) + unnamed)
  }

  /** @param requests How many requests carried them without settling them; 0 when none did. */
  unsure(rows: number, requests = 1): void {
    this.#requests += requests
    this.#unsure += rows
  }

  refused(rows: number): void {
    this.#requests += 1
    this.#refused += rows
  }

  counts(): SentCounts {
    return {
      requests: this.#requests,
      added: this.#added,
      removed: this.#removed,
      invalid: Object.fromEntries(this.#invalid),
      unsure: this.#unsure,
      refused: this.#refused,
    }
  }
}
