import {
  PERCENT_PARTS,
  type RankedBy,
  type TopCondition,
  type TopShare,
} from '../core/audience/top/top-condition.ts'
import { assertNever } from '../core/exhaustive.ts'
import { measuredCell } from './event/event-condition.ts'
import { peopleSql } from './event/event-scan.ts'
import { openScope } from './open-scope.ts'
import type { Query } from './query.ts'
import { keyText, type Scope } from './scope.ts'
import { twoValued } from './two-valued.ts'

const WHOLE = 100 * PERCENT_PARTS

const valueOf = (by: RankedBy, scope: Scope): string =>
  by.kind === 'trait' ? scope.trait(by.trait).number() : measuredCell(by.measured, scope).number()

/** Everyone who takes part, by key: their place from 1, the greatest value first, and how many there are. */
function rankingSql(by: RankedBy, meets: ((inner: Scope) => string) | null, scope: Scope): string {
  const { dialect, model, parameters } = scope
  // A scope of its own: whom the statement asks for must not change who is ranked.
  const inner = openScope(dialect, model, scope, parameters)
  const value = valueOf(by, inner)
  const limits = meets === null ? '' : ` where ${meets(inner)}`
  const valued = `select ${keyText(inner)} as rollcall_person, ${value} as rollcall_value from ${peopleSql(inner)}${limits}`
  // A key that stands in several rows is one person, with the greatest of the values.
  const each = `select rollcall_person, max(rollcall_value) as rollcall_value from (${valued}) as valued where rollcall_person is not null and rollcall_value is not null group by rollcall_person`
  const order = `order by rollcall_value desc, ${dialect.byBytes('rollcall_person')}`
  return `select rollcall_person, rollcall_value, row_number() over (${order}) as rollcall_place, count(*) over () as rollcall_ranked from (${each}) as each_person`
}

/** Whole numbers on both sides, so that no engine rounds: the first ⌈ranked × percent ÷ 100⌉. */
function isInFirst(percent: number, ranking: string, scope: Scope): string {
  const parts = scope.bind(Math.round(percent * PERCENT_PARTS), 'integer')
  return `(${ranking}.rollcall_place - 1) * ${WHOLE} < ${ranking}.rollcall_ranked * ${parts}`
}

function isMeant(share: TopShare, ranking: string, scope: Scope): string {
  switch (share.kind) {
    case 'percent':
      return isInFirst(share.percent, ranking, scope)
    case 'count':
      return `${ranking}.rollcall_place <= ${scope.bind(share.count, 'integer')}`
    case 'percentile':
      return `(${isInFirst(100 - share.from, ranking, scope)} and not ${isInFirst(100 - share.to, ranking, scope)})`
    default:
      return assertNever(share)
  }
}

/**
 * Whether the person is high enough in a ranking; never null.
 * @param compileOf who takes part, over the rows of a scope
 * @param owner tells the words of one audience from those of another
 */
export function compileTop<Of>(
  { by, share, of }: TopCondition<Of>,
  compileOf: (of: Of, scope: Scope) => string,
  owner: number,
  scope: Scope,
): string {
  const key = JSON.stringify(['top', by, of, of === null ? null : owner])
  const ranking = scope.joins.add(key, () => {
    const sql = rankingSql(by, of === null ? null : (inner) => compileOf(of, inner), scope)
    return { relation: () => sql, on: { column: 'rollcall_person', equals: keyText(scope) } }
  })
  return twoValued(isMeant(share, ranking, scope))
}

/**
 * One row: the person's `place` and `value` in a ranking, null where they take no part; how many are `ranked`; and the `least` and
 * the `greatest` value of those who are high enough.
 */
export function rankQuery<Of>(
  { by, share, of }: TopCondition<Of>,
  compileOf: (of: Of, scope: Scope) => string,
  scope: Scope,
  person: string,
): Query {
  const ranking = rankingSql(by, of === null ? null : (inner) => compileOf(of, inner), scope)
  const meant = isMeant(share, 'ranking', scope)
  const own = `ranking.rollcall_person = ${scope.bind(person, 'text')}`
  const columns = [
    `max(rollcall_place) filter (where ${own}) as place`,
    `max(rollcall_value) filter (where ${own}) as value`,
    'count(*) as ranked',
    `min(rollcall_value) filter (where ${meant}) as least`,
    `max(rollcall_value) filter (where ${meant}) as greatest`,
  ]
  const sql = `select ${columns.join(', ')} from (${ranking}) as ranking`
  return { sql, parameters: scope.parameters.values() }
}
