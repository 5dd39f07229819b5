// Real exchanges with the Graph API, asked again of the sandbox: its answers have their shape, headers included.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createSandbox } from './sandbox.ts'
import { isRecord, sha256 } from './testing/client.ts'

interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly request_body: Readonly<Record<string, unknown>>
  readonly status: number
  readonly response_body: Readonly<Record<string, unknown>>
  readonly response_headers: Readonly<Record<string, string>>
}

const ACCOUNT = '542676646349772'
/** Made up anew by each answer. */
const CHANCE = new Set(['session_id', 'before', 'after'])

function readExchanges(): readonly Exchange[] {
  const text = readFileSync(
    new URL('fixtures/meta-recorded-exchanges.json', import.meta.url),
    'utf8',
  )
  const { exchanges }: { exchanges: readonly Exchange[] } = JSON.parse(text)
  return exchanges
}

/** The names of recorded audiences by their recorded ids, as the lists tell them. */
function recordedAudiences(exchanges: readonly Exchange[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { response_body: body } of exchanges) {
    for (const node of Array.isArray(body['data']) ? body['data'] : []) {
      if (isRecord(node)) found.set(String(node['id']), String(node['name']))
    }
  }
  return found
}

/** The rows that the recording left out, made up. */
function withAllRows(body: Exchange['request_body']): Exchange['request_body'] {
  const { payload } = body
  if (!isRecord(payload) || typeof payload['data_truncated_from'] !== 'number') return body
  const { data_truncated_from: count, ...kept } = payload
  assert.ok(Array.isArray(kept['data']))
  const missing = Array.from({ length: count - kept['data'].length }, (_, index) => [
    sha256(`member ${index}`),
  ])
  return { ...body, payload: { ...kept, data: [...kept['data'], ...missing] } }
}

/** What both sides must agree on: all values but those of chance, of which only the kind of value. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [
      name,
      CHANCE.has(name) ? typeof inside : comparable(inside),
    ]),
  )
}

/** Names that a JSON value has, at any depth. */
function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn)
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, inside]) => [name, ...namesIn(inside)])
}

function compareHeaders(recorded: Exchange['response_headers'], answered: Headers): void {
  for (const [name, value] of Object.entries(recorded)) {
    const own = answered.get(name)
    assert.notEqual(own, null, `the answer has no header ${name}`)
    if (!value.startsWith('{')) continue
    const ownNames = new Set(namesIn(JSON.parse(own ?? '')))
    const missing = namesIn(JSON.parse(value)).filter((inside) => !ownNames.has(inside))
    assert.deepEqual(missing, [], `header ${name}`)
  }
  const usage = ['x-business-use-case-usage', 'x-ad-account-usage', 'x-app-usage']
  const recordedNames = new Set(Object.keys(recorded).map((name) => name.toLowerCase()))
  for (const name of [...usage, 'etag']) {
    assert.equal(answered.has(name), recordedNames.has(name), `header ${name}`)
  }
}

test('recorded exchanges are answered in the same shape', async () => {
  const exchanges = readExchanges()
  const names = recordedAudiences(exchanges)
  const sandbox = createSandbox({ seed: 3, adAccounts: [{ id: `act_${ACCOUNT}` }] })
  const ids = new Map<string, string>()
  const own = (text: string): string =>
    [...ids].reduce((changed, [recorded, id]) => changed.replaceAll(recorded, id), text)
  const create = async (recordedId: string): Promise<void> => {
    const body = { name: names.get(recordedId), customer_file_source: 'USER_PROVIDED_ONLY' }
    const response = await sandbox.fetch(
      new Request(
        `http://sandbox.test/v25.0/act_${ACCOUNT}/customaudiences?access_token=sandbox-token`,
        {
          method: 'POST',
          body: JSON.stringify(body),
        },
      ),
    )
    const { id }: { id: string } = JSON.parse(await response.text())
    ids.set(recordedId, id)
  }
  assert.ok(exchanges.length > 10)
  for (const exchange of exchanges) {
    const { method, path, query, request_body: asked, response_body: recorded } = exchange
    const listed = Array.isArray(recorded['data']) ? recorded['data'].toReversed() : []
    const mentioned = [...listed.map((node: { id: string }) => node.id), path.split('/')[2] ?? '']
    for (const id of mentioned) if (names.has(id) && !ids.has(id)) await create(id)
    const search = new URLSearchParams({ ...query, access_token: 'sandbox-token' })
    const address = own(`http://sandbox.test${path.replace('v12.0', 'v25.0')}?${search.toString()}`)
    const response = await sandbox.fetch(
      new Request(address, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: own(JSON.stringify(withAllRows(asked))) }),
      }),
    )
    assert.equal(response.status, exchange.status)
    const answer: unknown = JSON.parse(await response.text())
    if (path.endsWith('customaudiences') && method === 'POST') {
      assert.ok(isRecord(answer))
      assert.deepEqual(Object.keys(answer), ['id'])
      assert.match(String(answer['id']), /^\d{17}$/)
      ids.set(String(recorded['id']), String(answer['id']))
    } else {
      assert.deepEqual(comparable(answer), comparable(JSON.parse(own(JSON.stringify(recorded)))))
    }
    compareHeaders(exchange.response_headers, response.headers)
  }
})
