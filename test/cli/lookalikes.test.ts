// Lookalikes as people meet them: before, while and after they are made, and when their sync ends.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import { customers, definition, pick, pickAll, Place } from './rollcall.ts'

const served = await serveSandbox({ port: 0 })
after(async () => served.close())
beforeEach(async () => {
  await fetch(`${served.url}/_control/reset`, { method: 'POST' })
})

const TWO =
  '    lookalikes: [ { country: DE, ratio: 1% }, { country: [DE, AT], from: 1%, to: 3% } ]\n'
const ONE = '    lookalikes: [ { country: DE, ratio: 1% } ]\n'

function placeOf(lookalikes: string): Place {
  return new Place({
    'rollcall.yaml': definition({ apiUrl: served.url }) + lookalikes,
    'data/customers.csv': customers(200),
  })
}

const statesOf = (document: unknown, list: string): unknown[] =>
  pickAll(pick(document, [list, 0]), 'lookalikes', 'state')

async function remote(): Promise<readonly { id: string; name: string; subtype?: string }[]> {
  const answer = await fetch(`${served.url}/_control/audiences`)
  return (await answer.json()) as { id: string; name: string }[]
}

/** Somebody makes a lookalike in Ads Manager; gives its id. */
async function makeTheirs(seed: string): Promise<string> {
  const made = await fetch(`${served.url}/v25.0/act_1000000001/customaudiences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sandbox-token' },
    body: JSON.stringify({
      name: 'Theirs',
      subtype: 'LOOKALIKE',
      origin_audience_id: seed,
      lookalike_spec: { type: 'reach', country: 'FR' },
    }),
  })
  const { id } = (await made.json()) as { id: string }
  return id
}

const deleteAtMeta = (id: string): Promise<Response> =>
  fetch(`${served.url}/v25.0/${id}?access_token=sandbox-token`, { method: 'DELETE' })

void test('check, plan, sync and runs show each lookalike and how it stands', async () => {
  const place = placeOf(TWO)
  const checked = await place.rollcall('check')
  assert.equal(checked.code, 0)
  assert.match(
    checked.stdout,
    /with Lookalike \(DE, 1%\) of Big spenders, Lookalike \(AT DE, 1% to 3%\) of Big spenders/,
  )
  const planned = await place.rollcall('plan')
  assert.match(planned.stdout, /to be made\s+“Lookalike \(DE, 1%\) of Big spenders”/)
  assert.equal((await remote()).length, 0)

  const sent = await place.json('sync')
  assert.equal(sent.code, 0)
  assert.deepEqual(statesOf(sent.document, 'runs'), ['made', 'made'])
  const shown = await place.rollcall(
    'runs',
    'show',
    String(pick(sent.document, ['runs', 0, 'run'])),
  )
  assert.match(shown.stdout, /Lookalikes, as the run left them\n.*made.*Lookalike \(DE, 1%\)/)
  const again = await place.json('plan')
  assert.equal(again.code, 0)
  assert.deepEqual(statesOf(again.document, 'plans'), ['there', 'there'])

  place.write('rollcall.yaml', definition({ apiUrl: served.url }) + ONE)
  const left = await place.rollcall('sync')
  assert.equal(left.code, 0)
  assert.match(left.stdout, /left over.*AT DE, 1% to 3%[^]*Delete it in Ads Manager/)
})

void test('an audience that is too small for a lookalike is sent all the same', async () => {
  const place = placeOf(ONE)
  place.write('data/customers.csv', customers(20))
  const { code, stdout } = await place.rollcall('sync')
  assert.equal(code, 0)
  assert.match(stdout, /Accepted\s+20/)
  assert.match(stdout, /not made yet[^]*meta\/lookalike-source-too-small/)
})

void test('an audience that is retired with --delete takes its lookalikes with it, and none of others', async () => {
  const place = placeOf(TWO)
  await place.rollcall('sync')
  const [seed] = (await remote()).filter(({ name }) => name === 'Big spenders')
  const id = await makeTheirs(seed?.id ?? '')
  const refused = await place.rollcall('retire', 'spenders_to_meta', '--delete', '--approve')
  assert.equal(refused.code, 3)
  assert.match(refused.stderr, /1 lookalike is made from it that Rollcall did not make/)
  assert.equal((await remote()).length, 4)

  await deleteAtMeta(id)
  const asked = await place.rollcall('retire', 'spenders_to_meta', '--delete')
  assert.equal(asked.code, 3)
  assert.match(asked.stderr, /so are its 2 lookalikes, and ads that use them stop/)
  const retired = await place.rollcall('retire', 'spenders_to_meta', '--delete', '--approve')
  assert.equal(retired.code, 0)
  assert.deepEqual(await remote(), [])
})

void test('a lookalike that somebody deleted does not hide one that others made', async () => {
  const place = placeOf(TWO)
  await place.rollcall('sync')
  const [seed] = (await remote()).filter(({ name }) => name === 'Big spenders')
  const [gone] = (await remote()).filter(({ name }) => name.startsWith('Lookalike (DE, 1%)'))
  await deleteAtMeta(gone?.id ?? '')
  await makeTheirs(seed?.id ?? '')
  const refused = await place.rollcall('retire', 'spenders_to_meta', '--delete', '--approve')
  assert.equal(refused.code, 3)
  assert.match(refused.stderr, /1 lookalike is made from it that Rollcall did not make/)
  // Nothing was deleted: the seed, the other one of ours, and theirs.
  assert.equal((await remote()).length, 3)
})

void test('an audience that is left to itself keeps its lookalikes, which are named', async () => {
  const place = placeOf(ONE)
  await place.rollcall('sync')
  const { code, stdout } = await place.rollcall('retire', 'spenders_to_meta', '--keep', '--approve')
  assert.equal(code, 0)
  assert.match(stdout, /Its lookalikes stay at Meta: \d+ \(DE, 1%\)/)
  assert.equal((await remote()).length, 2)
})

void test('people sent by ids of an app are taken out when their sync is gone from the file', async () => {
  const text = definition({ apiUrl: served.url })
  const scoped = text.replace('EMAIL: email', 'APPUID: revenue')
  const place = placeOf('')
  place.write('rollcall.yaml', `${scoped}    app_ids: ["4711"]\n`)
  assert.equal((await place.rollcall('sync')).code, 0)
  place.write('rollcall.yaml', text.slice(0, text.indexOf('syncs:')))
  const retired = await place.rollcall('retire', 'spenders_to_meta', '--empty', '--approve')
  assert.equal(retired.code, 0)
  const [audience] = await remote()
  const members = await fetch(`${served.url}/_control/audiences/${audience?.id}/members`)
  assert.deepEqual(await members.json(), [])
})
