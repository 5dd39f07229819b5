// What a do-not-send list says and a sync cannot obey is said, before anybody is sent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customers, definition, pick, pickAll, Place } from './rollcall.ts'

const ALL = 'mapping: { EXTERN_ID: customer_id, EMAIL: email, PHONE: phone }'

function shop(mapping: string, list: string): Place {
  return new Place({
    'rollcall.yaml': `${definition().replace(ALL, `mapping: ${mapping}\n    guard: { max_unusable: off }`)}do_not_send: [ ./list.csv ]\n`,
    'data/customers.csv': customers(3)
      .replaceAll(/^(c\d),/gm, '$1,card-$1,')
      .replace('_id,', '_id,loyalty,'),
    'list.csv': list,
  })
}

/** Plan and sync end in this error, and check says it as a mistake at the path. */
async function isStopped(place: Place, code: string, path: string): Promise<void> {
  for (const [command, list] of [
    ['plan', 'plans'],
    ['sync', 'runs'],
  ] as const) {
    const { code: exit, document } = await place.json(command)
    assert.equal(exit, 3, command)
    assert.equal(pick(document, [list, 0, 'error', 'code']), code, command)
  }
  const { code: exit, document } = await place.json('check')
  assert.equal(exit, 3)
  assert.deepEqual(pickAll(document, 'mistakes', 'code'), [code])
  assert.deepEqual(pickAll(document, 'mistakes', 'path'), [path])
}

const suppressedOf = async (place: Place): Promise<unknown> => {
  const { code, document } = await place.json('plan')
  assert.equal(code, 0, JSON.stringify(document))
  return pick(document, ['plans', 0, 'work', 'suppressed'])
}

const noticesOf = async (place: Place): Promise<{ plan: string; check: string }> => {
  const planned = await place.json('plan')
  const checked = await place.json('check')
  assert.equal(checked.code, 0, JSON.stringify(checked.document))
  return {
    plan: JSON.stringify(pick(planned.document, ['plans', 0, 'notices'])),
    check: JSON.stringify(pickAll(checked.document, 'warnings', 'message')),
  }
}

void test('ids on a list stop a sync that maps none, unless the line names its person otherwise too', async () => {
  const place = shop('{ EMAIL: email }', 'customer_id,email\nc2,\n')
  await isStopped(place, 'do-not-send/ids-not-mapped', 'syncs.spenders_to_meta.mapping')
  const hashed = await place.rollcall('audience', 'export', 'spenders', '--hashed')
  assert.match(hashed.stderr, /ids-not-mapped/)
  assert.doesNotMatch(hashed.stdout, /[0-9a-f]{64}/)
  place.write('list.csv', 'customer_id,email\nc2,person2@example.com\n')
  assert.equal(await suppressedOf(place), 1)
})

void test('ids of another column than the mapped one stop the sync, until the list says whose they are', async () => {
  const place = shop('{ EXTERN_ID: loyalty, EMAIL: email }', 'customer_id\nc2\n')
  await isStopped(place, 'do-not-send/other-id', 'syncs.spenders_to_meta.mapping')
  // The remedy: the list calls its column as the mapping does, in whatever case.
  place.write('list.csv', 'Loyalty\ncard-c2\n')
  assert.equal(await suppressedOf(place), 1)
  // A column without an id in it does no harm, nor does one that the model does not have.
  place.write('list.csv', 'customer_id,email\n,person1@example.com\n')
  assert.equal(await suppressedOf(place), 1)
  place.write('list.csv', 'member_id\ncard-c3\n')
  assert.equal(await suppressedOf(place), 1)
})

void test('a phone number of a list is read as of the country in its line', async () => {
  const place = shop('{ PHONE: phone, EMAIL: email }', 'phone,country\n(202) 555-1002,US\n')
  assert.equal(await suppressedOf(place), 1)
})

void test('an identifier that cannot be read beside one that can is said, with its row', async () => {
  const list = 'phone,email\n,person1@example.com\n0202 5551002,person2@example.com\n'
  const place = shop('{ PHONE: phone, EMAIL: email }', list)
  const { plan, check } = await noticesOf(place)
  for (const said of [plan, check])
    assert.match(said, /1 line whose PHONE cannot be read \(data row 2\)/)
})

void test('lines that cannot be read at all are told by their rows and by the key that is wrong', async () => {
  const numbers = ['202555', '+12025551001', '202556', '', '202557', '202558']
  const place = shop(
    '{ PHONE: phone }',
    `phone,reason\n${numbers.map((number) => `${number},asked\n`).join('')}`,
  )
  const { code, stdout } = await place.rollcall('plan')
  assert.equal(code, 3)
  assert.match(stdout, /5 lines without an identifier that can be read \(data rows 1, 3, 4 …\)/)
  assert.match(stdout, /"rollcall match-key PHONE VALUE"/)
  place.write('list.csv', 'phone,reason\n,asked\n')
  const empty = await place.rollcall('plan')
  assert.match(empty.stdout, /1 line without an identifier that can be read \(data row 1\)/)
  assert.doesNotMatch(empty.stdout, /match-key/)
})

void test('lines by keys that a sync does not send are counted', async () => {
  const list = 'email,phone\nperson1@example.com,\nperson2@example.com,\n,+12025551003\n'
  const { plan, check } = await noticesOf(shop('{ PHONE: phone }', list))
  const said =
    /2 lines of the do-not-send lists name people only by EMAIL, which this sync does not send/
  assert.match(plan, said)
  assert.match(check, said)
  const both = await noticesOf(shop('{ PHONE: phone, EMAIL: email }', list))
  assert.doesNotMatch(both.plan + both.check, /name people only/)
})
