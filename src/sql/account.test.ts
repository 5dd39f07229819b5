// The exact SQL over accounts and their users; what it means is tested in test/audience.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Accounts } from '../core/audience/audience.ts'
import { parseCondition } from '../core/audience/parse-condition.ts'
import { compileCondition } from './condition.ts'
import { duckdb } from './duckdb.ts'
import { peopleSql } from './event/event-scan.ts'
import { openScope } from './open-scope.ts'
import { Parameters } from './scope.ts'

function compile(members: Accounts['members'], ...values: readonly unknown[]) {
  const text = (...names: readonly string[]) =>
    new Map(names.map((name) => [name, 'text'] as const))
  const scope = openScope(
    duckdb,
    {
      name: 'people',
      source: 'shop',
      relation: { kind: 'table', table: 'people' },
      key: 'id',
      events: [],
      accounts: { relation: { kind: 'table', table: 'companies' }, key: 'number', members },
    },
    {
      now: 1000,
      timeZone: 'UTC',
      columns: text('id', 'company', 'email'),
      related: new Map([
        ['people (accounts)', text('number', 'industry')],
        ['people (members)', text('who', 'of')],
      ]),
    },
    new Parameters(),
  )
  const references = { identifiers: {}, lists: {}, memberOf: {} }
  const conditions = values.map((value) => {
    const condition = parseCondition(value, [], ({ message }) => assert.fail(message))
    assert.ok(condition)
    return compileCondition(condition, references, scope)
  })
  return { conditions, from: peopleSql(scope) }
}

const RETAIL = { trait: 'industry', eq: 'retail' }
const USERS = '(select users.rollcall_person, account.rollcall_account'
const IS_RETAIL = `coalesce(model.rollcall_a0 = cast($p1 as varchar), false)`
const PARTITION = 'over (partition by model.rollcall_account)'

test('all conditions over accounts are one statement, and what is asked of users alone is asked once', () => {
  const { conditions, from } = compile(
    { kind: 'column', column: 'company' },
    { account: { all: [RETAIL, { has: 'email' }] }, users: 'all' },
    { account: { has: 'email' }, users: 'none' },
  )
  assert.deepEqual(conditions, [
    'coalesce(rollcall_j0.rollcall_n0 = 1, false)',
    'coalesce(rollcall_j0.rollcall_n1 = 1, false)',
  ])
  assert.equal(
    from,
    '"people" as model left join (select rollcall_person, max(rollcall_n0) as rollcall_n0, max(rollcall_n1) as rollcall_n1 from (' +
      `select model.rollcall_person, min(case when (${IS_RETAIL} and model.rollcall_u0) then 1 else 0 end) ${PARTITION} as rollcall_n0, ` +
      `min(case when model.rollcall_u0 then 0 else 1 end) ${PARTITION} as rollcall_n1 from ` +
      `${USERS}, users.rollcall_u0, account.rollcall_a0 from ` +
      `(select model."id" as rollcall_person, model."company" as rollcall_account, (coalesce(regexp_matches(model."email", '\\S'), false)) as rollcall_u0 from "people" as model) as users ` +
      `join (select model."number" as rollcall_account, model."industry" as rollcall_a0 from "companies" as model) as account ` +
      `on account.rollcall_account = users.rollcall_account) as model` +
      `) as judged group by rollcall_person) as rollcall_j0 on rollcall_j0.rollcall_person = model."id"`,
  )
})

test('members in a table of their own are counted once', () => {
  const relation = { kind: 'table', table: 'belongs' } as const
  const { from } = compile(
    { kind: 'rows', rows: { relation, person: 'who', account: 'of' } },
    { account: RETAIL },
  )
  assert.ok(
    from.includes(
      `${USERS}, account.rollcall_a0 from (select model."id" as rollcall_person from "people" as model) as users ` +
        `join (select distinct model."who" as rollcall_person, model."of" as rollcall_account from "belongs" as model) as member on member.rollcall_person = users.rollcall_person ` +
        `join (select model."number" as rollcall_account, model."industry" as rollcall_a0 from "companies" as model) as account on account.rollcall_account = member.rollcall_account) as model`,
    ),
    from,
  )
})
