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
 * The plan rows that take somebody out who is erased: each of their rows goes, by every strong key that it has. An EXTERN_ID among
 * them stands for whatever was ever uploaded with it. So whoever shares anything that the person has or had may be taken out beside:
 * their rows leave L and are added again by the same plan, since nobody may come to evaluate them.
 * @param members Everybody of whom the ledger has a row with a strong key that the person has or had.
 */
export function erasePlan(
  members: readonly TouchedMember[],
  erased: Erased,
  mode: Mode,
): PlanRow[] {
  const gone = new Set(members.filter((member) => isErased(member, erased)))
  const goesOut = [...gone].some(({ ledger }) => ledger.some(({ inU }) => inU))
  return members.flatMap((member) =>
    member.ledger.map((row) =>
      gone.has(member) ? removed(row) : goesOut ? addedAgain(row, mode) : asItWas(row),
    ),
  )
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
