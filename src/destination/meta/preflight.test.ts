import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  metaErrorBody,
  networkError,
  scriptedWorld,
  type Scripted,
} from '../../../test/destination/scripted-world.ts'
import { Secret } from '../../core/secret.ts'
import type { Check } from '../port.ts'
import { metaDestination } from './destination.ts'
import { CHECK_NAMES } from './preflight.ts'

const me: Scripted = { body: { id: '100' } }
const permissions: Scripted = {
  body: {
    data: [
      { permission: 'ads_read', status: 'granted' },
      { permission: 'ads_management', status: 'granted' },
    ],
  },
}
const account = {
  id: 'act_1000000001',
  name: 'Shop',
  account_status: 1,
  business: { id: '9', name: 'Shop Ltd' },
  user_tasks: ['ADVERTISE', 'ANALYZE'],
  tos_accepted: { custom_audience_tos: 1 },
}
const audiences: Scripted = { body: { data: [{ id: '1', subtype: 'CUSTOM' }] } }

const many = (custom: number): Scripted => ({
  body: {
    data: [
      ...Array.from({ length: custom }, (_, at) => ({ id: String(at), subtype: 'CUSTOM' })),
      ...Array.from({ length: 300 }, (_, at) => ({ id: `9${at}`, subtype: 'LOOKALIKE' })),
    ],
  },
})

async function checks(
  script: readonly Scripted[],
  { apiVersion = 'v25.0', now = Date.parse('2026-11-22') } = {},
): Promise<ReadonlyMap<string, Check>> {
  const world = scriptedWorld(script, now)
  const meta = metaDestination(
    {
      environment: 'LIVE',
      adAccount: 'act_1000000001',
      accessToken: new Secret('EAAB'),
      apiVersion,
    },
    world,
  )
  const found = await meta.preflight()
  assert.deepEqual(
    found.map(({ name }) => name),
    CHECK_NAMES,
  )
  for (const { state, remedy, name } of found) {
    if (state === 'failed' || state === 'warning') assert.ok((remedy ?? '').length > 20, name)
  }
  return new Map(found.map((check) => [check.name, check]))
}
const states = (found: ReadonlyMap<string, Check>) => [...found.values()].map(({ state }) => state)
const withAccount = (changes: object): Promise<ReadonlyMap<string, Check>> =>
  checks([me, permissions, { body: { ...account, ...changes } }, audiences])

test('everything in order', async () => {
  const found = await withAccount({})
  assert.deepEqual(new Set(states(found)), new Set(['passed']))
  assert.match(found.get('access token')?.detail ?? '', /expiry not known/)
  assert.equal(found.get('audience quota')?.detail, '1 of 500 customer-list audiences')
})

test('a token that ended: one failure with its remedy, and what cannot be known is not guessed', async () => {
  const found = await checks([{ status: 400, body: metaErrorBody(190, 460) }])
  assert.deepEqual(states(found), [
    'failed',
    ...CHECK_NAMES.slice(2).map(() => 'not-checked'),
    'passed',
  ])
  assert.match(found.get('access token')?.detail ?? '', /"Internal Error"/)
  assert.match(found.get('access token')?.remedy ?? '', /new access token/)
})

test('Meta cannot be reached', async () => {
  const found = await checks(Array.from({ length: 3 }, () => networkError('ENOTFOUND')))
  assert.equal(found.get('access token')?.state, 'failed')
  assert.match(found.get('access token')?.remedy ?? '', /reaches https:\/\/graph\.facebook\.com/)
})

test('a token without the permission', async () => {
  const declined: Scripted = {
    body: { data: [{ permission: 'ads_management', status: 'declined' }] },
  }
  const found = await checks([me, declined, { body: account }, audiences])
  assert.equal(found.get('permissions')?.state, 'failed')
  assert.match(found.get('permissions')?.remedy ?? '', /ads_management/)
  assert.equal(found.get('ad account')?.state, 'passed')
})

test('an ad account that cannot be seen', async () => {
  const found = await checks([me, permissions, { status: 400, body: metaErrorBody(100, 33) }])
  assert.equal(found.get('ad account')?.state, 'failed')
  assert.equal(found.get('Business')?.state, 'not-checked')
  assert.match(found.get('role')?.detail ?? '', /"ad account" passes/)
})

test('the three common errors of other products are found, named as there, with their remedies', async () => {
  const terms = (await withAccount({ tos_accepted: {} })).get('Custom Audience terms')
  assert.equal(terms?.state, 'failed')
  assert.match(terms.detail, /Terms of Service weren't accepted/)
  assert.match(terms.remedy ?? '', /\/customaudiences\/tos\/\?act=1000000001$/)

  const business = (await withAccount({ business: undefined })).get('Business')
  assert.equal(business?.state, 'failed')
  assert.match(business.detail, /didn't connect to Business Manager/)

  const role = (await withAccount({ user_tasks: ['ANALYZE'] })).get('role')
  assert.equal(role?.state, 'failed')
  assert.match(role.detail, /lacks audience permissions/)
})

test('terms that were never accepted, and a role that Meta does not tell', async () => {
  const found = await withAccount({ tos_accepted: undefined, user_tasks: undefined })
  assert.equal(found.get('Custom Audience terms')?.state, 'failed')
  assert.equal(found.get('role')?.state, 'not-checked')
})

test('the state of the ad account', async () => {
  const expected = {
    1: 'passed',
    2: 'failed',
    3: 'failed',
    7: 'failed',
    8: 'warning',
    9: 'warning',
    100: 'failed',
    101: 'failed',
    999: 'warning',
  }
  for (const [status, state] of Object.entries(expected)) {
    const found = await withAccount({ account_status: Number(status) })
    assert.equal(found.get('account status')?.state, state, status)
  }
})

test('the quota counts customer lists alone, and warns before it is full', async () => {
  for (const [custom, state] of [
    [449, 'passed'],
    [450, 'warning'],
    [500, 'failed'],
  ] as const) {
    const found = await checks([me, permissions, { body: account }, many(custom)])
    assert.equal(found.get('audience quota')?.state, state, String(custom))
  }
})

test('the API version: by its announced end, and by what Meta says', async () => {
  const of = async (apiVersion: string, now: string) =>
    (
      await checks([me, permissions, { body: account }, audiences], {
        apiVersion,
        now: Date.parse(now),
      })
    ).get('API version')?.state
  assert.equal(await of('v24.0', '2026-06-01'), 'passed')
  assert.equal(await of('v24.0', '2026-09-01'), 'warning')
  assert.equal(await of('v24.0', '2026-10-06'), 'failed')
  assert.equal(await of('v18.0', '2026-10-06'), 'failed')
  assert.equal(await of('v99.0', '2026-10-06'), 'not-checked')
  const headers = { 'x-ad-api-version-warning': 'The call has been auto-upgraded to v27.0' }
  const found = await checks([
    { body: { id: '100' }, headers },
    permissions,
    { body: account },
    audiences,
  ])
  assert.equal(found.get('API version')?.state, 'failed')
  assert.match(found.get('API version')?.detail ?? '', /auto-upgraded to v27\.0/)
})

test('the page on connecting explains every check', () => {
  const page = readFileSync(new URL('../../../docs/connect-meta.md', import.meta.url), 'utf8')
  const explained = [...page.matchAll(/^\| `(?<name>[^`]+)` +\|/gm)].map(
    (row) => row.groups?.['name'],
  )
  assert.deepEqual(explained, CHECK_NAMES)
})
