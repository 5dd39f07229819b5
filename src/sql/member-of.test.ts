// The exact SQL of conditions over other audiences; what they mean is tested in test/audience.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResolvedAudience, ResolvedModel } from '../core/audience/audience.ts'
import type { Condition } from '../core/audience/condition.ts'
import { compileAudience } from './audience.ts'
import { duckdb } from './duckdb.ts'

const model = (name: string): ResolvedModel => ({
  name,
  source: 'shop',
  relation: { kind: 'table', table: name },
  key: 'id',
  events: [
    {
      relation: { kind: 'table', table: 'logins' },
      person: 'who',
      name: { kind: 'constant', name: 'Login' },
      time: 'at',
      id: null,
      properties: null,
      context: null,
      origin: null,
    },
  ],
})

const audience = (
  key: string,
  over: string,
  where: Condition,
  named: Partial<ResolvedAudience> = {},
): ResolvedAudience => ({
  key,
  name: key,
  description: '',
  model: model(over),
  where,
  exclude: [],
  memberOf: {},
  identifiers: {},
  lists: {},
  ...named,
})

const sqlOf = (asked: ResolvedAudience): string =>
  compileAudience(asked, duckdb, { now: Date.parse('2026-07-01'), timeZone: 'UTC' }).sql

const LISTED: Condition = { kind: 'sql', sql: 'vip' }
const MEMBER: Condition = { kind: 'member_of', audience: 'other' }

test('over the same model an audience is its tree, less those that it excludes', () => {
  const less = audience('less', 'people', { kind: 'sql', sql: 'gone' })
  const other = audience('other', 'people', LISTED, { exclude: [less] })
  assert.equal(
    sqlOf(audience('asked', 'people', { kind: 'not', of: MEMBER }, { memberOf: { other } })),
    'select model.* from "people" as model where (not (coalesce(cast((vip\n) as boolean), false) and not (coalesce(cast((gone\n) as boolean), false))))',
  )
})

test('over another model an audience is its keys', () => {
  const other = audience('other', 'leads', LISTED)
  const key = duckdb.text('model."id"', 'other')
  assert.equal(
    sqlOf(audience('asked', 'people', MEMBER, { memberOf: { other } })),
    `select model.* from "people" as model where coalesce(${key} in (select ${key} from "leads" as model where coalesce(cast((vip\n) as boolean), false) and ${key} is not null), false)`,
  )
})

test('what audiences over one model ask of events is one scan', () => {
  const did: Condition = {
    kind: 'did',
    events: { names: ['Login'], where: null, sources: null },
    windows: [],
    measure: { kind: 'count' },
    comparison: { operator: 'gte', operand: { kind: 'number', value: 1 }, ignoreCase: false },
  }
  const other = audience('other', 'people', did)
  const both: Condition = { kind: 'any', of: [{ kind: 'not', of: did }, MEMBER] }
  const sql = sqlOf(audience('asked', 'people', both, { memberOf: { other } }))
  assert.equal(sql.split('"logins"').length - 1, 1)
  assert.equal(sql.split('count(*)').length - 1, 1)
})
