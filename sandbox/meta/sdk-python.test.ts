// The requests that Meta's Python SDK was seen to send, replayed: forms, deletes in the query, a slash at the end.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { ACCOUNT, isRecord, sha256, TOKEN } from './testing/client.ts'

interface SentRequest {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly content_type: string | null
  readonly body: string
}

const PROOF = createHmac('sha256', 'sandbox-app-secret').update(TOKEN).digest('hex')

/** Hashes stand where the recording has one letter. */
const withHashes = (text: string): string => text.replaceAll('"h"', JSON.stringify(sha256('h')))

async function replay(
  sandbox: Sandbox,
  audienceId: string,
  request: SentRequest,
): Promise<unknown> {
  const query = new URLSearchParams({
    ...request.query,
    access_token: TOKEN,
    appsecret_proof: PROOF,
  })
  const payload = query.get('payload')
  if (payload !== null) query.set('payload', withHashes(payload))
  const path = request.path.replace('act_123', ACCOUNT).replace('/555', `/${audienceId}`)
  const body = new URLSearchParams()
  for (const [name, value] of new URLSearchParams(request.body)) body.set(name, withHashes(value))
  const response = await sandbox.fetch(
    new Request(`http://sandbox.test${path}?${query.toString()}`, {
      method: request.method,
      ...(request.body === '' ? {} : { body }),
    }),
  )
  const answer: unknown = await response.json()
  assert.equal(response.status, 200, `${request.method} ${request.path}: ${JSON.stringify(answer)}`)
  return answer
}

test('requests of the Python SDK are understood', async () => {
  const text = readFileSync(new URL('fixtures/meta-sdk-requests.json', import.meta.url), 'utf8')
  const { python }: { python: readonly SentRequest[] } = JSON.parse(text)
  const sandbox = createSandbox({ seed: 5 })
  const [creation] = python
  assert.ok(creation !== undefined)
  for (const request of python) {
    // Uploads by one bare key and by an array of keys do not go into one audience, so each request has its own.
    const created = await replay(sandbox, '', creation)
    assert.ok(isRecord(created))
    const id = String(created['id'])
    const answer = await replay(sandbox, id, request)
    assert.ok(isRecord(answer))
    if (request.path.includes('/users') && request.path.includes('555')) {
      assert.equal(answer['num_received'], 1)
    }
    if (request.path === '/v25.0/555/' && request.method === 'POST') {
      assert.equal(sandbox.model.audience(id)?.name, 'n')
    }
    if (request.path === '/v25.0/555/' && request.method === 'DELETE') {
      assert.equal(sandbox.model.audience(id), undefined)
    }
  }
})

test('a hashed MADID, as the Python SDK sends it, is an invalid entry', async () => {
  const text = readFileSync(new URL('fixtures/meta-sdk-requests.json', import.meta.url), 'utf8')
  const { python }: { python: readonly SentRequest[] } = JSON.parse(text)
  const sandbox = createSandbox({ seed: 5 })
  const [creation] = python
  const upload = python.find(({ body }) => body.includes('MADID'))
  assert.ok(creation !== undefined && upload !== undefined)
  const created = await replay(sandbox, '', creation)
  assert.ok(isRecord(created))
  const answer = await replay(sandbox, String(created['id']), upload)
  assert.ok(isRecord(answer))
  assert.equal(answer['num_invalid_entries'], 1)
  assert.deepEqual(Object.values(answer['invalid_entry_samples'] ?? {}), [
    'invalid mobile advertiser ID',
  ])
})
