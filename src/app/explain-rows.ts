import { join } from 'node:path'
import type { Cells, MappedValues, RowContext } from '../core/match-key/rows.ts'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import { toText } from '../core/match-key/to-text.ts'
import { traceValue, type ValueTrace } from '../core/match-key/trace.ts'
import { desiredRow, fingerprintWith } from '../core/sync/fingerprint.ts'
import type { LedgerRow } from '../core/sync/row.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import type { Mapping } from '../sql/fingerprint.ts'
import type { SyncState } from '../store/port.ts'
import { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { ledgerRowsOf } from '../sync/duckdb/ledger-lookup.ts'
import { mappingFor } from './audience-reading.ts'
import { consentOf, untied } from './consent.ts'
import { readingFor } from './reading.ts'
import { KeptTombstones } from './erase/kept-tombstones.ts'
import { mask } from './mask.ts'
import { memberHash } from './member-hash.ts'
import { layOutValues, type MemberValues } from './member-values.ts'
import { membershipHistory, type HistoryEntry } from './membership-history.ts'
import { sendsIdsAlone, sentRows } from '../sync/sent-rows.ts'
import type { OpenAudience } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/** The person whose rows are explained. */
export interface Person {
  readonly key: string
  /** The model with nobody else in it. */
  readonly audience: OpenAudience['audience']
  readonly isMember: boolean
  readonly context: RowContext
}

/** What became of one match row. */
export type Fate =
  /** Accepted, and nothing since can have undone it; `since` in milliseconds, null when not known. */
  | { readonly kind: 'in'; readonly since: number | null }
  /** A request with it was not answered, or it shares an identifier with somebody whose removal was. */
  | { readonly kind: 'maybe-in' }
  /** The platform called it invalid; it is not sent again until it changes. */
  | { readonly kind: 'quarantined'; readonly reason: string }
  | { readonly kind: 'not-sent'; readonly reason: NotSent; readonly message: string }
  /** No longer wanted, and not yet surely out. */
  | { readonly kind: 'leaving'; readonly message: string }

type NotSent =
  | 'not-a-member'
  | 'no-consent'
  | 'untied'
  | 'held-out'
  | 'no-sync'
  | 'paused'
  | 'blocked'
  | 'mode'
  | 'next-run'

/** One value that a sync takes of the person, with what it was made into. */
export interface ValueShown extends ValueTrace {
  readonly column: string
  /** It is on the do-not-send list. */
  readonly suppressed: boolean
}

type Unsent = Extract<Fate, { kind: 'not-sent' }>

interface RowShown {
  readonly cells: Readonly<Partial<Record<MatchKey, string>>>
  readonly fate: Fate
}

/** One person as one sync sees them. */
export interface ExplainedSync {
  /** Null: no sync uses the audience, and this is what the columns' names suggest. */
  readonly sync: string | null
  readonly heldOut: boolean
  /** What the sync's destination asks people to agree to, and whether this one does; null: nothing. */
  readonly consent: { readonly purpose: string; readonly given: boolean } | null
  /** The do-not-send list leaves nothing of them to be sent. */
  readonly withheld: boolean
  /** The person was erased, so nothing of them is sent. */
  readonly erased: boolean
  readonly values: readonly ValueShown[]
  /** The rows that the person has now, and those of older values that may still be in. */
  readonly rows: readonly RowShown[]
  /** When they entered and left the Custom Audience, oldest first, as far as plans are kept. */
  readonly history: readonly HistoryEntry[]
}

/** Explains what one sync takes of a person and what became of it. */
export async function explainRows(
  workspace: Workspace,
  opened: OpenAudience,
  sync: SyncDefinition | null,
  person: Person,
  reveal: boolean,
): Promise<ExplainedSync> {
  const mapping = mappingFor(opened, sync)
  const { member, heldOut, values, single } = await readPerson(
    workspace,
    opened,
    sync,
    mapping,
    person,
  )
  const folder = new ParquetFolder(join(workspace.stateFolder, 'ledger'))
  const state = sync === null ? null : await workspace.store.state(sync.key)
  const remote = state?.remote ?? null
  const ledger =
    remote === null ? [] : await ledgerRowsOf(opened.local, folder, remote.files, member)
  const doubted = remote?.onlyMaybe === true
  const known = doubted ? ledger.map((row) => ({ ...row, inL: false })) : ledger
  const consent = await consentOf(opened, sync, person.key)
  const isRefused = consent?.given === false
  const unsaid = sync && untied(workspace.definition, sync)
  const why =
    unsaid === null
      ? notSent(sync, state, person.isMember, isRefused, heldOut)
      : because('untied', unsaid.message)
  const fingerprint = fingerprintWith(`${workspace.secret}/row`)
  const valueBased = (sync?.value ?? null) !== null
  const idsAlone = sendsIdsAlone(mapping.map(([key]) => key))
  const erased = await isErased(workspace, member, single, person)
  const sent = erased
    ? { rows: [], suppressed: single.length }
    : sentRows(values, person.context, valueBased, idsAlone)
  const withheld = sent.rows.length === 0 && sent.suppressed > 0
  const leaving = (cells: Cells): Fate =>
    leavingFrom(sync, saidNo(withheld || isListed(cells, person.context), isRefused))
  const desired = sent.rows.map((cells) => desiredRow(cells, fingerprint))
  const rows = desired.map(({ row, cells }) => {
    const told = known.find((one) => one.row === row)
    return { cells: shownCells(cells, reveal), fate: fateOf(told, why, leaving(cells)) }
  })
  const older = known
    .filter((told) => told.inU && !desired.some(({ row }) => row === told.row))
    .map(({ cells }) => ({ cells: shownCells(cells, reveal), fate: leaving(cells) }))
  return {
    sync: sync?.key ?? null,
    heldOut,
    consent,
    withheld,
    erased,
    values: tracedValues(single, person, reveal),
    rows: [...rows, ...older],
    history: sync === null ? [] : await membershipHistory(workspace, opened, sync.key, member),
  }
}

/** By their row in the model, or by an identifier that stands for them. */
async function isErased(
  workspace: Workspace,
  member: string,
  single: readonly SingleValue[],
  person: Person,
): Promise<boolean> {
  const { erased } = await KeptTombstones.read(workspace, person.audience.model.name)
  if (erased === undefined) return false
  return (
    erased.hasMember(member) ||
    tracedValues(single, person, true).some(
      ({ key, sent }) => sent !== null && person.context.isPerson?.(key, sent) === true,
    )
  )
}

interface Read {
  /** The hash by which the ledger knows them. */
  readonly member: string
  readonly heldOut: boolean
  readonly values: MappedValues
  /** One by one, with the column that each is from. */
  readonly single: readonly SingleValue[]
}

interface SingleValue {
  readonly key: MatchKey
  readonly column: string
  readonly value: unknown
}

async function readPerson(
  workspace: Workspace,
  opened: OpenAudience,
  sync: SyncDefinition | null,
  mapping: Mapping,
  person: Person,
): Promise<Read> {
  const { local } = opened
  const reading = readingFor(workspace, opened, person.audience, mapping, sync)
  const kept = await layOutValues(opened, reading)
  const heldOut = kept.known === 0
  const all = heldOut
    ? await layOutValues(opened, { ...reading, holdout: { share: 0, salt: '' } })
    : kept
  const [row] = await local.scratch.all('select cast(member as varchar) as member from read_people')
  // Whoever is gone from the model may still be in the ledger, by the hash of the key as it was typed.
  if (row === undefined)
    return {
      member: memberHash(workspace, person.key),
      heldOut: false,
      values: {},
      single: [],
    }
  const single: SingleValue[] = []
  for (const [key, columns] of mapping)
    for (const column of columns) {
      const own = (await firstOf(all, [[key, [column]]]))[key] ?? []
      single.push(...own.map((value) => ({ key, column, value })))
    }
  return { member: String(row['member']), heldOut, values: await firstOf(all, mapping), single }
}

async function firstOf(laid: MemberValues, mapping: Mapping): Promise<MappedValues> {
  let first: MappedValues | undefined
  for await (const chunk of laid.stream(mapping)) first ??= chunk[0]?.values
  return first ?? {}
}

const isListed = (cells: Cells, { isSuppressed }: RowContext): boolean =>
  MATCH_KEY_NAMES.some((key, place) => {
    const cell = cells[place] ?? null
    return cell !== null && isSuppressed?.(key, cell) === true
  })

/** In which way somebody said no, as far as they did; the list goes first. */
const saidNo = (isOnList: boolean, isRefused: boolean): string | null =>
  isOnList ? 'On the do-not-send list' : isRefused ? 'Without consent' : null

/** @param no In which way: that takes out in every mode. */
function leavingFrom(sync: SyncDefinition | null, no: string | null): Fate {
  const why = no ?? 'No longer wanted'
  const then =
    sync?.paused === true
      ? 'the sync is paused, so it stays'
      : sync?.mode === 'add_only' && no === null
        ? 'the sync only adds, so it stays'
        : 'a run takes it out, or waits until nobody else needs what it holds'
  return { kind: 'leaving', message: `${why}; ${then}` }
}

function fateOf(told: LedgerRow | undefined, why: Unsent, leaving: Fate): Fate {
  if (told === undefined) return why
  if (told.quarantine !== null) return { kind: 'quarantined', reason: told.quarantine }
  if (!told.inU) return why
  if (LEAVES.includes(why.reason)) return leaving
  return told.inL ? { kind: 'in', since: told.assertedAt } : { kind: 'maybe-in' }
}

/** For these whoever is in goes out. */
const LEAVES: readonly NotSent[] = ['not-a-member', 'no-consent', 'held-out']

const because = (reason: NotSent, message: string): Unsent => ({
  kind: 'not-sent',
  reason,
  message,
})

/** Why a row that the ledger does not have was not sent. */
function notSent(
  sync: SyncDefinition | null,
  state: SyncState | null,
  isMember: boolean,
  isRefused: boolean,
  heldOut: boolean,
): Unsent {
  if (!isMember) return because('not-a-member', 'The person is not a member of the audience')
  if (isRefused) return because('no-consent', `The person does not agree to ${sync?.consent}`)
  if (heldOut) return because('held-out', 'The person is in the part that is held out')
  if (sync === null) return because('no-sync', 'No sync sends this audience')
  if (sync.paused) return because('paused', 'The sync is paused')
  if (state !== null && state.blocked !== null)
    return because('blocked', `The sync is blocked: ${state.blocked.message}`)
  if (sync.mode === 'remove_only') return because('mode', 'The sync only removes people')
  return because('next-run', 'The next run sends it')
}

function shownCells(cells: Cells, reveal: boolean): RowShown['cells'] {
  const shown = MATCH_KEY_NAMES.flatMap((key, place): [MatchKey, string][] => {
    const cell = cells[place] ?? null
    return cell === null ? [] : [[key, reveal ? cell : mask(cell)]]
  })
  return Object.fromEntries(shown)
}

function tracedValues(
  single: readonly SingleValue[],
  { context }: Person,
  reveal: boolean,
): ValueShown[] {
  const hide = (text: string | null): string | null => (text === null || reveal ? text : mask(text))
  const countries = single.filter(({ key }) => key === 'COUNTRY').map(({ value }) => toText(value))
  // The first that is a country, as for the row.
  const country =
    countries.find(
      (text) => traceValue('COUNTRY', text, { ...context, country: null }).normalised !== null,
    ) ?? null
  return single.map(({ key, column, value }): ValueShown => {
    const trace = traceValue(key, value, { ...context, country })
    return {
      ...trace,
      column,
      raw: reveal ? trace.raw : mask(trace.raw),
      normalised: hide(trace.normalised),
      sent: hide(trace.sent),
      suppressed: trace.sent !== null && (context.isSuppressed?.(key, trace.sent) ?? false),
    }
  })
}
