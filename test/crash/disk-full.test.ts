// A disk that is really full: the state folder lies on a file system of a few megabytes, in a mount namespace of its own.
import assert from 'node:assert/strict'
import { spawnSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { serveSandbox } from '../../sandbox/meta/serve.ts'

const MEMBERS = 40_000
const RUN_ONCE = join(import.meta.dirname, '../support/run-once.ts')
const NODE = `"${process.execPath}" --disable-warning=ExperimentalWarning "${RUN_ONCE}"`

const folder = mkdtempSync(join(tmpdir(), 'rollcall-full-'))
let sandbox: Awaited<ReturnType<typeof serveSandbox>>

const namespaces = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', folder])
const skip =
  namespaces.status === 0 ? false : 'needs unshare(1) and mount namespaces for a disk of its own'

before(async () => {
  sandbox = await serveSandbox({ port: 0, tier: 'off' })
  mkdirSync(join(folder, 'data'))
  const people = Array.from({ length: MEMBERS }, (_, id) => `${id},p${id}@mail.example.org`)
  writeFileSync(join(folder, 'data', 'people.csv'), `id,email\n${people.join('\n')}\n`)
  writeFileSync(
    join(folder, 'rollcall.yaml'),
    [
      'version: 1',
      `sources: { people: { type: files, path: "${join(folder, 'data')}" } }`,
      'models: { people: { source: people, table: people, key: id } }',
      'audiences: { everyone: { name: Everyone, model: people } }',
      `destinations: { meta: { type: meta, ad_account: act_1000000001, api_url: "${sandbox.url}" } }`,
      'syncs: { all: { audience: everyone, destination: meta, settle: 1s, mapping: { EXTERN_ID: id, EMAIL: email } } }',
      '',
    ].join('\n'),
  )
})

after(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs on a disk of `size`, then again after the disk has grown. */
async function runTwice(size: string): Promise<{ first: string; second: string }> {
  const disk = join(folder, 'disk')
  mkdirSync(disk, { recursive: true })
  const script = [
    `mount -t tmpfs -o size=${size} tmpfs "${disk}"`,
    `cp "${folder}/rollcall.yaml" "${disk}/"`,
    `${NODE} "${disk}/rollcall.yaml" 2>&1`,
    'echo "=== more space ==="',
    `mount -o remount,size=300m "${disk}"`,
    'sleep 1.2',
    `${NODE} "${disk}/rollcall.yaml" 2>&1`,
  ].join('\n')
  const child = spawn('unshare', ['-Urm', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  await new Promise((resolve) => child.once('exit', resolve))
  const [first = '', second = ''] = output.split('=== more space ===')
  return { first, second }
}

const held = z.array(z.object({ id: z.string(), members: z.number() }))

for (const size of ['256k', '2m', '6m'])
  test(
    `a disk of ${size} is full: nothing is lost, and with more space the run goes on`,
    { skip },
    async () => {
      await fetch(`${sandbox.url}/_control/reset`, { method: 'POST' })
      const { first, second } = await runTwice(size)
      assert.match(first, /disk-full/, first)
      assert.doesNotMatch(first, /@mail/)
      assert.match(second, /"state":"done"/, second)
      const audiences = held.parse(await (await fetch(`${sandbox.url}/_control/audiences`)).json())
      assert.deepEqual(
        audiences.map(({ members }) => members),
        [MEMBERS],
      )
    },
  )
