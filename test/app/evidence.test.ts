// What an explanation tells of why each condition holds.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Evidence, EventsShown } from '../../src/app/evidence.ts'
import { explain, type Explanation } from '../../src/app/explain.ts'
import { explanationText } from '../../src/cli/text/explanation-text.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

const DAY = 86_400_000
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString()

const event = (id: string, name: string, days: number, properties: object): string =>
  `c1,${id},${name},${ago(days)},"${JSON.stringify(properties).replaceAll('"', '""')}"`

const DATA = {
  'data/customers.csv':
    'id,email,revenue\nc1,a@example.com,20\nc2,b@example.com,30\nc3,,10\nc4,,\n',
  'data/bills.csv': 'payer,nr,status,email\nc1,1,open,a@example.com\nc1,2,paid,\nc2,3,paid,\n',
  'data/events.csv': `who,id,event,at,props
${[
  event('m1', 'Order', 40, { revenue: 300, email: 'a@example.com' }),
  event('m2', 'Order', 9, { revenue: 200 }),
  event('m3', 'Order', 8, { revenue: 5 }),
  event('m4', 'Order', 7, { revenue: 280, email: 'a@example.com' }),
  event('m5', 'View', 3, { sku: 's1' }),
  event('m6', 'Buy', 2, { sku: 's2' }),
  event('m7', 'Complain', 1, {}),
].join('\n')}
`,
}

const definition = (where: string): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  people:
    source: shop
    table: customers
    key: id
    relations: { bills: { table: bills, key: payer } }
    events: [{ table: events, person: who, name: event, time: at, id: id, properties: props }]
audiences:
  some: { model: people, where: ${where} }
  active: { name: Active people, model: people, where: { did: Order, within: 30d } }
`

async function explained(
  context: TestContext,
  where: string,
  key = 'c1',
  reveal = false,
): Promise<Explanation> {
  const folder = temporaryFolder(context)
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition(where) })
  const workspace = await openHouse(context, folder)
  return explain(workspace, 'some', key, { sync: null, reveal, now: NOW })
}

function partsOf(evidence: Evidence | null | undefined): readonly EventsShown[] {
  assert.ok(evidence?.kind === 'events')
  return evidence.parts
}

const told = ({ events }: EventsShown): string[] =>
  events.map(({ id, nearness }) => `${id} ${nearness}`)

const SUM =
  '{ did: Order, within: 30d, sum: { property: revenue, gte: 500 }, where: { any: [ { property: revenue, gte: 100 }, { property: email, exists: true } ] } }'

test('a condition over events tells its value, what is wanted, and the events', async (context) => {
  const found = await explained(context, SUM)
  const [part] = partsOf(found.conditions[0]?.evidence)
  assert.ok(part)
  assert.equal(found.conditions[0]?.holds, false)
  assert.deepEqual(part.measured, { value: '480', unit: null, wanted: 'is at least 500' })
  assert.deepEqual(part.counts, { counts: 2, elsewhere: 1, unlike: 1 })
  assert.deepEqual(told(part), ['m2 counts', 'm4 counts', 'm1 elsewhere', 'm3 unlike'])
  assert.deepEqual(part.events[1]?.values, { revenue: '280', email: 'a***@e***.com' })
  assert.match(explanationText(found), /480, wanted at least 500; of 2 events\n/)
  assert.ok(!JSON.stringify(found).includes('a@example.com'))
  const shown = await explained(context, SUM, 'c1', true)
  assert.equal(
    partsOf(shown.conditions[0]?.evidence)[0]?.events[1]?.values['email'],
    'a@example.com',
  )
})

test('a few of many events are told, the latest, and how many there are', async (context) => {
  const folder = temporaryFolder(context)
  const many = Array.from({ length: 40 }, (_, index) => event(`n${index}`, 'Order', index + 1, {}))
  writeFiles(folder, {
    ...DATA,
    'data/events.csv': `who,id,event,at,props\n${many.join('\n')}\n`,
    'rollcall.yaml': definition('{ did: Order, within: 20d }'),
  })
  const workspace = await openHouse(context, folder)
  const found = await explain(workspace, 'some', 'c1', { sync: null, reveal: false, now: NOW })
  const [part] = partsOf(found.conditions[0]?.evidence)
  assert.ok(part)
  assert.equal(part.counts.counts, 19)
  assert.deepEqual(
    part.events.filter(({ nearness }) => nearness === 'counts').map(({ id }) => id),
    ['n4', 'n3', 'n2', 'n1', 'n0'],
  )
  assert.match(explanationText(found), /and 14 earlier/)
})

test('a sequence tells the event of each step, and where it ends', async (context) => {
  const found = await explained(
    context,
    '{ sequence: [{ did: Order }, { did: View }, { did: Buy, within: 5d }], started: { within: 30d } }',
  )
  const steps = partsOf(found.conditions[0]?.evidence)
  assert.equal(found.member, true)
  assert.deepEqual(
    steps.map(({ part, counts }) => [part, counts.counts]),
    [1, 2, 3].map((step) => [{ step, negated: false }, 1]),
  )
  assert.ok(
    steps.every((step) => told(step).filter((text) => text.endsWith(' counts')).length === 1),
  )

  const against = await explained(
    context,
    '{ sequence: [{ did: View }, { did: Buy }, { did_not: Complain }] }',
  )
  assert.equal(against.member, false)
  assert.deepEqual(
    partsOf(against.conditions[0]?.evidence).map((part) => told(part)[0]),
    ['m5 counts', 'm6 counts', 'm7 counts'],
  )
  assert.match(explanationText(against), /step 3: 1 event against it\n +· .+Complain/)

  const same = await explained(
    context,
    '{ sequence: [{ did: View }, { did: Buy, where: { property: sku, eq: { step: 1, property: sku } } }, { did: Complain }] }',
  )
  assert.equal(same.member, false)
  const [view, buy] = partsOf(same.conditions[0]?.evidence)
  assert.deepEqual(
    [view?.events[0]?.values, buy?.events[0]?.values],
    [{ sku: 's1' }, { sku: 's2' }],
  )
  const text = explanationText(same)
  assert.match(text, /step 2: not found\n/)
  assert.ok(!text.includes('step 3'), 'there is no place to look for it')
})

test('rows that belong to a person, and their place in a ranking', async (context) => {
  const rows = await explained(
    context,
    '{ related: bills, where: { all: [ { column: status, eq: open }, { column: email, exists: true } ] } }',
  )
  assert.deepEqual(rows.conditions[0]?.evidence, {
    kind: 'rows',
    rows: 2,
    counting: 1,
    shown: [
      { counts: true, values: { status: 'open', email: 'a***@e***.com' } },
      { counts: false, values: { status: 'paid', email: null } },
    ],
  })
  const ranked = await explained(context, '{ top: { trait: revenue, percent: 34 } }')
  assert.deepEqual(ranked.conditions[0]?.evidence, {
    kind: 'ranking',
    place: 2,
    value: 20,
    ranked: 3,
    least: 20,
    greatest: 30,
    parts: [],
  })
  const unranked = await explained(context, '{ top: { trait: revenue, count: 1 } }', 'c4')
  assert.match(explanationText(unranked), /not ranked; wanted: from 30 to 30/)
  const byEvents = await explained(
    context,
    '{ top: { did: Order, within: 30d, sum: { property: revenue }, count: 1 } }',
  )
  const evidence = byEvents.conditions[0]?.evidence
  assert.ok(evidence?.kind === 'ranking')
  assert.deepEqual([evidence.place, evidence.value, evidence.ranked], [1, 485, 1])
  assert.deepEqual(
    evidence.parts.map((part) => part.counts.counts),
    [3],
  )
})

test('conditions of an audience that is named have their events too, those over traits none', async (context) => {
  const found = await explained(
    context,
    '{ all: [ { member_of: active }, { trait: revenue, gt: 1 } ] }',
  )
  assert.deepEqual(
    found.conditions.map(({ audience, evidence }) => [
      audience,
      evidence === null ? null : partsOf(evidence).map(({ counts }) => counts.counts),
    ]),
    [
      ['some', null],
      ['some', null],
      ['some', null],
      ['active', [3]],
    ],
  )
})
