import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Definition } from './definition.ts'
import { exportDefinition } from './export.ts'
import { loadDefinition, type Mistake } from './load.ts'

const FILES: Readonly<Record<string, string>> = {
  'vip.csv': 'name,customer_id\nAda,c1\n"Bob ""B""",c2\n',
  'suppressed.csv': 'email\n',
}

const world = (env: Readonly<Record<string, string>> = {}) => ({
  env,
  readFile: (path: string) => FILES[path],
})

function valid(
  text: string,
  env?: Readonly<Record<string, string>>,
): { definition: Definition; warnings: string[] } {
  const loaded = loadDefinition(text, world(env))
  if (loaded.kind === 'invalid') assert.fail(JSON.stringify(loaded.mistakes, null, 1))
  return {
    definition: loaded.definition,
    warnings: loaded.warnings.map(({ path, message }) => `${path}: ${message}`),
  }
}

function invalid(text: string, env?: Readonly<Record<string, string>>): readonly Mistake[] {
  const loaded = loadDefinition(text, world(env))
  assert.equal(loaded.kind, 'invalid')
  return loaded.kind === 'invalid' ? loaded.mistakes : []
}

const told = (text: string): string[] => invalid(text).map(({ line, path }) => `${line} ${path}`)

const BASE = `version: 1
defaults: { time_zone: Europe/Berlin, every: 2h, phone_country: de }
sources:
  shop: { type: files, path: ./data }
  db: { type: duckdb, path: shop.duckdb }
models:
  customers: { source: shop, sql: select * from customers, key: customer_id }
  orders: { source: db, table: main.orders, key: id }
audiences:
  recent: { model: customers, where: { trait: bought, within_last: 30d } }
  vip: { model: customers, where: { list: vip.csv } }
  big:
    name: Big spenders
    model: customers
    where: { all: [ { trait: revenue, gte: 500 }, { has: email }, { has: EMAIL }, { has: other } ] }
    exclude: [recent, vip]
  own: { source: shop, sql: select * from x, key: id }
destinations:
  meta: { type: meta, environment: live, ad_account: act_12, access_token: { env: TOKEN } }
  play: { type: meta }
syncs:
  big_to_meta:
    audience: big
    destination: meta
    mapping: { EXTERN_ID: customer_id, EMAIL: [email, work_email], PHONE: phone }
    value: revenue
    holdout: 10%
    guard: { max_removed: 40%, max_added: off, empty: off }
    reassert: 0
  big_to_play:
    audience: big
    destination: play
    mapping: { EMAIL: email }
    every: 5m
    paused: true
    moved_from: old_key
    custom_audience: "2384"
do_not_send: [suppressed.csv]
tracking: { sources: { web: { write_key: { env: WEB_WRITE_KEY } } } }
`

test('a definition has its defaults filled in and its references resolved', () => {
  const { definition } = valid(BASE, { TOKEN: 'x' })
  assert.deepEqual(definition.defaults, {
    timeZone: 'Europe/Berlin',
    everyMs: 7_200_000,
    phoneCountry: 'DE',
  })
  const { big, own, vip } = definition.audiences
  assert.deepEqual(
    big?.exclude.map(({ key }) => key),
    ['recent', 'vip'],
  )
  assert.deepEqual(big?.identifiers, {
    email: ['email', 'work_email'],
    EMAIL: ['email', 'work_email'],
    other: ['other'],
  })
  assert.deepEqual(vip?.lists, { 'vip.csv': ['c1', 'c2'] })
  assert.deepEqual(own?.where, { kind: 'everyone' })
  assert.deepEqual(own?.model, {
    name: 'audiences.own',
    source: 'shop',
    relation: { kind: 'select', sql: 'select * from x' },
    key: 'id',
    events: [],
  })
  const sync = definition.syncs['big_to_meta']
  assert.deepEqual(sync?.mapping.LOOKALIKE_VALUE, ['revenue'])
  assert.deepEqual(sync?.holdout, { fraction: 0.1, salt: 'holdout' })
  assert.deepEqual(sync?.guards.removed, { share: 0.4, atLeast: 100 })
  assert.equal(sync?.guards.added, 'off')
  assert.equal(sync?.guards.empty, 'off')
  assert.equal(sync?.reassertMs, 0)
  assert.equal(sync?.everyMs, 7_200_000)
  assert.equal(definition.syncs['big_to_play']?.reassertMs, 30 * 86_400_000)
  assert.equal(definition.destinations['play']?.environment, 'sandbox')
  assert.equal(definition.retention.plansMs, 90 * 86_400_000)
  assert.deepEqual(definition.trackingSources, {
    web: { key: 'web', writeKey: { kind: 'env', env: 'WEB_WRITE_KEY' } },
  })
})

const EVENTS = `version: 1
sources:
  shop: { type: files, path: ./data }
models:
  customers:
    source: shop
    table: customers
    key: customer_id
    events:
      - { table: events, person: user_id, name: event, time: at, id: message_id, properties: props, context: ctx, source_column: via }
      - { sql: select * from orders, person: customer_id, every_row: Order Completed, time: created_at }
audiences:
  buyers: { model: customers, where: { did: Order Completed, within: 30d } }
`

test('a model says where its events are, as a list of tables', () => {
  const { definition } = valid(EVENTS)
  assert.deepEqual(definition.models['customers']?.events, [
    {
      relation: { kind: 'table', table: 'events' },
      person: 'user_id',
      name: { kind: 'column', column: 'event' },
      time: 'at',
      id: 'message_id',
      properties: 'props',
      context: 'ctx',
      origin: 'via',
    },
    {
      relation: { kind: 'select', sql: 'select * from orders' },
      person: 'customer_id',
      name: { kind: 'constant', name: 'Order Completed' },
      time: 'created_at',
      id: null,
      properties: null,
      context: null,
      origin: null,
    },
  ])
  assert.deepEqual(valid(exportDefinition(definition)).definition, definition)
})

test('a time without zone is warned of where it bounds events, too', () => {
  const where =
    '{ did: A, since: 2026-01-01T10:00:00, where: { property: at, before: 2026-02-01T10:00:00 } }'
  const { warnings } = valid(EVENTS.replace('{ did: Order Completed, within: 30d }', where))
  assert.deepEqual(
    warnings.map((text) => text.slice(0, 57)),
    [
      'audiences.buyers.where: The time 2026-02-01T10:00:00 has ',
      'audiences.buyers.where: The time 2026-01-01T10:00:00 has ',
    ],
  )
})

test('what a model says of its events is checked, each mistake at its place', () => {
  const text = `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  customers:
    source: shop
    table: customers
    key: id
    events:
      - { table: events, preson: user_id, name: event, time: at }
      - { person: user_id, name: event, every_row: X, time: at }
      - { table: a, sql: select 1, person: p, time: 7 }
  bare: { source: shop, table: customers, key: id }
audiences:
  one: { model: bare, where: { all: [ { trait: x, gte: y }, { not: { did: Login } } ] } }
  two: { source: shop, sql: select * from x, key: id, where: { did_not: Login } }
  three: { model: bare, where: { trait: did, eq: did } }
  four: { where: { did: Login } }
`
  assert.deepEqual(
    invalid(text).map(({ line, path, message }) => `${line} ${path}: ${message}`),
    [
      '9 models.customers.events[0].preson: Unknown word "preson"',
      '10 models.customers.events[1]: This list of events has neither a table nor a select',
      '10 models.customers.events[1]: These events have a column with their names and one name for every row',
      '11 models.customers.events[2]: This list of events has a table and a select',
      '11 models.customers.events[2]: Nothing says what these events are called',
      '11 models.customers.events[2].time: Cannot read 7 as "time"',
      '14 audiences.one.where.all[0].gte: Cannot read "y" beside "gte"',
      '14 audiences.one.where.all[1].not.did: The model "bare" has no events',
      '15 audiences.two.where.did_not: The audience "two" has a select of its own, and that has no events',
      '17 audiences.four: The audience "four" has neither a model nor a select',
    ],
  )
})

test('a definition that was exported is loaded as the same definition', () => {
  const { definition } = valid(BASE, { TOKEN: 'x' })
  const exported = exportDefinition(definition)
  assert.deepEqual(valid(exported, { TOKEN: 'x' }).definition, definition)
  assert.equal(exportDefinition(valid(exported, { TOKEN: 'x' }).definition), exported)
})

test('a file with ten mistakes reports ten, each with its line, the nearest word and a remedy', () => {
  const text = `version: 1
defaults: { time_zone: Europe/Berlim, evry: 1h }
sources:
  shop: { type: files, path: ./data }
models:
  customers: { source: shopp, sql: select * from customers, key: customer_id }
audiences:
  big:
    model: customers
    where: { all: [ { trait: revenue, gte: lots }, { did: Order } ] }
destinations:
  meta: { type: meta, environment: live, ad_account: 123, access_token: EAABsecret }
syncs:
  to_meta:
    audience: bigg
    destination: meta
    mapping: { EMIAL: email }
    custom_audience: my list
`
  const mistakes = invalid(text)
  assert.deepEqual(
    mistakes.map(({ line, path, nearest }) => [line, path, nearest]),
    [
      [2, 'defaults.time_zone', undefined],
      [2, 'defaults.evry', 'every'],
      [6, 'models.customers.source', 'shop'],
      [10, 'audiences.big.where.all[0].gte', undefined],
      [10, 'audiences.big.where.all[1].did', undefined],
      [12, 'destinations.meta.ad_account', undefined],
      [12, 'destinations.meta.access_token', undefined],
      [15, 'syncs.to_meta.audience', 'big'],
      [17, 'syncs.to_meta.mapping.EMIAL', 'EMAIL'],
      [18, 'syncs.to_meta.custom_audience', undefined],
    ],
  )
  for (const { message, expected, remedy } of mistakes) assert.ok(message && expected && remedy)
  assert.ok(!JSON.stringify(mistakes).includes('EAABsecret'))
})

test('each kind of mistake is found at its line', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['an unknown section', 'do_not_send', 'do_not_sent', '38 do_not_sent'],
    ['a file that is not there', '[suppressed.csv]', '[gone.csv]', '38 do_not_send[0]'],
    ['a list that is not there', 'list: vip.csv', 'list: gone.csv', '11 audiences.vip.where.list'],
    [
      'a circle',
      '{ model: customers, where: { list: vip.csv } }',
      '{ model: customers, exclude: [big] }',
      '11 audiences.vip.exclude[0]',
    ],
    [
      'a circle by way of an exclusion',
      '{ model: customers, where: { list: vip.csv } }',
      '{ model: customers, where: { not: { any: [ { member_of: big } ] } } }',
      '11 audiences.vip.where.not.any[0].member_of',
    ],
    [
      'an audience that is in itself',
      '{ model: customers, where: { list: vip.csv } }',
      '{ model: customers, where: { member_of: vip } }',
      '11 audiences.vip.where.member_of',
    ],
    [
      'an audience that is not there',
      '{ trait: revenue, gte: 500 }',
      '{ member_of: vipp }',
      '15 audiences.big.where.all[0].member_of',
    ],
    [
      'members over another source',
      '{ model: customers, where: { list: vip.csv } }',
      '{ model: customers, where: { member_of: far } }\n  far: { model: orders }',
      '11 audiences.vip.where.member_of',
    ],
    [
      'another source',
      'exclude: [recent, vip]',
      'exclude: [recent, far]\n  far: { model: orders }',
      '16 audiences.big.exclude[1]',
    ],
    ['a table and a select', 'table: main.orders', 'table: a, sql: select 1', '8 models.orders'],
    ['neither of them', 'table: main.orders,', '', '8 models.orders'],
    [
      'SQL that changes something',
      'select * from customers',
      'drop table customers',
      '7 models.customers.sql',
    ],
    ['a select without a key', 'select * from x, key: id', 'select * from x', '17 audiences.own'],
    ['a key where it does not belong', 'name: Big spenders', 'key: x', '13 audiences.big.key'],
    ['no strong key', '{ EMAIL: email }', '{ FN: name }', '33 syncs.big_to_play.mapping'],
    [
      'a value mapped twice',
      'PHONE: phone }',
      'PHONE: phone, LOOKALIKE_VALUE: x }',
      '25 syncs.big_to_meta.mapping.LOOKALIKE_VALUE',
    ],
    [
      'a key that is still there',
      'moved_from: old_key',
      'moved_from: big_to_meta',
      '36 syncs.big_to_play.moved_from',
    ],
    ['an id that is a number', '"2384"', '2384', '37 syncs.big_to_play.custom_audience'],
    ['a live destination without account', 'ad_account: act_12, ', '', '19 destinations.meta'],
    [
      'a bad guard',
      'max_removed: 40%',
      'max_removed: many',
      '28 syncs.big_to_meta.guard.max_removed',
    ],
    [
      'a key that is no key',
      '  play: { type: meta }',
      '  "1 x": { type: meta }\n  play: { type: meta }',
      '20 destinations.1 x',
    ],
    [
      'a write key in the file',
      'write_key: { env: WEB_WRITE_KEY }',
      'write_key: abcdef',
      '39 tracking.sources.web.write_key',
    ],
    [
      'an unknown setting of a tracking source',
      'write_key: { env: WEB_WRITE_KEY }',
      'write_key: { env: WEB_WRITE_KEY }, name: Web',
      '39 tracking.sources.web.name',
    ],
    [
      'a tracking source without its key',
      '{ write_key:',
      '{ writekey:',
      '39 tracking.sources.web.writekey',
    ],
    ['a bad name of a tracking source', '{ web:', '{ "my web":', '39 tracking.sources.my web'],
    ['a section that is a list', 'do_not_send: [suppressed.csv]', 'retention: [1]', '38 retention'],
  ]
  for (const [name, part, instead, expected] of cases) {
    assert.ok(BASE.includes(part), part)
    const mistakes = invalid(
      BASE.replace(part, () => instead),
      { TOKEN: 'x' },
    )
    assert.deepEqual(
      mistakes.map(({ line, path }) => `${line} ${path}`),
      [expected],
      name,
    )
  }
})

test('a misspelt key is one mistake, not also a missing one', () => {
  for (const [part, instead] of [
    ['source: shop, sql: select * from customers', 'sorce: shop, sql: select * from customers'],
    ['table: main.orders', 'tabel: main.orders'],
    ['vip: { model:', 'vip: { modle:'],
    ['ad_account: act_12', 'ad_acount: act_12'],
    ['mapping: { EMAIL: email }', 'mapping: { EMIAL: email }'],
  ] as const) {
    assert.ok(BASE.includes(part), part)
    const mistakes = invalid(BASE.replace(part, instead), { TOKEN: 'x' })
    assert.equal(mistakes.length, 1, instead)
    assert.ok(mistakes[0]?.nearest)
  }
})

test('two syncs cannot have one Custom Audience', () => {
  const text = BASE.replace('reassert: 0', 'custom_audience: "2384"').replace(
    'destination: play',
    'destination: meta',
  )
  assert.deepEqual(
    invalid(text, { TOKEN: 'x' }).map(({ path }) => path),
    ['syncs.big_to_play.custom_audience'],
  )
})

test('a live secret must be there; the sandbox does without', () => {
  assert.deepEqual(told(BASE), ['19 destinations.meta.access_token'])
  assert.match(invalid(BASE)[0]?.message ?? '', /TOKEN is not set/)
  const { warnings } = valid(BASE.replace('environment: live', 'environment: sandbox'))
  assert.deepEqual(warnings, [
    'destinations.meta.access_token: The environment variable TOKEN is not set; the sandbox uses its own',
  ])
})

test('a repeated key is told beside the other mistakes', () => {
  const text = BASE.replace('  play:', '  meta: { type: mata }\n  play:')
  const lines = invalid(text, { TOKEN: 'x' }).map(({ line, nearest }) => [line, nearest])
  assert.deepEqual(lines, [
    [20, undefined],
    [20, 'meta'],
  ])
})

test('text that is no YAML, or no mapping, is one clear mistake', () => {
  for (const text of ['', '[1]', 'just words', 'null']) assert.equal(invalid(text).length, 1, text)
  const [mistake] = invalid('version: 1\naudiences: { a: [ }\n')
  assert.equal(mistake?.line, 2)
  assert.equal(invalid('a: &a [*b]').length, 1)
})

test('words of YAML 1.1 are text, and a byte order mark is passed over', () => {
  const text = BASE.replace(
    '{ trait: bought, within_last: 30d }',
    '{ trait: country, in: [no, on, 2026-01-01] }',
  )
  const { definition } = valid(`\uFEFF${text}`, { TOKEN: 'x' })
  const where = definition.audiences['recent']?.where
  assert.deepEqual(where?.kind === 'trait' && where.operand, {
    kind: 'many',
    values: ['no', 'on', '2026-01-01'],
  })
})

test('warnings: a time without zone, a name about health or money, phones without a country', () => {
  const text = BASE.replace(', phone_country: de', '')
    .replace('within_last: 30d', 'after: 2026-01-01T10:00')
    .replace('Big spenders', 'High income')
  const { warnings } = valid(text, { TOKEN: 'x' })
  assert.deepEqual(
    warnings.map((warning) => warning.split(':')[0]),
    ['audiences.recent.where.after', 'audiences.big.name', 'syncs.big_to_meta.mapping.PHONE'],
  )
})

test('loadDefinition() never throws, whatever stands in the file', () => {
  const lines = BASE.split('\n')
  fc.assert(
    fc.property(
      fc.array(fc.nat(lines.length - 1), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(
        '',
        '  - 7',
        '  ? [a, b]',
        '  <<: *x',
        '  __proto__: { x: 1 }',
        '  constructor: { model: toString }',
        ': :',
        '  big: null',
        '  !!binary x: y',
      ),
      (places, instead) => {
        const changed = lines
          .map((line, index) => (places.includes(index) ? instead : line))
          .join('\n')
        const loaded = loadDefinition(changed, world({ TOKEN: 'x' }))
        if (loaded.kind === 'invalid') {
          for (const { line, column } of loaded.mistakes) assert.ok(line >= 1 && column >= 1)
        }
      },
    ),
    { numRuns: 300, seed: 1 },
  )
})

test('a circle of audiences is told with its whole way, an unknown one with the nearest', () => {
  const circle = BASE.replace('{ list: vip.csv }', '{ not: { member_of: big } }')
  const [found] = invalid(circle)
  assert.match(found?.message ?? '', /vip → big → vip$/)
  const [unknown] = invalid(BASE.replace('{ trait: revenue, gte: 500 }', '{ member_of: vipp }'))
  assert.equal(unknown?.remedy, 'Write "vip"')
})

const RELATED = `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  customers:
    source: shop
    table: customers
    key: id
    consent: { advertising: opted_in }
    relations:
      orders:
        table: orders
        key: customer
        relations:
          items: { sql: select * from items, key: order_id, own: nr }
audiences:
  one: { model: customers, where: { related: orders, where: { related: items, count: { gte: 2 } } } }
`

test('relations of a model are resolved, to any depth, and exported as they were', () => {
  const { definition } = valid(RELATED)
  assert.deepEqual(definition.models['customers']?.relations, {
    orders: {
      relation: { kind: 'table', table: 'orders' },
      key: 'customer',
      own: 'id',
      relations: {
        items: {
          relation: { kind: 'select', sql: 'select * from items' },
          key: 'order_id',
          own: 'nr',
          relations: {},
        },
      },
    },
  })
  assert.deepEqual(valid(exportDefinition(definition)).definition, definition)
})

test('a relation that is not declared where it is named is a mistake with the nearest', () => {
  const tell = (text: string): readonly string[] =>
    invalid(text).map(({ path, message, remedy }) => `${path}: ${message} ${remedy}`)
  assert.deepEqual(tell(RELATED.replace('related: orders', 'related: ordres')), [
    'audiences.one.where.related: There is no relation "ordres" here Write "orders"',
  ])
  assert.deepEqual(tell(RELATED.replace('related: items', 'related: orders')), [
    'audiences.one.where.where.related: There is no relation "orders" here Declare it at the model: relations: { orders: { table, key } }',
  ])
  assert.deepEqual(tell(RELATED.replace('sql: select * from items, ', '')), [
    'models.customers.relations.orders.relations.items: The relation "items" has neither a table nor a select Add "table: …" or "sql: select …"',
  ])
})

test('consent is asked for where the model declares it', () => {
  const asking = (purpose: string): string =>
    `${RELATED}  two: { model: customers, where: { consent: ${purpose} } }\n`
  assert.deepEqual(valid(asking('advertising')).definition.models['customers']?.consent, {
    advertising: 'opted_in',
  })
  assert.deepEqual(
    invalid(asking('advertisng')).map(({ path, remedy }) => `${path}: ${remedy}`),
    ['audiences.two.where.consent: Write "advertising"'],
  )
})

test('accounts of a model are resolved, by column and by rows, and exported as they were', () => {
  const text = (accounts: string): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  customers: { source: shop, table: customers, key: id, accounts: ${accounts} }
audiences:
  one: { model: customers, where: { account: { trait: industry, eq: retail }, users: all } }
`
  const relation = { kind: 'table', table: 'firms' } as const
  const cases: readonly (readonly [string, object])[] = [
    ['{ table: firms, key: nr, own: firm }', { kind: 'column', column: 'firm' }],
    [
      '{ table: firms, key: nr, members: { sql: select 1, person: who, account: of } }',
      {
        kind: 'rows',
        rows: { relation: { kind: 'select', sql: 'select 1' }, person: 'who', account: 'of' },
      },
    ],
  ]
  for (const [accounts, members] of cases) {
    const { definition } = valid(text(accounts))
    assert.deepEqual(definition.models['customers']?.accounts, { relation, key: 'nr', members })
    assert.deepEqual(valid(exportDefinition(definition)).definition, definition)
  }
})
