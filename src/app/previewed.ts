import type { FullPassReason } from '../definition/full-pass-reasons.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import type { BranchCounts } from './branch-counts.ts'
import type { EventsRead } from './events-read.ts'
import type { RowTally } from './key-tally.ts'

/** What an audience comes to before anything is sent. Counts are of people unless they say otherwise. */
export interface Previewed extends RowTally {
  readonly audience: string
  readonly name: string
  readonly sentence: string
  readonly model: string
  /** The sync whose mapping this goes by; null: what the columns' names suggest. */
  readonly sync: string | null
  readonly mapping: Readonly<Partial<Record<MatchKey, readonly string[]>>>
  readonly size: number
  /** How many of `size` agree to what the sync's destination asks for; all that follows is about them. Null: nothing is asked. */
  readonly consent: { readonly purpose: string; readonly size: number } | null
  readonly modelSize: number
  /** What each condition comes to: over the audience's model, then over those of the audiences that it names. */
  readonly branches: readonly BranchCounts[]
  /** How far back events are read; null where it asks for none. */
  readonly eventsRead: EventsRead | null
  /** What keeps it from following its events within seconds; null where nobody would expect it: its people are of a source. */
  readonly fullPass: readonly FullPassReason[] | null
  /** Rows without a key, and keys that stand more than once: a run of it is held until that is mended. */
  readonly keyless: number
  readonly duplicates: { readonly count: number; readonly samples: readonly string[] }
  /** Members who are never sent; all that follows is about the others. */
  readonly heldOut: number
  /** Where not everybody was looked at: how many were, and of how many. What rows come to is then reckoned up from them. */
  readonly sample: { readonly people: number; readonly of: number } | null
  /** Whom Meta could find, and the size that it would show at most: never a number below a thousand. */
  readonly findable: number
  readonly metaSize: string
  /** A few members with their columns, masked. */
  readonly samples: readonly Readonly<Record<string, string>>[]
}
