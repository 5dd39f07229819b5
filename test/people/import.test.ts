// Files become messages: what a column is, going on where it was, and never twice.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DEFAULT_RULES } from '../../src/core/identity/rules.ts'
import { fileStream, openFile } from '../../src/people/import/file-stream.ts'
import { mapColumns, type Wish } from '../../src/people/import/mapping.ts'
import { takeIn, type TakenIn } from '../../src/people/take-in.ts'
import { openTown, type Town } from './town.ts'

const NOW = Date.UTC(2026, 5, 1)

interface Imported {
  readonly batches: readonly TakenIn[]
  readonly faults: readonly string[]
}

/** @param stopAfter Ends after so many batches, as a process that dies. */
async function importInto(
  town: Town,
  path: string,
  wish: Partial<Wish>,
  { batch = 1000, stopAfter = Infinity } = {},
): Promise<Imported> {
  const file = await openFile(town.local, path)
  const mapped = mapColumns([...file.columns.keys()], {
    map: [],
    event: null,
    onlyMapped: false,
    ...wish,
  })
  if (mapped.kind === 'wrong') assert.fail(mapped.message)
  const faults: string[] = []
  const stream = await fileStream(town.local, file, {
    path,
    source: 'file',
    mapping: mapped.mapping,
    timeZone: 'Europe/Berlin',
    now: NOW,
    onFault: (fault, row) => faults.push(`${row} ${fault}`),
  })
  const batches: TakenIn[] = []
  for await (const taken of takeIn(town, DEFAULT_RULES, stream, batch)) {
    batches.push(taken)
    if (batches.length >= stopAfter) break
  }
  return { batches, faults }
}

test('rows of a CSV file are people, with their columns as traits', async (context) => {
  const town = await openTown(context)
  const path = join(town.path, 'people.csv')
  writeFileSync(path, 'customer,email,Plan,shop\n00042,Ada@Example.com,pro,7\n00043,,free,\n')
  await importInto(town, path, {
    map: ['user_id=customer', 'external.shop_id=shop', 'trait.email=email'],
  })
  assert.deepEqual(
    await town.ask(
      `select user_id[1] as id, email::varchar as email, trait_email, "Plan" as plan, shop_id::varchar as shop, epoch_ms(first_seen) = ${NOW} as now from profiles order by id`,
    ),
    [
      {
        id: '00042',
        email: '[ada@example.com]',
        trait_email: 'Ada@Example.com',
        plan: 'pro',
        shop: '[7]',
        now: true,
      },
      { id: '00043', email: null, trait_email: null, plan: 'free', shop: null, now: true },
    ],
  )
})

test('rows are events, their times in whatever form; what has none, or an impossible one, is told by its row', async (context) => {
  const town = await openTown(context)
  const path = join(town.path, 'orders.csv')
  const times = [
    '2026-01-31',
    '2026-01-31T10:00:00Z',
    '1769853600',
    '1769853600000',
    'soon',
    '',
    '2099-01-31',
  ]
  writeFileSync(
    path,
    `user_id,time,total\n${times.map((time, n) => `u,${time},${n}`).join('\n')}\n`,
  )
  const { faults } = await importInto(town, path, { event: 'Order Completed' })
  assert.deepEqual(faults, ['5 no-time', '6 no-time', '7 time-ahead'])
  assert.deepEqual(
    await town.ask(
      `select name, source, epoch_ms(time)::bigint as at, json_extract_string(properties, '$.total') as total from events order by total`,
    ),
    [Date.UTC(2026, 0, 30, 23), Date.UTC(2026, 0, 31, 10), 1769853600000, 1769853600000].map(
      (at, total) => ({
        name: 'Order Completed',
        source: 'file',
        at: BigInt(at),
        total: String(total),
      }),
    ),
  )
})

test('JSON lines keep their types and objects, Parquet its numbers', async (context) => {
  const town = await openTown(context)
  const lines = join(town.path, 'log.jsonl')
  writeFileSync(
    lines,
    [
      {
        userId: 'u',
        event: 'Viewed',
        timestamp: '2026-01-01T00:00:00Z',
        properties: { price: 1.5, tags: ['a'] },
        context: { device: { type: 'ios', id: 'd1' } },
      },
      {
        userId: 'v',
        event: 'Viewed',
        timestamp: '2026-01-01T00:00:01Z',
        properties: { price: 2 },
        context: { device: { type: 'ios', id: 'd2' } },
      },
    ]
      .map((row) => JSON.stringify(row))
      .join('\n'),
  )
  await importInto(town, lines, {})
  const parquet = join(town.path, 'people.parquet')
  await town.local.scratch.run(
    `copy (select 9007199254740993 as user_id, 3.5::decimal(5,2) as score, ['x', null] as tags, 'nan'::double as odd, null::varchar as gone) to '${parquet}' (format parquet)`,
  )
  await importInto(town, parquet, {})
  assert.deepEqual(
    await town.ask(
      `select name, json_extract(properties, '$.price')::double as price, json_extract_string(context, '$.device.id') as device from events order by price`,
    ),
    [
      { name: 'Viewed', price: 1.5, device: 'd1' },
      { name: 'Viewed', price: 2, device: 'd2' },
    ],
  )
  assert.deepEqual(
    await town.ask(
      `select user_id[1] as id, score, "ios.id"[1] as device from profiles order by id`,
    ),
    [
      { id: '9007199254740993', score: 3.5, device: null },
      { id: 'u', score: null, device: 'd1' },
      { id: 'v', score: null, device: 'd2' },
    ],
  )
})

test('rows with a group say who belongs to which account, and its traits', async (context) => {
  const town = await openTown(context)
  const path = join(town.path, 'works_at.csv')
  writeFileSync(
    path,
    'customer,company,industry,email\nu,acme,retail,office@example.com\nv,,steel,\n',
  )
  const wish = { map: ['user_id=customer', 'group_id=company'] }
  const { faults } = await importInto(town, path, wish)
  assert.deepEqual(faults, ['2 no-group'])
  assert.deepEqual(await town.ask('select * from accounts'), [
    { account: 'acme', industry: 'retail', email: 'office@example.com' },
  ])
  assert.deepEqual(
    await town.ask(
      'select user_id[1] as id, len(email) as emails, account from profiles join account_members using (person)',
    ),
    [{ id: 'u', emails: null, account: 'acme' }],
  )
})

test('a cell that is no object costs its row, which is told', async (context) => {
  const town = await openTown(context)
  const path = join(town.path, 'broken.csv')
  writeFileSync(path, 'user_id,traits\nu,"{""plan"":""pro""}"\nv,{plan}\nw,\n')
  const { faults } = await importInto(town, path, {})
  assert.deepEqual(faults, ['2 no-object'])
  assert.deepEqual(await town.ask('select user_id[1] as id, plan from profiles order by id'), [
    { id: 'u', plan: 'pro' },
    { id: 'w', plan: null },
  ])
})

test('an import that was ended goes on where it was, and a repeat changes nothing', async (context) => {
  const rows = 30_000
  const csv = `user_id,time,n\n${Array.from({ length: rows }, (_, n) => `u${n % 500},2026-01-01T00:00:00Z,${n}`).join('\n')}\n`
  const whole = await openTown(context)
  const parts = await openTown(context)
  for (const town of [whole, parts]) writeFileSync(join(town.path, 'events.csv'), csv)
  const wish = { event: 'E' }
  await importInto(whole, join(whole.path, 'events.csv'), wish)
  const path = join(parts.path, 'events.csv')
  for (let run = 0; run < 3; run += 1)
    await importInto(parts, path, wish, { batch: 4000, stopAfter: 2 })
  const rest = await importInto(parts, path, wish)
  assert.ok(rest.batches.length > 0)
  assert.deepEqual((await importInto(parts, path, wish)).batches, [])
  const all = (town: Town): Promise<unknown> =>
    town.ask(
      `select person::varchar as person, id, json_extract_string(properties, '$.n')::integer as n from events order by n`,
    )
  assert.deepEqual(await all(parts), await all(whole))
  assert.deepEqual(
    await parts.ask(
      `select count(*)::integer as events, count(distinct json_extract_string(properties, '$.n'))::integer as rows from events`,
    ),
    [{ events: rows, rows }],
  )
})

test('what cannot be meant is told with what could', () => {
  const columns = ['Customer', 'email', 'when']
  const told = (wish: Partial<Wish>): string => {
    const mapped = mapColumns(columns, { map: [], event: null, onlyMapped: false, ...wish })
    return mapped.kind === 'wrong' ? mapped.message : JSON.stringify(mapped.mapping)
  }
  assert.match(told({ map: ['user_id=custmer'] }), /no column "custmer"/)
  assert.match(told({ map: ['user=Customer'] }), /cannot be "user"/)
  assert.match(told({ map: ['user_id=Customer', 'user_id=email'] }), /cannot be "user_id"/)
  assert.match(told({ map: ['external.a b=Customer'] }), /cannot be "external.a b"/)
  assert.match(told({ map: ['Customer'] }), /target=column/)
  assert.match(told({ map: ['user_id=customer'], event: 'E' }), /when the events happened/)
  assert.match(
    told({ map: ['user_id=customer', 'time=when'], event: 'E', onlyMapped: true }),
    /"property":\{\}/,
  )
  assert.match(told({ event: 'E', map: ['time=when'] }), /who a row is about/)
  assert.match(told({ map: ['group_id=Customer', 'trait.email=email'] }), /who a row is about/)
  assert.match(
    told({ map: ['user_id=Customer', 'time=when', 'group_id=email'], event: 'E' }),
    /either an event or says that somebody belongs/,
  )
})
