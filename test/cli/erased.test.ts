// What the command line says of people who were erased.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eraseKept } from '../../src/app/erase-kept.ts'
import { openReal } from '../people/open-real.ts'
import { pick, pickAll, Place } from './rollcall.ts'

test('an import of the same rows again and a try of a message say that the person was erased', async () => {
  const place = new Place({
    'rollcall.yaml': 'version: 1\n',
    'people.csv': 'user_id,email\nu1,ann@example.com\nu2,ben@example.com\n',
    'again.csv': 'user_id,email,plan\nu1,ann@example.com,pro\nu2,ben@example.com,pro\n',
    'message.json': JSON.stringify([
      { type: 'track', event: 'X', userId: 'u1', anonymousId: 'a1' },
      { type: 'identify', userId: 'u3', traits: { email: 'Ann@Example.com' } },
    ]),
  })
  const words = ['--map', 'trait.email=email']
  assert.equal((await place.rollcall('import', 'people.csv', ...words)).code, 0)
  {
    await using workspace = await openReal(place.folder)
    const identifiers = [{ kind: 'email', value: 'ann@example.com' }]
    const erased = await eraseKept(workspace, { people: [], identifiers })
    assert.deepEqual([erased.profiles, erased.identifiers, erased.events], [1, 2, 0])
  }
  const again = await place.rollcall('import', 'again.csv', ...words)
  assert.match(again.stdout, /0 events, 0 people new/)
  assert.match(again.stdout, /1 {2}It is of somebody who was erased\./)
  const tried = await place.rollcall('identity', 'try', 'message.json', '--present')
  assert.match(tried.stdout, /1 track X → nobody/)
  assert.match(tried.stdout, /user_id +u1 +ignored: Whoever had this value was erased\./)
  assert.match(
    tried.stdout,
    /anonymous_id +a1 +ignored: The message is of somebody who was erased\./,
  )
  assert.match(tried.stdout, /2 identify +→ a new person/)
  assert.match(
    tried.stdout,
    /email +ann@example\.com +ignored: Whoever had this value was erased\./,
  )
})

test('erase reaches the people that Rollcall keeps, and explain names them by what they have', async () => {
  const place = new Place({
    'rollcall.yaml': `version: 1
audiences: { buyers: { model: profiles, where: { did: Order Completed } } }
destinations: { meta: { type: meta } }
syncs: { buyers: { audience: buyers, destination: meta, mapping: { EXTERN_ID: person, EMAIL: trait_email } } }
`,
    'people.csv': 'user_id,email\nu1,ann@example.com\nu2,ben@example.com\n',
    'orders.csv': 'user_id,time\nu1,2026-01-05\nu1,2026-01-06\nu2,2026-01-07\nu1,2026-01-08\n',
  })
  assert.equal((await place.rollcall('import', 'people.csv')).code, 0)
  assert.equal((await place.rollcall('import', 'orders.csv', '--event', 'Order Completed')).code, 0)
  assert.equal((await place.rollcall('sync')).code, 0)
  const explained = await place.rollcall('audience', 'explain', 'buyers', 'email=Ann@example.com')
  assert.match(explained.stdout, /✓ [0-9a-f-]{36} is a member of buyers/)
  assert.equal((await place.rollcall('audience', 'explain', 'buyers', 'u2')).code, 0)

  const erased = await place.json('erase', 'user_id=u1', '--approve')
  const here = ['profiles', 'identifiers', 'events'].map((what) =>
    pick(erased.document, ['erasure', 'here', what]),
  )
  assert.deepEqual(here, [1, 2, 3])
  assert.deepEqual(pickAll(pick(erased.document, ['erasure']), 'places', 'removed'), [1, 1])
  // The files that were written anew are kept an hour for those who may be reading them, and until then it is not done.
  assert.equal(erased.code, 1)
  assert.equal(pick(erased.document, ['erasure', 'problem', 'code']), 'erase/replaced-files')
  const gone = await place.rollcall('audience', 'explain', 'buyers', 'u1')
  assert.match(gone.stderr, /Nobody is known by this/)
  const plan = await place.json('plan')
  assert.deepEqual(pick(plan.document, ['plans', 0, 'work', 'people', 'members']), 1)
})

test('an address of somebody who was erased stays with whoever signs up with it, and is not sent', async () => {
  const place = new Place({
    'rollcall.yaml': `version: 1
audiences: { all: { model: profiles } }
destinations: { meta: { type: meta } }
syncs: { all: { audience: all, destination: meta, mapping: { EMAIL: trait_email, PHONE: trait_phone } } }
`,
    'people.csv': 'user_id,email,phone\nu1,ann@example.com,+12025551041\nu2,ben@example.com,\n',
    'later.csv': 'user_id,email,phone\nu9,ann@example.com,+12025551042\n',
  })
  assert.equal((await place.rollcall('import', 'people.csv')).code, 0)
  assert.equal((await place.rollcall('sync')).code, 0)
  assert.equal((await place.rollcall('erase', 'user_id=u1', '--approve')).code, 1)
  assert.equal((await place.rollcall('import', 'later.csv')).code, 0)
  assert.equal((await place.rollcall('sync', '--approve')).code, 0)
  // Her address identifies nobody any more.
  const byAddress = await place.rollcall('audience', 'explain', 'all', 'email=ann@example.com')
  assert.match(byAddress.stderr, /Nobody is known by this/)
  const { document } = await place.json('audience', 'explain', 'all', 'u9', '--reveal')
  const [sync] = pick(document, ['syncs']) as readonly unknown[]
  const told = pick(sync, ['values']) as readonly unknown[]
  assert.deepEqual(
    told.map((value) => ['raw', 'suppressed'].map((name) => pick(value, [name]))),
    [
      ['ann@example.com', true],
      ['+12025551042', false],
    ],
  )
  const rows = pick(sync, ['rows']) as readonly unknown[]
  assert.deepEqual(
    rows.map((row) => Object.keys(pick(row, ['cells']) as object)),
    [['PHONE']],
  )
})
