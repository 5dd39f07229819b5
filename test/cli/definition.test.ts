import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customers, definition, pick, pickAll, Place } from './rollcall.ts'

const TEN_MISTAKES = `version: 1
sources:
  shop: { type: file, path: ./data }
models:
  customers: { source: shopp, table: customers, key: customer_id }
audiences:
  spenders:
    nam: Big spenders
    model: customers
    where: { trait: revenue, gtt: 5 }
  others:
    model: custmers
destinations:
  meta: { type: meta, environment: production }
syncs:
  spenders_to_meta:
    audience: spendrs
    destination: meta
    mapping: { EMIAL: email }
    mode: miror
    every: soon
`

void test('ten mistakes are ten, each with its line and a remedy, and exit code 2', async () => {
  const place = new Place({ 'rollcall.yaml': TEN_MISTAKES, 'data/customers.csv': customers(3) })
  const { code, document } = await place.json('check')
  assert.equal(code, 2)
  const lines = pickAll(document, 'mistakes', 'line')
  assert.deepEqual(lines, [3, 5, 8, 10, 12, 14, 17, 19, 20, 21])
  assert.ok(pickAll(document, 'mistakes', 'remedy').every((remedy) => remedy !== ''))

  const told = await place.rollcall('check')
  for (const line of lines)
    assert.match(told.stdout, new RegExp(`rollcall.yaml:${String(line)}:\\d+ ✗`))
  assert.match(told.stdout, /│ {5}nam: Big spenders\n {4}│ {5}\^/)
  assert.match(told.stdout, /10 mistakes in rollcall.yaml; nothing was done/)

  const plan = await place.rollcall('plan')
  assert.equal(plan.code, 2)
  assert.equal(plan.stdout, '')
  assert.match(plan.stderr, /10 mistakes in rollcall.yaml/)
})

void test('check looks into the data: columns of conditions and mappings, and the key', async () => {
  const wrong = definition()
    .replace('trait: revenue', 'trait: revenu')
    .replace('EMAIL: email', 'EMAIL: mail')
    .replace('key: customer_id', 'key: customer')
  const place = new Place({ 'rollcall.yaml': wrong, 'data/customers.csv': customers(3) })
  const { code, document } = await place.json('check')
  assert.equal(code, 2)
  assert.deepEqual(pickAll(document, 'mistakes', 'path'), [
    'models.customers.key',
    'audiences.spenders.where.trait',
    'syncs.spenders_to_meta.mapping.EMAIL',
  ])
  assert.deepEqual(pickAll(document, 'mistakes', 'nearest'), ['customer_id', 'revenue', 'email'])
})

void test('a key that people share is told with counts and samples', async () => {
  const place = new Place({
    'rollcall.yaml': definition(),
    'data/customers.csv': `${customers(5)}c2,twice@example.com,,9\n,nobody@example.com,,9\n`,
  })
  const checked = await place.rollcall('check')
  assert.equal(checked.code, 2)
  assert.match(checked.stdout, /1 row has none; 1 key stands more than once, such as c2/)
  const sent = await place.rollcall('sync')
  assert.equal(sent.code, 2)
  assert.match(sent.stdout, /1 key stands more than once, such as c2 \[model\/key-not-unique\]/)
})

void test('a sound file is in order, with a sentence for each audience', async () => {
  const place = new Place({
    'rollcall.yaml': definition({ above: 7 }),
    'data/customers.csv': customers(3),
  })
  const { code, stdout } = await place.rollcall('check')
  assert.equal(code, 0)
  assert.match(stdout, /✓ spenders {2}revenue is more than 7 {2}→ spenders_to_meta/)
})

const SQL = (sql: string): string =>
  definition().replace(
    'customers: { source: shop, table: customers, key: customer_id }',
    `customers: { source: shop, key: customer_id, sql: "${sql}" }`,
  )

void test('what is to be corrected in the definition is exit code 2, and what is to be done about the data 3, for every command', async () => {
  const cases = [
    [SQL('selec customer_id from customers'), 2, null],
    [SQL('select *, nothing(1) from customers'), 2, 'source/sql'],
    [SQL('select customer, revenue from customers'), 2, 'source/sql'],
    [SQL('select * replace (cast(email as date) as email) from customers'), 2, 'source/cast'],
    [SQL('select * from customers union all select * from customers'), 2, 'model/key-not-unique'],
    [SQL('select * from clients'), 3, 'source/missing'],
    [definition({ source: '{ type: files, path: ./nowhere }' }), 3, 'source/missing'],
    [definition({ source: '{ type: duckdb, path: ./nowhere.duckdb }' }), 3, 'source/missing'],
    [definition({ source: '{ type: duckdb, path: ./rollcall.yaml }' }), 3, 'source/not-a-database'],
    [definition().replace('trait: revenue', 'trait: revenu'), 2, null],
    [definition().replace('EMAIL: email', 'EMAIL: mail'), 2, null],
  ] as const
  const place = new Place({ 'data/customers.csv': customers(3) })
  for (const [text, exit, name] of cases) {
    place.write('rollcall.yaml', text)
    const found = await place.json('check')
    assert.equal(found.code, exit, text)
    const plan = await place.json('plan')
    assert.equal(plan.code, exit, text)
    const sync = await place.json('sync')
    assert.equal(sync.code, exit, text)
    if (name === null) continue
    assert.deepEqual(pickAll(found.document, 'mistakes', 'code'), [name])
    assert.equal(pick(plan.document, ['plans', 0, 'error', 'code']), name)
    assert.equal(pick(sync.document, ['runs', 0, 'error', 'code']), name)
    const message = String(pick(plan.document, ['plans', 0, 'error', 'message']))
    assert.doesNotMatch(message, /person\d@/)
  }
})

void test('a token is never sent in the clear to another machine', async () => {
  const place = new Place({ 'data/customers.csv': customers(3) })
  for (const [apiUrl, exit] of [
    ['http://graph.example.com', 2],
    ['http://127.0.0.1.example.com', 2],
    ['ftp://127.0.0.1', 2],
    ['https://graph.example.com', 0],
    ['http://localhost:4010', 0],
    ['http://[::1]:4010', 0],
  ] as const) {
    place.write('rollcall.yaml', definition({ apiUrl }))
    const { code, document } = await place.json('check')
    assert.equal(code, exit, apiUrl)
    if (exit === 2)
      assert.deepEqual(pickAll(document, 'mistakes', 'path'), ['destinations.meta.api_url'])
  }
})

void test('a number that is none is told as it was written', async () => {
  const place = new Place({
    'rollcall.yaml': `${definition().replace('gt: 0', 'gt: .inf')}    holdout: .nan\n    reassert: -.inf\n`,
    'data/customers.csv': customers(3),
  })
  const { document } = await place.json('check')
  assert.deepEqual(pickAll(document, 'mistakes', 'message'), [
    'Cannot read .inf (no finite number) beside "gt"',
    'Cannot read .nan (no finite number) as "holdout"',
    'Cannot read -.inf (no finite number) as "reassert"',
  ])
})

void test('names cannot give orders to the terminal', async () => {
  const name = String.raw`"Big \e]0;owned\a\e[2J\x9b2Kspenders\n✓ done"`
  const place = new Place({
    'rollcall.yaml': definition().replace('Big spenders', name),
    'data/customers.csv': customers(3),
  })
  for (const words of [
    ['check'],
    ['audience', 'list'],
    ['audience', 'preview', 'spenders'],
    ['plan'],
    ['sync'],
    ['plan', '--json'],
  ]) {
    const { code, stdout, stderr } = await place.rollcall(...words)
    assert.equal(code, 0, stderr)
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    assert.doesNotMatch(stdout + stderr, /^✓ done/m)
  }
})

void test('check reads the do-not-send lists as a run does', async () => {
  const place = new Place({
    'rollcall.yaml': `${definition()}do_not_send: [ ./good.csv, ./list.csv ]\n`,
    'data/customers.csv': customers(3),
    'good.csv': 'Email,reason\n PERSON1@example.com ,asked\n\n',
  })
  for (const [list, exit, name] of [
    ['reason\nasked\n', 3, 'do-not-send/no-identifiers'],
    ['email\nnobody\n', 3, 'do-not-send/unusable-lines'],
    ['person2@example.com\n', 3, 'source/no-header'],
    ['customer_id\nc2\n', 0, null],
  ] as const) {
    place.write('list.csv', list)
    const { code, document } = await place.json('check')
    assert.equal(code, exit, list)
    const plan = await place.json('plan')
    assert.equal(plan.code, exit, list)
    if (name === null) continue
    assert.deepEqual(pickAll(document, 'mistakes', 'path'), ['do_not_send[1]'])
    assert.deepEqual(pickAll(document, 'mistakes', 'code'), [name])
    assert.equal(pick(plan.document, ['plans', 0, 'error', 'code']), name)
  }
  const held = await place.json('plan')
  assert.equal(pick(held.document, ['plans', 0, 'work', 'people', 'usable']), 2)
  assert.equal(pick(held.document, ['plans', 0, 'work', 'suppressed']), 2)
})
