// What commands say where a reader was once misled.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customers, definition, Place } from './rollcall.ts'

const WITH_LIST = `${definition()}do_not_send: [ ./list.csv ]\n`

void test('explain says at once of whom nothing is sent for the do-not-send list', async () => {
  const place = new Place({
    'rollcall.yaml': WITH_LIST,
    'data/customers.csv': customers(3),
    'list.csv': 'email,customer_id\n,c2\nperson3@example.com,\n',
  })
  const { stdout } = await place.rollcall('audience', 'explain', 'spenders', 'c2')
  assert.match(stdout, /^– c2 is a member of spenders, but the do-not-send list keeps them out$/m)
  assert.match(stdout, /^ {2}– Not sent: on the do-not-send list$/m)
  assert.doesNotMatch(stdout, /✓ c2/)
  // One of two identifiers: the person is sent by the other.
  const other = await place.rollcall('audience', 'explain', 'spenders', 'c3')
  assert.match(other.stdout, /^✓ c3 is a member of spenders$/m)
  assert.doesNotMatch(other.stdout, /Not sent: on the/)
})

void test('explain says that a listed person who is in will go, also from a sync that only adds', async () => {
  const place = new Place({
    'rollcall.yaml': WITH_LIST.replace('    mapping', '    mode: add_only\n    mapping'),
    'data/customers.csv': customers(3),
    'list.csv': 'customer_id\n',
  })
  assert.equal((await place.rollcall('sync')).code, 0)
  place.write('list.csv', 'customer_id\nc2\n')
  const { stdout } = await place.rollcall('audience', 'explain', 'spenders', 'c2')
  assert.match(stdout, /On the do-not-send list; a run takes it out/)
  assert.doesNotMatch(stdout, /so it stays/)
})

void test('explain has nothing to say of syncs that never heard of a person', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(1) })
  const { stdout } = await place.rollcall('audience', 'explain', 'spenders', 'c9')
  assert.match(stdout, /The model has nobody with this key/)
  assert.doesNotMatch(stdout, /spenders_to_meta|no values/)
})

void test('a list in UTF-16 or Latin-1 is not told to name its encoding at a source', async () => {
  const place = new Place({ 'rollcall.yaml': WITH_LIST, 'data/customers.csv': customers(1) })
  for (const encoding of ['utf16le', 'latin1'] as const) {
    place.write('list.csv', Buffer.from('email,name\nperson1@example.com,Zoë\n', encoding))
    const { stdout } = await place.rollcall('check')
    assert.match(stdout, /Save the file as UTF-8, or as UTF-16 with a byte order mark/, encoding)
    assert.doesNotMatch(stdout, /encoding:|the source names/, encoding)
  }
})

void test('a guard that is called without its "max_" is recognised, and articles fit', async () => {
  const place = new Place({
    'rollcall.yaml': definition().replace(
      '    mapping',
      '    guard: { unusable: 5% }\n    mapping',
    ),
    'data/customers.csv': customers(1),
  })
  assert.match((await place.rollcall('check')).stdout, /Write "max_unusable"/)
  const noAudience = definition().replace(/audiences:[^]*?(?=destinations:)/, '')
  place.write('rollcall.yaml', noAudience)
  assert.match(
    (await place.rollcall('check')).stdout,
    /expected {2}an audience that the file declares/,
  )
})

void test('preview calls addresses at example.com placeholders', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(2) })
  const { stdout } = await place.rollcall('audience', 'preview', 'spenders')
  assert.match(stdout, /100% placeholders, such as test@… or …@example\.com/)
})

void test('init says that an id does not tell people apart, and is mapped all the same', async () => {
  const place = new Place({
    'people.csv': 'customer_id,email\n7,ann@example.com\n7,ben@example.com\n8,cleo@example.com\n',
  })
  const { stdout } = await place.rollcall('init', 'people.csv', '--yes')
  assert.match(stdout, /people are told apart by email/)
  assert.match(
    stdout,
    /! customer_id is missing in a row or stands in several.*EXTERN_ID is taken from it/,
  )
  const other = new Place({ 'people.csv': customers(3) })
  const { stdout: fine } = await other.rollcall('init', 'people.csv', '--yes')
  assert.doesNotMatch(fine, /stands in several/)
})

void test('what a broken file holds cannot colour or order the terminal', async () => {
  const place = new Place({
    'rollcall.yaml': WITH_LIST.replace('EMAIL: email', 'EMAIL: e_mail'),
    'data/customers.csv': customers(1).replace('revenue', 'revenue,\u001b[31mred\u0007'),
    'list.csv': 'na\u001b[31mme,\u0007\u007fcolumn\nasked,\n',
  })
  const { stdout } = await place.rollcall('check')
  assert.match(stdout, /na\\u001b\[31mme, \\u0007\\u007fcolumn/)
  assert.match(stdout, /\\u001b\[31mred/)
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  assert.doesNotMatch(stdout, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
})
