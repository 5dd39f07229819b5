import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LocalDuckDb } from '../../engine/duckdb/local.ts'
import { slices } from './slices.ts'

const EDGES = [
  '00000000-0000-0000-0000-000000000000',
  '55555554-ffff-ffff-ffff-ffffffffffff',
  '55555555-0000-0000-0000-000000000000',
  'aaaaaaaa-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
]

test('each value meets exactly one slice, however many there are', async () => {
  const spillFolder = mkdtempSync(join(tmpdir(), 'rollcall-slices-'))
  try {
    await using local = await LocalDuckDb.open({ spillFolder, memoryLimit: '200MB', threads: 1 })
    const edges = EDGES.map((edge) => `('${edge}')`).join(', ')
    await local.scratch.run(
      `create table people as select cast(md5(cast(i as varchar)) as uuid) as member from range(1000) as made(i) ` +
        `union all select cast(edge as uuid) from (values ${edges}) as known(edge)`,
    )
    for (const count of [0, 1, 2, 3, 7]) {
      const conditions = slices('member', count)
      assert.equal(conditions.length, Math.max(1, count))
      const met = conditions.map((condition) => `case when ${condition} then 1 else 0 end`)
      const { least, most } = await local.scratch.one(
        `select min(met) as least, max(met) as most from (select ${met.join(' + ')} as met from people) as counted`,
      )
      assert.deepEqual([Number(least), Number(most)], [1, 1], `${count} slices`)
    }
  } finally {
    rmSync(spillFolder, { recursive: true, force: true })
  }
})
