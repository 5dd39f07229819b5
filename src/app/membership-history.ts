import { join } from 'node:path'
import type { Cause, PlacedRow } from '../core/sync/row.ts'
import { verdicts, type Verdict } from '../core/sync/verdict.ts'
import { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { planRowsOf } from '../sync/duckdb/ledger-lookup.ts'
import type { OpenAudience } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/** What one plan meant for a person, and what came of it. */
export interface HistoryEntry {
  readonly plan: string
  readonly remoteId: string
  readonly operation: 'add' | 'remove'
  readonly cause: Cause
  /** Rows of the person that it was about, and how many of them were accepted. */
  readonly rows: number
  readonly accepted: number
  /** `unsure`: not answered, or accepted while an opposite request was. `not-sent`: no request with it can have taken effect. */
  readonly outcome: 'accepted' | 'unsure' | 'invalid' | 'not-sent'
  /** When it was accepted, in milliseconds; otherwise when the plan was closed; null while it is open. */
  readonly at: number | null
}

/** What the kept plans of a sync did with one member, oldest first. */
export async function membershipHistory(
  { store, stateFolder }: Workspace,
  { local }: OpenAudience,
  sync: string,
  member: string,
): Promise<HistoryEntry[]> {
  const folder = new ParquetFolder(join(stateFolder, 'ledger'))
  const entries: HistoryEntry[] = []
  const plans = await store.plans(sync)
  const rowsOf = await planRowsOf(local, folder, plans, member)
  for (const plan of plans) {
    const rows = rowsOf.get(plan.id)
    if (rows === undefined) continue
    const verdictOf = verdicts(await store.batches(plan.id))
    for (const operation of ['remove', 'add'] as const) {
      const own = rows.filter((row) => row.operation === operation)
      if (own.length > 0)
        entries.push({
          plan: plan.id,
          remoteId: plan.remoteId,
          operation,
          ...outcomeOf(own, verdictOf, plan.closedAt),
        })
    }
  }
  return entries
}

function outcomeOf(
  rows: readonly PlacedRow[],
  verdictOf: (position: number) => Verdict,
  closedAt: number | null,
): Pick<HistoryEntry, 'cause' | 'rows' | 'accepted' | 'outcome' | 'at'> {
  const found = rows.map(({ position }) => verdictOf(position))
  const times = found.flatMap(({ acceptedAt }) => acceptedAt ?? [])
  return {
    cause: rows[0]?.cause ?? 'none',
    rows: rows.length,
    accepted: times.length,
    outcome: times.length > 0 ? 'accepted' : unacceptedOutcome(found),
    at: times.length > 0 ? Math.max(...times) : closedAt,
  }
}

function unacceptedOutcome(found: readonly Verdict[]): HistoryEntry['outcome'] {
  if (found.some(({ invalid }) => invalid !== null)) return 'invalid'
  return found.some(({ sent }) => sent) ? 'unsure' : 'not-sent'
}
