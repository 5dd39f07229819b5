import type { FullPassReason } from '../definition/full-pass-reasons.ts'

/** What became of a pass, as far as it decides when the next one comes. */
export type PassEnd =
  | { readonly kind: 'done' }
  /** It may go on at that time, in milliseconds since the epoch. */
  | { readonly kind: 'waits'; readonly until: number }
  /** It is held, blocked or failed. */
  | { readonly kind: 'stopped' }
  /** Some people alone cannot be judged. */
  | { readonly kind: 'everybody-first' }

/** So long the people of whom something comes in are gathered, after a pass of the sync. */
const GATHER_MS = 5_000
/** After something went wrong; doubled each time it goes wrong again, up to the period of full passes. */
const PAUSE_MS = 30_000
/** Where too many people changed for a quick pass, a full one does not come sooner than so long after the last one. */
const FULL_AGAIN_MS = 5 * 60_000

/**
 * When one sync's next passes are due. A full pass looks at everybody; a quick one at those of whom something came in since the
 * people were at the mark. All times are milliseconds since the epoch.
 *
 * The mark is kept by this process alone: another one cannot know whether the definition is still the same, so it begins with a full
 * pass, and nobody is lost.
 */
export class FollowedSync {
  readonly key: string
  /** Why it has full passes only; empty where it follows. */
  readonly reasons: readonly FullPassReason[]
  readonly #everyMs: number
  #mark: number | null = null
  #fullAt = 0
  #notBefore = 0
  #lastFull = 0
  #stops = 0
  #isBusy = false

  constructor(key: string, everyMs: number, reasons: readonly FullPassReason[]) {
    this.key = key
    this.reasons = reasons
    this.#everyMs = everyMs
  }

  get follows(): boolean {
    return this.reasons.length === 0
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  isFullDue(now: number): boolean {
    return !this.#isBusy && now >= Math.max(this.#fullAt, this.#notBefore)
  }

  /** The version of the people up to which it was judged, where a quick pass may come now. */
  markAt(now: number): number | null {
    return !this.#isBusy && this.follows && now >= this.#notBefore && !this.isFullDue(now)
      ? this.#mark
      : null
  }

  /** One pass at a time: a process that took its own lease from itself would break off the first. */
  begin(): void {
    this.#isBusy = true
  }

  /** @param mark A version of the people that the pass has surely read. */
  endFull(end: PassEnd, mark: number, began: number, now: number): void {
    this.#lastFull = now
    if (end.kind === 'done') {
      this.#mark = mark
      this.#fullAt = began + this.#everyMs
    }
    this.#end(end, now)
  }

  /** @param mark As of a full pass. */
  endQuick(end: PassEnd, mark: number, now: number): void {
    if (end.kind === 'done') this.#mark = mark
    this.#end(end, now)
    if (end.kind === 'done') this.#notBefore = now + GATHER_MS
  }

  /** It is not known of whom something came in. */
  needEverybody(): void {
    this.#mark = null
    this.#fullAt = Math.min(this.#fullAt, this.#lastFull + FULL_AGAIN_MS)
  }

  #end(end: PassEnd, now: number): void {
    this.#isBusy = false
    switch (end.kind) {
      case 'done':
        this.#stops = 0
        this.#notBefore = now
        return
      case 'waits':
        this.#notBefore = Math.max(end.until, now + GATHER_MS)
        return
      case 'everybody-first':
        this.#mark = null
        this.#fullAt = now
        return
      case 'stopped':
        // What a person has to decide is about everybody.
        this.#mark = null
        this.#fullAt = Math.min(this.#fullAt, now)
        this.#notBefore = now + Math.min(PAUSE_MS * 2 ** this.#stops, this.#everyMs)
        this.#stops += 1
    }
  }
}
