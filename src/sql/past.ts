import type { Comparison } from '../core/audience/comparison.ts'
import { durationMs } from '../core/audience/duration.ts'
import type { Window } from '../core/audience/event/window.ts'
import type { Lasting, PastCondition } from '../core/audience/past/past-condition.ts'
import { historicTrait, historyName } from '../core/audience/past/used-past.ts'
import { cellOver, type Cell } from './cell.ts'
import { reckonedCell } from './event/event-condition.ts'
import { reachOf } from './event/event-window.ts'
import type { Reach } from './event/facts.ts'
import { openGrouped } from './open-grouped.ts'
import { compileOperator } from './operator.ts'
import type { EvaluationContext, Scope } from './scope.ts'
import { twoValued } from './two-valued.ts'

/** Earlier than anything. */
const BEGINNING = -8_640_000_000_000_000

type Past = Pick<PastCondition, 'trait' | 'comparisons'>

/** Whether all comparisons hold for one value; never null. */
const meets = (comparisons: readonly Comparison[], cell: Cell, scope: Scope): string =>
  comparisons.map((one) => twoValued(compileOperator(one, cell, scope))).join(' and ')

/** Nothing but the wish to be absent holds for what is absent, as every trait is before its first value. */
const holdsForAbsent = (comparisons: readonly Comparison[]): boolean =>
  comparisons.every(({ operand }) => operand.kind === 'flag' && !operand.flag)

/**
 * The values that a trait had until now, in their order, as a list of structs: `t` is since when, `v` tells the order at one
 * moment, and `m` whether the comparisons hold. Null where there are none.
 */
function valuesOf({ trait, comparisons }: Past, scope: Scope): string {
  const { dialect, model, bind } = scope
  const { history } = model
  if (history === undefined) throw new Error(`The model "${model.name}" has no history`)
  const rowsOf = { relation: history.relation, key: history.person, own: model.key, relations: {} }
  const { alias, rows, inner } = openGrouped(historyName(model.name), rowsOf, scope)
  const column = rows.aggregate(JSON.stringify([trait, comparisons]), () => {
    const { column: named, steps } = historicTrait(trait, scope.columns, dialect.foldsCase)
    const isOf = `${inner.trait(history.trait).text()} = ${bind(named, 'text')}`
    rows.limit(isOf)
    const at = inner.trait(history.time).instant()
    const raw = inner.trait([history.value, ...steps].join('.'))
    // A value reads as it would in its column, where numbers and truth have one form only.
    const kind = steps.length === 0 ? scope.columns?.get(named) : undefined
    const cell =
      kind === 'number'
        ? cellOver(raw.number(), kind, scope)
        : kind === 'boolean'
          ? cellOver(raw.truth(), kind, scope)
          : raw
    const { lists } = dialect.events
    const order = `coalesce(${dialect.concat("' '", raw.text())}, '')`
    const struct = lists.struct([
      ['t', at],
      ['v', order],
      ['m', meets(comparisons, cell, inner)],
    ])
    return lists.collect(struct, `${isOf} and ${at} <= ${bind(scope.now, 'integer')}`)
  })
  return `${alias}.${column}`
}

/** A condition over the history of a trait as a boolean over the row of the model; never null. */
export function compilePast(condition: PastCondition, scope: Scope): string {
  if (condition.kind === 'ever') return wasEver(condition, condition.windows, scope)
  const lasted = hasLasted(condition, condition.lasting, scope)
  return `(${[isNow(condition, scope), ...lasted].join(' and ')})`
}

const isNow = ({ trait, comparisons }: Past, scope: Scope): string =>
  `(${meets(comparisons, scope.trait(trait), scope)})`

function hasLasted(past: Past, lasting: readonly Lasting[], scope: Scope): readonly string[] {
  const { lists } = scope.dialect.events
  const values = valuesOf(past, scope)
  const now = scope.bind(scope.now, 'integer')
  const last = lists.end(lists.keep(values, 'other', 'not other.m'), 'last')
  const isLater = `(one.t > ${last}.t or (one.t = ${last}.t and one.v > ${last}.v))`
  const run = lists.keep(values, 'one', `one.m and coalesce(${isLater}, true)`)
  // A value that the history does not have yet came just now.
  const since = `coalesce(${lists.end(run, 'first')}.t, ${now})`
  const start = holdsForAbsent(past.comparisons)
    ? `case when ${last}.t is null then ${BEGINNING} else ${since} end`
    : since
  const length = reckonedCell(`(${now} - ${start})`, scope)
  return lasting.map((one) => compileOperator(comparisonOf(one), length, scope))
}

const ms = (duration: string): number => durationMs(duration) ?? 0

function comparisonOf(lasting: Lasting): Comparison {
  if (lasting.operator === 'between') {
    const operand = { kind: 'range', from: ms(lasting.from), to: ms(lasting.to) } as const
    return { operator: 'between', operand, ignoreCase: false }
  }
  const operand = { kind: 'number', value: ms(lasting.duration) } as const
  return { operator: lasting.operator, operand, ignoreCase: false }
}

/** From `from` until just before `to`. Windows of a length leave out the moment in which they begin. */
function spanOf(window: Window, context: EvaluationContext): Reach {
  const { from, to } = reachOf(window, context)
  const shift = window.operand.kind === 'duration' || window.operand.kind === 'durations' ? 1 : 0
  return { from: from === null ? null : from + shift, to: to === null ? null : to + shift }
}

function wasEver(past: Past, windows: readonly Window[], scope: Scope): string {
  const { now, bind } = scope
  const { lists } = scope.dialect.events
  const spans = windows.map((window) => spanOf(window, scope))
  const from = Math.max(...spans.map((span) => span.from ?? BEGINNING), BEGINNING)
  const to = Math.min(...spans.map((span) => span.to ?? now + 1), now + 1)
  if (from >= to) return 'false'
  const values = valuesOf(past, scope)
  const [start, end] = [bind(from, 'integer'), bind(to, 'integer')]
  const began = lists.keep(values, 'one', `one.m and one.t >= ${start} and one.t < ${end}`)
  const stood = lists.end(lists.keep(values, 'one', `one.t <= ${start}`), 'last')
  return `(${[
    twoValued(`not ${lists.isEmpty(began)}`),
    `coalesce(${stood}.m, ${holdsForAbsent(past.comparisons)})`,
    ...(to > now ? [isNow(past, scope)] : []),
  ].join(' or ')})`
}
