// Consent, the whole way by the command line: who never gave it is not sent, who withdraws it is out at the next run.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definition, pick, pickAll, Place } from './rollcall.ts'

/** People c1, c2 … with what stands in the column of consent. */
const people = (...consents: readonly string[]): string =>
  `customer_id,email,ads,revenue\n${consents
    .map((consent, index) => `c${index + 1},person${index + 1}@example.com,${consent},5\n`)
    .join('')}`

const FILE = definition()
  .replace('key: customer_id }', 'key: customer_id, consent: { advertising: ads } }')
  .replace('{ type: meta', '{ type: meta, consent: advertising')
  .replace(', PHONE: phone', '')

const shop = (csv: string, file = FILE): Place =>
  new Place({ 'rollcall.yaml': file, 'data/customers.csv': csv })

const work = (document: unknown, list: 'plans' | 'runs', ...path: string[]): unknown =>
  pick(document, [list, 0, 'work', ...path])

/** Who has been sent and not taken out again, as the platform's sandbox kept it. */
async function inside(place: Place): Promise<number> {
  const { document } = await place.json('plan')
  return Number(work(document, 'plans', 'people', 'present'))
}

void test('only who says yes is sent; nothing, another word or an unknown one is no', async () => {
  const place = shop(people('true', 'yes', '1', '', 'no', 'false', 'maybe', 'null', 'Y'))
  const plan = await place.rollcall('plan')
  assert.match(plan.stdout, /Consent to advertising: 9 → 4 people after consent/)
  assert.doesNotMatch(plan.stdout, /No consent filter/)
  const { document } = await place.json('sync')
  assert.deepEqual(pick(document, ['runs', 0, 'accepted']), { added: 4, removed: 0 })
  assert.equal(work(document, 'runs', 'people', 'withoutConsent'), 5)
  const preview = await place.rollcall('audience', 'preview', 'spenders')
  assert.match(
    preview.stdout,
    /Members +9 +100% .*\n +After consent +4 +44.4% +agree to advertising/,
  )
  const exported = await place.rollcall('audience', 'export', 'spenders', '--hashed')
  assert.equal(exported.stdout.trim().split('\n').length, 5)
  place.write('theirs.csv', 'email\nperson1@example.com\nperson4@example.com\n')
  const compared = await place.json('compare', 'spenders_to_meta', '--with', 'theirs.csv')
  assert.deepEqual(
    ['ours', 'both', 'onlyTheirs'].map((name) => pick(compared.document, [name])),
    [4, 1, 1],
  )
})

void test('who withdraws goes out while a guard holds the rest, and it is said as what it is', async () => {
  const yes = Array.from({ length: 10 }, () => 'yes')
  const file = FILE.replace(
    '    mapping:',
    '    guard: { max_removed: { share: 10%, at_least: 1 } }\n    mapping:',
  )
  const place = shop(people(...yes), file)
  assert.equal((await place.rollcall('sync')).code, 0)
  // One withdraws, one withdraws and no longer meets the definition, and four leave, which a guard holds.
  const rows = people('no', 'no', ...yes.slice(2)).replace(
    'c2,person2@example.com,no,5',
    'c2,person2@example.com,no,0',
  )
  place.write('data/customers.csv', rows.split('\n').slice(0, 7).join('\n'))
  const planned = await place.json('plan')
  assert.equal(planned.code, 3)
  assert.deepEqual(pick(planned.document, ['plans', 0, 'holds', 0, 'guard']), 'removed')
  assert.deepEqual(pick(planned.document, ['plans', 0, 'holds', 0, 'count']), 4)
  assert.deepEqual(
    ['withdrawn', 'removed', 'members', 'withoutConsent'].map((name) =>
      work(planned.document, 'plans', 'people', name),
    ),
    [2, 4, 4, 1],
  )
  const sync = await place.rollcall('sync')
  assert.equal(sync.code, 3)
  assert.match(sync.stdout, /held: nothing was sent but for those who said no/)
  assert.match(sync.stdout, /Withdrawn +2 +people leave without consent/)
  assert.match(sync.stdout, /2 +rows removed/)
  assert.equal(await inside(place), 8)
  const shown = await place.rollcall('audience', 'explain', 'spenders', 'c1')
  assert.match(shown.stdout, /– c1 is a member of spenders, but not sent without consent/)
  assert.match(shown.stdout, /✗ does not agree to advertising/)
  assert.match(shown.stdout, /1 row removed +accepted by Meta +withdrawn/)
  assert.match(shown.stdout, /Not sent: The person does not agree to advertising/)
  // Given again, they are back.
  place.write('data/customers.csv', people(...yes))
  assert.equal((await place.rollcall('sync')).code, 0)
  assert.equal(await inside(place), 10)
})

void test('who withdraws goes out where people are otherwise only added or only removed', async () => {
  for (const mode of ['add_only', 'remove_only']) {
    const place = shop(people('yes', 'yes', 'yes'))
    assert.equal((await place.rollcall('sync')).code, 0)
    place.write('rollcall.yaml', FILE.replace('    mapping:', `    mode: ${mode}\n    mapping:`))
    place.write('data/customers.csv', people('no', 'yes', 'yes'))
    const { document } = await place.json('sync')
    assert.deepEqual(pick(document, ['runs', 0, 'accepted', 'removed']), 1, mode)
    assert.equal(await inside(place), 2, mode)
  }
})

void test('an address that somebody who stays shares is not carried', async () => {
  const shared = people('yes', 'yes', 'yes').replace('person2', 'person1')
  const place = shop(shared)
  assert.equal((await place.rollcall('sync')).code, 0)
  place.write(
    'data/customers.csv',
    shared.replace('person1@example.com,yes', 'person1@example.com,no'),
  )
  const { code, document } = await place.json('sync')
  assert.equal(code, 0)
  assert.deepEqual(pick(document, ['runs', 0, 'accepted']), { added: 0, removed: 0 })
  // The other of the two withdraws as well: then nobody needs it any more.
  place.write(
    'data/customers.csv',
    shared.replaceAll('person1@example.com,yes', 'person1@example.com,no'),
  )
  assert.deepEqual(pick((await place.json('sync')).document, ['runs', 0, 'accepted', 'removed']), 1)
})

void test('that many withdraw at once is held by nothing, and said before', async () => {
  const count = 150
  const place = shop(people(...Array.from({ length: count }, () => 'yes')))
  assert.equal((await place.rollcall('sync')).code, 0)
  place.write('data/customers.csv', people(...Array.from({ length: count }, () => '')))
  const plan = await place.rollcall('plan')
  assert.match(
    plan.stdout,
    /! 150 of 150 people in the Custom Audience do not agree to advertising/,
  )
  assert.match(
    (await place.rollcall('check')).stdout,
    /Of 150 people in the model "customers" nobody agrees to advertising/,
  )
  const sync = await place.rollcall('sync')
  assert.equal(sync.code, 0, sync.stdout)
  assert.match(sync.stderr, /150 people have not agreed or no longer agree, and are taken out/)
  assert.match(sync.stdout, /150 +rows removed/)
})

void test('a destination that does not say what for sends nobody and takes nobody out, but for the do-not-send list', async () => {
  const place = shop(people('yes', 'yes'), `${FILE}do_not_send: [ ./list.csv ]\n`)
  place.write('list.csv', 'email\nnobody@example.com\n')
  assert.equal((await place.rollcall('sync')).code, 0)
  place.write(
    'rollcall.yaml',
    `${FILE.replace(', consent: advertising }', ' }')}do_not_send: [ ./list.csv ]\n`,
  )
  place.write('data/customers.csv', people('no', 'yes', 'yes'))
  place.write('list.csv', 'email\nperson2@example.com\n')
  for (const [command, list] of [
    ['plan', 'plans'],
    ['sync', 'runs'],
  ] as const) {
    const { code, document } = await place.json(command)
    assert.equal(code, 3)
    assert.equal(pick(document, [list, 0, 'error', 'code']), 'consent/untied')
  }
  const checked = await place.json('check')
  assert.equal(checked.code, 3)
  assert.deepEqual(pickAll(checked.document, 'mistakes', 'path'), ['destinations.meta'])
  assert.match(
    (await place.rollcall('audience', 'preview', 'spenders')).stdout,
    /does not say what people must have agreed to/,
  )
  assert.equal((await place.rollcall('audience', 'export', 'spenders', '--hashed')).code, 3)
  const shown = await place.rollcall('audience', 'explain', 'spenders', 'c1')
  assert.match(shown.stdout, /✓ In, accepted by Meta/)
  place.write('rollcall.yaml', FILE)
  assert.equal(await inside(place), 1)
})

void test('a person whose rows contradict each other cannot be sent', async () => {
  const place = shop(`${people('yes', 'yes')}c1,person1@example.com,no,5\n`)
  const { code, document } = await place.json('plan')
  assert.equal(code, 2)
  assert.equal(pick(document, ['plans', 0, 'error', 'code']), 'model/key-not-unique')
})

void test('a column of consent that is not there is told with the nearest', async () => {
  const place = shop(people('yes'), FILE.replace('advertising: ads }', 'advertising: adds }'))
  const { code, document } = await place.json('check')
  assert.equal(code, 2)
  assert.deepEqual(pickAll(document, 'mistakes', 'remedy'), ['Write "ads"'])
})

const VISITORS = `version: 1
consent:
  advertising: { category: C0004, trait: ads_ok }
audiences:
  all: { name: All, model: profiles }
destinations:
  meta: { type: meta, consent: advertising }
syncs:
  all_to_meta: { audience: all, destination: meta, mapping: { EMAIL: email } }
`

void test('people who send messages say with them whether they agree, and withdraw by one', async () => {
  const said = (user: string, at: string, preferences: object | null): string =>
    `${JSON.stringify({
      userId: user,
      event: 'Viewed',
      time: at,
      traits: { email: `${user}@example.com` },
      context: preferences === null ? {} : { consent: { categoryPreferences: preferences } },
    })}\n`
  const place = new Place({
    'rollcall.yaml': VISITORS,
    'first.jsonl':
      said('ada', '2026-01-01', { C0004: true }) +
      said('ben', '2026-01-01', { C0004: true, C0002: false }) +
      said('cleo', '2026-01-01', { C0002: true }) +
      said('dan', '2026-01-01', null),
    'second.jsonl': said('ada', '2026-02-01', {}),
    'nobody.jsonl': said('eve', '2026-01-01', { Advertising: true }),
  })
  assert.equal((await place.rollcall('import', 'nobody.jsonl')).code, 0)
  assert.match(
    (await place.rollcall('check')).stdout,
    /Looked for is the category "C0004"; people have agreed to: Advertising/,
  )
  assert.equal((await place.rollcall('import', 'first.jsonl')).code, 0)
  const first = await place.json('sync')
  assert.equal(first.code, 0, JSON.stringify(first.document))
  assert.deepEqual(pick(first.document, ['runs', 0, 'accepted']), { added: 2, removed: 0 })
  assert.equal((await place.rollcall('import', 'second.jsonl')).code, 0)
  const second = await place.json('sync')
  assert.deepEqual(pick(second.document, ['runs', 0, 'accepted']), { added: 0, removed: 1 })
  assert.equal(work(second.document, 'runs', 'people', 'withdrawn'), 1)
})
