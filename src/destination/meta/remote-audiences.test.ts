import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'
import { AUDIENCE, BASE, open, refused, TOKEN } from '../../../test/destination/scripted-meta.ts'
import {
  metaErrorBody,
  networkError,
  type Scripted,
} from '../../../test/destination/scripted-world.ts'
import type { Destination, MembershipAnswer, Result } from '../port.ts'

const page = (...ids: string[]): Scripted => ({ body: { data: ids.map((id) => ({ id })) } })

type Act = (meta: Destination) => Promise<Result<unknown> | MembershipAnswer>

/** What comes of an act: the kind of answer, and of a refusal its kind and code. */
async function come(script: readonly Scripted[], act: Act): Promise<string> {
  const answer = await act(open(script).meta)
  return answer.kind === 'refused' ? `${answer.refusal.kind} ${answer.refusal.code}` : answer.kind
}

const add: Act = (meta) =>
  meta.send({
    operation: 'add',
    audienceId: AUDIENCE,
    schema: ['EMAIL'],
    rows: [[hash('sha256', 'a', 'hex')]],
  })

describe('an audience that cannot be found', () => {
  const missing = refused(100, 33, 'Unsupported request')
  const acts: Readonly<Record<string, Act>> = {
    look: (meta) => meta.look(AUDIENCE),
    send: add,
    update: (meta) => meta.update(AUDIENCE, { name: 'New' }),
    delete: (meta) => meta.delete(AUDIENCE),
  }
  for (const [name, act] of Object.entries(acts)) {
    test(`${name}: gone only when the whole list does not have it`, async () => {
      const lost = Array.from({ length: 3 }, () => networkError('ECONNRESET'))
      assert.equal(await come([missing, page('1', '2')], act), 'gone meta/audience-gone')
      assert.equal(
        await come([missing, page('1', AUDIENCE)], act),
        'blocked meta/no-audience-permission',
      )
      assert.equal(await come([missing, refused(200)], act), 'blocked meta/no-permission')
      assert.equal(await come([missing, missing], act), 'blocked meta/no-permission')
      assert.equal(
        await come([missing, refused(80003)], act),
        'throttled meta/audience-calls-used-up',
      )
      assert.equal(await come([missing, ...lost], act), 'unknown')
    })
  }

  test('on the second page it is still there', async () => {
    const paging = { cursors: { after: 'A' }, next: 'https://elsewhere.example.com/x' }
    const first: Scripted = { body: { data: [{ id: '1' }], paging } }
    const script = [missing, first, page(AUDIENCE)]
    assert.equal(await come(script, add), 'blocked meta/no-audience-permission')
  })

  test('a new one may not be visible yet', async () => {
    assert.equal(await come([refused(803)], add), 'busy meta/audience-not-visible-yet')
  })
})

describe('reading', () => {
  const remote = {
    id: AUDIENCE,
    name: 'Big spenders',
    description: 'Top ten',
    subtype: 'CUSTOM',
    is_value_based: true,
    approximate_count_lower_bound: 1000,
    approximate_count_upper_bound: -1,
    operation_status: { code: 414, description: 'Replace in progress' },
  }

  test('an audience is read with its state and sizes', async () => {
    const { world, meta } = open([{ body: remote }])
    assert.deepEqual(await meta.look(AUDIENCE), {
      kind: 'ok',
      value: {
        id: AUDIENCE,
        name: 'Big spenders',
        description: 'Top ten',
        state: 'replacing',
        stateText: 'Replace in progress',
        subtype: 'CUSTOM',
        ready: true,
        lookalikes: 0,
        valueBased: true,
        sizeLower: 1000,
        sizeUpper: null,
      },
    })
    assert.ok(world.sent[0]?.url.startsWith(`${BASE}/${AUDIENCE}?fields=id%2Cname`))
  })

  test('each state has its code', async () => {
    const states = {
      200: 'normal',
      100: 'expiring',
      471: 'flagged',
      415: 'warning',
      412: 'normal',
      441: 'normal',
      777: 'warning',
    }
    for (const [code, state] of Object.entries(states)) {
      const body = { ...remote, operation_status: { status: Number(code) } }
      const answer = await open([{ body }]).meta.look(AUDIENCE)
      assert.equal(answer.kind === 'ok' && answer.value.state, state, code)
      assert.ok(answer.kind === 'ok' && answer.value.stateText !== '')
    }
    const bare = await open([{ body: { id: AUDIENCE } }]).meta.look(AUDIENCE)
    assert.equal(bare.kind === 'ok' && bare.value.state, 'normal')
    assert.equal((await open([{ body: { id: '5' } }]).meta.look(AUDIENCE)).kind, 'unknown')
  })

  test('a lost answer is asked for twice more, with growing pauses', async () => {
    const lost = networkError('ECONNRESET')
    const found = open([lost, { status: 500, body: '<html>' }, { body: remote }])
    assert.equal((await found.meta.look(AUDIENCE)).kind, 'ok')
    assert.deepEqual(found.world.slept, [500, 1000])
    const never = open([lost, lost, lost, { body: remote }])
    assert.equal((await never.meta.look(AUDIENCE)).kind, 'unknown')
    assert.equal(never.world.sent.length, 3)
  })

  test('the list goes by cursor, and never to the address that holds the token', async () => {
    const next = `https://graph.facebook.com/x?access_token=${TOKEN}`
    const { world, meta } = open([
      { body: { data: [remote], paging: { cursors: { before: 'B', after: 'A 1' }, next } } },
      { body: { data: [{ ...remote, id: '2' }], paging: { cursors: { after: 'Z' } } } },
    ])
    const answer = await meta.list()
    assert.deepEqual(answer.kind === 'ok' && answer.value.map(({ id }) => id), [AUDIENCE, '2'])
    assert.equal(new URL(world.sent[1]?.url ?? '').searchParams.get('after'), 'A 1')
    for (const { url } of world.sent) assert.ok(!url.includes(TOKEN))
  })

  test('a page that is too large for Meta is asked for by halves', async () => {
    const tooMuch: Scripted = {
      status: 500,
      body: metaErrorBody(1, undefined, 'Please reduce the amount of data'),
    }
    const { world, meta } = open([tooMuch, tooMuch, { body: { data: [] } }])
    assert.deepEqual(await meta.list(), { kind: 'ok', value: [] })
    const limits = world.sent.map(({ url }) => new URL(url).searchParams.get('limit'))
    assert.deepEqual(limits, ['200', '100', '50'])
    const never = open(Array.from({ length: 20 }, () => tooMuch))
    assert.equal((await never.meta.list()).kind, 'unknown')
  })

  test('a list that makes no sense is not taken for a short one', async () => {
    const loop: Scripted = {
      body: { data: [remote], paging: { cursors: { after: 'A' }, next: 'x' } },
    }
    const end: Scripted = { body: { data: [] } }
    assert.equal((await open([loop, loop, end]).meta.list()).kind, 'unknown')
    const blind: Scripted = { body: { data: [remote], paging: { next: 'x' } } }
    assert.equal((await open([blind]).meta.list()).kind, 'unknown')
    assert.equal((await open([{ body: {} }]).meta.list()).kind, 'unknown')
    assert.equal((await open([{ body: { data: [{ name: 'x' }] } }]).meta.list()).kind, 'unknown')
  })

  test('the ad account is read with its Business', async () => {
    const body = { id: 'act_1000000001', name: 'Shop', business: { id: '9', name: 'Shop Ltd' } }
    const value = { id: 'act_1000000001', name: 'Shop', business: 'Shop Ltd' }
    assert.deepEqual(await open([{ body }]).meta.account(), { kind: 'ok', value })
    const alone = await open([{ body: { ...body, business: undefined } }]).meta.account()
    assert.equal(alone.kind === 'ok' && alone.value.business, null)
    const hidden = await open([refused(100, 33)]).meta.account()
    assert.equal(hidden.kind === 'refused' && hidden.refusal.code, 'meta/no-permission')
  })
})

describe('creating and changing', () => {
  const spec = {
    name: 'Big spenders',
    description: 'Top ten',
    valueBased: false,
    customerFileSource: 'USER_PROVIDED_ONLY',
  } as const

  test('an audience is created as a customer list', async () => {
    const { world, meta } = open([{ body: { id: AUDIENCE } }, { body: { id: '5' } }])
    assert.deepEqual(await meta.create(spec), { kind: 'ok', value: AUDIENCE })
    assert.deepEqual(
      [world.sent[0]?.method, world.sent[0]?.url],
      ['POST', `${BASE}/act_1000000001/customaudiences`],
    )
    const body = {
      name: 'Big spenders',
      description: 'Top ten',
      subtype: 'CUSTOM',
      customer_file_source: 'USER_PROVIDED_ONLY',
    }
    assert.deepEqual(JSON.parse(world.sent[0]?.body ?? ''), body)
    await meta.create({ ...spec, valueBased: true })
    assert.deepEqual(JSON.parse(world.sent[1]?.body ?? ''), { ...body, is_value_based: true })
  })

  test('an answer without an id is unknown, and is not tried again: it would make a second audience', async () => {
    for (const body of [{}, { id: 23_849 }, { id: 'x' }]) {
      assert.equal((await open([{ body }]).meta.create(spec)).kind, 'unknown')
    }
    const { world, meta } = open([networkError('ECONNRESET')])
    assert.equal((await meta.create(spec)).kind, 'unknown')
    assert.equal(world.sent.length, 1)
    const hidden = await open([refused(100, 33)]).meta.create(spec)
    assert.equal(hidden.kind === 'refused' && hidden.refusal.kind, 'blocked')
  })

  test('changing sends only what changes; deleting sends no body', async () => {
    const { world, meta } = open([{ body: { success: true } }, { body: { success: true } }])
    assert.deepEqual(await meta.update(AUDIENCE, { name: 'New' }), { kind: 'ok', value: undefined })
    assert.deepEqual(await meta.delete(AUDIENCE), { kind: 'ok', value: undefined })
    assert.deepEqual(
      world.sent.map(({ method, url, body }) => [method, url, body]),
      [
        ['POST', `${BASE}/${AUDIENCE}`, '{"name":"New"}'],
        ['DELETE', `${BASE}/${AUDIENCE}`, ''],
      ],
    )
    assert.equal((await open([{ body: { success: false } }]).meta.delete(AUDIENCE)).kind, 'unknown')
  })
})
