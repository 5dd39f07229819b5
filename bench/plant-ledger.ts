import { join } from 'node:path'
import { readDefinition, Workspace } from '../src/app/workspace.ts'
import { setUpSync } from '../src/app/sync-setup.ts'
import { MATCH_KEY_NAMES } from '../src/core/match-key/table.ts'
import { duckdb } from '../src/sql/duckdb.ts'
import { fingerprintQuery } from '../src/sql/fingerprint.ts'
import { valueSql } from '../src/engine/duckdb/line-columns.ts'
import { cellColumn } from '../src/sync/duckdb/columns.ts'
import { membersFile, rowsFile } from '../src/sync/duckdb/ledger-sql.ts'
import { withMark } from '../src/sync/mark.ts'
import { MEMBERS, type Bed } from './bed.ts'

/** The hashed cells as SQL, for the made-up people, whose values need no normalising beyond this. */
const CELLS: Readonly<Record<string, string>> = {
  EXTERN_ID: 'cast(id as varchar)',
  EMAIL: 'sha256(email)',
  PHONE: 'sha256(phone[2:])',
  FN: `sha256(lower(regexp_replace(first_name, '[0-9]', '', 'g')))`,
  COUNTRY: 'sha256(country)',
}

/** Writes the ledger that a first run would have left, in SQL, since sending ten million rows first would take minutes. */
export async function plantLedger(bed: Bed, file: string): Promise<void> {
  const loaded = readDefinition(file, process.env)
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes))
  await using workspace = await Workspace.open(file, loaded.definition, {
    world: {
      now: () => Date.now(),
      sleep: async () => Promise.resolve(),
      random: () => Math.random(),
      fetch: async (request) => fetch(request),
    },
    env: process.env,
    startSandbox: () => {
      throw new Error('The bench has a sandbox of its own')
    },
    owner: 'bench',
    isDead: () => true,
  })
  await using setup = await setUpSync(workspace, 'all', Date.now(), () => {})
  const { order, ports, reading } = setup
  const mark = { installation: workspace.installation, sync: 'all', generation: 1 }
  const created = await ports.destination.create({
    ...order.audience,
    description: withMark(order.audience.description, mark),
  })
  if (created.kind !== 'ok') throw new Error('Cannot create the audience')
  const base = await writeFiles(bed, workspace.stateFolder, reading)
  await publish(workspace, created.value, base, ports.doNotSend.digest)
}

async function writeFiles(
  { local, folder }: Bed,
  stateFolder: string,
  reading: Parameters<typeof fingerprintQuery>[0],
): Promise<string> {
  const base = 'ledger-planted'
  const path = (name: string): string => join(stateFolder, 'ledger', name)
  const people = `read_parquet('${join(folder, 'data', 'people.parquet')}')`
  const from = { ...reading, members: { sql: `select * from ${people}`, parameters: {} } }
  const { sql, parameters } = fingerprintQuery(from, duckdb)
  await local.scratch.run(
    `copy (select member, raw, true as in_u, true as usable, false as gone from (${sql}) as people order by member) to '${path(membersFile(base))}' (format parquet, compression zstd)`,
    parameters,
  )
  const cells = MATCH_KEY_NAMES.map((key) => {
    const cell = cellColumn(key)
    return `${valueSql(CELLS[key] ?? 'null', cell)} as ${cell.name}`
  })
  await local.scratch.run(
    `copy (select cast(md5($secret || cast(id as varchar)) as uuid) as member, cast(md5('row' || id) as uuid) as match_row, ` +
      `cast(null as uuid) as value, true as in_u, true as in_l, cast(null as varchar) as quarantine, ` +
      `${Date.now()} as asserted_at, true as desired, ${cells.join(', ')} from ${people} order by 1) ` +
      `to '${path(rowsFile(base))}' (format parquet, compression zstd)`,
    { secret: reading.secret },
  )
  return base
}

async function publish(
  { store }: Workspace,
  remoteId: string,
  base: string,
  suppressionDigest: string,
): Promise<void> {
  const now = Date.now()
  const taken = await store.takeLease('all', 'bench', now, now + 60_000)
  if (taken.kind === 'held') throw new Error('The lease is held')
  const ledger = await store.bindRemote(taken.lease, remoteId, false)
  const plan = {
    id: 'plan-planted',
    file: 'plan-planted',
    remoteId,
    mode: 'mirror' as const,
    replacement: 'none' as const,
    normaliserVersion: 1,
    suppressionDigest,
  }
  await store.publishPlan(taken.lease, plan, 'everyone')
  const files = { base, overlays: [], baseRows: MEMBERS, overlayRows: 0 }
  await store.closePlan(taken.lease, plan, files, ledger.generation + 1)
  await store.releaseLease(taken.lease)
}
