import { emptySql, fromLinesSql } from '../../engine/duckdb/line-columns.ts'
import { PLAN_COLUMNS } from './columns.ts'
import { carriedBitsSql, heldSql, STRONG_COLUMNS, strongBitsSql } from './held-sql.ts'
import type { LedgerRelations } from './ledger-sql.ts'
import { EXTERN_ID_BIT } from '../../core/sync/strong.ts'

/** The table that a plan's lines become; `place` is what tells its rows apart. */
export const PLANNED = `create or replace table planned as ${emptySql([{ name: 'place', type: 'bigint' }, ...PLAN_COLUMNS])}`

/** Takes a table of lines into it, after so many rows. */
export const plannedSql = (lines: string, before: number): readonly string[] => [
  `insert into planned select ${before} + row_number() over () as place, * from (${fromLinesSql(lines, PLAN_COLUMNS)}) as parsed`,
]

/**
 * Turns `planned` into a plan file. D is the plan's desired rows and, of the members that the plan does not touch, the ledger's.
 * The order in the file is the order of sending: a row's position is its place in it.
 * `send_group`: 0 and 1 removals with and without EXTERN_ID, 2 and 3 adds, 4 not sent.
 */
export function planSteps({ rows }: LedgerRelations, path: string): string[] {
  const untouched = `select * from (${rows}) as ledger anti join touched using (member) where in_u and desired`
  // EXTERN_ID only counts where it is all a row has; leaving it out otherwise saves a scan of everybody's.
  const strong = STRONG_COLUMNS.map(({ bit, column }) =>
    bit === EXTERN_ID_BIT
      ? `case when (${strongBitsSql}) = ${EXTERN_ID_BIT} then ${column} end as ${column}`
      : column,
  ).join(', ')
  return [
    `create or replace table unwanted as select place, ${strong} from planned where not desired and in_u`,
    `create or replace table holding as ${heldSql('unwanted', ['select * from planned where desired', untouched])}`,
    `create or replace table removing as select distinct member from (${withHeld()}) as held where operation = 'remove' and ${carriedBitsSql} <> 0`,
    `copy (${orderedSql()}) to '${path.replaceAll("'", "''")}' (format parquet, compression zstd)`,
    ...['planned', 'unwanted', 'holding', 'removing', 'touched'].map(
      (done) => `drop table ${done}`,
    ),
  ]
}

const withHeld = (): string =>
  `select planned.* exclude (held, place), coalesce(holding.held, 0) as held from planned left join holding using (place)`

/** A row that returns is only added again if a removal really goes out for its member; a removal with nothing to carry is covered. */
function orderedSql(): string {
  const returns = `(cause <> 'returning' or member in (select member from removing))`
  const operation = `case when operation = 'remove' and ${carriedBitsSql} = 0 then 'none' when ${returns} then operation else 'none' end`
  const settled = `select * replace (${operation} as operation) from (${withHeld()}) as held`
  const group =
    `case when operation = 'remove' then case when ${withExtern(carriedBitsSql)} then 0 else 1 end ` +
    `when operation = 'add' then case when ${withExtern(strongBitsSql)} then 2 else 3 end else 4 end`
  return `select *, ${group} as send_group from (${settled}) as settled order by send_group, member, match_row`
}

/** What a plan file comes to. */
export function toSendSql(plan: string): string {
  return (
    `select count(*) filter (send_group in (2, 3)) as add, count(*) filter (send_group in (0, 1)) as remove, ` +
    `count(*) filter (send_group = 4 and not desired and in_u and cause in ('left', 'changed', 'suppressed', 'erased')) as covered, ` +
    `count(distinct case when send_group in (0, 1) and cause not in ('suppressed', 'erased') then member end) as removing, ` +
    `count(*) filter (send_group = 3) as add_without_extern from ${plan}`
  )
}

const withExtern = (bits: string): string => `(${bits}) & ${EXTERN_ID_BIT} <> 0`
