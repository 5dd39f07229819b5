// Replacing all members of an audience, batch by batch.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ACCOUNT,
  emails,
  errorCode,
  HOUR,
  openClient,
  sha256,
  START,
  type Answer,
  type Client,
} from './testing/client.ts'

interface Batch {
  readonly sequence: number
  readonly last?: boolean
  readonly session?: number
  readonly texts?: readonly string[]
}

async function replace({ call }: Client, id: string, batch: Batch): Promise<Answer> {
  const { sequence, last = false, session = 77, texts = [] } = batch
  return call('POST', `${id}/usersreplace`, {
    ...emails(...texts),
    session: { session_id: session, batch_seq: sequence, last_batch_flag: last },
  })
}

async function statusOf({ call }: Client, id: string): Promise<unknown> {
  const { body } = await call('GET', `${id}?fields=operation_status`)
  return body['operation_status']
}

const held = (...texts: readonly string[]): unknown =>
  texts.map((text) => ({ EMAIL: sha256(text) }))
const NORMAL = { code: 200, description: 'Normal' }
const REPLACING = { code: 414, description: 'replace_in_progress' }

async function audienceOf(client: Client, ...texts: readonly string[]): Promise<string> {
  const id = await client.create()
  await client.call('POST', `${id}/users`, emails(...texts))
  return id
}

test('a replacement takes effect as a whole, after its last batch', async () => {
  const client = openClient()
  const id = await audienceOf(client, 'a', 'b')
  await replace(client, id, { sequence: 1, texts: ['b', 'c'] })
  assert.deepEqual(await statusOf(client, id), REPLACING)
  assert.deepEqual(client.members(id), held('a', 'b'))
  await replace(client, id, { sequence: 2, texts: ['d'] })
  await replace(client, id, { sequence: 2, texts: ['d'] })
  await replace(client, id, { sequence: 3, texts: ['e'], last: true })
  assert.deepEqual(client.members(id), held('b', 'c', 'd', 'e'))
  assert.deepEqual(await statusOf(client, id), NORMAL)
})

test('a replacement by nobody empties the audience', async () => {
  const client = openClient()
  const id = await audienceOf(client, 'a', 'b')
  assert.equal((await replace(client, id, { sequence: 1, last: true })).status, 200)
  assert.deepEqual(client.members(id), [])
})

test('nothing else may change the members meanwhile', async () => {
  const client = openClient()
  const id = await audienceOf(client, 'a')
  await replace(client, id, { sequence: 1, texts: ['b'] })
  const others = [
    await client.call('POST', `${id}/users`, emails('c')),
    await client.call('DELETE', `${id}/users`, emails('a')),
    await replace(client, id, { sequence: 1, session: 78 }),
    await replace(client, id, { sequence: 1 }),
  ]
  assert.deepEqual(
    others.map(errorCode),
    Array.from({ length: 4 }, () => '2650/1870145'),
  )
})

test('who opts out meanwhile does not come in with the replacement', async () => {
  const client = openClient()
  const id = await audienceOf(client, 'a')
  await replace(client, id, { sequence: 1, texts: ['b', 'c'] })
  await client.call('DELETE', `${ACCOUNT}/usersofanyaudience`, emails('b'))
  await replace(client, id, { sequence: 2, last: true })
  assert.deepEqual(client.members(id), held('c'))
})

test('a session that has ended takes no more batches', async () => {
  const client = openClient()
  const id = await audienceOf(client, 'a')
  assert.equal(errorCode(await replace(client, id, { sequence: 2 })), '2650/1870147')
  await replace(client, id, { sequence: 1, last: true, texts: ['b'] })
  assert.equal(errorCode(await replace(client, id, { sequence: 2 })), '2650/1870159')
  assert.deepEqual(client.members(id), held('b'))
})

test('a session that is never closed ends after ninety minutes with what it has', async () => {
  let now = START
  const client = openClient({ now: () => now })
  const id = await audienceOf(client, 'a')
  await replace(client, id, { sequence: 1, texts: ['b'] })
  now += 1.5 * HOUR - 1
  assert.deepEqual(await statusOf(client, id), REPLACING)
  now += 1
  assert.deepEqual(await statusOf(client, id), NORMAL)
  assert.deepEqual(client.members(id), held('b'))
  assert.equal(errorCode(await replace(client, id, { sequence: 2, texts: ['c'] })), '2650/1870158')
})

test('the schema of a session stays as it was', async () => {
  const client = openClient()
  const id = await audienceOf(client, 'a')
  await replace(client, id, { sequence: 1, texts: ['b'] })
  const other = await client.call('POST', `${id}/usersreplace`, {
    payload: { schema: ['PHONE'], data: [[sha256('1')]] },
    session: { session_id: 77, batch_seq: 2, last_batch_flag: true },
  })
  assert.equal(errorCode(other), '2650')
  const without = await client.call('POST', `${id}/usersreplace`, emails('b'))
  assert.equal(errorCode(without), '100')
})

test('a replacement that fails leaves the members as they were', async () => {
  const client = openClient()
  const id = await audienceOf(client, 'a')
  await client.control('POST', 'faults', { fault: 'replace_failed' })
  const failed = await replace(client, id, { sequence: 1, texts: ['b'], last: true })
  assert.equal(errorCode(failed), '2650/1870148')
  assert.deepEqual(await statusOf(client, id), { code: 415, description: 'replace_error' })
  assert.deepEqual(client.members(id), held('a'))
  await replace(client, id, { sequence: 1, session: 78, texts: ['c'], last: true })
  assert.deepEqual([await statusOf(client, id), client.members(id)], [NORMAL, held('c')])
})

test('a replacement can be made to take its time', async () => {
  let now = START
  const client = openClient({ now: () => now, replaceProcessingMs: 60_000 })
  const id = await audienceOf(client, 'a')
  await replace(client, id, { sequence: 1, texts: ['b'], last: true })
  assert.deepEqual([await statusOf(client, id), client.members(id)], [REPLACING, held('a')])
  now += 60_000
  assert.deepEqual([await statusOf(client, id), client.members(id)], [NORMAL, held('b')])
})

test('a session tells its numbers as text and is done an hour after its last batch', async () => {
  let now = START
  const client = openClient({ now: () => now })
  const id = await client.create()
  const session = { session_id: '9007199254740993', batch_seq: 1, last_batch_flag: true }
  await client.call('POST', `${id}/users`, { ...emails('a', 'b'), session })
  const sessions = async (): Promise<unknown> =>
    (await client.call('GET', `${id}/sessions?session_id=9007199254740993`)).body['data']
  const open = {
    session_id: '9007199254740993',
    start_time: String(START / 1000),
    end_time: '0',
    num_received: '2',
    num_matched: '-1',
    num_invalid_entries: '0',
    progress: '0',
    stage: 'uploading',
  }
  assert.deepEqual(await sessions(), [open])
  now += HOUR
  const done = {
    end_time: String(now / 1000),
    num_matched: '1',
    progress: '100',
    stage: 'finished',
  }
  assert.deepEqual(await sessions(), [{ ...open, ...done }])
})
