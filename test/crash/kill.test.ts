// Real processes, ended with SIGKILL at random moments; then one quiet run, after which the sandbox must hold the definition.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import { seededRandom } from '../support/seeded-random.ts'

const MEMBERS = 200_000
const KILLS = 20
/** An unanswered request of these tests takes effect at once or never, so it settles soon. */
const SETTLE = '1s'
const RUN_ONCE = join(import.meta.dirname, '../support/run-once.ts')

const folder = mkdtempSync(join(tmpdir(), 'rollcall-kill-'))
const definition = join(folder, 'rollcall.yaml')
let sandbox: Awaited<ReturnType<typeof serveSandbox>>

before(async () => {
  sandbox = await serveSandbox({ port: 0, tier: 'off' })
  mkdirSync(join(folder, 'data'))
  writeFileSync(
    definition,
    [
      'version: 1',
      'sources: { people: { type: files, path: ./data } }',
      'models: { people: { source: people, table: people, key: id } }',
      'audiences: { everyone: { name: Everyone, model: people } }',
      `destinations: { meta: { type: meta, ad_account: act_1000000001, api_url: "${sandbox.url}" } }`,
      `syncs: { all: { audience: everyone, destination: meta, settle: ${SETTLE}, mapping: { EXTERN_ID: id, EMAIL: email } } }`,
      '',
    ].join('\n'),
  )
})

after(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Members `from` to `to`; every tenth of those below `renewed` has a new e-mail. */
function writePeople(from: number, to: number, renewed: number): Map<string, string> {
  const people = new Map<string, string>()
  for (let id = from; id < to; id += 1)
    people.set(String(id), `p${id}${id < renewed && id % 10 === 0 ? '.new' : ''}@mail.example.org`)
  const lines = [...people].map(([id, email]) => `${id},${email}`)
  writeFileSync(join(folder, 'data', 'people.csv'), `id,email\n${lines.join('\n')}\n`)
  return people
}

/** Starts one run; kills it after `afterMs` if it is still going. */
async function runOnce(afterMs = Infinity): Promise<{ killed: boolean; seconds: number }> {
  const began = performance.now()
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', RUN_ONCE, definition],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr.on('data', (text: Buffer) => (output += text.toString()))
  const timer = afterMs === Infinity ? undefined : setTimeout(() => child.kill('SIGKILL'), afterMs)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (...end) => {
      resolve(end)
    })
  })
  clearTimeout(timer)
  if (signal !== 'SIGKILL') {
    assert.equal(code, 0, output)
    assert.match(output, /"state":"done"/)
  }
  return { killed: signal === 'SIGKILL', seconds: (performance.now() - began) / 1000 }
}

const held = z.array(z.object({ EXTERN_ID: z.string(), EMAIL: z.string() }))

async function membersHeld(): Promise<Map<string, string>> {
  const audiences = z
    .array(z.object({ id: z.string() }))
    .parse(await (await fetch(`${sandbox.url}/_control/audiences`)).json())
  assert.equal(audiences.length, 1, 'a killed run must not make a second audience')
  const answer = await fetch(`${sandbox.url}/_control/audiences/${audiences[0]?.id}/members`)
  return new Map(held.parse(await answer.json()).map((row) => [row.EXTERN_ID, row.EMAIL]))
}

async function killAndCompare(people: Map<string, string>, seed: number): Promise<void> {
  const random = seededRandom(seed)
  // Some moments lie in the whole length of a run, some in its beginning, where most of the steps are.
  let longest = 8
  let killed = 0
  for (let round = 0; round < KILLS; round += 1) {
    const run = await runOnce(300 + random() * longest * 1000)
    if (run.killed) killed += 1
    else longest = Math.max(1, run.seconds * 0.9)
  }
  assert.ok(killed >= KILLS / 2, `only ${killed} of ${KILLS} runs were killed`)
  await delay(1_500)
  await runOnce()
  const now = await membersHeld()
  assert.equal(now.size, people.size)
  for (const [id, email] of people) assert.equal(now.get(id), hash('sha256', email, 'hex'))
}

test('a first run of 200,000 members, killed twenty times, ends equal', async () => {
  await killAndCompare(writePeople(0, MEMBERS, 0), 1)
})

test('a run with removals, killed twenty times, ends equal', async () => {
  await killAndCompare(writePeople(MEMBERS / 4, MEMBERS + MEMBERS / 10, MEMBERS), 2)
})
