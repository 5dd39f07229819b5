import assert from 'node:assert/strict'
import { createHmac, hash } from 'node:crypto'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { AUDIENCE, BASE, open, refused, TOKEN } from '../../../test/destination/scripted-meta.ts'
import {
  metaErrorBody,
  networkError,
  type Scripted,
} from '../../../test/destination/scripted-world.ts'
import { Secret } from '../../core/secret.ts'
import type { MembershipRequest } from '../port.ts'
import { META_ERRORS, type MetaError } from './errors.ts'

const APP_SECRET = 'made-up-app-secret'
const MINUTE_MS = 60_000

const digest = (text: string): string => hash('sha256', text, 'hex')

const add: MembershipRequest = {
  operation: 'add',
  audienceId: AUDIENCE,
  schema: ['EMAIL', 'EXTERN_ID'],
  rows: [
    [digest('a'), 'customer-7'],
    [digest('b'), 'customer-8'],
  ],
}
const counts = (received: number, audienceId = AUDIENCE) => ({
  body: {
    audience_id: audienceId,
    session_id: '4229955495815004260',
    num_received: received,
    num_invalid_entries: 0,
    invalid_entry_samples: {},
  },
})
const accepted = { kind: 'accepted', received: 2, invalid: 0, named: [] }

/** Never answers; gives up when the client does. */
const hang: Scripted = (request) =>
  new Promise((_, reject) => {
    // The client's own timer does not keep the process up.
    const alive = setInterval(() => undefined, 1_000)
    request.signal.addEventListener('abort', () => {
      clearInterval(alive)
      reject(new DOMException('Late', 'TimeoutError'))
    })
  })
const usage = (fields: object) => ({
  'x-business-use-case-usage': JSON.stringify({
    '1000000001': [{ type: 'custom_audience', ...fields }],
  }),
})

describe('membership requests', () => {
  test('an add is a POST of the rows, with the token in a header alone', async () => {
    const { world, meta } = open([counts(2)])
    assert.deepEqual(await meta.send(add), accepted)
    const [sent] = world.sent
    assert.equal(sent?.method, 'POST')
    assert.equal(sent.url, `${BASE}/${AUDIENCE}/users`)
    assert.equal(sent.headers.get('authorization'), `Bearer ${TOKEN}`)
    assert.equal(sent.headers.get('content-type'), 'application/json')
    assert.deepEqual(JSON.parse(sent.body), { payload: { schema: add.schema, data: add.rows } })
  })

  test('a removal is a DELETE whose rows are in the body, never in the address', async () => {
    const { world, meta } = open([counts(2)])
    assert.deepEqual(await meta.send({ ...add, operation: 'remove' }), accepted)
    const [sent] = world.sent
    assert.equal(sent?.method, 'DELETE')
    assert.equal(sent.url, `${BASE}/${AUDIENCE}/users`)
    assert.deepEqual(JSON.parse(sent.body), { payload: { schema: add.schema, data: add.rows } })
  })

  test('a replacement goes to its own edge with its session', async () => {
    const session = { id: 77, sequence: 1, last: true, estimatedTotal: 2 }
    const { world, meta } = open([counts(2)])
    assert.deepEqual(await meta.send({ ...add, operation: 'replace', session }), accepted)
    assert.equal(world.sent[0]?.url, `${BASE}/${AUDIENCE}/usersreplace`)
    assert.match(world.sent[0].body, /"session":{"session_id":77,/)
  })

  test('with an app secret every call proves it, and the secret itself stays', async () => {
    const { world, meta } = open([counts(2)], {
      appSecret: new Secret(APP_SECRET),
      apiVersion: 'v26.0',
    })
    await meta.send(add)
    const proof = createHmac('sha256', APP_SECRET).update(TOKEN).digest('hex')
    const url = `https://graph.facebook.com/v26.0/${AUDIENCE}/users?appsecret_proof=${proof}`
    assert.equal(world.sent[0]?.url, url)
  })

  test('what should never be sent is refused unsent', async () => {
    const { world, meta } = open([])
    const wrong: MembershipRequest[] = [
      { ...add, audienceId: '../act_1' },
      { ...add, rows: Array.from({ length: 10_001 }, () => [digest('a'), '1']) },
      { ...add, rows: [[digest('a'), null]] },
      { ...add, rows: [['ann@example.com', '1']] },
    ]
    for (const request of wrong) {
      const answer = await meta.send(request)
      assert.equal(answer.kind === 'refused' && answer.refusal.kind, 'invalid')
      assert.ok(!inspect(answer, { depth: 9 }).includes('ann@example.com'))
    }
    assert.equal(world.sent.length, 0)
  })
})

describe('answers that tell nothing are unknown, and are not tried again', () => {
  const cases: readonly (readonly [name: string, scripted: Scripted, message: RegExp])[] = [
    [
      'an HTML page',
      { status: 500, body: '<!DOCTYPE html><html>oops</html>' },
      /HTML page \(HTTP 500\)/,
    ],
    ['an HTML page that says OK', { status: 200, body: '<html></html>' }, /HTML page/],
    ['an empty answer', { status: 200, body: '' }, /empty answer/],
    ['an answer that breaks off', { status: 200, body: '{"audience_id":"2384' }, /breaks off/],
    ['JSON that is no object', { status: 200, body: '[1]' }, /not JSON|unknown|JSON/],
    [
      'a failure without an error',
      { status: 503, body: {} },
      /without a readable error \(HTTP 503\)/,
    ],
    ['a refusal without an error', { status: 400, body: { message: 'no' } }, /HTTP 400/],
    [
      'an error without a code',
      { status: 400, body: { error: { message: 'no' } } },
      /readable error/,
    ],
    [
      'a redirect',
      { status: 307, body: '', headers: { location: 'https://elsewhere.example.com' } },
      /redirect/,
    ],
    ['another count', counts(1), /2 rows sent, 1 received/],
    ['another audience', counts(2, '999'), /another audience/],
    ['code 1', { status: 500, body: metaErrorBody(1, 99) }, /for a moment \(Meta 1\/99/],
    ['code 2', { status: 200, body: metaErrorBody(2) }, /for a moment/],
    ['a broken connection', networkError('ECONNRESET'), /broke off/],
    ['an unfamiliar failure', new Error(`secret ${TOKEN}`), /the connection failed$/],
    ['a broken replace session on an add', refused(2650, 1870148), /did not run to its end/],
  ]
  for (const [name, scripted, message] of cases) {
    test(name, async () => {
      const { world, meta } = open([scripted])
      const answer = await meta.send(add)
      assert.equal(answer.kind, 'unknown')
      assert.match(answer.message, message)
      assert.equal(world.sent.length, 1)
    })
  }

  test('no answer in time', { timeout: 5_000 }, async () => {
    const { meta } = open([hang], { timeoutMs: 5 })
    const answer = await meta.send(add)
    assert.deepEqual(answer, {
      kind: 'unknown',
      message: 'No answer from https://graph.facebook.com: no answer in time',
    })
  })

  test('nobody there: it says so, and asks after the sandbox only in the sandbox', async () => {
    const local = { apiUrl: 'http://127.0.0.1:4010' }
    const sandbox = await open([networkError('ECONNREFUSED')], local).meta.send(add)
    assert.deepEqual(sandbox, {
      kind: 'unknown',
      message: 'Cannot reach http://127.0.0.1:4010: connection refused. Is the sandbox running?',
    })
    const live = await open([networkError('ENOTFOUND')], { environment: 'LIVE' }).meta.send(add)
    assert.equal(
      live.kind === 'unknown' && live.message,
      'Cannot reach https://graph.facebook.com: no such host.',
    )
  })
})

test('every error of the table comes out of send as its kind, with code, remedy and trace', async () => {
  const rows: readonly MetaError[] = META_ERRORS
  for (const { signs, name, kind } of rows) {
    // Texts are what the table of examples checks; here it is what becomes of a row.
    const [sign] = signs.filter(({ text }) => text === undefined)
    if (sign === undefined || name === 'meta/unrecognised') continue
    const code = typeof sign.code === 'object' ? sign.code[0] : (sign.code ?? 200)
    const { meta } = open([refused(code, sign.subcode), { body: { data: [] } }])
    const session = { id: 1, sequence: 1, last: true, estimatedTotal: 2 }
    const answer = await meta.send({ ...add, operation: 'replace', session })
    if (kind === 'unknown') {
      assert.equal(answer.kind, 'unknown', name)
      continue
    }
    assert.equal(answer.kind, 'refused', name)
    const { refusal } = answer
    assert.deepEqual([refusal.kind, refusal.code, refusal.trace], [kind, name, 'AbCdEfGhIjK'])
    assert.match(
      refusal.message,
      /^Cannot replace the people of Custom Audience \d+: .+ \(Meta \d+/,
    )
    assert.ok(refusal.remedy.length > 20 && !refusal.remedy.includes('{act}'))
    assert.equal(refusal.until !== undefined, kind === 'throttled' || kind === 'busy', name)
  }
})

describe('throttling', () => {
  test("waits until Meta's time, and sends nothing before", async () => {
    const headers = usage({ call_count: 100, estimated_time_to_regain_access: 12 })
    const { world, meta } = open([
      { status: 400, body: metaErrorBody(80003, 2446079), headers },
      counts(2),
    ])
    const until = world.now() + 12 * MINUTE_MS
    const first = await meta.send(add)
    assert.equal(first.kind === 'refused' && first.refusal.until, until)
    const second = await meta.send(add)
    assert.equal(second.kind === 'refused' && second.refusal.kind, 'throttled')
    assert.equal(second.kind === 'refused' && second.refusal.until, until)
    assert.equal(world.sent.length, 1)
    world.advance(12 * MINUTE_MS)
    assert.deepEqual(await meta.send(add), accepted)
  })

  test('without a time in the answer, the table says how long', async () => {
    const { world, meta } = open([refused(17, 2446079)])
    const start = world.now()
    const answer = await meta.send(add)
    assert.equal(answer.kind === 'refused' && answer.refusal.until, start + 5 * MINUTE_MS)
  })

  test('is paced as the limit comes near, ahead of a request and never within one', async () => {
    const full = { 'x-ad-account-usage': '{"acc_id_util_pct":100}' }
    const near = { ...counts(2), headers: full }
    const { world, meta } = open([near, near, counts(2)])
    for (let sent = 0; sent < 2; sent += 1) assert.deepEqual(await meta.send(add), accepted)
    assert.equal(world.slept.length, 0)
    await meta.pace()
    assert.equal(world.slept.length, 1)
    assert.deepEqual(await meta.send(add), accepted)
    await meta.pace()
    assert.equal(world.slept.length, 1)
  })
})

test('nothing that Meta echoes gives away a token, a secret, a digest or a plain id', async () => {
  const secrets = { appSecret: new Secret(APP_SECRET) }
  const proof = createHmac('sha256', APP_SECRET).update(TOKEN).digest('hex')
  const echo = `token ${TOKEN} secret ${APP_SECRET} proof ${proof} row ["${digest('a')}","customer-7"] ann@example.com`
  const error = {
    error: {
      message: echo,
      code: 100,
      error_user_title: echo,
      error_user_msg: echo,
      fbtrace_id: echo,
    },
  }
  const samples = {
    body: {
      audience_id: AUDIENCE,
      num_received: 2,
      num_invalid_entries: 1,
      invalid_entry_samples: { [JSON.stringify(add.rows[0])]: echo },
    },
  }
  const scripts: Scripted[][] = [
    [{ status: 400, body: error }],
    [{ status: 500, body: { error: { ...error.error, code: 1 } } }],
    [{ status: 400, body: { error: { ...error.error, code: 31_337 } } }],
    [samples],
    [{ status: 500, body: `<html>${echo}</html>` }],
    [new Error(echo)],
  ]
  for (const script of scripts) {
    const { meta } = open(script, secrets)
    const shown =
      inspect(await meta.send(add), { depth: 9 }) + inspect(meta, { depth: 9, showHidden: true })
    for (const hidden of [TOKEN, APP_SECRET, proof, digest('a'), 'customer-7', 'ann@example.com']) {
      assert.ok(!shown.includes(hidden), `${hidden} in ${shown}`)
    }
  }
})
