import { visibleLines } from './control-signs.ts'

/**
 * The one error for operational failures: something outside a person's data did not work. It says what happened,
 * what Rollcall does next, and who must do what. Bad data is never an error; it is a value with a reason.
 */

/** `retry`: the next run tries again by itself. `wait`: not before `until`. `act`: a person must do what `remedy` says. */
export type Next = 'retry' | 'wait' | 'act'

export interface Remedy {
  /** A stable name, `area/what`, for machines: `meta/terms-not-accepted`. */
  readonly code: string
  readonly next: Next
  /** What a person can do about it, as one or two sentences. */
  readonly remedy: string
  /** Milliseconds since the epoch; only with `wait`. */
  readonly until?: number | undefined
  readonly cause?: unknown
}

export class RollcallError extends Error {
  override readonly name = 'RollcallError'
  readonly code: string
  readonly next: Next
  readonly remedy: string
  readonly until: number | undefined

  constructor(message: string, { code, next, remedy, until, cause }: Remedy) {
    // It may quote what a broken file holds.
    super(visibleLines(message), { cause })
    this.code = code
    this.next = next
    this.remedy = visibleLines(remedy)
    this.until = until
  }
}
