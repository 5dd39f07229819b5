import type { LedgerRow, PlacedRow } from '../../src/core/sync/row.ts'
import type { LedgerFiles, Store } from '../../src/store/port.ts'
import type { Workbench } from '../../src/sync/workbench.ts'
import type { SourcePerson } from './people.ts'

/**
 * What a simulated run works on and what survives a crash: arrays and a store in memory, or real files and a real database.
 * The source is read when the workbench compares.
 */
export interface Machine extends AsyncDisposable {
  readonly store: Store
  /** How long, in real time, one call of its parts may take. */
  readonly patienceMs: number
  /**
   * The workbench of one run; all of them share their files.
   * @param settings What of the definition counts for raw fingerprints.
   * @param refusing The members who do not agree to be sent, and are not in the source therefore.
   */
  workbench(
    source: () => readonly SourcePerson[],
    settings: string,
    refusing: () => ReadonlySet<string>,
  ): Workbench
  /** The rows that ledger files hold, for the checkers. */
  ledgerRows(files: LedgerFiles): Promise<readonly LedgerRow[]>
  /** The rows of a plan file by position, for the checkers. */
  planRows(file: string): Promise<readonly PlacedRow[]>
  /** Everything that was written since the last call, as text, to look for what should not be there. */
  written(): Promise<string>
}

export type MachineFactory = () => Promise<Machine>
