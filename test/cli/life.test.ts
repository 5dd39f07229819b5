import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customers, definition, pick, Place } from './rollcall.ts'

void test('a sync lives: plan, sync, nothing more to do, people come and go, runs, retire', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(20) })

  const plan = await place.rollcall('plan')
  assert.equal(plan.code, 0, plan.stderr)
  assert.match(plan.stdout, /^SANDBOX act_1000000001/)
  assert.match(plan.stdout, /Added\s+20 /)
  assert.match(plan.stdout, /Meta does not use an audience of fewer than 100/)
  assert.match(plan.stdout, /No consent filter/)

  const sent = await place.rollcall('sync')
  assert.equal(sent.code, 0, sent.stderr)
  assert.match(sent.stdout, /^SANDBOX act_1000000001/)
  assert.match(sent.stdout, /Accepted\s+20 {2}rows added/)

  const again = await place.rollcall('plan')
  assert.match(again.stdout, /In step: 20 people, nothing to send/)

  place.write(
    'data/customers.csv',
    customers(20).replace(/^c3,.*\n/m, '') + 'c21,new@example.com,,5\n',
  )
  const changed = await place.json('sync')
  assert.deepEqual(pick(changed.document, ['runs', 0, 'work', 'people']), {
    members: 20,
    usable: 20,
    present: 20,
    added: 1,
    updated: 0,
    removed: 1,
    withdrawn: 0,
    withoutConsent: 0,
    skipped: 0,
  })
  assert.deepEqual(pick(changed.document, ['runs', 0, 'accepted']), { added: 1, removed: 1 })

  const listed = await place.rollcall('runs')
  assert.match(listed.stdout, /Meta still matching: adds until about .*removals until/)
  assert.match(listed.stdout, /people: <1000/)
  const id = String(pick(changed.document, ['runs', 0, 'run']))
  const shown = await place.rollcall('runs', 'show', id)
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /Accepted\s+1 {2}row added\n\s+1 {2}row removed/)

  const refused = await place.rollcall('retire', 'spenders_to_meta', '--empty')
  assert.equal(refused.code, 3)
  assert.match(refused.stderr, /20 people of the sync "spenders_to_meta" are taken out/)
  const retired = await place.json('retire', 'spenders_to_meta', '--empty', '--approve')
  assert.equal(retired.code, 0)
  assert.deepEqual(pick(retired.document, ['removedRows']), 20)
  const gone = await place.rollcall('retire', 'spenders_to_meta', '--keep', '--approve')
  assert.equal(gone.code, 2)
  assert.match(gone.stderr, /has no audience to retire/)
})

void test('what guards hold is not sent, exits 3, and goes out once it is approved', async () => {
  const place = new Place({
    'rollcall.yaml': definition(),
    'data/customers.csv': customers(300),
  })
  await place.rollcall('sync')
  place.write('data/customers.csv', customers(150))

  const plan = await place.rollcall('plan')
  assert.equal(plan.code, 3)
  const held = await place.rollcall('sync')
  assert.equal(held.code, 3)
  assert.match(held.stdout, /Held: many people would be removed \(150 of 300\)/)
  assert.match(held.stdout, /rollcall sync spenders_to_meta --approve removed=150/)

  const tooLow = await place.rollcall('sync', '--approve', 'removed=149')
  assert.equal(tooLow.code, 3, 'an approval is a ceiling')
  const approved = await place.json('sync', '--approve', 'removed=150')
  assert.equal(approved.code, 0)
  assert.deepEqual(pick(approved.document, ['runs', 0, 'accepted']), { added: 0, removed: 150 })
})

void test('--approve alone lets everything pass, and may stand before the name of a sync', async () => {
  const place = new Place({
    'rollcall.yaml': definition(),
    'data/customers.csv': customers(300),
  })
  await place.rollcall('sync')
  place.write('data/customers.csv', customers(150))
  const approved = await place.json('sync', '--approve', 'spenders_to_meta')
  assert.equal(approved.code, 0)
  assert.deepEqual(pick(approved.document, ['runs', 0, 'accepted']), { added: 0, removed: 150 })
})

void test('a sync that is gone from the file is never passed over, and can be retired without it', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(12) })
  await place.rollcall('sync')
  place.write('rollcall.yaml', definition().replace('spenders_to_meta', 'renamed'))

  for (const command of ['plan', 'sync']) {
    const { code, stdout } = await place.rollcall(command)
    assert.equal(code, 3)
    assert.match(stdout, /spenders_to_meta is gone from the file, and 12 people are still in/)
    assert.match(stdout, /rollcall retire spenders_to_meta --keep \| --empty \| --delete/)
  }
  const { document } = await place.json('sync')
  assert.equal(pick(document, ['runs', 0, 'error', 'code']), 'sync/left-behind')

  const retired = await place.rollcall('retire', 'spenders_to_meta', '--delete', '--approve')
  assert.equal(retired.code, 0, retired.stderr)
  const sent = await place.rollcall('sync')
  assert.equal(sent.code, 0, sent.stderr)
})

void test('a renamed sync that says so takes its people along', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(12) })
  await place.rollcall('sync')
  const renamed = definition().replace(
    'spenders_to_meta:',
    'renamed:\n    moved_from: spenders_to_meta',
  )
  place.write('rollcall.yaml', renamed)
  const { code, document } = await place.json('sync')
  assert.equal(code, 0)
  assert.equal(pick(document, ['runs', 0, 'work', 'people', 'present']), 12)
  assert.equal(pick(document, ['runs', 0, 'requests']), 0)
})

void test('a paused sync is passed over, and that is said', async () => {
  const place = new Place({
    'rollcall.yaml': `${definition()}    paused: true\n`,
    'data/customers.csv': customers(3),
  })
  const { code, stdout } = await place.rollcall('sync')
  assert.equal(code, 0)
  assert.match(stdout, /spenders_to_meta is paused: passed over, its people stay/)
})

void test('a replacement says that it is one, and a sync that only removes or only adds says nothing else', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(4) })
  await place.rollcall('sync')
  const full = await place.rollcall('sync', '--full')
  assert.equal(full.code, 0, full.stdout)
  assert.match(full.stdout, /Replaced\s+4 {2}rows of people who stay/)
  assert.doesNotMatch(full.stdout, /Reasserted/)
  const { document } = await place.json('plan', '--full')
  assert.equal(pick(document, ['plans', 0, 'work', 'rows', 'replaced']), 4)

  const removing = new Place({
    'rollcall.yaml': `${definition()}    mode: remove_only\n`,
    'data/customers.csv': customers(4),
  })
  const plan = await removing.json('plan')
  assert.equal(pick(plan.document, ['plans', 0, 'work', 'people', 'added']), 0)
  assert.equal(pick(plan.document, ['plans', 0, 'problem', 'code']), 'sync/nothing-to-remove-from')
  assert.equal((await removing.rollcall('sync')).code, 3)
  removing.write('rollcall.yaml', definition())
  await removing.rollcall('sync')
  removing.write('rollcall.yaml', `${definition()}    mode: remove_only\n`)
  removing.write('data/customers.csv', customers(3))
  const left = await removing.json('plan')
  assert.equal(pick(left.document, ['plans', 0, 'work', 'people', 'removed']), 1)

  place.write('rollcall.yaml', `${definition()}    mode: add_only\n`)
  place.write('data/customers.csv', customers(3).replace('person2@example.com,+12025551002', ','))
  const adding = await place.json('plan')
  assert.equal(pick(adding.document, ['plans', 0, 'work', 'people', 'removed']), 0)
})

void test('rows that wait because people who stay hold their keys are told, also when nothing is sent', async () => {
  const household =
    'customer_id,email,phone,revenue\na,home@example.com,,5\nb,home@example.com,,5\n'
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': household })
  await place.rollcall('sync')
  place.write('data/customers.csv', household.replace(/^a.*\n/m, ''))
  const { code, stdout } = await place.rollcall('plan')
  assert.equal(code, 0, stdout)
  assert.match(stdout, /1 row waits to leave: people who stay hold every key/)
  const sent = await place.rollcall('sync')
  assert.match(sent.stdout, /In step: nothing to send\n {2}1 row waits/)
  const { document } = await place.json('runs')
  const shown = await place.rollcall('runs', 'show', String(pick(document, ['runs', 0, 'id'])))
  assert.match(shown.stdout, /covered {2}1 {2}not to be removed yet/)
})
