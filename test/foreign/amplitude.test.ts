// Amplitude's cohorts: how each of their clauses is written here, and what is said of the others.
import { test } from 'node:test'
import { assertCarried, carriedOver } from './carried-over.ts'

const AT = 'andClauses\\[0\\]\\.orClauses\\[0\\]'
const DAYS = new RegExp(`^check ${AT}: A day is 24 hours here`)
const LOST = (reason: string) => new RegExp(`^left-out ${AT}: ${reason}`)

const event = (more: object = {}) => ({
  type: 'event',
  type_value: 'Favorite Song',
  operator: '>=',
  operator_value: 1,
  time_type: 'rolling',
  time_value: 30,
  offset: 0,
  interval: 1,
  group_by: [],
  metric: null,
  exclude_current_interval: false,
  ...more,
})

const count = (operator: string, value: number) => event({ operator, operator_value: value })

const property = (op: string, values: unknown[], prop = 'gp:plan') => ({
  type: 'property',
  prop_type: 'user',
  prop,
  op,
  values,
})

/** A clause, how it is written here, and the notes. */
const CLAUSES: readonly (readonly [object, string | null, ...RegExp[]])[] = [
  [event(), '{ did: Favorite Song, within: 30d }', DAYS],
  [count('>', 5), '{ did: Favorite Song, within: 30d, count: { gte: 6 } }', DAYS],
  [count('=', 2), '{ did: Favorite Song, within: 30d, count: { eq: 2 } }', DAYS],
  // Whoever did nothing is never meant.
  [count('<', 5), '{ did: Favorite Song, within: 30d, count: { between: [1, 4] } }', DAYS],
  [count('<=', 5), '{ did: Favorite Song, within: 30d, count: { between: [1, 5] } }', DAYS],
  [
    count('!=', 5),
    `all: [ { did: Favorite Song, within: 30d }, { did: Favorite Song, within: 30d, count: { ne: 5 } } ]`,
    DAYS,
  ],
  [count('>=', 0), '{ did: Favorite Song, within: 30d }', DAYS],
  [count('=', 0), null, LOST('Amplitude finds nobody who did it no times')],
  [count('<', 1), null, LOST('Amplitude finds nobody who did it no times')],
  [count('~', 1), null, LOST('It cannot be written here')],
  [
    event({ type_value: '_active' }),
    '{ did: any, within: 30d }',
    DAYS,
    /^changed .*marked as inactive/,
  ],
  [event({ type_value: '_all' }), '{ did: any, within: 30d }', DAYS],
  [event({ type_value: '_new' }), null, LOST('Who is new')],
  [event({ type_value: 'ce:Mine' }), null, LOST('It is about a custom event')],
  [
    event({ time_type: 'since', time_value: 1_704_067_200 }),
    `{ did: Favorite Song, since: '2024-01-01T00:00:00Z' }`,
  ],
  [
    event({ time_type: 'absolute', time_value: [1_704_067_200, 1_706_745_599] }),
    `{ did: Favorite Song, during: ['2024-01-01T00:00:00Z', '2024-01-31T23:59:59Z'] }`,
  ],
  [
    event({ time_type: 'relative', time_value: 2_592_000 }),
    '{ did: Favorite Song, within: 30d, from: first_seen }',
  ],
  [
    event({ time_type: 'forEachInterval', time_value: 0 }),
    null,
    LOST('There is no time like "forEachInterval"'),
  ],
  [event({ offset: 7 }), null, LOST('Its "offset" cannot be read')],
  [event({ interval: 7 }), null, LOST('Its "interval" cannot be read')],
  [
    event({ exclude_current_interval: true }),
    null,
    LOST('Its "exclude_current_interval" cannot be read'),
  ],
  [
    event({ group_by: [{ type: 'event', value: 'price' }] }),
    null,
    LOST('It has "group_by", .* Here: write sum, avg or distinct'),
  ],
  [event({ metric: 'totals' }), null, LOST('It has "metric", .* Here: write sum')],
  [
    event({
      filters: [
        {
          subprop_type: 'event',
          subprop_key: 'genre',
          subprop_op: 'is',
          subprop_value: ['pop', 'rock'],
        },
      ],
    }),
    '{ did: Favorite Song, where: { property: genre, in: [pop, rock] }, within: 30d }',
    DAYS,
  ],
  [
    event({
      filters: [
        { subprop_type: 'user', subprop_key: 'plan', subprop_op: 'is', subprop_value: ['pro'] },
      ],
    }),
    null,
    LOST('It filters events by something else'),
  ],
  [property('is', ['pro']), '{ trait: plan, eq: pro }'],
  [property('is not', ['pro', 'team']), 'not: { trait: plan, in: [pro, team] }'],
  [
    property('is', ['pro', '(none)']),
    'any: [ { trait: plan, eq: pro }, { trait: plan, exists: false } ]',
  ],
  [property('is not', ['(none)']), 'not: { trait: plan, exists: false }'],
  [property('contains', ['ro']), '{ trait: plan, contains: ro, ignore_case: true }'],
  [
    property('does not contain', ['a', 'b']),
    'not: { trait: plan, contains_any: [a, b], ignore_case: true }',
  ],
  [property('starts with', ['p']), '{ trait: plan, starts_with: p, ignore_case: true }'],
  [
    property('set contains', ['a', 'b']),
    '{ trait: plan, includes_all: [a, b] }',
    /^check .*has to be a list/,
  ],
  // A number that is missing is 0 there.
  [property('greater', ['5'], 'age'), '{ trait: age, gt: 5 }'],
  [property('less', ['5'], 'age'), 'any: [ { trait: age, lt: 5 }, { trait: age, exists: false } ]'],
  [
    property('greater or equal', ['0'], 'age'),
    'any: [ { trait: age, gte: 0 }, { trait: age, exists: false } ]',
  ],
  [property('less', ['x'], 'age'), null, LOST('A number is compared with one number')],
  [property('glob match', ['*x']), null, LOST('There is no operator like "glob match"')],
  [
    property('is', ['abc', 'def'], 'userdata_cohort'),
    'any: [ { member_of: cohort_abc }, { member_of: cohort_def } ]',
    /^check .*Import these cohorts too, under "cohort_abc", "cohort_def"/,
  ],
  [
    { type: 'new', time_type: 'rolling' },
    null,
    LOST('How Amplitude writes a clause on "new" is not documented'),
  ],
]

const cohort = (...orClauses: object[]) => ({
  version: 3,
  countGroup: { name: 'User', is_computed: false },
  cohortType: 'UNIQUES',
  andClauses: [{ negated: false, orClauses }],
  referenceFrameTimeParams: {},
})

for (const [clause, yaml, ...notes] of CLAUSES)
  test(`Amplitude: ${JSON.stringify(clause).slice(0, 150)}`, () => {
    assertCarried(carriedOver('amplitude', cohort(clause)), yaml, notes)
  })

test('clauses are alternatives within one, and all of them must hold; "did not" is about them together', () => {
  const definition = {
    andClauses: [
      { negated: false, orClauses: [property('is', ['a']), property('is', ['b'])] },
      { negated: true, orClauses: [property('is', ['c']), { type: 'propensity' }] },
    ],
  }
  const yaml =
    'all: [ { any: [ { trait: plan, eq: a }, { trait: plan, eq: b } ] }, { not: { trait: plan, eq: c } } ]'
  const notes = [
    /^left-out definition.andClauses\[1\].orClauses\[1\]: .*"propensity".* \(more people\)$/,
  ]
  assertCarried(carriedOver('amplitude', { id: 'x', name: 'Mine', definition }), yaml, notes)
})

test('what belongs to the whole cohort is said of it', () => {
  const whole = cohort(property('is', ['a']))
  const carried = (more: object) => carriedOver('amplitude', { ...whole, ...more })
  assertCarried(carried({ countGroup: { name: 'company' } }), null, [/It is a cohort of company/])
  assertCarried(carried({ cohortType: 'FUNNEL' }), null, [/the type "FUNNEL"/])
  assertCarried(carried({ andClauses: [] }), null, [/It is a list of people/])
  assertCarried(carried({ orClauses: [whole.andClauses] }), '{ trait: plan, eq: a }')
  assertCarried(carried({ orClauses: [[]] }), null, [/What "orClauses" mean/])
  assertCarried(carried({ referenceFrameTimeParams: { from: 1 } }), null, [
    /Its "referenceFrameTimeParams"/,
  ])
})
