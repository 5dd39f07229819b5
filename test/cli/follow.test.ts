// Real processes: one that takes calls, one that follows them into an audience, and the sandbox that keeps it.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import { serveIn, WRITE_KEY } from '../collect/serving.ts'
import { Place, type Running } from './rollcall.ts'

const definition = (url: string): string => `version: 1
tracking: { sources: { web: { write_key: { env: WEB_WRITE_KEY } } } }
sources: { shop: { type: files, path: ./data } }
models: { customers: { source: shop, table: customers, key: id } }
audiences:
  buyers: { model: profiles, where: { all: [{ did: Order Completed, within: 30d }, { not: { trait: staff, is_true: true } }] } }
  customers: { model: customers }
destinations: { meta: { type: meta, api_url: "${url}", ad_account: act_1000000001 } }
syncs:
  buyers_to_meta: { audience: buyers, destination: meta, settle: 1s, mapping: { EMAIL: email } }
  broken_to_meta: { audience: customers, destination: meta, mapping: { EMAIL: nothing } }
`

const call = async (url: string, kind: string, body: object): Promise<void> => {
  const text = JSON.stringify({ writeKey: WRITE_KEY, ...body })
  assert.equal((await fetch(`${url}/v1/${kind}`, { method: 'POST', body: text })).status, 200)
}

const emailOf = (name: string): string => `${name}@example.com`

async function buys(url: string, name: string): Promise<void> {
  await call(url, 'identify', { userId: name, traits: { email: emailOf(name) } })
  await call(url, 'track', { userId: name, event: 'Order Completed' })
}

const members = z.array(z.object({ EMAIL: z.string() }))

/** Who is in the audiences of the sandbox, of these names. */
async function inside(url: string, names: readonly string[]): Promise<string[]> {
  const answer = await fetch(`${url}/_control/audiences`)
  const audiences = z.array(z.object({ id: z.string() })).parse(await answer.json())
  const digests = new Set<string>()
  for (const { id } of audiences) {
    const rows = await fetch(`${url}/_control/audiences/${id}/members`)
    for (const { EMAIL } of members.parse(await rows.json())) digests.add(EMAIL)
  }
  return names.filter((name) => digests.has(hash('sha256', emailOf(name))))
}

const PATIENCE_MS = 120_000

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(200))
    if (await holds()) return
  assert.fail(`It did not come to this: ${what}`)
}

async function setUp(context: TestContext): Promise<{ place: Place; api: string; web: string }> {
  const sandbox = await serveSandbox({ port: 0, tier: 'off' })
  context.after(async () => sandbox.close())
  const place = new Place({
    'rollcall.yaml': definition(sandbox.url),
    'data/customers.csv': 'id,email\n1,one@example.com\n',
  })
  place.env['WEB_WRITE_KEY'] = WRITE_KEY
  const { url, child } = await serveIn(place)
  context.after(() => child.kill('SIGKILL'))
  return { place, api: sandbox.url, web: url }
}

function followIn(place: Place, context: TestContext): Running & { lines: () => string[] } {
  const running = place.start('sync', '--follow', '--json')
  let text = ''
  running.child.stdout?.on('data', (chunk) => (text += String(chunk)))
  context.after(() => running.child.kill('SIGKILL'))
  return { ...running, lines: () => text.trimEnd().split('\n') }
}

test('an event takes somebody into the audience and a merge takes somebody out, while another sync is broken', async (context) => {
  const { place, api, web } = await setUp(context)
  await call(web, 'identify', { userId: 'boss', traits: { staff: true } })
  await buys(web, 'ann')
  const { child, ended, lines } = followIn(place, context)
  await until('ann is in', async () => (await inside(api, ['ann'])).length === 1)

  await buys(web, 'ben')
  await until('ben is in', async () => (await inside(api, ['ben'])).length === 1)

  // The visitor has an address, buys, and then turns out to be one of the staff.
  const visitor = { anonymousId: 'laptop' }
  await call(web, 'identify', { ...visitor, traits: { email: emailOf('guest') } })
  await call(web, 'track', { ...visitor, event: 'Order Completed' })
  await until('the guest is in', async () => (await inside(api, ['guest'])).length === 1)
  await call(web, 'identify', { ...visitor, userId: 'boss' })
  await until('the guest is out', async () => (await inside(api, ['guest'])).length === 0)
  assert.deepEqual(await inside(api, ['ann', 'ben']), ['ann', 'ben'])

  child.kill('SIGTERM')
  const { code, stderr } = await ended
  assert.equal(code, 0, stderr)
  const told = lines().map((line) =>
    z
      .object({
        sync: z.string(),
        judged: z.number().nullish(),
        error: z.object({ code: z.string() }).optional(),
      })
      .parse(JSON.parse(line)),
  )
  const broken = told.filter(({ sync }) => sync === 'broken_to_meta')
  assert.deepEqual(
    broken.map(({ error }) => error?.code),
    ['definition/unknown-column'],
  )
  const judged = told.flatMap(({ sync, judged: count }) =>
    sync === 'buyers_to_meta' ? [count] : [],
  )
  // Everybody once; from then on those alone of whom something came in.
  assert.equal(judged[0], null)
  assert.ok(judged.length >= 3)
  for (const count of judged.slice(1)) assert.ok(typeof count === 'number' && count < 5)
  assert.match(stderr, /broken_to_meta: .* because of the model customers/)
})

test('killed while it follows, and started again, it loses nobody', async (context) => {
  const { place, api, web } = await setUp(context)
  await call(web, 'identify', { userId: 'boss', traits: { staff: true } })
  const names = Array.from({ length: 12 }, (_, n) => `person${n}`)
  for (const [index, name] of names.entries()) {
    if (index % 4 === 0) {
      const { child } = followIn(place, context)
      if (index > 0)
        await until('one more', async () => (await inside(api, names)).length > index / 2)
      await buys(web, name)
      await delay(index * 120)
      child.kill('SIGKILL')
    } else await buys(web, name)
  }
  followIn(place, context)
  await until('all are in', async () => (await inside(api, names)).length === names.length)
})
