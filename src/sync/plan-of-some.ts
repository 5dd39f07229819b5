import { NORMALISER_VERSION } from '../core/match-key/table.ts'
import type { OpenPlan, RemoteLedger, SyncState } from '../store/port.ts'
import type { SyncOrder } from './order.ts'

/** A plan that takes some people out by what the ledger says of them: nobody is evaluated, so what the last evaluation used stays. */
export const planOfSome = (
  file: string,
  { remoteId }: RemoteLedger,
  { mode }: SyncOrder,
  { normaliserVersion, suppressionDigest }: SyncState,
): OpenPlan => ({
  id: file,
  remoteId,
  file,
  mode,
  replacement: 'none',
  normaliserVersion: normaliserVersion ?? NORMALISER_VERSION,
  suppressionDigest: suppressionDigest ?? '',
})
