import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { readRejections, Rejections, type Rejection } from './rejections.ts'
import { START } from './segments.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 5, 15)
const MB = 1 << 20

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-rejections-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const rejection = (body: string | null, at = NOW): Rejection => ({
  at,
  source: 'web',
  reason: 'no-person',
  field: null,
  call: 'track',
  body,
})

async function bodiesIn(folder: string): Promise<(string | null)[]> {
  const bodies: (string | null)[] = []
  for await (const some of readRejections(folder, START))
    bodies.push(...some.map(({ body }) => body))
  return bodies
}

test('what was not taken is kept for seven days, and then gone from the disk', async (context) => {
  const folder = folderOf(context)
  let now = NOW
  const rejections = await Rejections.open(folder, { now: () => now })
  for (let day = 0; day < 9; day += 1) {
    now = NOW + day * DAY_MS
    await rejections.keep([rejection(`day ${day}`, now)])
    await rejections.sweep()
  }
  assert.deepEqual(
    await bodiesIn(folder),
    [1, 2, 3, 4, 5, 6, 7, 8].map((day) => `day ${day}`),
  )
  await rejections.close()
  now += 8 * DAY_MS
  const again = await Rejections.open(folder, { now: () => now })
  assert.deepEqual(readdirSync(folder), [])
  await again.close()
})

test('however much comes, the disk holds a bounded part of it, of each the beginning', async (context) => {
  const folder = folderOf(context)
  const rejections = await Rejections.open(folder, { now: () => NOW })
  const many = Array.from({ length: 250 }, () => rejection('x'.repeat(100_000)))
  for (let round = 0; round < 100; round += 1) await rejections.keep(many)
  const bytes = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).length)
    .reduce((sum, size) => sum + size, 0)
  assert.ok(bytes > 10 * MB && bytes < 64 * MB, String(bytes))
  const [body] = await bodiesIn(folder)
  assert.equal(body?.length, 4000)
  await rejections.close()
})
