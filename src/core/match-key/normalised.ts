import type { RejectReason } from './reject-reason.ts'

/**
 * What a normaliser makes of one value. `value`: plain normalised text, still to be hashed where its key is. `digest`: a SHA-256
 * as 64 lower-case hexadecimal digits, sent as it is. `empty`: nothing was there, which is no fault. `rejected`: not sent, and why.
 */
export type Normalised =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'digest'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'rejected'; readonly reason: RejectReason }

/** What the reading of one value may depend on besides the value. */
export interface NormaliseContext {
  /** The row's own country as COUNTRY normalises it (`gb`), or null when it has none. */
  readonly country: string | null
  /** The country of phone numbers in rows without one, as ISO alpha-2 in any case, or null. */
  readonly phoneCountry: string | null
  readonly currentYear: number
}

/** Never throws, whatever the text; the same text and context give the same answer. */
export type Normaliser = (raw: string, context: NormaliseContext) => Normalised

export const EMPTY: Normalised = { kind: 'empty' }

export const valueOf = (text: string): Normalised => ({ kind: 'value', text })
export const digestOf = (text: string): Normalised => ({ kind: 'digest', text })

export const rejectedFor = (reason: RejectReason): Normalised => ({ kind: 'rejected', reason })
