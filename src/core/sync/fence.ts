import type { Batch } from './batch.ts'
import { carriedBits } from './carry.ts'
import type { PlanRow } from './row.ts'
import { strongBits, strongKeys } from './strong.ts'

/**
 * An unanswered request may take effect late, after the opposite one was accepted. Until it settles it is a fence: what is
 * sent meanwhile goes out, but its acceptance settles nothing, and a later run does it again.
 */
export class Fences {
  /** Each a moment in milliseconds until which the entry stands; Infinity while the request is under way. */
  readonly #addedRows = new Map<string, number>()
  readonly #addedKeys = new Map<string, number>()
  readonly #removedMembers = new Map<string, number>()
  readonly #removedKeys = new Map<string, number>()
  /** A replacement that takes effect late takes out everybody who is not in it. */
  #replacedUntil = -Infinity

  /** Raises a fence for the rows of an unsettled request. */
  raise(operation: Batch['operation'], rows: readonly PlanRow[], until: number): void {
    if (operation === 'replace') this.#replacedUntil = Math.max(this.#replacedUntil, until)
    for (const row of rows) {
      if (operation !== 'remove') {
        extend(this.#addedRows, rowId(row), until)
        for (const key of strongKeys(row.cells, strongBits(row.cells)))
          extend(this.#addedKeys, key, until)
      } else {
        extend(this.#removedMembers, row.member, until)
        for (const key of strongKeys(row.cells, carriedBits(row)))
          extend(this.#removedKeys, key, until)
      }
    }
  }

  /** May an unsettled opposite request still undo what a request for this row, sent now, achieves? */
  stands(operation: 'add' | 'remove', row: PlanRow, now: number): boolean {
    if (operation === 'add')
      return (
        this.#replacedUntil > now ||
        lives(this.#removedMembers, row.member, now) ||
        strongKeys(row.cells, strongBits(row.cells)).some((key) =>
          lives(this.#removedKeys, key, now),
        )
      )
    return (
      this.addUnsettled(row, now) ||
      strongKeys(row.cells, carriedBits(row)).some((key) => lives(this.#addedKeys, key, now))
    )
  }

  /** Is an add of exactly this row unsettled? */
  addUnsettled(row: Pick<PlanRow, 'member' | 'row'>, now: number): boolean {
    return lives(this.#addedRows, rowId(row), now)
  }
}

const rowId = ({ member, row }: Pick<PlanRow, 'member' | 'row'>): string => `${member}/${row}`

function extend(fence: Map<string, number>, key: string, until: number): void {
  if ((fence.get(key) ?? -Infinity) < until) fence.set(key, until)
}

function lives(fence: ReadonlyMap<string, number>, key: string, now: number): boolean {
  return (fence.get(key) ?? -Infinity) > now
}
