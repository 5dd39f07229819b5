// Audiences and accounts: creating, listing, reading, changing, deleting; terms, roles and tokens.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import {
  ACCOUNT,
  answerOf,
  emails,
  errorCode,
  isRecord,
  openClient,
  sha256,
  START,
  TOKEN,
  type Client,
} from './testing/client.ts'

const LIST = `${ACCOUNT}/customaudiences`

function dataOf(
  body: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  const { data } = body
  assert.ok(Array.isArray(data))
  return data.filter(isRecord)
}

async function listed(
  { call }: Client,
  query: Readonly<Record<string, string>>,
): Promise<readonly unknown[]> {
  const search = new URLSearchParams({ fields: 'name', ...query })
  const { body } = await call('GET', `${LIST}?${search.toString()}`)
  return dataOf(body).map(({ name }) => name)
}

const get = async ({ sandbox }: Client, url: string): ReturnType<typeof answerOf> =>
  answerOf(await sandbox.fetch(new Request(url)))

test('a list is told in pages that lead on and back, the newest first', async () => {
  const client = openClient()
  for (let index = 0; index < 5; index += 1) await client.create({ name: `A${index}` })
  let url = `http://sandbox.test/v25.0/${LIST}?fields=name&limit=2&access_token=${TOKEN}`
  const pages: unknown[] = []
  for (;;) {
    const { body } = await get(client, url)
    pages.push(dataOf(body).map(({ name }) => name))
    const { paging } = body
    assert.ok(isRecord(paging))
    if (typeof paging['next'] !== 'string') {
      assert.ok(typeof paging['previous'] === 'string')
      const { body: before } = await get(client, paging['previous'])
      assert.deepEqual(
        dataOf(before).map(({ name }) => name),
        ['A2', 'A1'],
      )
      break
    }
    url = paging['next']
  }
  assert.deepEqual(pages, [['A4', 'A3'], ['A2', 'A1'], ['A0']])
  assert.equal(errorCode(await client.call('GET', `${LIST}?limit=100000`)), '1')
  assert.equal(errorCode(await client.call('GET', `${LIST}?after=gone`)), '100')
})

test('a list is filtered by what its audiences are', async () => {
  const client = openClient()
  await client.create({ name: 'Lapsed buyers' })
  await client.create({ name: 'Big spenders' })
  const by = async (field: string, operator: string, value: unknown): Promise<readonly unknown[]> =>
    listed(client, { filtering: JSON.stringify([{ field, operator, value }]) })
  assert.deepEqual(await by('name', 'CONTAIN', 'buyer'), ['Lapsed buyers'])
  assert.deepEqual(await by('name', 'STARTS_WITH', 'big'), ['Big spenders'])
  assert.deepEqual(await by('name', 'NOT_EQUAL', 'Big spenders'), ['Lapsed buyers'])
  assert.deepEqual(await by('operation_status.code', 'IN', [100]), [])
  assert.equal((await by('operation_status.code', 'IN', [100, 200])).length, 2)
  assert.deepEqual(await by('delete_time', 'GREATER_THAN', 0), [])
  assert.equal((await by('time_created', 'IN_RANGE', [START / 1000, START / 1000])).length, 2)
  const wrong = encodeURIComponent('[{"field":"name","operator":"LIKE","value":"x"}]')
  assert.equal(errorCode(await client.call('GET', `${LIST}?filtering=${wrong}`)), '100')
})

test('only the fields asked for are told', async () => {
  const client = openClient()
  const id = await client.create({ description: 'Bought long ago' })
  assert.deepEqual((await client.call('GET', id)).body, { id })
  const fields = 'description,account_id,time_created,owner_business{name}'
  assert.deepEqual((await client.call('GET', `${id}?fields=${fields}`)).body, {
    description: 'Bought long ago',
    account_id: '1000000001',
    time_created: START / 1000,
    owner_business: { name: 'Sandbox business' },
    id,
  })
  assert.match(
    JSON.stringify((await client.call('GET', `${id}?fields=colour`)).body),
    /nonexisting field \(colour\)/,
  )
})

test('what an audience needs is asked for, and its name may be taken twice', async () => {
  const client = openClient()
  const refused = async (body: unknown): Promise<string> =>
    JSON.stringify((await client.call('POST', LIST, body)).body)
  assert.match(
    await refused({ name: 'A', subtype: 'CUSTOM' }),
    /\(#100\) Missing parameter\(s\): customer_file_source/,
  )
  const source = { customer_file_source: 'USER_PROVIDED_ONLY' }
  assert.match(await refused({ ...source, subtype: 'CUSTOM' }), /Missing parameter\(s\): name/)
  assert.match(await refused({ name: 'A', customer_file_source: 'MINE' }), /must be one of/)
  assert.match(await refused({ ...source, name: 'A', retention_days: 181 }), /between 1 and 180/)
  const ids = [await client.create({ name: 'Same' }), await client.create({ name: 'Same' })]
  for (const id of ids) assert.match(id, /^\d{17}$/)
  assert.equal(new Set(ids).size, 2)
})

test('an account has room for 500 audiences', async () => {
  const client = openClient()
  for (let index = 0; index < 500; index += 1) await client.create()
  const body = { name: 'One more', customer_file_source: 'USER_PROVIDED_ONLY' }
  assert.equal(errorCode(await client.call('POST', LIST, body)), '2654')
})

test('an update changes what it names, and nothing else', async () => {
  const client = openClient()
  const id = await client.create({ description: 'before' })
  assert.deepEqual((await client.call('POST', id, { name: 'Renamed' })).body, { success: true })
  const { body } = await client.call('GET', `${id}?fields=name,description`)
  assert.deepEqual(body, { name: 'Renamed', description: 'before', id })
})

test('a lookalike is made from a seed of a hundred people and keeps it from being deleted', async () => {
  const client = openClient()
  const id = await client.create()
  const lookalike = {
    name: 'Like them',
    subtype: 'LOOKALIKE',
    origin_audience_id: id,
    lookalike_spec: JSON.stringify({ type: 'custom_ratio', ratio: 0.03, country: 'US' }),
  }
  assert.equal(errorCode(await client.call('POST', LIST, lookalike)), '2654')
  const seeds = Array.from({ length: 200 }, (_, index) => String(index))
  await client.call('POST', `${id}/users`, emails(...seeds))
  const { body } = await client.call('POST', LIST, lookalike)
  const madeId = String(body['id'])
  const { body: read } = await client.call('GET', `${madeId}?fields=subtype,lookalike_spec`)
  assert.equal(read['subtype'], 'LOOKALIKE')
  assert.match(JSON.stringify(read['lookalike_spec']), /"target_countries":\["US"\]/)
  const { body: origin } = await client.call('GET', `${id}?fields=lookalike_audience_ids`)
  assert.deepEqual(origin['lookalike_audience_ids'], [madeId])
  assert.equal(errorCode(await client.call('POST', `${madeId}/users`, emails('a'))), '2650')
  assert.equal(errorCode(await client.call('DELETE', id)), '2656')
  await client.call('DELETE', madeId)
  assert.deepEqual((await client.call('DELETE', id)).body, { success: true })
  const wrong = {
    ...lookalike,
    lookalike_spec: { type: 'custom_ratio', ratio: 0.3, country: 'US' },
  }
  assert.equal(errorCode(await client.call('POST', LIST, wrong)), '100')
})

test('an account without terms, business or role refuses customer lists', async () => {
  const client = openClient()
  const id = await client.create()
  const set = async (patch: unknown): Promise<unknown> =>
    client.control('POST', `accounts/${ACCOUNT}`, patch)
  const codes = async (): Promise<readonly string[]> => [
    errorCode(
      await client.call('POST', LIST, { name: 'A', customer_file_source: 'USER_PROVIDED_ONLY' }),
    ),
    errorCode(await client.call('POST', `${id}/users`, emails('a'))),
  ]
  await set({ terms: [] })
  assert.deepEqual(await codes(), ['200/1870090', '200/1870034'])
  const { body: none } = await client.call('GET', `${ACCOUNT}?fields=tos_accepted`)
  assert.deepEqual(none['tos_accepted'], {})
  await client.call('POST', `${ACCOUNT}/customaudiencestos`, { tos_id: '1' })
  assert.equal((await client.call('POST', `${id}/users`, emails('a'))).status, 200)
  await set({ business: null })
  assert.deepEqual(await codes(), ['200/1870050', '200/1870050'])
  const { body } = await client.call('GET', `${ACCOUNT}?fields=business,account_status`)
  assert.deepEqual(body, { account_status: 1, id: ACCOUNT })
  await client.control('POST', 'reset')
  const other = await client.create()
  await set({ userTasks: ['ANALYZE'] })
  const refused = await client.call('POST', `${other}/users`, emails('a'))
  assert.deepEqual([refused.status, errorCode(refused)], [403, '200'])
  assert.match(JSON.stringify(refused.body), /The current user can not update audience/)
})

test('a token is asked for, checked, and its scopes count', async () => {
  const client = openClient()
  const at = 'http://sandbox.test/v25.0'
  assert.equal(errorCode(await get(client, `${at}/me`)), '104')
  assert.equal(errorCode(await get(client, `${at}/me?access_token=other`)), '190')
  await client.control('POST', `tokens/${TOKEN}`, { scopes: ['ads_read'] })
  const { body } = await client.call('GET', 'me/permissions')
  assert.match(JSON.stringify(body), /"ads_management","status":"declined"/)
  assert.equal(
    errorCode(
      await client.call('POST', LIST, { name: 'A', customer_file_source: 'USER_PROVIDED_ONLY' }),
    ),
    '294',
  )
  assert.equal((await client.call('GET', LIST)).status, 200)
  await client.control('POST', `tokens/${TOKEN}`, { expiresAt: START })
  const expired = await client.call('GET', 'me')
  assert.equal(errorCode(expired), '190/463')
  assert.match(JSON.stringify(expired.body), /Session has expired on Sunday, 22-Nov-26 12:00:00/)
  await client.control('POST', `tokens/${TOKEN}`, { invalidated: true })
  assert.equal(errorCode(await client.call('GET', 'me')), '190/460')
})

const proof = (text: string): string =>
  createHmac('sha256', 'sandbox-app-secret').update(text).digest('hex')

test('an appsecret_proof must be right, with and without a time', async () => {
  const client = openClient()
  const me = `http://sandbox.test/v25.0/me?access_token=${TOKEN}&appsecret_proof=`
  assert.equal((await get(client, me + proof(TOKEN))).status, 200)
  assert.equal((await get(client, `${me}${proof(`${TOKEN}|17`)}&appsecret_time=17`)).status, 200)
  const wrong = await get(client, me + proof('other'))
  assert.equal(errorCode(wrong), '100')
  assert.match(JSON.stringify(wrong.body), /Invalid appsecret_proof/)
})

test('a token is exchanged for one of sixty days, unless it has died', async () => {
  const client = openClient()
  const app = 'client_id=3000000001&client_secret=sandbox-app-secret&grant_type=fb_exchange_token'
  const exchange = `http://sandbox.test/v25.0/oauth/access_token?${app}&fb_exchange_token=${TOKEN}`
  const { body } = await get(client, exchange)
  assert.deepEqual([body['token_type'], body['expires_in']], ['bearer', 5_183_944])
  const token = String(body['access_token'])
  const me = await get(client, `http://sandbox.test/v25.0/me?access_token=${token}`)
  assert.deepEqual(me.body, { name: 'Sandbox user', id: '4000000001' })
  await client.control('POST', `tokens/${TOKEN}`, { expiresAt: START })
  assert.equal(errorCode(await get(client, exchange)), '190/463')
})

test('paths that are not there say so', async () => {
  const client = openClient()
  const at = async (path: string): Promise<string> =>
    errorCode(await get(client, `http://sandbox.test/${path}?access_token=${TOKEN}`))
  assert.equal(await at(LIST), '2635')
  assert.equal(await at(`v18.0/${LIST}`), '2635')
  assert.equal(await at('debug_token'), '100')
  assert.equal(await at(`v25.0/${ACCOUNT}/campaigns`), '2500')
  assert.equal(await at('v25.0/act_9/customaudiences'), '100/33')
  assert.equal(await at('v25.0/123'), '100/33')
  const { status, headers } = await get(
    client,
    `http://sandbox.test/v19.0/me?access_token=${TOKEN}`,
  )
  assert.deepEqual([status, headers.get('facebook-api-version')], [200, 'v25.0'])
})

test('requests are remembered without token and rows', async () => {
  const client = openClient()
  const id = await client.create()
  const query = new URLSearchParams({
    access_token: TOKEN,
    payload: JSON.stringify(emails('a')['payload']),
  })
  await client.sandbox.fetch(
    new Request(`http://sandbox.test/v25.0/${id}/users?${query.toString()}`, { method: 'DELETE' }),
  )
  await client.call('POST', `${id}/users`, { ...emails('a', 'b'), method: 'DELETE' })
  const requests = await client.control('GET', 'requests')
  assert.ok(Array.isArray(requests))
  const path = `/v25.0/${id}/users`
  assert.deepEqual(requests.slice(1), [
    {
      at: START,
      method: 'DELETE',
      http_method: 'DELETE',
      path,
      query: { payload: { schema: ['EMAIL'], rows: 1 } },
      body: {},
      rows: 1,
      status: 200,
    },
    {
      at: START,
      method: 'DELETE',
      http_method: 'POST',
      path,
      query: {},
      body: { payload: { schema: ['EMAIL'], rows: 2 }, method: 'DELETE' },
      rows: 2,
      status: 200,
    },
  ])
  assert.doesNotMatch(JSON.stringify(requests), new RegExp(`${TOKEN}|${sha256('a')}`))
})
