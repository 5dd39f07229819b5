// Each fault does what it says, as often as it says, to the requests it names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GRAPH_ERRORS } from './error-table.ts'
import { serveSandbox } from './serve.ts'
import {
  ACCOUNT,
  emails,
  errorCode,
  openClient,
  sha256,
  TOKEN,
  type Client,
} from './testing/client.ts'

async function audienceWith(
  { create, call }: Client,
  ...texts: readonly string[]
): Promise<string> {
  const id = await create()
  await call('POST', `${id}/users`, emails(...texts))
  return id
}

const held = (...texts: readonly string[]): unknown =>
  texts.map((text) => ({ EMAIL: sha256(text) }))

test('faults that refuse leave everything as it was, and end after their times', async () => {
  const refusals: Readonly<Record<string, string>> = {
    throttle: '80003/2446079',
    transient: '2',
    token_expired: '190/463',
    token_invalidated: '190/460',
    permission: '200',
    terms_withdrawn: '200/1870034',
    no_business: '200/1870050',
    too_small_to_remove: '200/1870047',
  }
  const client = openClient()
  const id = await audienceWith(client, 'a', 'b')
  for (const [fault, code] of Object.entries(refusals)) {
    await client.control('POST', 'faults', { match: { method: 'DELETE' }, times: 2, fault })
    assert.equal(errorCode(await client.call('DELETE', `${id}/users`, emails('a'))), code)
    assert.equal(errorCode(await client.call('DELETE', `${id}/users`, emails('a'))), code)
    assert.deepEqual(client.members(id), held('a', 'b'), fault)
    assert.equal((await client.call('DELETE', `${id}/users`, emails('z'))).status, 200)
  }
})

test('a fault befalls only what it matches and what it can befall', async () => {
  const client = openClient()
  const id = await audienceWith(client, 'a')
  await client.control('POST', 'faults', {
    match: { method: 'post', path: '/v25.0/*/users' },
    times: 'always',
    fault: 'terms_withdrawn',
  })
  assert.equal((await client.call('DELETE', `${id}/users`, emails('z'))).status, 200)
  assert.equal((await client.call('GET', `${id}/sessions`)).status, 200)
  for (let time = 0; time < 5; time += 1) {
    assert.equal(errorCode(await client.call('POST', `${id}/users`, emails('b'))), '200/1870034')
  }
  const { body } = await client.call('GET', `${ACCOUNT}?fields=tos_accepted`)
  assert.deepEqual(body['tos_accepted'], {})
  await client.control('POST', 'reset')
  const { body: after } = await client.call('GET', `${ACCOUNT}?fields=tos_accepted`)
  assert.deepEqual(after['tos_accepted'], {
    custom_audience_tos: 1,
    value_based_custom_audience_tos: 1,
  })
})

test('a lost answer has its effect, a reset has none', async () => {
  const client = openClient()
  const id = await audienceWith(client, 'a')
  for (const fault of ['no_effect_reset', 'lost_answer']) {
    await client.control('POST', 'faults', { fault })
    await assert.rejects(client.call('POST', `${id}/users`, emails('b')), TypeError)
    assert.deepEqual(client.members(id), fault === 'lost_answer' ? held('a', 'b') : held('a'))
  }
})

test('over HTTP a lost answer is a cut connection', async () => {
  const served = await serveSandbox({ port: 0, seed: 1 })
  try {
    const create = async (): Promise<Response> =>
      fetch(`${served.url}/v25.0/${ACCOUNT}/customaudiences?access_token=${TOKEN}`, {
        method: 'POST',
        body: new URLSearchParams({ name: 'Lost', customer_file_source: 'USER_PROVIDED_ONLY' }),
      })
    const fault = JSON.stringify({ fault: 'lost_answer' })
    await fetch(`${served.url}/_control/faults`, { method: 'POST', body: fault })
    await assert.rejects(create(), TypeError)
    const audiences: unknown = await (await fetch(`${served.url}/_control/audiences`)).json()
    assert.ok(Array.isArray(audiences))
    assert.equal(audiences.length, 1)
    assert.equal((await create()).status, 200)
  } finally {
    await served.close()
  }
})

test('an audience deleted by hand is gone from the list and cannot be found', async () => {
  const client = openClient()
  const id = await audienceWith(client, 'a')
  await client.control('POST', 'faults', { match: { path: id }, fault: 'audience_deleted' })
  for (let time = 0; time < 2; time += 1) {
    const answer = await client.call('POST', `${id}/users`, emails('b'))
    assert.equal(errorCode(answer), '100/33')
    assert.match(JSON.stringify(answer.body), /Unsupported post request/)
  }
  const { body } = await client.call('GET', `${ACCOUNT}/customaudiences`)
  assert.deepEqual(body, { data: [] })
})

test('a flagged audience refuses uploads and edits and says so', async () => {
  const client = openClient()
  const id = await audienceWith(client, 'a')
  await client.control('POST', 'faults', { fault: 'audience_flagged' })
  assert.equal(errorCode(await client.call('POST', `${id}/users`, emails('b'))), '100/1713230')
  assert.equal(errorCode(await client.call('POST', id, { name: 'Other' })), '100/1713228')
  const { body } = await client.call('GET', `${id}?fields=operation_status,delivery_status`)
  assert.match(JSON.stringify(body), /"code":471/)
  assert.equal((await client.call('DELETE', id)).status, 200)
})

test('rows made invalid are counted, and named only as far as told', async () => {
  const client = openClient()
  const id = await client.create()
  await client.control('POST', 'faults', { fault: 'partial_invalid', rows: 2, named: 1 })
  const { body } = await client.call('POST', `${id}/users`, emails('a', 'b', 'c'))
  assert.equal(body['num_invalid_entries'], 2)
  assert.deepEqual(Object.keys(body['invalid_entry_samples'] ?? {}), [
    JSON.stringify([sha256('a')]),
  ])
  assert.deepEqual(client.members(id), held('c'))
  await client.control('POST', 'faults', { fault: 'partial_invalid', containing: sha256('d') })
  await client.call('POST', `${id}/users`, emails('e', 'd'))
  assert.deepEqual(client.members(id), held('c', 'e'))
})

test('a failing server answers with a page, and does nothing', async () => {
  const { sandbox, control, create, members } = openClient()
  const id = await create()
  await control('POST', 'faults', { fault: 'html_500' })
  const response = await sandbox.fetch(
    new Request(`http://sandbox.test/v25.0/${id}/users?access_token=${TOKEN}`, {
      method: 'POST',
      body: JSON.stringify(emails('a')),
    }),
  )
  assert.equal(response.status, 500)
  assert.match(await response.text(), /^<!DOCTYPE html>/)
  assert.deepEqual(members(id), [])
})

test('a slow request is answered like any other', async () => {
  const client = openClient()
  const id = await client.create()
  await client.control('POST', 'faults', { fault: 'slow', delay_ms: 5 })
  assert.equal((await client.call('POST', `${id}/users`, emails('a'))).status, 200)
  assert.deepEqual(client.members(id), held('a'))
})

test('a throttled request says in how many minutes to come back', async () => {
  const client = openClient()
  const id = await client.create()
  await client.control('POST', 'faults', { fault: 'throttle', minutes: 7 })
  const { headers } = await client.call('GET', id)
  const usage: unknown = JSON.parse(headers.get('x-business-use-case-usage') ?? '')
  assert.match(JSON.stringify(usage), /"call_count":100,.*"estimated_time_to_regain_access":7/)
})

test('every refusal of the table can be called up', async () => {
  const client = openClient()
  for (const [error, row] of Object.entries(GRAPH_ERRORS)) {
    await client.control('POST', 'faults', { fault: 'graph_error', error })
    const answer = await client.call('GET', 'me')
    const code = 'subcode' in row ? `${row.code}/${row.subcode}` : String(row.code)
    assert.deepEqual([answer.status, errorCode(answer)], [row.status, code], error)
  }
})

test('a token that died also shows when it is looked at', async () => {
  const client = openClient()
  const look = async (): Promise<string> => {
    const { body } = await client.call('GET', `debug_token?input_token=${TOKEN}`)
    return JSON.stringify(body)
  }
  assert.match(await look(), /"is_valid":true/)
  await client.control('POST', 'faults', { fault: 'token_expired', times: 'always' })
  assert.match(await look(), /"is_valid":false.*"subcode":463/)
})

test('a fault that makes no sense is refused', async () => {
  const { control } = openClient()
  const wrong = [
    {},
    { fault: 'flood' },
    { fault: 'slow', times: 0 },
    { fault: 'graph_error' },
    { fault: 'slow', match: 3 },
  ]
  for (const body of wrong) {
    assert.match(JSON.stringify(await control('POST', 'faults', body)), /"error"/)
  }
})
