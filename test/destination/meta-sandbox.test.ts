// The Meta client against the sandbox, which was written from Meta's documents and knows nothing of the client.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'
import { GRAPH_ERRORS } from '../../sandbox/meta/error-table.ts'
import { createSandbox } from '../../sandbox/meta/sandbox.ts'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import type { Lookalike } from '../../src/core/lookalike.ts'
import { Secret } from '../../src/core/secret.ts'
import { metaDestination } from '../../src/destination/meta/destination.ts'
import type { MetaSettings } from '../../src/destination/meta/settings.ts'
import type { Destination, MembershipRequest } from '../../src/destination/port.ts'

const ADDRESS = 'http://127.0.0.1:4010'
const START = Date.parse('2026-11-22T10:00:00Z')
const MINUTE_MS = 60_000
const NOWHERE = '99999999999999999'

const digest = (text: string): string => hash('sha256', text, 'hex')
const person = (name: string): readonly [string, string] => [digest(`${name}@example.com`), name]

function open(
  changes: Partial<MetaSettings> = {},
  options: Parameters<typeof createSandbox>[0] = {},
) {
  let clock = START
  const sandbox = createSandbox({ now: () => clock, seed: 7, tier: 'off', ...options })
  const meta = metaDestination(
    {
      environment: 'SANDBOX',
      adAccount: 'act_1000000001',
      accessToken: new Secret('sandbox-token'),
      apiUrl: ADDRESS,
      ...changes,
    },
    {
      now: () => clock,
      sleep: (ms) => {
        clock += ms
        return Promise.resolve()
      },
      random: () => 0.5,
      fetch: (request) => sandbox.fetch(request),
    },
  )
  const control = async (path: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await sandbox.fetch(new Request(`${ADDRESS}/_control/${path}`, init))
    assert.equal(response.status, 200, path)
    return response.json()
  }
  const fault = (name: string, more: object = {}) => control('faults', { fault: name, ...more })
  const members = async (id: string): Promise<string[]> => {
    const rows = await control(`audiences/${id}/members`)
    assert.ok(Array.isArray(rows))
    return rows.map((row: { EXTERN_ID?: string }) => row.EXTERN_ID ?? '').toSorted()
  }
  return { meta, control, fault, members }
}

async function created(meta: Destination, valueBased = false): Promise<string> {
  const answer = await meta.create({
    name: 'Big spenders',
    description: 'Top ten per cent',
    valueBased,
    customerFileSource: 'USER_PROVIDED_ONLY',
  })
  assert.equal(answer.kind, 'ok')
  return answer.value
}
const rowsOf = (
  operation: MembershipRequest['operation'],
  audienceId: string,
  ...names: string[]
): MembershipRequest => ({
  operation,
  audienceId,
  schema: ['EMAIL', 'EXTERN_ID'],
  rows: names.map(person),
})
const accepted = (received: number) => ({ kind: 'accepted', received, invalid: 0, named: [] })
/** What comes of it in a few words: the kind of answer, and of a refusal its kind and code. */
async function come(
  answer: Promise<{ kind: string; refusal?: { kind: string; code: string } }>,
): Promise<string> {
  const { kind, refusal } = await answer
  return refusal === undefined ? kind : `${refusal.kind} ${refusal.code}`
}

test('the whole life of an audience', async () => {
  const { meta, members } = open()
  const account = await meta.account()
  assert.equal(account.kind === 'ok' && account.value.id, 'act_1000000001')
  const id = await created(meta)
  assert.deepEqual(await meta.send(rowsOf('add', id, 'ann', 'bob', 'eve')), accepted(3))
  assert.deepEqual(await meta.send(rowsOf('remove', id, 'bob')), accepted(1))
  assert.deepEqual(await members(id), ['ann', 'eve'])

  assert.equal((await meta.update(id, { name: 'Best', description: 'Renamed' })).kind, 'ok')
  const found = await meta.look(id)
  assert.equal(found.kind, 'ok')
  const { name, description, state, subtype, valueBased } = found.value
  assert.deepEqual(
    [name, description, state, subtype, valueBased],
    ['Best', 'Renamed', 'normal', 'CUSTOM', false],
  )
  const list = await meta.list()
  assert.deepEqual(list.kind === 'ok' && list.value, [found.value])

  assert.equal((await meta.delete(id)).kind, 'ok')
  assert.equal(await come(meta.look(id)), 'gone meta/audience-gone')
  assert.equal(await come(meta.send(rowsOf('add', id, 'ann'))), 'gone meta/audience-gone')
  assert.equal(await come(meta.look(NOWHERE)), 'gone meta/audience-gone')
})

test('people are removed from all audiences of the account at once', async () => {
  const { meta, members, fault } = open()
  const [first, second] = [await created(meta), await created(meta)]
  await meta.send(rowsOf('add', first, 'ann', 'bob'))
  await meta.send(rowsOf('add', second, 'ann', 'eve'))
  const wish = { schema: ['EMAIL'] as const, rows: [[digest('ann@example.com')]] }
  await fault('lost_answer', { match: { method: 'DELETE', path: '/usersofanyaudience' } })
  assert.equal((await meta.removeEverywhere(wish)).kind, 'unknown')
  assert.deepEqual(await meta.removeEverywhere(wish), accepted(1))
  assert.deepEqual([await members(first), await members(second)], [['bob'], ['eve']])
  await fault('token_expired', { match: { method: 'DELETE', path: '/usersofanyaudience' } })
  assert.equal(await come(meta.removeEverywhere(wish)), 'blocked meta/token-expired')
})

test('a replacement in two batches, and nothing else meanwhile', async () => {
  const { meta, members } = open()
  const id = await created(meta)
  await meta.send(rowsOf('add', id, 'ann', 'bob'))
  const batch = (sequence: number, last: boolean, ...names: string[]): MembershipRequest => ({
    ...rowsOf('replace', id, ...names),
    session: { id: 4711, sequence, last, estimatedTotal: 3 },
  })
  assert.deepEqual(await meta.send(batch(1, false, 'bob', 'eve')), accepted(2))
  const open1 = await meta.look(id)
  assert.equal(open1.kind === 'ok' && open1.value.state, 'replacing')
  assert.equal(await come(meta.send(rowsOf('add', id, 'zoe'))), 'busy meta/replace-in-progress')
  assert.deepEqual(await meta.send(batch(2, true, 'kim')), accepted(1))
  assert.deepEqual(await members(id), ['bob', 'eve', 'kim'])
  assert.equal(await come(meta.send(batch(3, true, 'ann'))), 'session meta/replace-session-broken')
})

test('more audiences than fit on one page', async () => {
  const { meta } = open()
  const ids = new Set<string>()
  for (let made = 0; made < 230; made += 1) ids.add(await created(meta))
  const list = await meta.list()
  assert.deepEqual(list.kind === 'ok' && new Set(list.value.map(({ id }) => id)), ids)
})

test('values go as numbers, and a value-based audience asks for them', async () => {
  const { meta, control } = open()
  const id = await created(meta, true)
  const rows = [[digest('ann'), '12.50']]
  const send = {
    operation: 'add',
    audienceId: id,
    schema: ['EMAIL', 'LOOKALIKE_VALUE'],
    rows,
  } as const
  assert.deepEqual(await meta.send(send), accepted(1))
  assert.deepEqual(await control(`audiences/${id}/members`), [
    { EMAIL: digest('ann'), LOOKALIKE_VALUE: 12.5 },
  ])
  assert.equal(await come(meta.send(rowsOf('add', id, 'bob'))), 'invalid meta/value-missing')
})

test('ids within apps and a page are taken with what they count within, and go by it', async () => {
  const { meta, control } = open()
  const id = await created(meta)
  const ids = {
    operation: 'add',
    audienceId: id,
    schema: ['EMAIL', 'APPUID', 'PAGEUID'],
    rows: [
      [digest('ann'), '9007199254740993', null],
      [null, null, '815'],
    ],
    scopes: { apps: ['4711', '4712'], page: '99' },
  } as const
  assert.deepEqual(await meta.send(ids), accepted(2))
  assert.deepEqual(await control(`audiences/${id}/members`), [
    { EMAIL: digest('ann'), APPUID: '9007199254740993' },
    { PAGEUID: '815' },
  ])
  const rows = [['9007199254740993']]
  assert.deepEqual(
    await meta.send({ ...ids, operation: 'remove', schema: ['APPUID'], rows }),
    accepted(1),
  )
  assert.deepEqual(await control(`audiences/${id}/members`), [{ PAGEUID: '815' }])
  const unnamed = { ...ids, scopes: { apps: [], page: '99' } }
  assert.equal(await come(meta.send(unnamed)), 'invalid meta/request-refused')
})

test('a lookalike is made from an audience of enough people, once of each kind', async () => {
  const { meta, control } = open()
  const id = await created(meta)
  const lookalike: Lookalike = {
    places: { countries: ['AT', 'DE'], groups: [] },
    except: { countries: [], groups: [] },
    size: { kind: 'share', from: 1, to: 7 },
    internationalSeeds: true,
  }
  const make = async (more: Partial<Lookalike> = {}) =>
    meta.createLookalike({
      name: 'Alike',
      description: 'Made',
      originId: id,
      lookalike: { ...lookalike, ...more },
    })
  assert.equal(await come(make()), 'blocked meta/lookalike-source-too-small')
  const crowd = Array.from({ length: 200 }, (_, index) => `person-${index}`)
  await meta.send(rowsOf('add', id, ...crowd))
  const made = await make()
  assert.equal(made.kind, 'ok')
  assert.equal(await come(make()), 'blocked meta/lookalike-exists')
  assert.equal(await come(make({ size: { kind: 'type', type: 'reach' } })), 'ok')
  assert.equal(await come(make({ places: { countries: ['DE'], groups: [] } })), 'ok')
  const only = { places: { countries: [], groups: ['asia'] } }
  assert.equal(await come(make({ ...only, except: { countries: ['JP'], groups: [] } })), 'ok')
  const requests = await control('requests')
  assert.ok(Array.isArray(requests))
  const specs = requests.flatMap(({ body }: { body?: { lookalike_spec?: unknown } }) => {
    const spec = body?.lookalike_spec
    return spec === undefined ? [] : [spec]
  })
  const where = (geo: object, more: object = {}) => ({
    location_spec: { geo_locations: geo, ...more },
    allow_international_seeds: true,
  })
  const share = { type: 'custom_ratio', starting_ratio: 0.01, ratio: 0.07 }
  const both = where({ countries: ['AT', 'DE'] })
  assert.deepEqual(specs.slice(2), [
    { ...share, ...both },
    { type: 'reach', ...both },
    { ...share, country: 'DE', allow_international_seeds: true },
    {
      ...share,
      ...where({ country_groups: ['asia'] }, { excluded_geo_locations: { countries: ['JP'] } }),
    },
  ])
  const looked = await meta.look(made.value)
  assert.equal(looked.kind, 'ok')
  const { subtype, description, name } = looked.value
  assert.deepEqual([subtype, description, name], ['LOOKALIKE', 'Made', 'Alike'])
  const seed = await meta.look(id)
  assert.ok(seed.kind === 'ok' && seed.value.lookalikes === 4)
  assert.equal(await come(meta.delete(id)), 'blocked meta/has-lookalikes')
})

test('an app secret that is wrong, and one that is right', async () => {
  const right = open({ appSecret: new Secret('sandbox-app-secret') })
  assert.equal((await right.meta.account()).kind, 'ok')
  const wrong = open({ appSecret: new Secret('another') })
  assert.equal(await come(wrong.meta.account()), 'blocked meta/app-secret-wrong')
})

describe('each fault, met while adding', () => {
  const cases: readonly (readonly [fault: string, come: string, held: readonly string[]])[] = [
    ['throttle', 'throttled meta/audience-calls-used-up', []],
    ['transient', 'unknown', []],
    ['lost_answer', 'unknown', ['ann', 'bob']],
    ['no_effect_reset', 'unknown', []],
    ['html_500', 'unknown', []],
    ['token_expired', 'blocked meta/token-expired', []],
    ['token_invalidated', 'blocked meta/password-changed', []],
    ['permission', 'blocked meta/no-audience-permission', []],
    ['terms_withdrawn', 'blocked meta/terms-not-accepted', []],
    ['no_business', 'blocked meta/no-business', []],
    ['audience_flagged', 'flagged meta/audience-flagged', []],
  ]
  for (const [name, outcome, held] of cases) {
    test(name, async () => {
      const { meta, fault, members } = open()
      const id = await created(meta)
      await fault(name)
      assert.equal(await come(meta.send(rowsOf('add', id, 'ann', 'bob'))), outcome)
      // A page of HTML may come before or after the effect; that is what makes it unknown.
      if (name !== 'html_500') assert.deepEqual(await members(id), held)
    })
  }

  test('throttle says until when, where the answer does', async () => {
    const { meta, fault } = open()
    const id = await created(meta)
    await fault('throttle', { minutes: 7, match: { method: 'GET' } })
    const answer = await meta.look(id)
    assert.equal(answer.kind === 'refused' && answer.refusal.until, START + 7 * MINUTE_MS)
    const next = await meta.send(rowsOf('add', id, 'ann'))
    assert.equal(next.kind === 'refused' && next.refusal.until, START + 7 * MINUTE_MS)
  })

  test('audience_deleted', async () => {
    const { meta, fault } = open()
    const id = await created(meta)
    await fault('audience_deleted')
    assert.equal(await come(meta.send(rowsOf('add', id, 'ann'))), 'gone meta/audience-gone')
  })

  test('too_small_to_remove', async () => {
    const { meta, fault, members } = open()
    const id = await created(meta)
    await meta.send(rowsOf('add', id, 'ann'))
    await fault('too_small_to_remove')
    const answer = meta.send(rowsOf('remove', id, 'ann'))
    assert.equal(await come(answer), 'too-small meta/too-small-to-remove')
    assert.deepEqual(await members(id), ['ann'])
  })

  test('partial_invalid names its rows', async () => {
    const { meta, fault, members } = open()
    const id = await created(meta)
    await fault('partial_invalid', { rows: 2, named: 1 })
    const answer = await meta.send(rowsOf('add', id, 'ann', 'bob', 'eve'))
    assert.equal(answer.kind, 'accepted')
    assert.deepEqual(
      [answer.received, answer.invalid, answer.named.map(({ row }) => row)],
      [3, 2, [0]],
    )
    assert.deepEqual(await members(id), ['eve'])
  })
})

test('no refusal that the sandbox knows is strange to the client', async () => {
  for (const error of Object.keys(GRAPH_ERRORS)) {
    const { meta, fault } = open()
    const id = await created(meta)
    await fault('graph_error', { error })
    const outcome = await come(meta.send(rowsOf('add', id, 'ann')))
    assert.notEqual(outcome, 'blocked meta/unrecognised', error)
    assert.notEqual(outcome, 'accepted', error)
  }
})

/** A sandbox on a free port, closed at the end of the block if not before. */
async function serve() {
  const served = await serveSandbox({ port: 0, seed: 7, tier: 'off' })
  let closed: Promise<void> | undefined
  const closeOnce = (): Promise<void> => (closed ??= served.close())
  return { url: served.url, close: closeOnce, [Symbol.asyncDispose]: closeOnce }
}

/** The checks of the pre-flight that failed. */
const failed = async (meta: Destination): Promise<string[]> =>
  (await meta.preflight()).filter(({ state }) => state === 'failed').map(({ name }) => name)

describe('the pre-flight', () => {
  test('passes on the sandbox as it comes', async () => {
    const states = (await open().meta.preflight()).map(({ name, state }) => `${name}: ${state}`)
    assert.deepEqual(
      states.filter((line) => !line.endsWith(': passed')),
      [],
    )
  })

  test('finds each thing that is missing', async () => {
    const account: readonly (readonly [change: object, check: string])[] = [
      [{ terms: [] }, 'Custom Audience terms'],
      [{ business: null }, 'Business'],
      [{ userTasks: ['ANALYZE'] }, 'role'],
      [{ accountStatus: 2 }, 'account status'],
    ]
    for (const [change, check] of account) {
      const { meta, control } = open()
      await control('accounts/act_1000000001', change)
      assert.deepEqual(await failed(meta), [check])
    }
    const { meta, control } = open()
    await control('tokens/sandbox-token', { scopes: ['ads_read'] })
    assert.ok((await failed(meta)).includes('permissions'))
    await control('tokens/sandbox-token', { invalidated: true })
    assert.deepEqual(await failed(meta), ['access token'])
    assert.deepEqual(await failed(open({ adAccount: 'act_5' }).meta), ['ad account'])
    assert.deepEqual(await failed(open({ apiVersion: 'v23.0' }).meta), ['API version'])
  })
})

test('over a real connection: rows arrive, lost and late answers are unknown, and nobody there is said', async () => {
  await using served = await serve()
  const meta = metaDestination(
    {
      environment: 'SANDBOX',
      adAccount: 'act_1000000001',
      accessToken: new Secret('sandbox-token'),
      apiUrl: served.url,
      timeoutMs: 1_000,
    },
    { now: () => START, sleep: () => Promise.resolve(), random: () => 0.5, fetch },
  )
  const fault = (body: object) =>
    fetch(`${served.url}/_control/faults`, { method: 'POST', body: JSON.stringify(body) })
  const id = await created(meta)
  const names = Array.from({ length: 10_000 }, (_, at) => `person-${at}`)
  assert.deepEqual(await meta.send(rowsOf('add', id, ...names)), accepted(10_000))
  assert.deepEqual(await meta.send(rowsOf('remove', id, ...names.slice(1))), accepted(9_999))
  const held = await fetch(`${served.url}/_control/audiences/${id}/members`)
  const rows: unknown = await held.json()
  assert.equal(Array.isArray(rows) && rows.length, 1)

  await fault({ fault: 'lost_answer' })
  assert.equal(await come(meta.send(rowsOf('add', id, 'ann'))), 'unknown')
  await fault({ fault: 'slow', delay_ms: 1_500 })
  const late = await meta.send(rowsOf('add', id, 'bob'))
  assert.match(late.kind === 'unknown' ? late.message : '', /no answer in time/)
  await served.close()
  const nobody = await meta.send(rowsOf('add', id, 'eve'))
  assert.match(
    nobody.kind === 'unknown' ? nobody.message : '',
    /connection refused\. Is the sandbox running\?$/,
  )
})
