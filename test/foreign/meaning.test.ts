// Whom a definition means where it comes from, by its documentation, and whom its import means here: the same people.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Condition } from '../../src/core/audience/condition.ts'
import type { Language } from '../../src/foreign/language.ts'
import { carriedOver } from './carried-over.ts'
import {
  agrees,
  areMeant,
  compares,
  DAY,
  few,
  HOUR,
  NOW,
  someLife,
  trees,
  word1,
  type Deed,
  type Life,
  type Meant,
} from './lives.ts'

const RUNS = Number(process.env['RUNS'] ?? 1500)

/** The condition of a definition of which nothing may be lost. */
const whole =
  (language: Language) =>
  (written: unknown): Condition => {
    const { condition, notes } = carriedOver(language, written)
    assert.deepEqual(
      notes.filter(({ kind }) => kind !== 'check'),
      [],
      JSON.stringify(written),
    )
    assert.ok(condition)
    return condition
  }

const name = fc.constantFrom('A', 'B')
const sign = fc.constantFrom(...Object.keys(compares))
const days = fc.integer({ min: 1, max: 10 })

const holdsFor = (operator: string, left: number, right: number): boolean =>
  compares[operator]?.(left, right) ?? false

const since =
  (length: number) =>
  (deed: Deed): boolean =>
    deed.at > NOW - length

// Segment

interface Where {
  readonly text: string
  readonly keeps: (deed: Deed) => boolean
}

const segmentWhere: fc.Arbitrary<Where> = fc.oneof(
  fc.constant({ text: '', keeps: () => true }),
  word1.map((sku) => ({
    text: `property('sku') = '${sku}'`,
    keeps: (deed: Deed) => deed.sku === sku,
  })),
  word1.map((sku) => ({
    text: `property('sku') != '${sku}'`,
    keeps: (deed: Deed) => deed.sku !== null && deed.sku !== sku,
  })),
  fc.tuple(sign, few).map(([operator, n]) => ({
    text: `property('n') ${operator} ${n}`,
    keeps: (deed: Deed) => deed.n !== null && holdsFor(operator, deed.n, n),
  })),
)

const segmentWindow: fc.Arbitrary<Where> = fc.oneof(
  fc.constant({ text: '', keeps: () => true }),
  days.map((d) => ({ text: `.within(${d} days)`, keeps: since(d * DAY) })),
  fc.tuple(days, days).map(([near, more]) => ({
    text: `.between(${near} days, ${near + more} days)`,
    keeps: (deed: Deed) => deed.at <= NOW - near * DAY && deed.at > NOW - (near + more) * DAY,
  })),
)

const inWhere = (...texts: readonly string[]): string => {
  const parts = texts.filter((text) => text !== '')
  return parts.length === 0 ? '' : `.where(${parts.join(' AND ')})`
}

const text = (written: string, holds: Meant<string>['holds']): Meant<string> => ({ written, holds })

const segmentTraits: fc.Arbitrary<Meant<string>> = fc.oneof(
  word1.map((v) => text(`trait('plan') = '${v}'`, ({ plan }) => plan === v)),
  word1.map((v) => text(`trait('plan') != '${v}'`, ({ plan }) => plan !== null && plan !== v)),
  word1.map((v) =>
    text(`trait('plan').contains('${v}', 'zz')`, ({ plan }) => plan?.includes(v) === true),
  ),
  word1.map((v) => text(`trait('plan').omits('${v}')`, ({ plan }) => plan?.includes(v) !== true)),
  word1.map((v) =>
    text(`trait('plan').one_of('${v}', 'free')`, ({ plan }) => plan === v || plan === 'free'),
  ),
  word1.map((v) =>
    text(`trait('plan').starts_with('${v}')`, ({ plan }) => plan?.startsWith(v) === true),
  ),
  fc.constant(text(`trait('plan').absent()`, ({ plan }) => plan === null)),
  fc.constant(text(`trait('age').exists()`, ({ age }) => age !== null)),
  fc
    .tuple(sign, few)
    .map(([operator, n]) =>
      text(
        `trait('age') ${operator} ${n}`,
        ({ age }) => age !== null && holdsFor(operator, age, n),
      ),
    ),
)

const REDUCERS: Readonly<Record<string, (numbers: readonly number[]) => number | null>> = {
  sum: (numbers) => (numbers.length === 0 ? null : numbers.reduce((sum, n) => sum + n, 0)),
  max: (numbers) => (numbers.length === 0 ? null : Math.max(...numbers)),
  min: (numbers) => (numbers.length === 0 ? null : Math.min(...numbers)),
  first: (numbers) => numbers[0] ?? null,
  last: (numbers) => numbers.at(-1) ?? null,
}

const segmentEvents: fc.Arbitrary<Meant<string>> = fc
  .record({
    event: name,
    where: segmentWhere,
    window: segmentWindow,
    operator: sign,
    n: few,
    reducer: fc.constantFrom('count', 'unique', ...Object.keys(REDUCERS)),
  })
  .map(({ event, where, window, operator, n, reducer }) => {
    const kept = ({ deeds }: Life) =>
      deeds.filter((deed) => deed.name === event && where.keeps(deed) && window.keeps(deed))
    const numbers = (life: Life) => kept(life).flatMap((deed) => deed.n ?? [])
    const events = `event('${event}')${inWhere(where.text)}${window.text}`
    if (reducer === 'count')
      return text(`${events}.count() ${operator} ${n}`, (life) =>
        holdsFor(operator, kept(life).length, n),
      )
    if (reducer === 'unique')
      return text(`${events}.unique(property('n')).count() ${operator} ${n}`, (life) =>
        holdsFor(operator, new Set(numbers(life)).size, n),
      )
    return text(`${events}.${reducer}(property('n')) ${operator} ${n}`, (life) => {
      const value = REDUCERS[reducer]?.(numbers(life)) ?? null
      return value !== null && holdsFor(operator, value, n)
    })
  })

const segmentFunnels: fc.Arbitrary<Meant<string>> = fc
  .record({
    where: segmentWhere,
    window: segmentWindow,
    hours: fc.integer({ min: 1, max: 100 }),
    same: fc.boolean(),
    asks: fc.constantFrom('>= 1', '= 0'),
    outer: fc.constantFrom('>= 1', '= 0'),
  })
  .map(({ where, window, hours, same, asks, outer }) => {
    const inner = same ? `.where(property('sku') = property(parent: 'sku'))` : ''
    const follower = `event('B')${inner}.within(parent: ${hours} hours).count() ${asks}`
    const isStart = (start: Deed, deeds: readonly Deed[]): boolean => {
      const followed = deeds.some(
        ({ name: called, at, sku }) =>
          called === 'B' &&
          at > start.at &&
          at <= start.at + hours * HOUR &&
          (!same || (sku !== null && sku === start.sku)),
      )
      return (
        start.name === 'A' &&
        where.keeps(start) &&
        window.keeps(start) &&
        followed === (asks === '>= 1')
      )
    }
    return text(
      `event('A')${inWhere(where.text, follower)}${window.text}.count() ${outer}`,
      ({ deeds }) => deeds.some((deed) => isStart(deed, deeds)) === (outer === '>= 1'),
    )
  })

test('a query of Segment means the same people here', () => {
  const leaf = fc.oneof(segmentTraits, segmentEvents, segmentFunnels)
  const definitions = trees(
    leaf,
    (kind, of) => `(${of.join(kind === 'and' ? ' AND ' : ' OR ')})`,
    (of) => `NOT (${of})`,
  )
  agrees(definitions, whole('segment'), RUNS)
})

/** What an account has, and who belongs to it. */
interface Account {
  readonly plan: string
  readonly age: number | null
  /** By their place among the lives. */
  readonly users: readonly number[]
}

interface OfAccount {
  readonly written: string
  readonly holds: (account: Account, lives: readonly Life[]) => boolean
}

const usersOf = ({ users }: Account, lives: readonly Life[]): readonly Life[] =>
  lives.filter((_, index) => users.includes(index))

const segmentDeed = name.map((event) =>
  text(`event('${event}').count() >= 1`, ({ deeds }) => deeds.some((deed) => deed.name === event)),
)

const segmentDeeds = trees(
  segmentEvents,
  (kind, of) => `(${of.join(kind === 'and' ? ' AND ' : ' OR ')})`,
  (of) => `NOT (${of})`,
)

/** Trees of what accounts and their users are asked. */
const segmentAccounts: fc.Arbitrary<OfAccount> = fc.letrec<{ tree: OfAccount }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    {
      weight: 2,
      arbitrary: fc.oneof(
        word1.map((v) => ({
          written: `trait('plan') = '${v}'`,
          holds: ({ plan }: Account) => plan === v,
        })),
        few.map((n) => ({
          written: `trait('age') >= ${n}`,
          holds: ({ age }: Account) => age !== null && age >= n,
        })),
      ),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.constantFrom('ANY', 'ALL'),
          // Mostly what some users did and others did not, so that it matters who is asked.
          fc.oneof({ weight: 2, arbitrary: segmentDeed }, { weight: 1, arbitrary: segmentDeeds }),
        )
        .map(([users, { written, holds }]) => ({
          written: `${users} (${written})`,
          holds: (account: Account, lives: readonly Life[]) =>
            users === 'ANY'
              ? usersOf(account, lives).some(holds)
              : usersOf(account, lives).every(holds),
        })),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('AND', 'OR'), fc.array(tie('tree'), { minLength: 2, maxLength: 3 }))
        .map(([kind, of]) => ({
          written: `(${of.map(({ written }) => written).join(` ${kind} `)})`,
          holds: (account: Account, lives: readonly Life[]) =>
            kind === 'AND'
              ? of.every(({ holds }) => holds(account, lives))
              : of.some(({ holds }) => holds(account, lives)),
        })),
    },
    {
      weight: 1,
      arbitrary: tie('tree').map(({ written, holds }) => ({
        written: `NOT (${written})`,
        holds: (account: Account, lives: readonly Life[]) => !holds(account, lives),
      })),
    },
  ),
})).tree

test('an audience of accounts at Segment means the people who belong to them', () => {
  const LIVES = 5
  const users = fc.uniqueArray(fc.nat(LIVES - 1), { maxLength: LIVES })
  const quiet = someLife.map((one) => ({ ...one, deeds: one.deeds.slice(0, 1) }))
  const oneLife = fc.oneof({ weight: 1, arbitrary: someLife }, { weight: 3, arbitrary: quiet })
  const account = fc.record({ plan: word1, age: fc.option(few), users })
  let exact = 0
  fc.assert(
    fc.property(
      segmentAccounts,
      fc.array(oneLife, { minLength: LIVES, maxLength: LIVES }),
      fc.array(account, { minLength: 1, maxLength: 3 }),
      ({ written, holds }, lives, some) => {
        const definition = { definition: { query: written, type: 'ACCOUNTS' } }
        const { condition, notes } = carriedOver('segment', definition)
        const isOfOne = notes.some(({ reason }) => reason.startsWith('Whoever belongs to several'))
        assert.ok(condition && notes.every(({ kind }) => kind === 'check'), written)
        // What is said to be the same for whoever belongs to one account is looked at for them.
        const accounts = some.map((one, place) => ({
          ...one,
          users: one.users.filter(
            (user) => !isOfOne || !some.slice(0, place).some((other) => other.users.includes(user)),
          ),
        }))
        if (!isOfOne) exact += 1
        const meant = areMeant(condition, lives, {
          rows: accounts.map(({ plan, age }, place) => ({ id: String(place), plan, age })),
          key: 'id',
          members: accounts.flatMap((one, place) =>
            one.users.map((user): [string, string] => [String(user), String(place)]),
          ),
        })
        const expected = lives.map((_, user) =>
          accounts.some((one) => one.users.includes(user) && holds(one, lives)),
        )
        assert.deepEqual(meant, expected, JSON.stringify({ written, condition, accounts, lives }))
      },
    ),
    { numRuns: RUNS },
  )
  assert.ok(exact > RUNS / 3, `${exact} without a note`)
})

// PostHog

const json = (written: object, holds: Meant<object>['holds']): Meant<object> => ({ written, holds })

const person = (key: string, operator: string, value: unknown) => ({
  type: 'person',
  key,
  operator,
  value,
})

/** ILIKE: % for any letters, _ for one. */
const isLike = (value: string, part: string): boolean =>
  new RegExp(part.replaceAll('%', '.*').replaceAll('_', '.'), 'is').test(value)

const posthogPeople: fc.Arbitrary<Meant<object>> = fc.oneof(
  word1.map((v) => json(person('plan', 'exact', [v]), ({ plan }) => plan === v)),
  word1.map((v) =>
    json(person('plan', 'is_not', [v, 'free']), ({ plan }) => plan !== v && plan !== 'free'),
  ),
  word1.map((v) =>
    json(person('plan', 'icontains', v), ({ plan }) => plan !== null && isLike(plan, v)),
  ),
  word1.map((v) =>
    json(person('plan', 'not_icontains', v), ({ plan }) => plan === null || !isLike(plan, v)),
  ),
  word1.map((v) =>
    json(person('plan', 'regex', `^${v}`), ({ plan }) => plan?.startsWith(v) === true),
  ),
  word1.map((v) =>
    json(person('plan', 'not_regex', `^${v}`), ({ plan }) => plan?.startsWith(v) !== true),
  ),
  fc.constant(json(person('plan', 'is_set', 'is_set'), ({ plan }) => plan !== null)),
  fc.constant(
    json({ ...person('plan', 'is_set', null), negation: true }, ({ plan }) => plan === null),
  ),
  few.map((n) => json(person('age', 'gt', String(n)), ({ age }) => age !== null && age > n)),
  fc
    .tuple(few, few)
    .map(([n, m]) =>
      json(
        person('age', 'not_between', [n, n + m]),
        ({ age }) => age !== null && (age < n || age > n + m),
      ),
    ),
)

interface Did {
  readonly event: string
  readonly far: number
  readonly near: number
  readonly n: number
  readonly operator: string
}

const COUNTS: Readonly<Record<string, string>> = {
  exact: '=',
  gte: '>=',
  gt: '>',
  lte: '<=',
  lt: '<',
}

function posthogDid(kind: string, { event, far, near, n, operator }: Did): Meant<object> {
  const written = {
    type: 'behavioral',
    value: kind,
    key: event,
    event_type: 'events',
    time_value: far,
    time_interval: 'day',
    seq_time_value: near,
    seq_time_interval: 'day',
  }
  const times = ({ deeds }: Life) => deeds.filter((deed) => deed.name === event).map(({ at }) => at)
  const within = (life: Life, to: number) => times(life).filter((at) => at > NOW - to * DAY)
  switch (kind) {
    case 'performed_event_multiple':
      return json({ ...written, operator, operator_value: n }, (life) => {
        const { length } = within(life, far)
        return length > 0 && holdsFor(COUNTS[operator] ?? '', length, n)
      })
    case 'performed_event_first_time':
      return json(written, (life) => {
        const [first] = times(life)
        return first !== undefined && first > NOW - far * DAY
      })
    case 'performed_event_sequence':
      return json({ ...written, seq_event: 'B', seq_event_type: 'events' }, (life) =>
        within(life, far).some((start) =>
          life.deeds.some(
            ({ name: called, at }) => called === 'B' && at > start && at <= start + near * DAY,
          ),
        ),
      )
    case 'stopped_performing_event':
      return json(
        written,
        (life) => within(life, far).length > 0 && within(life, near).length === 0,
      )
    case 'restarted_performing_event':
      return json(written, (life) => {
        const all = times(life)
        return (
          all.some((at) => at > NOW - near * DAY) &&
          all.some((at) => at <= NOW - far * DAY) &&
          !all.some((at) => at <= NOW - near * DAY && at > NOW - far * DAY)
        )
      })
    default:
      return json({ ...written, value: 'performed_event' }, (life) => within(life, far).length > 0)
  }
}

const posthogEvents = fc
  .tuple(
    fc.constantFrom(
      'performed_event',
      'performed_event_multiple',
      'performed_event_first_time',
      'performed_event_sequence',
      'stopped_performing_event',
      'restarted_performing_event',
    ),
    fc.record({
      event: name,
      near: days,
      more: days,
      n: fc.integer({ min: 2, max: 4 }),
      operator: fc.constantFrom(...Object.keys(COUNTS)),
    }),
  )
  .map(([kind, { more, ...did }]) => posthogDid(kind, { ...did, far: did.near + more }))

const posthogFiltered = fc.tuple(days, word1, fc.boolean()).map(([d, sku, negation]) =>
  json(
    {
      type: 'behavioral',
      value: 'performed_event',
      key: 'A',
      event_type: 'events',
      explicit_datetime: `-${d}d`,
      negation,
      event_filters: [{ key: 'sku', type: 'event', operator: 'is_not', value: [sku] }],
    },
    ({ deeds }) =>
      deeds.some((deed) => deed.name === 'A' && deed.sku !== sku && since(d * DAY)(deed)) !==
      negation,
  ),
)

test('a cohort of PostHog means the same people here', () => {
  const leaf = fc.oneof(posthogPeople, posthogEvents, posthogFiltered)
  const join = (kind: 'and' | 'or', values: readonly object[]) => ({
    type: kind.toUpperCase(),
    values,
  })
  const definitions = trees(leaf, join, null).map(({ written, holds }) =>
    json({ type: 'AND', values: [written] }, holds),
  )
  agrees(definitions, whole('posthog'), RUNS)
})

// Amplitude

const amplitudeProperty = (op: string, prop: string, values: unknown[]) => ({
  type: 'property',
  prop_type: 'user',
  prop,
  op,
  values,
})

const amplitudeClauses: fc.Arbitrary<Meant<object>> = fc.oneof(
  word1.map((v) =>
    json(
      amplitudeProperty('is', 'gp:plan', [v, 'free']),
      ({ plan }) => plan === v || plan === 'free',
    ),
  ),
  word1.map((v) => json(amplitudeProperty('is not', 'gp:plan', [v]), ({ plan }) => plan !== v)),
  word1.map((v) =>
    json(
      amplitudeProperty('is', 'gp:plan', [v, '(none)']),
      ({ plan }) => plan === v || plan === null,
    ),
  ),
  word1.map((v) =>
    json(
      amplitudeProperty('contains', 'gp:plan', [v.toUpperCase()]),
      ({ plan }) => plan?.toLowerCase().includes(v) === true,
    ),
  ),
  few.map((n) => json(amplitudeProperty('less', 'age', [String(n)]), ({ age }) => (age ?? 0) < n)),
  few.map((n) =>
    json(amplitudeProperty('greater or equal', 'age', [String(n)]), ({ age }) => (age ?? 0) >= n),
  ),
  fc
    .tuple(name, days, fc.constantFrom('>=', '>', '=', '!='), fc.integer({ min: 1, max: 4 }))
    .map(([type_value, time_value, operator, operator_value]) =>
      json(
        { type: 'event', type_value, operator, operator_value, time_type: 'rolling', time_value },
        ({ deeds }) => {
          const { length } = deeds.filter(
            (deed) => deed.name === type_value && since(time_value * DAY)(deed),
          )
          return length > 0 && holdsFor(operator, length, operator_value)
        },
      ),
    ),
  fc.tuple(name, days).map(([type_value, d]) =>
    json(
      {
        type: 'event',
        type_value,
        operator: '<=',
        operator_value: 2,
        time_type: 'relative',
        time_value: d * 86_400,
      },
      ({ deeds }) => {
        const [first] = deeds
        const { length } = deeds.filter(
          (deed) => deed.name === type_value && first !== undefined && deed.at < first.at + d * DAY,
        )
        return length > 0 && length <= 2
      },
    ),
  ),
)

test('a cohort of Amplitude means the same people here', () => {
  const clause = fc.record({
    negated: fc.boolean(),
    some: fc.array(amplitudeClauses, { minLength: 1, maxLength: 3 }),
  })
  const definitions = fc.array(clause, { minLength: 1, maxLength: 3 }).map((clauses) =>
    json(
      {
        version: 3,
        andClauses: clauses.map(({ negated, some }) => ({
          negated,
          orClauses: some.map(({ written }) => written),
        })),
      },
      (life) =>
        clauses.every(({ negated, some }) => some.some(({ holds }) => holds(life)) !== negated),
    ),
  )
  agrees(definitions, whole('amplitude'), RUNS)
})

// Dittofeed

const shown = (value: string | number | null): string => (value === null ? '' : String(value))

const dittofeedOperators: fc.Arbitrary<
  Where & { readonly operator: object; readonly key: 'sku' | 'n' }
> = fc.oneof(
  fc.constantFrom('pro', '').map((value) => ({
    text: '',
    key: 'sku' as const,
    operator: { type: 'Equals', value },
    keeps: ({ sku }: Pick<Deed, 'sku'>) => shown(sku) === value,
  })),
  fc.constantFrom('pro', '').map((value) => ({
    text: '',
    key: 'sku' as const,
    operator: { type: 'NotEquals', value },
    keeps: ({ sku }: Pick<Deed, 'sku'>) => shown(sku) !== value,
  })),
  fc.constant({
    text: '',
    key: 'sku' as const,
    operator: { type: 'Exists' },
    keeps: ({ sku }: Pick<Deed, 'sku'>) => shown(sku) !== '',
  }),
  fc.constant({
    text: '',
    key: 'sku' as const,
    operator: { type: 'NotExists' },
    keeps: ({ sku }: Pick<Deed, 'sku'>) => shown(sku) === '',
  }),
  few.map((value) => ({
    text: '',
    key: 'n' as const,
    operator: { type: 'GreaterThanOrEqual', value },
    keeps: ({ n }: Pick<Deed, 'n'>) => n !== null && n >= value,
  })),
)

const propertyOf = ({ key, operator }: { readonly key: string; readonly operator: object }) => ({
  path: key,
  operator,
})

const dittofeedNodes: fc.Arbitrary<Meant<object>> = fc.oneof(
  dittofeedOperators.map(({ key, operator, keeps }) =>
    json({ type: 'Trait', path: key === 'sku' ? '$.plan' : 'age', operator }, ({ plan, age }) =>
      keeps({ name: 'A', at: 0, sku: plan, n: age }),
    ),
  ),
  fc
    .record({
      event: name,
      times: few,
      timesOperator: fc.constantFrom('=', '>=', '<'),
      d: days,
      such: fc.array(dittofeedOperators, { maxLength: 2 }),
    })
    .map(({ event, times, timesOperator, d, such }) =>
      json(
        {
          type: 'Performed',
          event,
          times,
          timesOperator,
          timeOperator: 'Within',
          withinSeconds: d * 86_400,
          properties: such.map(propertyOf),
        },
        ({ deeds }) => {
          const kept = deeds.filter(
            (deed) =>
              deed.name === event && since(d * DAY)(deed) && such.every(({ keeps }) => keeps(deed)),
          )
          return holdsFor(timesOperator, kept.length, times)
        },
      ),
    ),
  fc
    .record({
      event: name,
      where: fc.array(dittofeedOperators, { maxLength: 1 }),
      has: fc.array(dittofeedOperators, { maxLength: 2 }),
    })
    .map(({ event, where, has }) =>
      json(
        {
          type: 'LastPerformed',
          event,
          whereProperties: where.map(propertyOf),
          hasProperties: has.map(propertyOf),
        },
        ({ deeds }) => {
          const last = deeds.findLast(
            (deed) => deed.name === event && where.every(({ keeps }) => keeps(deed)),
          )
          return last !== undefined && has.every(({ keeps }) => keeps(last))
        },
      ),
    ),
)

/** A tree of nodes as Dittofeed keeps it: flat, with children by their id. */
function flat(tree: object): object {
  const nodes: object[] = []
  const add = (node: object): object => {
    const of: readonly object[] | undefined = Object(node)['of']
    const id = String(nodes.length)
    if (of === undefined) return { ...node, id }
    const children = of.map((child) => {
      const added = add(child)
      const own = { ...added, id: `${nodes.length}` }
      nodes.push(own)
      return own.id
    })
    return { type: Object(node)['type'], id, children }
  }
  return { entryNode: { ...add(tree), id: 'entry' }, nodes }
}

test('a segment of Dittofeed means the same people here', () => {
  const join = (kind: 'and' | 'or', of: readonly object[]) => ({
    type: kind === 'and' ? 'And' : 'Or',
    of,
  })
  const definitions = trees(dittofeedNodes, join, null).map(({ written, holds }) =>
    json(flat(written), holds),
  )
  agrees(definitions, whole('dittofeed'), RUNS)
})
