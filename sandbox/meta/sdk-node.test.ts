// Meta's own Node SDK drives the sandbox through every call that it was seen to make.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { serveSandbox, type ServedSandbox } from './serve.ts'
import { businessSdkFor, type BusinessSdk, type SdkAdAccount } from './testing/business-sdk.ts'
import { ACCOUNT, isRecord, sha256, START, TOKEN } from './testing/client.ts'

let served: ServedSandbox
let sdk: BusinessSdk
let account: SdkAdAccount

before(async () => {
  served = await serveSandbox({ port: 0, now: () => START, seed: 1 })
  sdk = businessSdkFor(served.url, TOKEN)
  account = new sdk.AdAccount(ACCOUNT)
})

after(async () => served.close())

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  const response = await fetch(`${served.url}/_control/${path}`, init)
  return response.json()
}

async function create(name: string): Promise<string> {
  const audience = await account.createCustomAudience([], {
    name,
    subtype: 'CUSTOM',
    description: 'd',
    customer_file_source: 'USER_PROVIDED_ONLY',
  })
  return audience.id
}

const payloadOf = (texts: readonly string[]): unknown => ({
  schema: ['EMAIL', 'EXTERN_ID'],
  data: texts.map((text) => [sha256(text), text]),
})

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `member-${index}`)

/** The error object that the SDK rejects with. */
async function refusal(call: Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const error = await call.then(
    () => assert.fail('the SDK got an answer'),
    (reason: unknown) => reason,
  )
  assert.ok(isRecord(error) && isRecord(error['response']), String(error))
  return { status: error['status'], ...error['response'] }
}

/** Method and path of what the SDK has sent so far, ids as `N`, each once. */
async function sentCalls(): Promise<ReadonlySet<string>> {
  const requests = await control('GET', 'requests')
  assert.ok(Array.isArray(requests))
  return new Set(
    requests.map((request: { method: string; path: string }) =>
      callOf(request.method, request.path),
    ),
  )
}

const callOf = (method: string, path: string): string =>
  `${method} ${path.replace(/\/(?:act_)?\d+/, '/N').replace('/err/', '/N/')}`

test('the SDK makes every call it was recorded to make', async () => {
  const id = await create('SDK audience')
  const audience = new sdk.CustomAudience(id)
  const many = numbered(300)
  const session = { session_id: 99, batch_seq: 1, last_batch_flag: true, estimated_num_total: 300 }
  const added = await audience.createUser([], { payload: payloadOf(many), session })
  assert.equal(added._data['num_received'], 300)
  assert.equal(added._data['session_id'], '99')

  const lookalike = await account.createCustomAudience(['id', 'name'], {
    name: 'LAL',
    subtype: 'LOOKALIKE',
    origin_audience_id: id,
    lookalike_spec: { type: 'similarity', country: 'US' },
  })
  assert.equal(lookalike._data['name'], 'LAL')

  const filtering = [{ field: 'name', operator: 'CONTAIN', value: 'a' }]
  const first = await account.getCustomAudiences(['id', 'name'], { limit: 1, filtering })
  assert.deepEqual(
    first.map((node) => node.id),
    [lookalike.id],
  )
  assert.ok(first.hasNext())
  const second = await first.next()
  assert.deepEqual(
    second.map((node) => node._data['name']),
    ['SDK audience'],
  )

  const terms = await account.getCustomAudiencesTos(['id', 'type', 'content'], {})
  assert.equal(terms.length, 2)
  await account.createCustomAudiencesTo([], { tos_id: '1' })

  const read = await audience.get(['id', 'name', 'operation_status', 'delivery_status'], {})
  assert.deepEqual(read._data['operation_status'], { code: 200, description: 'Normal' })
  await audience.update([], { name: 'New name' })
  const sessions = await audience.getSessions(['session_id', 'stage', 'progress'], {
    session_id: '99',
  })
  assert.deepEqual(sessions[0]?._data, { session_id: '99', stage: 'uploading', progress: '0' })
  assert.deepEqual([...(await audience.getHealth([], {}))], [])

  await audience.deleteUsers({ payload: { schema: ['EXTERN_ID'], data: [['member-0']] } })
  const replacement = {
    session_id: 100,
    batch_seq: 1,
    last_batch_flag: true,
    estimated_num_total: 1,
  }
  await audience.createUsersReplace([], { payload: payloadOf(['a', 'b']), session: replacement })
  await account.deleteUsersOfAnyAudience({
    payload: { schema: 'EMAIL_SHA256', data: [sha256('b')] },
  })
  assert.deepEqual(await control('GET', `audiences/${id}/members`), [
    { EMAIL: sha256('a'), EXTERN_ID: 'a' },
  ])

  assert.equal((await refusal(audience.delete([], {})))['code'], 2656)
  await new sdk.CustomAudience(lookalike.id).delete([], {})
  await audience.delete([], {})
  const accounts = await new sdk.User('me').getAdAccounts(['id', 'name', 'account_status'], {
    limit: 25,
  })
  assert.equal(accounts[0]?._data['account_status'], 1)
  const missing = await refusal(
    new sdk.CustomAudience('err').createUser([], { payload: payloadOf(['x']) }),
  )
  assert.deepEqual([missing['code'], missing['error_subcode']], [100, 33])

  const text = readFileSync(new URL('fixtures/meta-sdk-requests.json', import.meta.url), 'utf8')
  const { node }: { node: readonly { method: string; path: string }[] } = JSON.parse(text)
  const sent = await sentCalls()
  assert.deepEqual(
    node.map(({ method, path }) => callOf(method, path)).filter((call) => !sent.has(call)),
    [],
  )
})

test('the SDK sends app- and page-scoped ids with their apps and their page', async () => {
  const id = await create('Scoped')
  const audience = new sdk.CustomAudience(id)
  const ids = { schema: ['APPUID', 'PAGEUID'], data: [['9007199254740993', '815']] }
  const payload = { ...ids, app_ids: [4711, 4712], page_ids: [99] }
  const added = await audience.createUser([], { payload })
  assert.equal(added._data['num_invalid_entries'], 0)
  assert.deepEqual(await control('GET', `audiences/${id}/members`), [
    { APPUID: '9007199254740993', PAGEUID: '815' },
  ])
  for (const wrong of [ids, { ...payload, page_ids: [99, 98] }, { ...ids, page_ids: [99] }])
    assert.equal((await refusal(audience.createUser([], { payload: wrong })))['code'], 100)
  await audience.deleteUsers({ payload })
  assert.deepEqual(await control('GET', `audiences/${id}/members`), [])
})

test('the SDK makes lookalikes of every documented form', async () => {
  const id = await create('Seed')
  await new sdk.CustomAudience(id).createUser([], { payload: payloadOf(numbered(300)) })
  const asked = async (spec: object): Promise<string> => {
    const node = { name: 'L', subtype: 'LOOKALIKE', origin_audience_id: id, lookalike_spec: spec }
    return (await account.createCustomAudience([], node)).id
  }
  const forms = [
    { type: 'reach', country: 'DE' },
    { ratio: 0.02, country: 'DE' },
    { type: 'custom_ratio', starting_ratio: 0.01, ratio: 0.03, country: 'DE' },
    {
      type: 'custom_ratio',
      ratio: 0.2,
      location_spec: {
        geo_locations: { countries: ['AT', 'DE'], country_groups: ['mercosur'] },
        excluded_geo_locations: { countries: ['BR'] },
      },
      allow_international_seeds: true,
    },
  ]
  for (const form of forms) {
    const made = new sdk.CustomAudience(await asked(form))
    const { lookalike_spec: read } = (await made.get(['lookalike_spec'], {}))._data
    assert.ok(isRecord(read))
    const { origin, target_countries: countries, ...spec } = read
    assert.deepEqual(spec, { type: 'custom_ratio', ...form })
    assert.deepEqual(countries, 'location_spec' in form ? ['AT', 'DE'] : ['DE'])
    assert.match(JSON.stringify(origin), new RegExp(id))
    const again = await refusal(asked(form))
    assert.deepEqual([again['code'], again['error_subcode']], [2654, 1713007])
  }
  const wrong = [
    { ratio: 0.02 },
    { ratio: 0.015, country: 'DE' },
    { ratio: 0.02, starting_ratio: 0.02, country: 'DE' },
    { ratio: 0.02, country: 'DE', location_spec: { geo_locations: { countries: ['AT'] } } },
    { ratio: 0.02, location_spec: { geo_locations: {} } },
  ]
  for (const spec of wrong) assert.equal((await refusal(asked(spec)))['code'], 100)
})

test('the SDK adds 10,000 rows and deletes them in the URL', async () => {
  const audience = new sdk.CustomAudience(await create('Ten thousand'))
  const payload = payloadOf(numbered(10_000))
  const added = await audience.createUser([], { payload })
  assert.equal(added._data['num_received'], 10_000)
  const removed = await audience.deleteUsers({ payload })
  assert.equal(removed['num_invalid_entries'], 0)
  const audiences = await control('GET', 'audiences')
  assert.ok(Array.isArray(audiences))
  assert.ok(audiences.some(({ name, members }) => name === 'Ten thousand' && members === 0))
})

test('the SDK reports refusals with their code and subcode', async () => {
  const audience = new sdk.CustomAudience(await create('Refused'))
  const faults: readonly (readonly [
    fault: string,
    status: number,
    code: number,
    subcode?: number,
  ])[] = [
    ['throttle', 400, 80003, 2446079],
    ['token_expired', 400, 190, 463],
    ['terms_withdrawn', 403, 200, 1870034],
    ['no_business', 403, 200, 1870050],
    ['transient', 500, 2],
    ['audience_flagged', 400, 100, 1713230],
  ]
  for (const [fault, status, code, subcode] of faults) {
    await control('POST', 'faults', { match: { path: '/users' }, times: 1, fault })
    const error = await refusal(audience.createUser([], { payload: payloadOf(['a']) }))
    assert.deepEqual(
      [error['status'], error['code'], error['error_subcode']],
      [status, code, subcode],
      fault,
    )
  }
})

test('an answer to an expired version names the one that was used', async () => {
  const address = `${served.url}/v24.0/me?access_token=${TOKEN}`
  const { headers } = await fetch(address)
  assert.equal(headers.get('facebook-api-version'), 'v25.0')
  assert.match(headers.get('x-ad-api-version-warning') ?? '', /auto-upgraded to v25\.0/)
})
