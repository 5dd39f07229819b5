// What must hold of accounts and their users, whatever the tree: nobody evaluates it a second time here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedModel } from '../../src/core/audience/audience.ts'
import type { Users } from '../../src/core/audience/account/account-condition.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { compileCondition } from '../../src/sql/condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { peopleSql } from '../../src/sql/event/event-scan.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { Parameters } from '../../src/sql/scope.ts'
import { addPeople, openPeople, run } from './duckdb-people.ts'
import { NOW, people } from './people.ts'
import { LISTS, tree } from './trees.ts'

const SEED = 11
const TREES = 60
const REFERENCES = { identifiers: {}, lists: LISTS, memberOf: {} }

/** Whoever has a plan belongs to the one account of this name, if it is there. */
const MODEL: ResolvedModel = {
  name: 'people',
  source: 'test',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: [],
  accounts: {
    relation: {
      kind: 'select',
      sql: 'select * from firms qualify row_number() over (partition by plan order by id) = 1',
    },
    key: 'plan',
    members: { kind: 'column', column: 'plan' },
  },
}

const EVERYONE: Condition = { kind: 'everyone' }
const not = (of: Condition): Condition => ({ kind: 'not', of })
const both = (...of: readonly Condition[]): Condition => ({ kind: 'all', of })
const either = (...of: readonly Condition[]): Condition => ({ kind: 'any', of })
const account = (of: Condition, users: Users): Condition => ({ kind: 'account', of, users })

/** Pairs of trees that have the same members where everybody has one account at most. */
const LAWS: Readonly<Record<string, (one: Condition, other: Condition) => readonly Condition[]>> = {
  'none is not any': (one) => [
    account(one, 'none'),
    both(account(EVERYONE, 'any'), not(account(one, 'any'))),
  ],
  'all is none of the others': (one) => [account(one, 'all'), account(not(one), 'none')],
  'any of either is either': (one, other) => [
    account(either(one, other), 'any'),
    either(account(one, 'any'), account(other, 'any')),
  ],
  'all of both is both': (one, other) => [
    account(both(one, other), 'all'),
    both(account(one, 'all'), account(other, 'all')),
  ],
  'everybody is in an account of everybody': () => [
    account(EVERYONE, 'all'),
    account(EVERYONE, 'any'),
  ],
  "the account's own traits are for all what they are for any": (one) =>
    one.kind === 'trait' ? [account(one, 'any'), account(one, 'all')] : [one, one],
}

test('quantifiers over the users of one account keep the laws of logic', async () => {
  const [here = [], firms = []] =
    fc.sample(fc.tuple(people(60), people(6)), {
      seed: SEED,
      numRuns: 1,
    })[0] ?? []
  const connection = await openPeople(here)
  await addPeople(connection, 'firms', firms)
  const trees = fc.sample(fc.tuple(tree, tree), { seed: SEED, numRuns: TREES })
  let met = 0
  for (const [one, other] of trees) {
    const parameters = new Parameters()
    const scope = openScope(duckdb, MODEL, { now: NOW, timeZone: 'Europe/Berlin' }, parameters)
    const sides = Object.values(LAWS).flatMap((law) => law(one, other))
    const columns = sides.map((side) => compileCondition(side, REFERENCES, scope))
    const sql = `select ${columns.join(', ')} from ${peopleSql(scope)}`
    for (const row of await run(connection, { sql, parameters: parameters.values() })) {
      met += row.filter((side) => side === true).length
      for (const [index, name] of Object.keys(LAWS).entries())
        assert.equal(row[2 * index], row[2 * index + 1], `${name}: ${JSON.stringify([one, other])}`)
    }
  }
  assert.ok(met > 0)
  connection.closeSync()
})
