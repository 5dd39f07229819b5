import type { AccessToken, AdAccount } from './account.ts'
import type { AudienceRecord, ReplaceEnd, Upload } from './audience.ts'
import type { Change, RowsChange } from './change.ts'
import { createExternMemory, type ExternMemory, type ExternMemoryMode } from './extern-memory.ts'
import type { Membership } from './membership.ts'
import type { MembershipFactory } from './membership-factory.ts'
import { changed } from './size-ramp.ts'

/** A replace session that was never closed ends by itself this long after its first batch. */
const REPLACE_MS_MAX = 90 * 60_000
const UPLOADS_KEPT = 50
const REPLACES_KEPT = 100

interface Entry {
  record: AudienceRecord
  members: Membership
  /** The members of the open replace session. */
  staged: Membership | null
}

export interface StateOptions {
  readonly accounts: readonly AdAccount[]
  readonly tokens: readonly AccessToken[]
  readonly membership: MembershipFactory
  readonly externMemory: ExternMemoryMode
  readonly idBase: number
}

type ChangeOf<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>

/** Everything the sandbox holds. It changes by `apply` and by nothing else, so a log of changes rebuilds it. */
export class State {
  readonly accounts = new Map<string, AdAccount>()
  readonly tokens = new Map<string, AccessToken>()
  readonly #entries = new Map<string, Entry>()
  readonly #memories = new Map<string, ExternMemory>()
  readonly #options: StateOptions
  #idBase: number
  #idsGiven = 0
  advanceMs = 0

  constructor(options: StateOptions) {
    this.#options = options
    this.#idBase = options.idBase
    this.#begin()
  }

  #begin(): void {
    this.#entries.clear()
    this.#memories.clear()
    this.accounts.clear()
    this.tokens.clear()
    this.advanceMs = 0
    for (const account of this.#options.accounts) this.accounts.set(account.id, account)
    for (const token of this.#options.tokens) this.tokens.set(token.token, token)
  }

  /** The next id of an audience: 17 digits, never one that was given before. */
  nextAudienceId(): string {
    return `2384${this.#idBase + this.#idsGiven * 10_000}`
  }

  /** An audience as it stands at `at`; undefined for one that is not there. */
  audience(id: string, at: number): AudienceRecord | undefined {
    this.#settle(id, at)
    return this.#entries.get(id)?.record
  }

  /** The audiences of an account, the newest first. */
  audiencesOf(accountId: string, at: number): AudienceRecord[] {
    const found: AudienceRecord[] = []
    for (const { record } of this.#entries.values()) {
      if (record.accountId !== accountId) continue
      found.push(this.audience(record.id, at) ?? record)
    }
    return found.toReversed()
  }

  allAudienceIds(): readonly string[] {
    return [...this.#entries.keys()]
  }

  members(id: string, at: number): Membership | undefined {
    this.#settle(id, at)
    return this.#entries.get(id)?.members
  }

  #memory(accountId: string): ExternMemory {
    const known = this.#memories.get(accountId)
    if (known !== undefined) return known
    const memory = createExternMemory(this.#options.externMemory)
    this.#memories.set(accountId, memory)
    return memory
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'reset':
        return this.#begin()
      case 'clock':
        this.advanceMs += change.advanceMs
        return
      case 'account':
        this.accounts.set(change.account.id, change.account)
        return
      case 'token':
        this.tokens.set(change.token.token, change.token)
        return
      case 'audience':
        return this.#put(change.record)
      case 'audience-deleted':
        this.#entries.delete(change.id)
        return
      case 'members':
        return this.#changeMembers(change)
      case 'replace':
        return this.#stage(change)
      case 'remove-everywhere':
        return this.#removeEverywhere(change)
      case 'ids':
        this.#idBase = change.base
        this.#idsGiven = change.given
        return
      case 'held':
        return this.#hold(change)
      case 'extern-memory': {
        const memory = this.#memory(change.accountId)
        for (const [externId, at, targets] of change.entries) memory.remember(externId, targets, at)
        return
      }
      default:
        change satisfies never
    }
  }

  #put(record: AudienceRecord): void {
    const entry = this.#entries.get(record.id)
    if (entry !== undefined) {
      entry.record = record
      return
    }
    if (record.id === this.nextAudienceId()) this.#idsGiven += 1
    const members = this.#options.membership(this.#memory(record.accountId))
    const staged =
      record.replace === null ? null : this.#options.membership(this.#memory(record.accountId))
    this.#entries.set(record.id, { record, members, staged })
  }

  #hold({ id, staged, held }: ChangeOf<'held'>): void {
    const entry = this.#entries.get(id)
    const membership = staged ? entry?.staged : entry?.members
    membership?.restore(held)
  }

  #changeMembers(change: ChangeOf<'members'>): void {
    this.#settle(change.id, change.at)
    const entry = this.#entries.get(change.id)
    if (entry === undefined) return
    const { at, operation, source } = change
    const before = entry.members.matched
    entry.members[operation](change, at)
    entry.record = {
      ...entry.record,
      sourceKind: entry.record.sourceKind ?? source,
      contentUpdatedAt: at,
      size: changed(entry.record.size, entry.members.matched - before, at),
      uploads: withUpload(entry.record.uploads, change, at),
    }
  }

  #removeEverywhere({ accountId, at, rows, count }: ChangeOf<'remove-everywhere'>): void {
    for (const { id, subtype } of this.audiencesOf(accountId, at)) {
      const entry = this.#entries.get(id)
      if (entry === undefined || subtype !== 'CUSTOM') continue
      const before = entry.members.matched
      entry.members.remove({ rows, count }, at)
      entry.staged?.remove({ rows, count }, at)
      const size = changed(entry.record.size, entry.members.matched - before, at)
      entry.record = { ...entry.record, size }
    }
  }

  #stage(change: ChangeOf<'replace'>): void {
    this.#settle(change.id, change.at)
    const entry = this.#entries.get(change.id)
    if (entry === undefined) return
    const { at, sessionId, schema, source, last, swapAt } = change
    const open = entry.record.replace ?? { id: sessionId, startedAt: at, schema, swapAt: null }
    entry.staged ??= this.#options.membership(this.#memory(entry.record.accountId))
    entry.staged.add(change, at)
    entry.record = {
      ...entry.record,
      sourceKind: entry.record.sourceKind ?? source,
      replace: last ? { ...open, swapAt } : open,
      uploads: withUpload(entry.record.uploads, change, at),
    }
    if (last && swapAt === null) this.#end(entry, 'failed', at)
    this.#settle(change.id, at)
  }

  /** Lets time pass for an audience: a replace session that is due takes effect. */
  #settle(id: string, at: number): void {
    const entry = this.#entries.get(id)
    const replace = entry?.record.replace
    if (entry === undefined || replace === null || replace === undefined) return
    const timeOut = replace.startedAt + REPLACE_MS_MAX
    if (replace.swapAt !== null && at >= replace.swapAt)
      this.#end(entry, 'finished', replace.swapAt)
    else if (replace.swapAt === null && at >= timeOut) this.#end(entry, 'timed-out', timeOut)
  }

  /** Ends the open replace session: what was staged becomes the audience, at once and as a whole, unless it failed. */
  #end(entry: Entry, end: ReplaceEnd, at: number): void {
    const { record } = entry
    const before = entry.members.matched
    if (end !== 'failed' && entry.staged !== null) entry.members = entry.staged
    entry.staged = null
    const ended = Object.entries({ ...record.replacesEnded, [record.replace?.id ?? '']: end })
    entry.record = {
      ...record,
      replace: null,
      replaceFailed: end === 'failed',
      replacesEnded: Object.fromEntries(ended.slice(-REPLACES_KEPT)),
      contentUpdatedAt: at,
      size: changed(record.size, entry.members.matched - before, at),
    }
  }

  /** The changes that rebuild this state from nothing. */
  *snapshot(): Generator<Change> {
    yield { kind: 'ids', base: this.#idBase, given: this.#idsGiven }
    if (this.advanceMs !== 0) yield { kind: 'clock', advanceMs: this.advanceMs }
    for (const account of this.accounts.values()) yield { kind: 'account', account }
    for (const token of this.tokens.values()) yield { kind: 'token', token }
    for (const [accountId, memory] of this.#memories) {
      const entries = [...memory.entries()]
      for (let from = 0; from < entries.length; from += 10_000) {
        yield { kind: 'extern-memory', accountId, entries: entries.slice(from, from + 10_000) }
      }
    }
    for (const [id, { record, members, staged }] of this.#entries) {
      yield { kind: 'audience', record }
      for (const held of members.held()) yield { kind: 'held', id, staged: false, held }
      for (const held of staged?.held() ?? []) yield { kind: 'held', id, staged: true, held }
    }
  }
}

/** The upload sessions with one more request counted into its own. */
function withUpload(
  uploads: readonly Upload[],
  { sessionId, received, count, last }: RowsChange,
  at: number,
): readonly Upload[] {
  const known = uploads.find((upload) => upload.sessionId === sessionId)
  const upload: Upload = {
    sessionId,
    startedAt: known?.startedAt ?? at,
    endedAt: last ? at : (known?.endedAt ?? null),
    received: (known?.received ?? 0) + received,
    invalid: (known?.invalid ?? 0) + received - count,
  }
  const others = known === undefined ? uploads : uploads.filter((other) => other !== known)
  return [...others, upload].slice(-UPLOADS_KEPT)
}
