import type { RowContext } from '../core/match-key/rows.ts'
import type { Lookalike } from '../core/lookalike.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import type { Mode } from '../core/sync/diff.ts'
import type { Fingerprint } from '../core/sync/fingerprint.ts'
import type { GuardSettings } from '../core/sync/guard.ts'
import type { StrongKey } from '../core/sync/strong.ts'
import type { Scopes } from '../core/scopes.ts'
import type { TombstoneKind } from '../core/sync/tombstone.ts'
import type { World } from '../core/world.ts'
import type { AudienceSpec, Destination } from '../destination/port.ts'
import type { Store } from '../store/port.ts'
import type { Workbench } from './workbench.ts'

/** A standing order, ready to run: everything that the definition says of one sync. */
export interface SyncOrder {
  readonly key: string
  /** What the platform shows people, without Rollcall's mark. */
  readonly audience: AudienceSpec
  /** An existing remote audience to take over, by id. */
  readonly takeOver: string | null
  readonly mode: Mode
  /** The mapped match keys, in the table's order. */
  readonly schema: readonly MatchKey[]
  /** Within what its app- and page-scoped ids count. */
  readonly scopes: Scopes
  readonly guards: GuardSettings
  /** Rows whose last accepted add is older are asserted again; 0 is off. */
  readonly reassertMs: number
  /** How long an unanswered request may still take effect. */
  readonly settleMs: number
  readonly whenGone: 'pause' | 'recreate'
  /** To be made from the remote audience, and kept. */
  readonly lookalikes: readonly Lookalike[]
}

export interface RunOptions {
  /** Send everybody again through a replacement of the whole audience. */
  readonly full: boolean
  /** Take everybody out. */
  readonly empty: boolean
  readonly adopt: 'merge' | 'replace' | null
  /** Make a new remote audience in place of one that is gone. */
  readonly recreate: boolean
  /** Approves whatever guards would hold this run for. */
  readonly approveAll: boolean
  /** How long to wait out a throttle before giving up. */
  readonly waitMs: number
  /** Keys of the members that are judged; everybody else stays as the ledger has them. Left out: everybody is judged. */
  readonly only?: readonly string[]
}

/** What a run works with. */
export interface Ports {
  readonly world: World
  readonly store: Store
  readonly destination: Destination
  readonly workbench: Workbench
  readonly fingerprint: Fingerprint
  readonly rows: RowContext
  /** The do-not-send list, which `rows.isSuppressed` asks as well. */
  readonly doNotSend: DoNotSend
  /** Names this installation in the remote description. */
  readonly installation: string
  readonly owner: string
  readonly tell: (happening: Happening) => void
}

export interface DoNotSend {
  /** Equal exactly when two lists are. */
  readonly digest: string
  readonly keys: ReadonlySet<StrongKey>
  /** Who was erased; left out where nobody was. */
  readonly erased?: ErasedPeople | undefined
  /** Reads the list again if it changed, before a batch of a run that may have begun hours ago. */
  readonly refresh?: () => Promise<void>
}

/** Those who were erased, by their tombstones: they are not sent, whatever the source says. */
export interface ErasedPeople {
  /** What the tombstone of a strong key means; null where it has none. */
  kindOf(key: StrongKey): TombstoneKind | null
  /** Was a member of the sync's model erased? */
  hasMember(member: string): boolean
}

/** What a run reports while it is under way: facts, for progress bars and logs. Never a person's data. */
export type Happening =
  | { readonly kind: 'step-begun'; readonly step: 'look' | 'fold' | 'evaluate' | 'diff' | 'plan' }
  | { readonly kind: 'members-read'; readonly count: number }
  | { readonly kind: 'sending-begun'; readonly remove: number; readonly add: number }
  | {
      readonly kind: 'batch-answered'
      readonly operation: 'add' | 'remove' | 'replace'
      readonly rows: number
      readonly outcome: string
    }
  | { readonly kind: 'waiting'; readonly until: number; readonly reason: string }
  | { readonly kind: 'noticed'; readonly message: string }
