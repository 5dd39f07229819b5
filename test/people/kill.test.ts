// Real processes that take messages in, ended with SIGKILL at random moments; in the end the people are those of a quiet process.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../support/seeded-random.ts'
import { everything } from './life.ts'
import { asking, openTools } from './town.ts'

const KILLS = 12
const MESSAGES = 12_000
const BATCH = 500
const TAKE_IN_ONCE = join(import.meta.dirname, 'take-in-once.ts')

/** @param after Kills the process when so many batches were told, and some milliseconds later. */
async function takeInOnce(
  folder: string,
  after: { readonly batches: number; readonly ms: number } | null,
): Promise<{ readonly killed: boolean }> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      TAKE_IN_ONCE,
      folder,
      '7',
      String(MESSAGES),
      String(BATCH),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let told = ''
  child.stdout.on('data', (text: Buffer) => {
    told += text.toString()
    if (after !== null && told.split('\n').length > after.batches)
      setTimeout(() => child.kill('SIGKILL'), after.ms)
  })
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('exit', (...end) => {
      resolve(end)
    })
  })
  if (signal !== 'SIGKILL') {
    assert.equal(code, 0)
    assert.match(told, /done\n$/)
  }
  return { killed: signal === 'SIGKILL' }
}

async function asked(folder: string): Promise<unknown> {
  await using tools = await openTools(folder)
  return await everything({ ask: asking(tools) })
}

test('killed again and again while it takes messages in, it ends as if nothing had happened', async () => {
  const random = seededRandom(3)
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-people-kill-'))
  try {
    await takeInOnce(join(folder, 'quiet'), null)
    let killed = 0
    for (let round = 0; round < KILLS; round += 1) {
      const after = { batches: Math.floor(random() * 3), ms: random() * 120 }
      if ((await takeInOnce(join(folder, 'killed'), after)).killed) killed += 1
    }
    assert.ok(killed >= KILLS / 2, `only ${killed} of ${KILLS} processes were killed`)
    await takeInOnce(join(folder, 'killed'), null)
    assert.deepEqual(await asked(join(folder, 'killed')), await asked(join(folder, 'quiet')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('two processes that take in the same stream at once come to the same as one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-people-two-'))
  try {
    const [quiet, both] = [join(folder, 'quiet'), join(folder, 'both')]
    await takeInOnce(quiet, null)
    await Promise.all([takeInOnce(both, null), takeInOnce(both, null)])
    assert.deepEqual(await asked(both), await asked(quiet))
    const position = async (path: string): Promise<unknown> => {
      await using tools = await openTools(path)
      return await tools.store.position('journal')
    }
    assert.deepEqual(await position(both), await position(quiet))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
