// Who is meant when somebody is erased: all that a person is known as, in each model and each audience, and nobody else.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { pick, Place } from './rollcall.ts'

async function done(place: Place, ...words: readonly string[]): Promise<unknown> {
  const { code, document } = await place.json(...words)
  assert.equal(code, 0, JSON.stringify(document))
  return document
}

/** How many rows of each sync were removed, and how many profiles. Files that others may be reading are left to a later run. */
async function erased(place: Place, ...words: readonly string[]): Promise<unknown> {
  const { code, document } = await place.json('erase', ...words, '--approve')
  assert.ok(code === 0 || code === 1, JSON.stringify(document))
  const places = pick(document, ['erasure', 'places'])
  assert.ok(Array.isArray(places))
  const audiences = (places as readonly { kind: string; of: string; removed: number }[])
    .filter(({ kind }) => kind === 'audience')
    .map(({ of, removed }) => [of, removed])
  const profiles = pick(document, ['erasure', 'here', 'profiles'])
  return { profiles, ...Object.fromEntries(audiences) }
}

const CUSTOMERS = `
sources: { shop: { type: files, path: ./shop } }
models: { customers: { source: shop, table: customers, key: id } }
destinations: { meta: { type: meta } }
`

test('whoever is found by one audience leaves those that know other keys of theirs alone', async () => {
  const place = new Place({
    'rollcall.yaml': `version: 1${CUSTOMERS}
audiences: { one: { name: One, model: customers }, two: { name: Two, model: customers } }
syncs:
  mail: { audience: one, destination: meta, mapping: { EMAIL: email } }
  phone: { audience: two, destination: meta, mapping: { PHONE: phone } }
`,
    'shop/customers.csv':
      'id,email,phone\n1,anna@example.com,+12025550141\n2,ben@example.com,+12025550142\n',
  })
  await done(place, 'sync', '--approve')
  assert.deepEqual(await erased(place, 'anna@example.com'), { profiles: 0, mail: 1, phone: 1 })
})

const PROFILES = `version: 1
audiences: { one: { name: One, model: profiles }, two: { name: Two, model: profiles } }
syncs:
  ids: { audience: one, destination: meta, mapping: { EXTERN_ID: user_id, EMAIL: email } }
  traits: { audience: two, destination: meta, mapping: { EXTERN_ID: crm_id, EMAIL: billing } }
`

test('a profile is meant by what it is known by and by what it is sent by, wherever it is sent', async () => {
  for (const word of ['user_id=u1', 'EXTERN_ID=c1', 'email=anna-billing@example.com']) {
    const place = new Place({
      'rollcall.yaml': `${PROFILES}destinations: { meta: { type: meta } }\n`,
      'people.csv':
        'user_id,email,crm_id,billing\nu1,anna@example.com,c1,anna-billing@example.com\nu2,ben@example.com,c2,ben-billing@example.com\n',
    })
    await done(place, 'import', 'people.csv', '--map', 'trait.email=email')
    await done(place, 'sync', '--approve')
    assert.deepEqual(await erased(place, word), { profiles: 1, ids: 1, traits: 1 }, word)
  }
})

test('whoever shares something else of a person whose own row was named is not that person', async () => {
  const place = new Place({
    'rollcall.yaml': `version: 1${CUSTOMERS}
audiences: { all: { name: All, model: customers } }
syncs:
  all: { audience: all, destination: meta, mapping: { EMAIL: email, PHONE: phone } }
`,
    'shop/customers.csv':
      'id,email,phone\n1,anna@example.com,+12025550141\n2,ben@example.com,+12025550141\n',
    'people.csv': 'user_id,email,phone\nu1,anna@example.com,+12025550141\n',
  })
  await done(
    place,
    'import',
    'people.csv',
    '--map',
    'trait.email=email',
    '--map',
    'trait.phone=phone',
  )
  await done(place, 'sync', '--approve')
  assert.deepEqual(await erased(place, 'anna@example.com'), { profiles: 1, all: 1 })
  // Neither is Ben kept from being sent, nor his phone number.
  const exported = await place.rollcall('audience', 'export', 'all', '--hashed')
  assert.deepEqual(exported.stdout.trim().split('\n').slice(1), [
    ['ben@example.com', '12025550141'].map((value) => hash('sha256', value)).join(),
  ])
})

test('whoever shares something of a person and is known in another model alone is not taken for the person', async () => {
  const place = new Place({
    'rollcall.yaml': `version: 1${CUSTOMERS}
audiences: { all: { name: All, model: customers } }
syncs:
  all: { audience: all, destination: meta, mapping: { EMAIL: email, PHONE: phone } }
`,
    'shop/customers.csv': 'id,email,phone\n2,ben@example.com,+12025550141\n',
    'people.csv': 'user_id,email,phone\nu1,anna@example.com,+12025550141\n',
  })
  const traits = ['--map', 'trait.email=email', '--map', 'trait.phone=phone']
  await done(place, 'import', 'people.csv', ...traits)
  await done(place, 'sync', '--approve')
  const refused = await place.rollcall('erase', 'anna@example.com', '--approve')
  assert.equal(refused.code, 3)
  assert.match(refused.stderr, /lead to 2 people/)
  const exported = await place.rollcall('audience', 'export', 'all', '--hashed')
  assert.match(exported.stdout, new RegExp(hash('sha256', 'ben@example.com')))
})

test('a profile is found by its user id, as one with whoever became part of it, whatever is sent as EXTERN_ID', async () => {
  for (const id of ['person', 'user_id', 'crm_id']) {
    const place = new Place({
      'rollcall.yaml': `version: 1
audiences: { all: { name: All, model: profiles } }
syncs: { all: { audience: all, destination: meta, mapping: { EXTERN_ID: ${id}, EMAIL: email } } }
destinations: { meta: { type: meta } }
`,
      'people.csv':
        'user_id,anonymous_id,email,crm_id\nu1,,anna@example.com,17\n,a1,guest@example.com,18\nu2,,ben@example.com,19\n17,,cleo@example.com,20\n',
      'merge.csv': 'user_id,anonymous_id\nu1,a1\n',
    })
    await done(place, 'import', 'people.csv', '--map', 'trait.email=email')
    await done(place, 'sync', '--approve')
    await done(place, 'import', 'merge.csv')
    // The number is somebody else's crm_id.
    assert.deepEqual(await erased(place, 'user_id=17'), { profiles: 1, all: 1 }, id)
    assert.deepEqual(await erased(place, 'user_id=u1'), { profiles: 1, all: 2 }, id)
  }
})
