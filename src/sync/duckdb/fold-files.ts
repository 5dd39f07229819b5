import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { LedgerFiles } from '../../store/port.ts'
import type { FoldedMember } from '../workbench.ts'
import { foldedLine } from './codec.ts'
import { emptySql, fromLinesSql, line } from '../../engine/duckdb/line-columns.ts'
import { FOLDED_COLUMNS, FOLDED_MEMBER_COLUMNS, MEMBER_COLUMNS, ROW_COLUMNS } from './columns.ts'
import { heldSql, namingBitsSql, STRONG_COLUMNS } from './held-sql.ts'
import { based, writeLayer, type LayerTools } from './layer-files.ts'
import type { LedgerRelations } from './ledger-sql.ts'
import { takeLines } from './take-lines.ts'

/** When the overlays hold more than this share of the base's rows, or are this many, they become one file again. */
const OVERLAY_SHARE_MAX = 0.1
const OVERLAYS_MAX = 8

interface FoldTools extends LayerTools {
  readonly relations: (
    files: Pick<LedgerFiles, 'base' | 'overlays'>,
    keepGone?: boolean,
  ) => LedgerRelations
}

/** Writes the folded members as the ledger's newest layer, and merges layers when they have grown. */
export async function foldInto(
  files: LedgerFiles,
  members: AsyncIterable<readonly FoldedMember[]>,
  tools: FoldTools,
): Promise<LedgerFiles> {
  const { local, relations } = tools
  await receive(members, local)
  await dropCovered(relations(files).rows, local)
  const rows = await local.scratch.count('folded')
  const overlayRows = files.overlayRows + rows
  if (files.base === null || overlayRows > files.baseRows * OVERLAY_SHARE_MAX)
    return rebase(files, tools)
  const overlay = await writeLayer(tools, foldedLayer(''))
  const overlays = [...files.overlays, overlay]
  if (overlays.length < OVERLAYS_MAX) return { ...files, overlays, overlayRows }
  const merged = await writeLayer(tools, relations({ base: null, overlays }, true))
  return { ...files, overlays: [merged], overlayRows }
}

/** The rows that lines of one kind become, without the letter that says which. */
const marked = (lines: string, mark: string, columns: Parameters<typeof fromLinesSql>[1]): string =>
  fromLinesSql(`(select line[2:] as line from ${lines} where line[1] = '${mark}')`, columns)

/** Two tables from two kinds of lines, in one pass over the members. */
async function receive(
  members: AsyncIterable<readonly FoldedMember[]>,
  local: LocalDuckDb,
): Promise<void> {
  await local.scratch.run(
    `create or replace table folded_members as ${emptySql(FOLDED_MEMBER_COLUMNS)}`,
  )
  await local.scratch.run(
    `create or replace table folded as ${emptySql([{ name: 'place', type: 'bigint' }, ...FOLDED_COLUMNS])}`,
  )
  await takeLines(local, linesOf(members), (lines, before) => [
    `insert into folded_members ${marked(lines, 'm', FOLDED_MEMBER_COLUMNS)}`,
    `insert into folded select ${before} + row_number() over () as place, * from (${marked(lines, 'r', FOLDED_COLUMNS)}) as rows`,
  ])
}

async function* linesOf(
  members: AsyncIterable<readonly FoldedMember[]>,
): AsyncGenerator<readonly string[]> {
  for await (const chunk of members) {
    const lines: string[] = []
    for (const { member, raw, rows } of chunk) {
      const gone = raw === null && rows.length === 0
      const inU = rows.some((row) => row.inU)
      const usable = rows.some((row) => row.desired)
      const settled = rows.every((row) => row.settled)
      lines.push(`m${line([member, raw, inU, usable, gone, settled])}`)
      for (const row of rows) lines.push(`r${foldedLine(row)}`)
    }
    yield lines
  }
}

/**
 * A covered row leaves U once each of its keys, EXTERN_ID aside, is in a row of both U and D; a member who was only waiting
 * for that needs no further look.
 */
async function dropCovered(ledgerRows: string, local: LocalDuckDb): Promise<void> {
  const strong = STRONG_COLUMNS.map(({ column }) => column).join(', ')
  await local.scratch.run(
    `create or replace table coverable as select place, member, ${strong} from folded where coverable`,
  )
  const { waiting } = await local.scratch.one('select count(*) as waiting from coverable')
  if (Number(waiting) === 0) return
  const untouched = `select * from (${ledgerRows}) as ledger anti join folded_members using (member) where in_u and desired`
  const kept = 'select * from folded where in_u and desired'
  await local.scratch.run(
    `create or replace table covering as ${heldSql('coverable', [kept, untouched])}`,
  )
  await local.scratch.run(
    `create or replace table covered as select place, member from coverable left join covering using (place) ` +
      `where (${namingBitsSql}) & ~coalesce(held, 0) = 0`,
  )
  await local.scratch.run('delete from folded where place in (select place from covered)')
  await local.scratch.run(
    `update folded_members set settled = member not in (select member from folded where not settled), ` +
      `in_u = member in (select member from folded where in_u), ` +
      `gone = raw is null and member not in (select member from folded) ` +
      `where member in (select member from covered)`,
  )
}

/** The folded tables as a layer; only a member without anything left to do keeps the raw fingerprint. */
function foldedLayer(where: string): LedgerRelations {
  return {
    members: `select * exclude (settled) replace (case when settled then raw end as raw) from folded_members${where}`,
    rows: `select ${names(ROW_COLUMNS)} from folded`,
  }
}

async function rebase(files: LedgerFiles, tools: FoldTools): Promise<LedgerFiles> {
  const older = tools.relations(files)
  const newest = foldedLayer(' where not gone')
  if (files.base === null) return based(await writeLayer(tools, newest, ''), tools)
  const held = 'anti join folded_members using (member)'
  const base = await writeLayer(tools, {
    members: `${newest.members} union all select ${names(MEMBER_COLUMNS)} from (${older.members}) as older ${held}`,
    rows: `${newest.rows} union all select ${names(ROW_COLUMNS)} from (${older.rows}) as older ${held}`,
  })
  return based(base, tools)
}

function names(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => name).join(', ')
}
