// Conditions over other sets of people: the compiled SQL and the evaluator in memory must find the same members.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type {
  Accounts,
  RelatedRows,
  ResolvedAudience,
  ResolvedModel,
} from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { computedColumns } from '../../src/core/audience/computed/used-computed.ts'
import { compileAudiences } from '../../src/sql/audience.ts'
import { branchCountsQuery } from '../../src/sql/branch-counts.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { addPeople, openPeople, run } from './duckdb-people.ts'
import { computedTraits, withComputed } from './computed-trees.ts'
import { meets, type AccountWorld, type Person, type Setting } from './evaluator.ts'
import { addEvents, eventWorld, type EventWorld } from './happenings.ts'
import { KINDS, NOW, people } from './people.ts'
import { AUDIENCE_NAMES, CONSENT, setTree, type AudienceName } from './set-trees.ts'
import { LISTS, meaningOfSql } from './trees.ts'

const SEED = Number(process.env['SEED'] ?? 20_260_703)
const TREES = Number(process.env['TREES'] ?? 600)
const TREES_PER_STATEMENT = 20
const TREES_PER_WORLD = 100
const PEOPLE = 24
const TIME_ZONE = 'Europe/Berlin'

interface Crowds {
  readonly here: readonly Person[]
  readonly others: readonly Person[]
  readonly world: EventWorld
  readonly bought: readonly Person[]
  readonly items: readonly Person[]
  readonly firms: readonly Person[]
  /** Each says by its note who belongs to the account of its id. */
  readonly members: readonly Person[]
}

/** Rows that belong to somebody, to nobody that is known, or to nobody: their note says whose they are. */
const belongings = (count: number, own: string, whose: string, owners: number) =>
  fc
    .tuple(
      people(count),
      fc.array(fc.option(fc.nat(owners + 2)), { minLength: count, maxLength: count }),
    )
    .map(([rows, owner]) =>
      rows.map((row, index) => {
        const of = owner[index] ?? null
        return { ...row, id: `${own}${index}`, note: of === null ? null : `${whose}${of}` }
      }),
    )

/** What belongs to whom, as a model declares it. */
const RELATIONS: Readonly<Record<string, RelatedRows>> = {
  bought: {
    relation: { kind: 'table', table: 'bought' },
    key: 'note',
    own: 'id',
    relations: {
      items: {
        relation: { kind: 'select', sql: 'select * from items -- all' },
        key: 'note',
        own: 'id',
        relations: {},
      },
    },
  },
  alike: { relation: { kind: 'table', table: 'bought' }, key: 'plan', own: 'plan', relations: {} },
}

/** Accounts of the one model, with members in a table, and of the other, whose people name one account each. */
const ACCOUNTS: Readonly<Record<'people' | 'others', Accounts>> = {
  people: {
    relation: { kind: 'table', table: 'firms' },
    key: 'id',
    members: {
      kind: 'rows',
      rows: { relation: { kind: 'table', table: 'members' }, person: 'note', account: 'id' },
    },
  },
  others: {
    relation: {
      kind: 'select',
      sql: 'select * from firms qualify row_number() over (partition by plan order by id) = 1',
    },
    key: 'plan',
    members: { kind: 'column', column: 'plan' },
  },
}

function accountsOf({ firms, members, others }: Crowds): Record<'people' | 'others', AccountWorld> {
  const first = firms.filter(
    ({ plan }, index) => firms.findIndex((firm) => firm['plan'] === plan) === index,
  )
  return {
    people: {
      rows: firms,
      key: 'id',
      members: members.map(({ id, note }) => [note ?? null, id ?? null]),
    },
    others: {
      rows: first,
      key: 'plan',
      members: others.map(({ id, plan }) => [id ?? null, plan ?? null]),
    },
  }
}

/** The people of the other model: some of them are ours, told by another column. */
const strangers = people(PEOPLE).map((crowd) =>
  crowd.map((person, index) => ({ ...person, id: `k${index + PEOPLE / 2}` })),
)

const crowds: fc.Arbitrary<Crowds> = fc.record({
  here: people(PEOPLE),
  others: strangers,
  world: eventWorld(PEOPLE, 'both', 'TIMESTAMP'),
  bought: belongings(50, 'b', 'k', PEOPLE),
  items: belongings(70, 'i', 'b', 50),
  firms: people(7).map((rows) => rows.map((row, index) => ({ ...row, id: `f${index}` }))),
  // One account more than there are, and some memberships twice.
  members: belongings(40, 'm', 'k', PEOPLE).map((rows) =>
    rows
      .map((row, index) => ({ ...row, id: index % 9 === 8 ? null : `f${index % 8}` }))
      .flatMap((row, index) => (index % 3 === 0 ? [row, row] : [row])),
  ),
})

const DESCRIBED = new Map(
  ['people', 'others'].flatMap((model) =>
    ['.bought', '.bought.items', '.alike', ' (accounts)', ' (members)'].map(
      (way) => [`${model}${way}`, KINDS] as const,
    ),
  ),
)

const isOver = (name: AudienceName, model: 'people' | 'others'): boolean =>
  name.startsWith('o') === (model === 'others')

type Trees = Readonly<Record<AudienceName, Condition>>

/** Each audience's own tree; those before it may be named, and the one before is excluded. */
const trees: fc.Arbitrary<Trees> = fc.record(
  Object.fromEntries(
    AUDIENCE_NAMES.map((name, index) => [
      name,
      setTree(AUDIENCE_NAMES.slice(0, index), isOver(name, 'people')),
    ]),
  ),
) as fc.Arbitrary<Trees>

/** Those over the people who do something name computed traits too. */
const nameComputed = (named: Trees): Trees =>
  Object.fromEntries(
    AUDIENCE_NAMES.map((name, place) => [
      name,
      isOver(name, 'people') ? withComputed(named[name], place, () => true) : named[name],
    ]),
  ) as Trees

const excludedBy = (name: AudienceName): readonly AudienceName[] =>
  AUDIENCE_NAMES.slice(0, AUDIENCE_NAMES.indexOf(name)).slice(-1)

function resolve(
  where: Trees,
  streams: EventWorld['streams'],
  computed: NonNullable<ResolvedModel['computed']>,
) {
  const model = (name: 'people' | 'others'): ResolvedModel => ({
    name,
    source: 'test',
    relation: { kind: 'table', table: name },
    key: 'id',
    events: name === 'people' ? streams : [],
    relations: RELATIONS,
    accounts: ACCOUNTS[name],
    consent: CONSENT,
    computed: name === 'people' ? computed : {},
  })
  const memberOf: Record<string, ResolvedAudience> = {}
  const audience = (
    key: string,
    tree: Condition,
    over: 'people' | 'others',
    exclude: readonly string[],
  ): ResolvedAudience => ({
    key,
    name: key,
    description: '',
    model: model(over),
    where: tree,
    exclude: exclude.flatMap((name) => memberOf[name] ?? []),
    memberOf: { ...memberOf },
    identifiers: {},
    lists: LISTS,
    computed: over === 'people' ? Object.keys(computed) : [],
  })
  for (const name of AUDIENCE_NAMES)
    memberOf[name] = audience(
      name,
      where[name],
      isOver(name, 'others') ? 'others' : 'people',
      excludedBy(name),
    )
  return (tree: Condition) => audience('asked', tree, 'people', [])
}

function settingOf(
  crowd: Crowds,
  where: Trees,
  computed: NonNullable<ResolvedModel['computed']>,
): Setting {
  const { here, others, world, bought, items } = crowd
  const accounts = accountsOf(crowd)
  const own = {
    people: here,
    key: 'id',
    events: world.byPerson,
    computed,
    accounts: accounts.people,
  }
  const over = { people: others, key: 'id', events: new Map(), accounts: accounts.others }
  return {
    ...own,
    now: NOW,
    timeZone: TIME_ZONE,
    lists: LISTS,
    sql: meaningOfSql,
    consent: CONSENT,
    relations: {
      bought: {
        rows: bought,
        key: 'note',
        own: 'id',
        relations: { items: { rows: items, key: 'note', own: 'id', relations: {} } },
      },
      alike: { rows: bought, key: 'plan', own: 'plan', relations: {} },
    },
    audiences: Object.fromEntries(
      AUDIENCE_NAMES.map((name) => [
        name,
        {
          where: where[name],
          exclude: excludedBy(name),
          over: isOver(name, 'others') ? over : own,
        },
      ]),
    ),
  }
}

/** A generated world with its people in an engine, and audiences to ask about. */
async function openWorld(index: number) {
  const seed = { seed: SEED + index, numRuns: 1 }
  const [crowd] = fc.sample(crowds, seed)
  const [generated] = fc.sample(trees, seed)
  const [computed] = fc.sample(computedTraits, seed)
  assert.ok(crowd && generated && computed)
  const named = nameComputed(generated)
  const connection = await openPeople(crowd.here)
  await addPeople(connection, 'others', crowd.others)
  await addPeople(connection, 'bought', crowd.bought)
  await addPeople(connection, 'items', crowd.items)
  await addPeople(connection, 'firms', crowd.firms)
  await addPeople(connection, 'members', crowd.members)
  await addEvents(connection, crowd.world)
  const context = {
    now: NOW,
    timeZone: TIME_ZONE,
    columns: new Map([...KINDS, ...computedColumns({ computed })]),
    events: new Map([['people', crowd.world.columns]]),
    // In every other world the columns of related rows are not described.
    related: index % 2 === 0 ? DESCRIBED : undefined,
  }
  const sample = (count: number): readonly Condition[] =>
    fc
      .sample(setTree(AUDIENCE_NAMES, true), { ...seed, numRuns: count })
      .map((condition, place) => withComputed(condition, place, () => true))
  return {
    crowd,
    named,
    computed,
    connection,
    context,
    sample,
    setting: settingOf(crowd, named, computed),
    ask: resolve(named, crowd.world.streams, computed),
  }
}

test('Generated trees over other sets have the members that the page says', async () => {
  for (let index = 0; index * TREES_PER_WORLD < TREES; index += 1) {
    const { crowd, named, computed, connection, context, sample, setting, ask } =
      await openWorld(index)
    const asked = sample(TREES_PER_WORLD)
    for (let first = 0; first < asked.length; first += TREES_PER_STATEMENT) {
      const some = asked.slice(first, first + TREES_PER_STATEMENT)
      const rows = await run(connection, compileAudiences(some.map(ask), duckdb, context))
      const byKey = new Map<unknown, unknown[]>(rows.map(([key, ...columns]) => [key, columns]))
      for (const person of crowd.here) {
        for (const [column, condition] of some.entries()) {
          const expected = meets(condition, person, setting)
          const found: unknown = byKey.get(person['id'])?.[column]
          if (found !== expected) {
            assert.fail(
              `SEED=${SEED + index}: SQL says ${String(found)}, the page says ${expected}\n` +
                `${JSON.stringify(condition)}\n${JSON.stringify(person)}\n${JSON.stringify(named)}\n${JSON.stringify(computed)}`,
            )
          }
        }
      }
    }
    connection.closeSync()
  }
})

/** The node of a tree at a path as it is written. */
function nodeAt(tree: Condition, path: readonly (string | number)[]): Condition {
  const [word, ...rest] = path
  if (word === undefined) return tree
  if (tree.kind === 'all' || tree.kind === 'any') {
    const [index, ...below] = rest
    const child = tree.of[Number(index)]
    assert.ok(word === tree.kind && child)
    return nodeAt(child, below)
  }
  if (tree.kind === 'not') return nodeAt(tree.of, rest)
  assert.ok(tree.kind === 'top' && tree.of !== null && rest[0] === 'of')
  return nodeAt(tree.of, rest.slice(1))
}

const COUNTED_PER_WORLD = 12

test('The counts of branches are of the people that the page says', async () => {
  for (let index = 0; index * TREES_PER_WORLD < TREES; index += 1) {
    const { crowd, named, connection, context, sample, setting, ask } = await openWorld(index)
    const count = (is: (person: Person) => boolean): number => crowd.here.filter(is).length
    for (const where of sample(COUNTED_PER_WORLD)) {
      const query = branchCountsQuery(ask(where), duckdb, context)
      const [row = []] = await run(connection, query)
      const columns = [...query.sql.slice(0, query.sql.indexOf(' from (')).matchAll(/ as (\w+)/g)]
      const found = new Map(columns.map(([, name], at) => [name, Number(row[at])]))
      assert.equal(found.get('people'), crowd.here.length)
      assert.equal(
        found.get('members'),
        count((person) => meets(where, person, setting)),
      )
      for (const { audience, path, kind, alone, soFar } of query.branches) {
        const tree = audience === 'asked' ? where : setting.audiences[audience]?.where
        assert.ok(tree)
        const is = (condition: Condition) => (person: Person) => meets(condition, person, setting)
        const isExcluded = (person: Person): boolean =>
          (setting.audiences[audience]?.exclude ?? []).some((key) =>
            meets({ kind: 'member_of', audience: key }, person, setting),
          )
        const told = `SEED=${SEED + index} ${audience} ${path.join('.')}\n${JSON.stringify(where)}\n${JSON.stringify(named)}`
        if (kind === 'exclusion') {
          assert.equal(found.get(alone), count(isExcluded), told)
          const belong = count((person) => is(tree)(person) && !isExcluded(person))
          assert.equal(found.get(soFar ?? ''), belong, told)
          continue
        }
        assert.equal(found.get(alone), count(is(nodeAt(tree, path.slice(1)))), told)
        const parent = typeof path.at(-1) === 'string' ? undefined : nodeAt(tree, path.slice(1, -2))
        if (parent?.kind !== 'all' && parent?.kind !== 'any') {
          assert.equal(soFar, null, told)
          continue
        }
        const upToIt = { ...parent, of: parent.of.slice(0, Number(path.at(-1)) + 1) }
        assert.equal(found.get(soFar ?? ''), count(is(upToIt)), told)
      }
    }
    connection.closeSync()
  }
})
