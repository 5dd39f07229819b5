// The people from files to an audience, by the command line.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Place } from './rollcall.ts'

const DEFINITION = `version: 1
identity: { blocked: [demo] }
audiences:
  pros: { name: Pros, model: profiles, where: { trait: plan, eq: pro } }
destinations:
  meta: { type: meta }
syncs:
  pros_to_meta: { audience: pros, destination: meta, mapping: { EXTERN_ID: person, EMAIL: email } }
`

const PEOPLE =
  'customer,email,plan\nc1,a@example.com,pro\nc2,b@example.com,free\nc3,c@example.com,pro\ndemo,d@x,pro\n'

void test('imported people are an audience, and an import twice is one import', async () => {
  const place = new Place({
    'rollcall.yaml': DEFINITION.replace('plan, eq: pro', 'person, exists: true'),
    'people.csv': PEOPLE,
  })
  assert.equal((await place.rollcall('check')).code, 0)
  place.write('rollcall.yaml', DEFINITION)
  const first = await place.rollcall('import', 'people.csv', '--map', 'user_id=customer')
  assert.equal(first.code, 0, first.stderr)
  assert.match(first.stdout, /^✓ people\.csv {2}4 rows$/m)
  assert.match(first.stdout, /3 people new/)
  assert.match(first.stdout, /1 {2}Nothing in the message says who it is\./)
  const again = await place.rollcall('import', 'people.csv', '--map', 'user_id=customer')
  assert.match(again.stdout, /was imported before, all 4 rows of it; nothing changed/)
  const sync = await place.rollcall('sync')
  assert.equal(sync.code, 0, sync.stdout + sync.stderr)
  assert.match(sync.stdout, /Added +2 +people enter/)
  place.write('newer.csv', 'customer,plan\nc3,free\n')
  assert.equal((await place.rollcall('import', 'newer.csv', '--map', 'user_id=customer')).code, 0)
  assert.match((await place.rollcall('plan')).stdout, /Removed +1 +person leaves/)
})

void test('columns that cannot be meant are told, with what could', async () => {
  const place = new Place({ 'rollcall.yaml': DEFINITION, 'people.csv': PEOPLE })
  const { code, stderr } = await place.rollcall('import', 'people.csv', '--map', 'user_id=custmer')
  assert.equal(code, 2)
  assert.match(stderr, /no column "custmer"/)
  assert.match(stderr, /Did you mean "customer"\?/)
})

void test('rules are tried on messages without keeping anything, and merges can be read', async () => {
  const login = { type: 'identify', userId: 'u', anonymousId: 'phone' }
  const place = new Place({
    'rollcall.yaml': DEFINITION,
    'messages.json': JSON.stringify([
      { type: 'track', event: 'Viewed', anonymousId: 'phone' },
      { type: 'identify', userId: 'u' },
      login,
      { ...login, userId: 'demo' },
    ]),
    'login.json': JSON.stringify(login),
    'no.json': '[{}]',
    'events.jsonl': ['laptop', 'phone', 'laptop', 'phone']
      .map((anonymousId, n) =>
        JSON.stringify({
          anonymousId,
          userId: n < 2 ? null : 'u',
          event: 'Viewed',
          time: '2026-01-01',
        }),
      )
      .join('\n'),
  })
  const tried = await place.rollcall('identity', 'try', 'messages.json')
  assert.equal(tried.code, 0, tried.stderr)
  assert.match(tried.stdout, /^1 track Viewed → a new person 1 /m)
  assert.match(
    tried.stdout,
    /^3 identify {2}→ person 2 [^\n]*\n {2}person 1 [^\n]* becomes part of it$/m,
  )
  assert.match(tried.stdout, /user_id +demo +ignored: The value is blocked/)
  assert.match((await place.rollcall('identity', 'merges')).stdout, /Nobody became part/)
  assert.equal((await place.rollcall('import', 'events.jsonl')).code, 0)
  const present = await place.json('identity', 'try', 'login.json', '--present')
  const [{ resolution }] = (
    present.document as { messages: [{ resolution: { person: string; isNew: boolean } }] }
  ).messages
  assert.equal(resolution.isNew, false)
  const { document } = await place.json('identity', 'merges', '--person', resolution.person)
  const { merges } = document as { merges: { into: string; by: string }[] }
  assert.deepEqual(
    merges.map(({ into, by }) => [into, by]),
    [[resolution.person, 'user_id, anonymous_id']],
  )
  const wrong = await place.rollcall('identity', 'try', 'no.json')
  assert.equal(wrong.code, 3)
  assert.match(wrong.stderr, /Number 1 would not be taken: The event is of no known type/)
})
