import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { after, beforeEach, test } from 'node:test'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import { customers, definition, pick, pickAll, Place } from './rollcall.ts'

const served = await serveSandbox({ port: 0 })
after(async () => served.close())
// Each test is an installation of its own, and none of them may find what another made.
beforeEach(async () => {
  await fetch(`${served.url}/_control/reset`, { method: 'POST' })
})

async function fault(body: object): Promise<void> {
  const answer = await fetch(`${served.url}/_control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(answer.ok, true)
}

const placeAt = (apiUrl: string): Place =>
  new Place({ 'rollcall.yaml': definition({ apiUrl }), 'data/customers.csv': customers(30) })

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 1
}

void test('a sandbox that is not there is a clear error, and nothing is lost by it', async () => {
  const place = placeAt(`http://127.0.0.1:${await closedPort()}`)
  const { code, stdout } = await place.rollcall('sync')
  assert.equal(code, 1, stdout)
  assert.match(stdout, /destination\/no-answer/)
  place.write('rollcall.yaml', definition({ apiUrl: served.url }))
  const sent = await place.rollcall('sync')
  assert.equal(sent.code, 0, sent.stdout)
  assert.match(sent.stdout, /Accepted\s+30 {2}rows added/)
})

void test('of two processes on one sync the second says who holds it', async () => {
  const place = placeAt(served.url)
  await fault({ fault: 'slow', delay_ms: 6000, match: { path: 'users' }, times: 1 })
  const first = place.start('sync')
  await untilSending(first.child.stderr)
  const second = await place.rollcall('sync')
  assert.equal(second.code, 1, second.stdout)
  assert.match(second.stdout, new RegExp(`is being run by \\S+:${first.child.pid}:`))
  const { code } = await first.ended
  assert.equal(code, 0)
})

void test('asked to end, a run waits for what is under way, and the next one goes on', async () => {
  const place = placeAt(served.url)
  await fault({ fault: 'slow', delay_ms: 1500, match: { path: 'users' }, times: 1 })
  const first = place.start('sync')
  await untilSending(first.child.stderr)
  first.child.kill('SIGINT')
  const stopped = await first.ended
  assert.equal(stopped.code, 1, stopped.stdout)
  const next = await place.rollcall('sync')
  assert.equal(next.code, 0, next.stdout)
  const plan = await place.rollcall('plan')
  assert.match(plan.stdout, /In step: 30 people/)
})

void test('a throttled account ends the run with the time it may go on', async () => {
  const place = placeAt(served.url)
  await fault({ fault: 'throttle', minutes: 7, match: { path: 'users' }, times: 1 })
  const { code, document } = await place.json('sync')
  assert.equal(code, 1)
  assert.equal(pick(document, ['runs', 0, 'state']), 'waiting')
  assert.ok(Date.parse(String(pick(document, ['runs', 0, 'until']))) > Date.now())
})

void test('LIVE is said first, and the first send there waits for a person', async () => {
  const live = definition({ apiUrl: served.url }).replace(
    'type: meta,',
    'type: meta, environment: live, ad_account: act_1000000001, access_token: { env: TEST_TOKEN },',
  )
  const place = new Place({ 'rollcall.yaml': live, 'data/customers.csv': customers(30) })
  const without = await place.rollcall('plan')
  assert.equal(without.code, 2)
  assert.match(without.stderr, /TEST_TOKEN/)

  place.env['TEST_TOKEN'] = 'sandbox-token'
  const plan = await place.rollcall('plan')
  assert.equal(plan.code, 3)
  assert.match(plan.stdout, /^LIVE act_1000000001 \(.+, .+\)\n/)
  assert.match(plan.stdout, /first send to a live ad account/)
  assert.doesNotMatch(plan.stdout + plan.stderr, /sandbox-token/)
  const sent = await place.rollcall('sync', '--approve', 'first_live=30')
  assert.equal(sent.code, 0, sent.stdout)
})

void test('where Meta refuses removals as too few would be left, the whole audience is replaced', async () => {
  const place = placeAt(served.url)
  await place.rollcall('sync')
  place.write('data/customers.csv', customers(29))
  await fault({ fault: 'too_small_to_remove', times: 1 })
  const { code, document } = await place.json('sync')
  assert.equal(code, 0)
  assert.deepEqual(pickAll(document, 'runs', 'state'), ['blocked', 'done'])
  const members = await membersOf(String(pick(document, ['runs', 1, 'audienceId'])))
  assert.equal(members, 29)
})

void test('an audience that Meta refuses to empty stays known until its people are out', async () => {
  const place = placeAt(served.url)
  await place.rollcall('sync')
  await fault({ fault: 'too_small_to_remove', times: 'always' })
  const emptying = ['retire', 'spenders_to_meta', '--empty', '--approve'] as const
  const refused = await place.rollcall(...emptying)
  assert.equal(refused.code, 3, refused.stdout)
  assert.match(refused.stdout, /is not retired yet: people may still be in Custom Audience \d+/)
  assert.match(refused.stdout, /meta\/too-small-to-remove[\s\S]*rollcall retire --delete/)
  const again = await place.json(...emptying)
  assert.equal(again.code, 3)
  assert.equal(pick(again.document, ['people']), 30, 'nobody is forgotten')
  const id = String(pick(again.document, ['audienceId']))
  assert.equal(await membersOf(id), 30)

  const deleted = await place.json('retire', 'spenders_to_meta', '--delete', '--approve')
  assert.equal(deleted.code, 0)
  assert.equal(pick(deleted.document, ['done']), true)
  const { status } = await fetch(`${served.url}/_control/audiences/${id}/members`)
  assert.equal(status, 404)
})

void test('an audience from which Meta does not remove everybody is not retired yet', async () => {
  const place = placeAt(served.url)
  await place.rollcall('sync')
  await fault({ fault: 'partial_invalid', match: { method: 'DELETE', path: 'users' }, rows: 1 })
  const emptying = ['retire', 'spenders_to_meta', '--empty', '--approve'] as const
  const { code, stdout } = await place.rollcall(...emptying)
  assert.equal(code, 3, stdout)
  assert.match(stdout, /is not retired yet[\s\S]*turned down the removal of 1 row/)
  const again = await place.json(...emptying)
  assert.equal(again.code, 0)
  assert.equal(await membersOf(String(pick(again.document, ['audienceId']))), 0)
})

void test('an audience that strangers may be in is taken over only when somebody says how', async () => {
  const first = placeAt(served.url)
  const { document } = await first.json('sync')
  const id = String(pick(document, ['runs', 0, 'audienceId']))
  await first.rollcall('retire', 'spenders_to_meta', '--keep', '--approve')

  const taking = `${definition({ apiUrl: served.url })}    custom_audience: "${id}"\n`
  const place = new Place({
    'rollcall.yaml': taking.replace('Big spenders', 'Loyal people'),
    'data/customers.csv': customers(10),
  })
  for (const command of ['plan', 'sync']) {
    const asked = await place.rollcall(command)
    assert.equal(asked.code, 3, asked.stdout)
    assert.match(asked.stdout, /people other than yours may be in it/)
    if (command === 'plan')
      assert.match(asked.stdout, /“Big spenders” is renamed to “Loyal people”/)
  }
  const unasked = await place.rollcall('sync', '--adopt', 'replace')
  assert.equal(unasked.code, 3, 'taking people out must be approved')
  const replaced = await place.rollcall('sync', '--adopt', 'replace', '--approve')
  assert.equal(replaced.code, 0, replaced.stdout)
  assert.equal(await membersOf(id), 10)
})

void test('a run that was killed is found dead, and the next one takes over at once', async () => {
  const place = placeAt(served.url)
  await fault({ fault: 'slow', delay_ms: 4000, match: { path: 'users' }, times: 1 })
  const first = place.start('sync')
  await untilSending(first.child.stderr)
  first.child.kill('SIGKILL')
  await first.ended
  const next = await place.rollcall('sync')
  assert.equal(next.code, 0, next.stdout)
  const { document } = await place.json('runs')
  assert.deepEqual(pickAll(document, 'runs', 'state'), ['done', 'died'])
})

void test('the embedded sandbox belongs to one process at a time, and is let go of in the end', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(3) })
  await place.rollcall('plan')
  const serving = place.start('sandbox', '--port', '0', '--state', '.rollcall/sandbox.log')
  await once(serving.child.stdout ?? serving.child, 'data')
  const plan = await place.rollcall('plan')
  assert.equal(plan.code, 1)
  assert.match(
    plan.stdout,
    new RegExp(`in use by \\S+:${serving.child.pid}:\\S+ \\[sandbox/in-use\\]`),
  )
  serving.child.kill('SIGTERM')
  const { code } = await serving.ended
  assert.equal(code, 0)
  const free = await place.rollcall('plan')
  assert.equal(free.code, 0, free.stdout)
})

async function membersOf(id: string): Promise<number> {
  const answer = await fetch(`${served.url}/_control/audiences/${id}/members`)
  const text = await answer.text()
  return (text.match(/"EXTERN_ID"/g) ?? []).length
}

/** Returns when the run has told that it sends. */
async function untilSending(stderr: Readable | null): Promise<void> {
  let text = ''
  await new Promise<void>((resolve, reject) => {
    stderr?.on('data', (chunk) => {
      text += String(chunk)
      if (text.includes('Sending')) resolve()
    })
    stderr?.once('end', () => reject(new Error(`It never sent: ${text}`)))
  })
}
