import type { Comparing } from '../workbench.ts'
import type { LedgerRelations } from './ledger-sql.ts'
import { suppressedMembers } from './suppressed-keys.ts'

export interface Asked extends Omit<Comparing, 'ledger' | 'only'> {
  readonly onlyMaybe: boolean
  /** Conditions on `member` that part everybody into as many as are joined at a time. */
  readonly slices: readonly string[]
}

/** Every member that needs a look, why, and whether the ledger knows them: everybody at a first run, so it is kept narrow. */
const TOUCHED =
  `create or replace table touched (member uuid, hint ubigint, raw uuid, kind enum('changed', 'kept', 'left', 'withdrawn'), ` +
  `known boolean, only_maybe boolean)`

interface Step {
  readonly sql: string
  readonly values?: Record<string, number | boolean>
}

/**
 * Sets `people_now` (member, hint, raw) beside the ledger: afterwards the table `touched` has every member that needs a look, with why.
 * Both fingerprints are 16 bytes, so this is a hash join, slice by slice, whatever the columns are.
 */
export function compareSteps(ledger: LedgerRelations, asked: Asked): Step[] {
  const steps: Step[] = [
    { sql: TOUCHED },
    ...asked.slices.map((slice) => ({
      sql: joinSql(ledger, asked, slice),
      values: { only_maybe: asked.onlyMaybe },
    })),
  ]
  if (asked.reassertMs > 0 && !asked.everyone)
    steps.push({
      sql: dueSql(ledger),
      values: { now: asked.now, reassert: asked.reassertMs },
    })
  if (asked.suppressed.length > 0 && !asked.everyone) steps.push({ sql: suppressedSql(ledger) })
  steps.push(...withdrawnSteps(ledger, asked.onlyMaybe))
  return steps
}

function joinSql(
  { members }: LedgerRelations,
  { everyone, ignoreLeft }: Asked,
  slice: string,
): string {
  const kind =
    `case when now.member is null then 'left' ` +
    `when ledger.raw is null or ledger.raw <> now.raw then 'changed' else 'kept' end`
  const differs = `now.raw is null or ledger.raw is null or now.raw <> ledger.raw`
  const join = ignoreLeft ? 'left join' : 'full outer join'
  return (
    `insert into touched select coalesce(now.member, ledger.member) as member, now.hint as hint, now.raw as raw, ${kind} as kind, ` +
    `ledger.member is not null as known, $only_maybe as only_maybe ` +
    `from (select * from people_now where ${slice}) as now ` +
    `${join} (select * from (${members}) as known where ${slice}) as ledger on now.member = ledger.member` +
    (everyone ? '' : ` where ${differs}`)
  )
}

/** As `isDue` in evaluate.ts. The first condition alone rules out nearly all rows without looking at them. */
function dueSql({ rows, members }: LedgerRelations): string {
  const share = `cast('0x' || cast(match_row as varchar)[1:8] as bigint) / 4294967296.0::double`
  return (
    `insert into touched select due.member, null, ledger.raw, 'kept', true, false from (` +
    `select distinct member from (${rows}) as rows where in_l and asserted_at <= $now - $reassert * 0.5 ` +
    `and asserted_at + $reassert * (0.5 + ${share} / 2) <= $now) as due ` +
    `join (${members}) as ledger on ledger.member = due.member ` +
    // Where those who left stay, they stay as they are: they are not sent again.
    `semi join people_now as now on now.member = due.member ` +
    `where due.member not in (select member from touched)`
  )
}

/** Whoever the ledger knows by an identifier that came onto the do-not-send list is read again. */
function suppressedSql({ rows, members }: LedgerRelations): string {
  return (
    `insert into touched select found.member, now.hint, now.raw, case when now.member is null then 'left' else 'changed' end, true, false ` +
    `from (${suppressedMembers(rows)}) as found ` +
    `join (${members}) as ledger on ledger.member = found.member ` +
    `left join people_now as now on now.member = found.member ` +
    `where found.member not in (select member from touched)`
  )
}

/** Of those who left, whoever is in `refusing`; and whoever else the ledger knows of them, where those who left need no look. */
function withdrawnSteps({ members }: LedgerRelations, onlyMaybe: boolean): Step[] {
  return [
    {
      sql: `update touched set kind = 'withdrawn' where kind = 'left' and member in (select member from refusing)`,
    },
    {
      sql:
        `insert into touched select member, null, null, 'withdrawn', true, $only_maybe from (${members}) as ledger ` +
        `where member in (select member from refusing) and member not in (select member from touched)`,
      values: { only_maybe: onlyMaybe },
    },
  ]
}

/** Whoever is in `refusing` and may be in the audience, as the table `touched`. */
export function refusingSteps({ members }: LedgerRelations, onlyMaybe: boolean): Step[] {
  const found =
    `insert into touched select member, null, null, 'withdrawn', true, $only_maybe from (${members}) as ledger ` +
    `where in_u and member in (select member from refusing)`
  return [{ sql: TOUCHED }, { sql: found, values: { only_maybe: onlyMaybe } }]
}

/** Whom a row names by a key of `suppressed_keys`, as the table `touched`: what they should have is what the ledger has of them. */
export function suppressedSteps({ rows }: LedgerRelations, onlyMaybe: boolean): Step[] {
  const found = `insert into touched select member, null, null, 'kept', true, $only_maybe from (${suppressedMembers(rows)}) as found`
  return [{ sql: TOUCHED }, { sql: found, values: { only_maybe: onlyMaybe } }]
}

/** Of the ledger, the members in the table `asked_members`. */
export const askedSql = ({ members, rows }: LedgerRelations): LedgerRelations => ({
  members: `select * from (${members}) as ledger semi join asked_members using (member)`,
  rows,
})

/** Of the ledger, how many belong who are not in the table `asked_members`. */
export const othersSql = ({ members }: LedgerRelations): string =>
  `select count(*) as others from (${members}) as ledger anti join asked_members using (member) where usable or raw is not null`

/**
 * What the comparison comes to, in one pass over the small tables and the ledger's members.
 * @param whole The ledger of everybody; the other is of those who were looked at.
 */
export function countsSql({ members }: LedgerRelations, whole: LedgerRelations): string {
  return (
    `select (select count(*) from (${members}) as ledger) as members, ` +
    `(select count(*) from (${whole.members}) as ledger where in_u) as present, ` +
    `(select count(*) from (${whole.members}) as ledger anti join touched using (member) where not usable and raw is not null) as unusable_kept, ` +
    `(select count(*) from touched where kind in ('left', 'withdrawn')) as left_behind, ` +
    `(select count(*) from touched where not known) as entering, ` +
    `(select count(distinct member) from touched where not known) as entering_once`
  )
}
