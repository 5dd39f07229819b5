// Made-up members in Parquet files, and a workspace over them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalDuckDb } from '../src/engine/duckdb/local.ts'

/**
 * So many members, after so many rounds in which one in a hundred got a new e-mail, and a fiftieth of that number left while as
 * many entered.
 */
export async function writePeople(
  local: LocalDuckDb,
  path: string,
  count: number,
  rounds = 0,
): Promise<void> {
  const renewed = `i % 100 < ${rounds}`
  const shift = Math.round(count / 5000) * rounds
  await local.scratch.run(
    `copy (select i as id, ` +
      `'person' || i || case when ${renewed} then '.new' else '' end || '@mail' || (i % 50) || '.example.org' as email, ` +
      `case when i % 3 = 0 then '+1212555' || lpad(cast(i % 10000 as varchar), 4, '0') end as phone, ` +
      `'Ann' || (i % 1000) as first_name, 'us' as country ` +
      `from range(${shift}, ${count + shift}) as people(i)) to '${path}' (format parquet)`,
  )
}

/** One model over `people.parquet`, synced to the sandbox at `apiUrl`. */
export function writeWorkspace(folder: string, apiUrl: string): string {
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(
    file,
    [
      'version: 1',
      'sources:',
      '  people: { type: files, path: ./data }',
      'models:',
      '  people: { source: people, table: people, key: id }',
      'audiences:',
      '  everyone: { name: Everyone, model: people }',
      'destinations:',
      `  meta: { type: meta, ad_account: act_1000000001, api_url: "${apiUrl}" }`,
      'syncs:',
      '  all:',
      '    audience: everyone',
      '    destination: meta',
      '    mapping: { EXTERN_ID: id, EMAIL: email, PHONE: phone, FN: first_name, COUNTRY: country }',
      '',
    ].join('\n'),
  )
  return file
}
