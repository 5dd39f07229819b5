// What the sandbox answered for is there after any crash.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import {
  ACCOUNT,
  emails,
  HOUR,
  isRecord,
  openClient,
  sha256,
  START,
  TOKEN,
  type Client,
} from './testing/client.ts'

function stateFileFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'state.jsonl')
}

const held = (...texts: readonly string[]): unknown =>
  texts.map((text) => ({ EMAIL: sha256(text) }))

async function describe({ call, control }: Client, id: string): Promise<unknown> {
  const fields = 'name,description,operation_status,time_created,approximate_count_lower_bound'
  return [
    (await call('GET', `${id}?fields=${fields}`)).body,
    (await call('GET', `${id}/sessions`)).body,
    await control('GET', 'audiences'),
    await control('GET', `audiences/${id}/members`),
  ]
}

test('everything comes back after a restart, and after a second one', async (context) => {
  const stateFile = stateFileFor(context)
  const first = openClient({ stateFile })
  const id = await first.create({ description: 'kept' })
  const gone = await first.create()
  await first.call('POST', `${id}/users`, emails('a', 'b', 'c'))
  await first.call('DELETE', `${id}/users`, emails('a'))
  await first.call('POST', id, { name: 'Renamed' })
  await first.call('DELETE', gone)
  await first.control('POST', 'clock', { advance_ms: HOUR })
  await first.control('POST', `accounts/${ACCOUNT}`, { terms: ['custom_audience_tos'] })
  await first.call('POST', `${id}/usersreplace`, {
    ...emails('d'),
    session: { session_id: 7, batch_seq: 1 },
  })
  const before = await describe(first, id)
  first.sandbox.close()
  for (let start = 0; start < 2; start += 1) {
    const again = openClient({ stateFile })
    assert.deepEqual(await describe(again, id), before)
    assert.equal(again.sandbox.model.audience(gone), undefined)
    again.sandbox.close()
  }
  const last = openClient({ stateFile })
  await last.call('POST', `${id}/usersreplace`, {
    ...emails('e'),
    session: { session_id: 7, batch_seq: 2, last_batch_flag: true },
  })
  assert.deepEqual(last.members(id), held('d', 'e'))
  const fresh = await last.create()
  assert.ok(fresh !== id && fresh !== gone)
  last.sandbox.close()
})

test('a last line that was cut off is left out, wherever it was cut', async (context) => {
  const stateFile = stateFileFor(context)
  const first = openClient({ stateFile })
  const id = await first.create()
  await first.call('POST', `${id}/users`, emails('a'))
  const whole = readFileSync(stateFile).length
  await first.call('POST', `${id}/users`, emails('b'))
  const torn = readFileSync(stateFile)
  first.sandbox.close()
  for (const length of [whole, whole + 1, torn.length - 1]) {
    truncateSync(stateFile, 0)
    appendFileSync(stateFile, torn.subarray(0, length))
    const again = openClient({ stateFile })
    assert.deepEqual(again.members(id), held('a'), `${length} bytes`)
    await again.call('POST', `${id}/users`, emails('c'))
    again.sandbox.close()
    const after = openClient({ stateFile })
    assert.deepEqual(after.members(id), held('a', 'c'))
    after.sandbox.close()
  }
})

test('a broken line in the middle is an error, not a shorter state', async (context) => {
  const stateFile = stateFileFor(context)
  const first = openClient({ stateFile })
  first.sandbox.close()
  appendFileSync(stateFile, '{"kind":\n{"kind":"clock","advanceMs":1}\n')
  assert.throws(() => openClient({ stateFile }), /a line in it is broken/)
})

test('a reset is remembered, and gives no id a second time', async (context) => {
  const stateFile = stateFileFor(context)
  const first = openClient({ stateFile })
  const id = await first.create()
  await first.control('POST', 'reset')
  first.sandbox.close()
  const again = openClient({ stateFile })
  assert.deepEqual(again.sandbox.model.audienceIds(), [])
  assert.notEqual(await again.create(), id)
  again.sandbox.close()
})

test('with people, the people come back', async (context) => {
  const stateFile = stateFileFor(context)
  const matching = {
    kind: 'people',
    ownerOf: (_key: string, value: string) => value.slice(0, 4),
    externMemory: 'union',
  } as const
  const first = openClient({ stateFile, matching })
  const id = await first.create()
  const rows = { payload: { schema: ['EMAIL', 'EXTERN_ID'], data: [[sha256('a'), 'x']] } }
  await first.call('POST', `${id}/users`, rows)
  first.sandbox.close()
  const again = openClient({ stateFile, matching })
  assert.deepEqual([...again.sandbox.model.peopleOf(id)], [sha256('a').slice(0, 4)])
  await again.call('DELETE', `${id}/users`, { payload: { schema: ['EXTERN_ID'], data: [['x']] } })
  assert.equal(again.sandbox.model.sizeOf(id), 0)
  again.sandbox.close()
})

/** A sandbox in a process of its own, killed once it has answered. */
const SERVER = `
import { serveSandbox } from ${JSON.stringify(new URL('serve.ts', import.meta.url).href)}
const { url } = await serveSandbox({ port: 0, seed: 1, now: () => ${START}, stateFile: process.argv[1] })
console.log(url)
`

test('a killed process has lost nothing that it answered', async (context) => {
  const stateFile = stateFileFor(context)
  const server = spawn(process.execPath, ['--input-type=module', '-e', SERVER, stateFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line]: unknown[] = await once(server.stdout, 'data')
  const url = String(line).trim()
  const post = async (path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const response = await fetch(`${url}/v25.0/${path}?access_token=${TOKEN}`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    const answer: unknown = await response.json()
    assert.ok(response.status === 200 && isRecord(answer), JSON.stringify(answer))
    return answer
  }
  const created = await post(`${ACCOUNT}/customaudiences`, {
    name: 'A',
    customer_file_source: 'USER_PROVIDED_ONLY',
  })
  const id = String(created['id'])
  await post(`${id}/users`, emails('a', 'b'))
  server.kill('SIGKILL')
  await once(server, 'exit')
  const again = openClient({ stateFile })
  assert.deepEqual(again.members(id), held('a', 'b'))
  again.sandbox.close()
})
