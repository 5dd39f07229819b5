// What is taken, what is counted as invalid, and what is refused as a whole.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ACCOUNT,
  answerOf,
  emails,
  errorCode,
  openClient,
  sha256,
  TOKEN,
} from './testing/client.ts'

const EMAIL = sha256('mary@example.com')
const row = (schema: readonly string[], ...data: readonly unknown[]): unknown => ({
  payload: { schema, data },
})

test('a valid row is held as it was sent, blanks left out', async () => {
  const { call, create, members } = openClient()
  const id = await create()
  const schema = ['EMAIL', 'FN', 'EXTERN_ID']
  const { body } = await call('POST', `${id}/users`, row(schema, [EMAIL, '', 'u1']))
  assert.deepEqual(
    [body['num_received'], body['num_invalid_entries'], body['invalid_entry_samples']],
    [1, 0, {}],
  )
  assert.deepEqual(members(id), [{ EMAIL, EXTERN_ID: 'u1' }])
})

test('each unusable value makes its row an invalid entry, and no other', async () => {
  const cases: readonly (readonly [key: string, cell: unknown, reason: string])[] = [
    ['EMAIL', 'mary@example.com', 'invalid hash'],
    ['EMAIL', EMAIL.toUpperCase(), 'invalid hash'],
    ['EMAIL', null, 'invalid hash'],
    ['PHONE', '15550100123', 'invalid hash'],
    ['COUNTRY', 'us', 'invalid hash'],
    ['MADID', '6D92078A-8246-4BA4-AE5B-76104861E7DC', 'invalid mobile advertiser ID'],
    ['EXTERN_ID', '', 'empty external ID'],
    ['LOOKALIKE_VALUE', -1, 'invalid lookalike value'],
    ['LOOKALIKE_VALUE', '44.5', 'invalid lookalike value'],
    ['DATA_PROCESSING_OPTIONS', 'LDU', 'invalid data processing options'],
    ['DATA_PROCESSING_OPTIONS_STATE', 7, 'invalid data processing state'],
    ['GEN', '', 'empty row'],
  ]
  for (const [key, cell, reason] of cases) {
    const { call, create, members } = openClient()
    const id = await create()
    const other = key === 'EMAIL' ? 'PHONE' : 'EMAIL'
    const broken = reason === 'empty row' ? ['', cell] : [EMAIL, cell]
    const good = { EMAIL, MADID: '6d92078a-8246-4ba4-ae5b-76104861e7dc', EXTERN_ID: 'u' }
    const data = [broken]
    const { body } = await call('POST', `${id}/users`, row([other, key], ...data))
    assert.deepEqual(body['invalid_entry_samples'], { [JSON.stringify(broken)]: reason }, key)
    assert.equal(body['num_invalid_entries'], 1)
    assert.deepEqual(members(id), [])
    const { body: taken } = await call(
      'POST',
      `${id}/users`,
      row(Object.keys(good), Object.values(good)),
    )
    assert.equal(taken['num_invalid_entries'], 0)
  }
})

test('at most a hundred invalid entries are named', async () => {
  const { call, create } = openClient()
  const id = await create()
  const data = Array.from({ length: 150 }, (_, index) => [`plain ${index}`])
  const { body } = await call('POST', `${id}/users`, row(['EMAIL'], ...data))
  assert.equal(body['num_invalid_entries'], 150)
  assert.equal(Object.keys(body['invalid_entry_samples'] ?? {}).length, 100)
})

test('a request that is wrong as a whole is refused as a whole', async () => {
  const { call, create, members } = openClient()
  const id = await create()
  const tooMany = Array.from({ length: 10_001 }, (_, index) => [sha256(String(index))])
  const refusals: readonly (readonly [code: string, body: unknown])[] = [
    ['1/99', row(['EMAIL'], ...tooMany)],
    ['100', row(['EMAIL', 'FN'], [EMAIL])],
    ['100', row(['MAIL'], [EMAIL])],
    ['100', row(['EMAIL', 'EMAIL'], [EMAIL, EMAIL])],
    ['100', row(['EMAIL_SHA256'], [EMAIL])],
    ['100', row([], [])],
    ['100', {}],
    ['100', { payload: 'EMAIL' }],
    ['100', { ...emails('a'), session: { session_id: -1, batch_seq: 1 } }],
    ['100', { ...emails('a'), session: { session_id: 1, batch_seq: 0 } }],
  ]
  for (const [code, body] of refusals) {
    assert.equal(
      errorCode(await call('POST', `${id}/users`, body)),
      code,
      JSON.stringify(body).slice(0, 80),
    )
  }
  assert.deepEqual(members(id), [])
  const most = tooMany.slice(1)
  assert.equal(
    (await call('POST', `${id}/users`, row(['EMAIL'], ...most))).body['num_received'],
    10_000,
  )
})

test('an audience takes either bare keys or arrays of keys', async () => {
  const { call, create, members } = openClient()
  const id = await create()
  const bare = { payload: { schema: 'EMAIL_SHA256', data: [EMAIL, [sha256('b')]] } }
  assert.equal((await call('POST', `${id}/users`, bare)).body['num_received'], 2)
  assert.deepEqual(members(id), [{ EMAIL }, { EMAIL: sha256('b') }])
  const refused = await call('POST', `${id}/users`, emails('c'))
  assert.equal(errorCode(refused), '2650')
  assert.match(JSON.stringify(refused.body), /FILE_IMPORTED\.HASHES_OR_USER_IDS/)
})

test('a value-based audience wants a value in every request, and keeps the last one', async () => {
  const { call, create, members } = openClient()
  const id = await create({ is_value_based: true })
  const refused = await call('POST', `${id}/users`, emails('a'))
  assert.match(JSON.stringify(refused.body), /requires LOOKALIKE_VALUE attribute/)
  const schema = ['EMAIL', 'LOOKALIKE_VALUE']
  await call('POST', `${id}/users`, row(schema, [EMAIL, 10]))
  await call('POST', `${id}/users`, row(schema, [EMAIL, 44.5]))
  assert.deepEqual(members(id), [{ EMAIL, LOOKALIKE_VALUE: 44.5 }])
})

test('an EXTERN_ID alone removes what its rows matched, also in another audience, for 90 days', async () => {
  let now = Date.UTC(2026, 0, 1)
  const { call, create, members } = openClient({ now: () => now })
  const id = await create()
  const other = await create()
  const byExternId = row(['EXTERN_ID'], ['u1'])
  await call('POST', `${id}/users`, row(['EMAIL', 'EXTERN_ID'], [EMAIL, 'u1']))
  await call('POST', `${other}/users`, row(['EMAIL'], [EMAIL]))
  await call('DELETE', `${other}/users`, byExternId)
  assert.deepEqual(members(other), [])
  now += 91 * 86_400_000
  await call('DELETE', `${id}/users`, byExternId)
  assert.equal(members(id).length, 1)
  await call('DELETE', `${id}/users`, row(['EMAIL'], [EMAIL]))
  assert.deepEqual(members(id), [])
})

test('a removal comes as DELETE or as POST with a method, in any encoding', async () => {
  const { sandbox, call, create, members } = openClient()
  const id = await create()
  const { payload } = emails('a')
  const text = JSON.stringify(payload)
  const form = new FormData()
  form.set('payload', text)
  form.set('method', 'delete')
  const address = `http://sandbox.test/v25.0/${id}/users`
  const query = new URLSearchParams({ access_token: TOKEN, payload: text }).toString()
  const authorization = `Bearer ${TOKEN}`
  const json = { 'content-type': 'application/json', authorization }
  const requests = [
    new Request(address, { method: 'DELETE', headers: json, body: JSON.stringify({ payload }) }),
    new Request(address, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ payload, method: 'DELETE' }),
    }),
    new Request(address, { method: 'POST', headers: { authorization }, body: form }),
    new Request(address, {
      method: 'POST',
      body: new URLSearchParams({ payload: text, method: 'delete', access_token: TOKEN }),
    }),
    new Request(`${address}?${query}`, { method: 'DELETE' }),
    new Request(`${address}/?${query}&method=delete`, { method: 'POST' }),
  ]
  for (const request of requests) {
    await call('POST', `${id}/users`, emails('a', 'b'))
    const { status, body } = await answerOf(await sandbox.fetch(request))
    assert.deepEqual([status, body['num_received']], [200, 1])
    assert.deepEqual(members(id), [{ EMAIL: sha256('b') }])
  }
})

test('an opt-out takes a person out of every audience of the account', async () => {
  const { call, create, members } = openClient()
  const ids = [await create(), await create()]
  for (const id of ids) await call('POST', `${id}/users`, emails('a', 'b'))
  await call('DELETE', `${ACCOUNT}/usersofanyaudience`, emails('a'))
  for (const id of ids) assert.deepEqual(members(id), [{ EMAIL: sha256('b') }])
})

test('the sandbox can be told to refuse removals that leave too few', async () => {
  const { call, create } = openClient({ minimumAfterRemoval: 2 })
  const id = await create()
  await call('POST', `${id}/users`, emails('a', 'b', 'c'))
  assert.equal((await call('DELETE', `${id}/users`, emails('a'))).status, 200)
  assert.equal(errorCode(await call('DELETE', `${id}/users`, emails('b'))), '200/1870047')
})

test('counting only, rows are checked and counted but not kept', async () => {
  const { sandbox, call, create, members } = openClient({ countOnly: true })
  const id = await create()
  await call('POST', `${id}/users`, emails('a', 'b', 'c'))
  await call('POST', `${id}/users`, row(['EMAIL'], ['plain']))
  await call('DELETE', `${id}/users`, emails('a'))
  assert.equal(sandbox.model.sizeOf(id), 2)
  assert.deepEqual(members(id), [])
})
