import type { Mode } from './diff.ts'
import type { LedgerRow, PlanRow, TouchedMember } from './row.ts'
import { strongBits, strongKeys, type StrongKey } from './strong.ts'

/** Who is to be erased, as the members and rows of a ledger show them. */
export interface Erased {
  readonly members: ReadonlySet<string>
  /** Strong keys that are theirs alone: whoever has one of them is the person. */
  readonly own: ReadonlySet<StrongKey>
}

const keysOf = ({ cells }: LedgerRow): StrongKey[] => strongKeys(cells, strongBits(cells))

/** Is this member the person? */
export function isErased(
  { member, ledger }: Pick<TouchedMember, 'member' | 'ledger'>,
  { members, own }: Erased,
): boolean {
  return members.has(member) || ledger.some((row) => keysOf(row).some((key) => own.has(key)))
}

/**
 * The plan rows that take somebody out who is erased: each of their rows goes, by every strong key that it has. Who shares one of
 * those may be taken out beside, so their rows leave L and are added again by the same plan: nobody may come to evaluate them.
 * @param members Everybody of whom the ledger has a row with a strong key of the person.
 */
export function erasePlan(
  members: readonly TouchedMember[],
  erased: Erased,
  mode: Mode,
): PlanRow[] {
  const gone = new Set(members.filter((member) => isErased(member, erased)))
  const carried = new Set(
    [...gone].flatMap(({ ledger }) => ledger.filter(({ inU }) => inU).flatMap(keysOf)),
  )
  return members.flatMap((member) => {
    if (gone.has(member)) return member.ledger.map(removed)
    const isHit = member.ledger.some((row) => keysOf(row).some((key) => carried.has(key)))
    return member.ledger.map((row) => (isHit ? addedAgain(row, mode) : asItWas(row)))
  })
}

function removed(row: LedgerRow): PlanRow {
  return {
    ...asItWas(row),
    quarantine: null,
    desired: false,
    operation: row.inU ? 'remove' : 'none',
    cause: row.inU ? 'erased' : 'none',
  }
}

function addedAgain(row: LedgerRow, mode: Mode): PlanRow {
  const adds = row.row !== null && row.inU && row.desired && mode !== 'remove_only'
  return {
    ...asItWas(row),
    inL: false,
    operation: adds ? 'add' : 'none',
    cause: adds ? 'unsure' : 'none',
  }
}

/** Without a raw fingerprint, so that the next evaluation looks at the member again. */
const asItWas = (row: LedgerRow): PlanRow => ({
  ...row,
  raw: null,
  valueNext: row.value,
  operation: 'none',
  cause: 'none',
  held: 0,
})
