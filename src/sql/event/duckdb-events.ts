import { UNIQUE_LIST_MAX } from '../../core/audience/event/aggregate.ts'
import type { EventDialect } from './event-dialect.ts'

/** Rows for which a condition is true. */
const where = (condition: string): string => `filter (where ${condition})`

/** Sums of binary fractions depend on the order in which threads come by; to nine decimals they are exact. */
const exactly = (number: string): string =>
  `case when abs(${number}) < 1e18 then cast(${number} as decimal(38, 9)) end`

const sum = (number: string, condition: string): string =>
  `cast(sum(${exactly(number)}) ${where(condition)} as double)`

const PERCENTILES = { median: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const

/** Values in the order of time, for ties in the order of the values. */
const ordered = (text: string, instant: string): string => `{'t': ${instant}, 'v': ${text}}`

/** Runs of equal values are counted along the sorted list; of those as frequent the one seen last counts, then the greater. */
function mostFrequent(
  text: string,
  instant: string,
  condition: string,
  least: string | null,
): string {
  const rows = `list_sort(list({'v': ${text}, 't': ${instant}}) ${where(`${condition} and ${text} is not null`)})`
  const counted = `list_transform(${rows}, lambda x: {'n': 1, 't': x.t, 'v': x.v, 'b': {'n': 1, 't': x.t, 'v': x.v}})`
  const n = 'case when x.v = y.v then x.n + 1 else 1 end'
  const run = `{'n': ${n}, 't': y.t, 'v': y.v}`
  const best = `list_reduce(${counted}, lambda x, y: {'n': ${n}, 't': y.t, 'v': y.v, 'b': greatest(x.b, ${run})}).b`
  return least === null ? `${best}.v` : `list_filter([${best}], lambda x: x.n >= ${least})[1].v`
}

export const duckdbEvents: EventDialect = {
  notBefore(column, kind, instant) {
    if (kind === 'local-time') return `${column} >= epoch_ms(${instant()})`
    return kind === 'instant' ? `${column} >= timezone('UTC', epoch_ms(${instant()}))` : null
  },
  calendarUnit: (instant, unit, zone) =>
    `cast(date_trunc('${unit}', timezone(${zone}, timezone('UTC', epoch_ms(${instant})))) as date)`,
  jsonText: (column) => `cast(to_json(${column}) as varchar)`,
  countIf: (condition) => `count(*) ${where(condition)}`,
  countDistinct: (value, condition) => `count(distinct ${value}) ${where(condition)}`,
  aggregate(name, value, instant, condition, least) {
    switch (name) {
      case 'sum':
        return sum(value, condition)
      case 'avg':
        return `${sum(value, condition)} / nullif(count(${exactly(value)}) ${where(condition)}, 0)`
      case 'min':
      case 'max':
        return `${name}(${value}) ${where(condition)}`
      case 'median':
      case 'p90':
      case 'p95':
      case 'p99':
        return `quantile_cont(${value}, ${PERCENTILES[name]}) ${where(condition)}`
      case 'distinct':
        return `count(distinct ${value}) ${where(condition)}`
      case 'first':
      case 'last':
        return `${name === 'first' ? 'arg_min' : 'arg_max'}(${value}, ${ordered(value, instant)}) ${where(`${condition} and ${value} is not null`)}`
      case 'most_frequent':
        return mostFrequent(value, instant, condition, least)
      case 'unique_list':
        return `list_sort(list(distinct ${value}) ${where(`${condition} and ${value} is not null`)})[1:${UNIQUE_LIST_MAX}]`
    }
  },
  instants: (instant, condition) => `list_sort(list(${instant}) ${where(condition)})`,
  anyInstant: (list, holds) =>
    `len(list_filter(${list}, lambda moment, place: ${holds('moment', 'place', `${list}[place - 1]`)})) > 0`,
  lists: {
    struct: (fields) => `{${fields.map(([name, sql]) => `'${name}': ${sql}`).join(', ')}}`,
    collect: (struct, condition) => `list_sort(list(${struct}) ${where(condition)})`,
    keep: (list, name, holds) => `list_filter(${list}, lambda ${name}: ${holds})`,
    change: (list, name, to) => `list_transform(${list}, lambda ${name}: ${to})`,
    flat: (lists) => `list_distinct(flatten(${lists}))`,
    isEmpty: (list) => `len(${list}) = 0`,
    greatest: (list) => `list_sort(${list})[-1:]`,
    end: (list, which) => `${list}[${which === 'first' ? 1 : -1}]`,
  },
  earliest: (instant) => `min(${instant})`,
  earliestOf: (instant, person) => `min(${instant}) over (partition by ${person})`,
}
