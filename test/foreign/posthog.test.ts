// PostHog's cohorts: how each of their conditions is written here, and what is said of the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertCarried, carriedOver } from './carried-over.ts'

const DAYS = /^check values\[0\]: A day is 24 hours here/
const LOST = (reason: string) => new RegExp(`^left-out values\\[0\\]: ${reason}`)

const person = (operator: string, value?: unknown) => ({
  type: 'person',
  key: 'plan',
  operator,
  value,
})

const did = (value: string, more: object = {}) => ({
  type: 'behavioral',
  value,
  key: '$pageview',
  event_type: 'events',
  time_value: 30,
  time_interval: 'day',
  bytecode: ['_H', 1],
  conditionHash: 'ab12',
  ...more,
})

const often = (operator: string, value: number) =>
  did('performed_event_multiple', { operator, operator_value: value })

/** A condition, how it is written here, and the notes. */
const CONDITIONS: readonly (readonly [object, string | null, ...RegExp[]])[] = [
  // Properties of people
  [person('exact', 'pro'), '{ trait: plan, eq: pro }'],
  [person('exact', ['pro']), '{ trait: plan, eq: pro }'],
  [person('exact', ['pro', 'team']), '{ trait: plan, in: [pro, team] }'],
  [{ type: 'person', key: 'plan', value: 'pro', negation: true }, 'not: { trait: plan, eq: pro }'],
  [person('is_not', ['free']), 'not: { trait: plan, eq: free }'],
  [person('icontains', 'ro'), '{ trait: plan, contains: ro, ignore_case: true }'],
  [person('icontains', 'r_'), `{ trait: plan, like: '%r_%', ignore_case: true }`],
  [person('icontains', ['r_', 'x']), '{ trait: plan, contains_any: [r_, x], ignore_case: true }'],
  [person('not_icontains', 'ro'), 'not: { trait: plan, contains: ro, ignore_case: true }'],
  [person('regex', '^p.o$'), '{ trait: plan, matches: ^p.o$ }'],
  [person('not_regex', 'x'), 'not: { trait: plan, matches: x }'],
  [
    person('regex', '(?i)x'),
    null,
    LOST('It cannot be written here: Cannot read "\\(\\?i\\)x" beside "matches"'),
  ],
  [person('gt', '5'), '{ trait: plan, gt: 5 }'],
  [person('max', 5), '{ trait: plan, lte: 5 }'],
  [person('gte', 'x'), null, LOST('It cannot be written here: Cannot read "x" beside "gte"')],
  [person('gt', [1, 2]), null, LOST('"gt" takes one value')],
  [person('between', ['1', '5']), '{ trait: plan, between: [1, 5] }'],
  [person('not_between', [1, 5]), '{ trait: plan, not_between: [1, 5] }'],
  [person('is_set'), '{ trait: plan, exists: true }'],
  [person('is_not_set', 'is_not_set'), '{ trait: plan, exists: false }'],
  [
    person('starts_with', 'p'),
    '{ trait: plan, starts_with: p }',
    /^changed .*Capitals are told apart here/,
  ],
  [
    person('is_date_before', '2024-03-01'),
    `{ trait: plan, before: '2024-03-01T00:00:00Z' }`,
    /begins at midnight UTC/,
  ],
  [
    person('is_date_after', '2024-03-01T10:00:00Z'),
    `{ trait: plan, after: '2024-03-01T10:00:00Z' }`,
  ],
  [person('is_date_before', '-7d'), '{ trait: plan, before_last: 7d }'],
  [
    person('is_date_after', '-2m'),
    'any: [ { trait: plan, within_last: 2mo }, { trait: plan, after_next: 0d } ]',
  ],
  [
    person('is_date_exact', '2024-03-01'),
    '{ trait: plan, during: [2024-03-01, 2024-03-01] }',
    /^changed .*its midnight alone/,
  ],
  [person('semver_gte', '2.1'), `{ trait: plan, semver_gte: '2.1' }`],
  [person('semver_neq', '2.1.0'), `not: { trait: plan, semver_eq: '2.1.0' }`],
  [person('semver_caret', '2.1'), null, LOST('There is no operator like "semver_caret"')],
  [person('exact', null), null, LOST('It is compared with nothing')],
  [{ ...person('exact', 'x'), group_type_index: 0 }, null, LOST('It has "group_type_index"')],
  [{ type: 'hogql', key: '1 = 1' }, null, LOST('A condition on "hogql"')],
  // Cohorts
  [
    { type: 'cohort', key: 'id', value: 12, cohort_name: 'Staff' },
    '{ member_of: cohort_12 }',
    /^check values\[0\]: Import the cohort 12, "Staff", as "cohort_12" too/,
  ],
  [
    { type: 'cohort', key: 'id', value: 12, negation: true },
    'not: { member_of: cohort_12 }',
    /Import the cohort 12 as/,
  ],
  // What people did
  [did('performed_event'), '{ did: $pageview, within: 30d }', DAYS],
  [did('performed_event', { negation: true }), 'not: { did: $pageview, within: 30d }', DAYS],
  [did('performed_event', { explicit_datetime: '-3w' }), '{ did: $pageview, within: 3w }', DAYS],
  [
    did('performed_event', { explicit_datetime: '2024-01-01' }),
    '{ did: $pageview, since: 2024-01-01 }',
    DAYS,
  ],
  [
    did('performed_event', { explicit_datetime: '-30d', explicit_datetime_to: '-7d' }),
    '{ did: $pageview, ago: [7d, 30d] }',
    DAYS,
  ],
  [did('performed_event', { event_type: 'actions' }), null, LOST('It is about an action')],
  [did('performed_event', { time_value: 0 }), null, LOST('It does not say in which time')],
  [
    did('performed_event', {
      event_filters: [{ key: 'url', type: 'event', operator: 'is_not', value: ['/x'] }],
    }),
    '{ did: $pageview, where: { not: { property: url, eq: /x } }, within: 30d }',
    DAYS,
  ],
  [
    did('performed_event', { event_filters: [{ key: 'x', type: 'hogql' }] }),
    null,
    LOST('It filters events by something else'),
  ],
  [often('gte', 5), '{ did: $pageview, within: 30d, count: { gte: 5 } }', DAYS],
  [often('exact', 2), '{ did: $pageview, within: 30d, count: { eq: 2 } }', DAYS],
  // Whoever did nothing is not counted there.
  [often('lte', 5), '{ did: $pageview, within: 30d, count: { between: [1, 5] } }', DAYS],
  [often('lt', 5), '{ did: $pageview, within: 30d, count: { between: [1, 4] } }', DAYS],
  [often('lt', 1), null, LOST('Nobody did it')],
  [did('performed_event_first_time'), '{ did: $pageview, within: 30d, nth: { eq: 1 } }', DAYS],
  [
    did('performed_event_sequence', {
      seq_event: 'Buy',
      seq_event_type: 'events',
      seq_time_value: 2,
      seq_time_interval: 'hour',
    }),
    '{ sequence: [ { did: $pageview }, { did: Buy, within: 2h } ], started: { within: 30d } }',
    DAYS,
  ],
  [
    did('performed_event_regularly', {
      time_value: 1,
      time_interval: 'week',
      operator: 'gte',
      operator_value: 3,
      min_periods: 3,
      total_periods: 5,
    }),
    '{ did: $pageview, count: { gte: 3 }, per: week, periods: { gte: 3, of: 5 } }',
    /^changed values\[0\]: Periods are of the calendar here/,
  ],
  [
    did('performed_event_regularly', {
      time_value: 2,
      operator: 'gte',
      operator_value: 3,
      min_periods: 3,
      total_periods: 5,
    }),
    null,
    LOST('A period of 2 days cannot be asked for here'),
  ],
  [
    did('stopped_performing_event', { seq_time_value: 5, seq_time_interval: 'day' }),
    '{ stopped: $pageview, within: 5d, had_within: 30d }',
    DAYS,
  ],
  [
    did('restarted_performing_event', { seq_time_value: 5, seq_time_interval: 'day' }),
    `all: [ { did: $pageview, within: 5d }, { did_not: $pageview, ago: [5d, 30d] },
            { not: { did: $pageview, within: 5d, nth: { eq: 1 } } } ]`,
    DAYS,
  ],
  [
    did('stopped_performing_event', { seq_time_value: 5, seq_time_interval: 'week' }),
    null,
    LOST('The longer time, 30d, is not longer than the shorter one, 5w'),
  ],
  [
    did('performed_event', { future_key: 1 }),
    null,
    LOST('It has "future_key", which is not known here'),
  ],
  [did('performed_somehow'), null, LOST('There is nothing like "performed_somehow"')],
]

for (const [condition, yaml, ...notes] of CONDITIONS)
  test(`PostHog: ${JSON.stringify(condition).slice(0, 150)}`, () => {
    assertCarried(carriedOver('posthog', { type: 'OR', values: [condition] }), yaml, notes)
  })

test('groups in groups, as the API of PostHog has them', () => {
  const and = { type: 'AND', values: [person('exact', 'pro'), person('is_set')] }
  const properties = { type: 'OR', values: [{ type: 'OR', values: [person('exact', 'x')] }, and] }
  const cohort = { id: 1, name: 'Mine', filters: { properties }, is_static: false, query: null }
  assertCarried(
    carriedOver('posthog', cohort),
    `any: [ { trait: plan, eq: x }, { all: [ { trait: plan, eq: pro }, { trait: plan, exists: true } ] } ]`,
  )
  assertCarried(
    carriedOver('posthog', { properties: and }),
    'all: [ { trait: plan, eq: pro }, { trait: plan, exists: true } ]',
  )
})

test('what belongs to the whole cohort is said of it', () => {
  const filters = { properties: { type: 'AND', values: [person('is_set')] } }
  const carried = (cohort: object) => carriedOver('posthog', { filters, ...cohort })
  assertCarried(carried({ is_static: true }), null, [/^left-out is_static: It is a list of people/])
  assertCarried(carried({ query: { kind: 'HogQLQuery' } }), null, [/^left-out query: /])
  assertCarried(
    carried({ filters: { ...filters, filterTestAccounts: true } }),
    '{ trait: plan, exists: true }',
    [/^left-out filters.filterTestAccounts: .* \(more people\)$/],
  )
})

test('a group that is nested too deep, or has nothing in it, is left out', () => {
  let group: object = { type: 'AND', values: [] }
  assertCarried(carriedOver('posthog', group), null, [/^left-out : The group has no conditions/])
  for (let depth = 0; depth < 100; depth += 1) group = { type: 'OR', values: [group] }
  const { condition, notes } = carriedOver('posthog', group)
  assert.equal(condition, null)
  assert.match(notes[0]?.reason ?? '', /nested more than 40 deep/)
})
