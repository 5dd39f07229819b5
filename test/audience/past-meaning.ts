/** What conditions over the past of a trait mean, a second time: in memory, from the language's page and not from the compiler. */
import type { Comparison } from '../../src/core/audience/comparison.ts'
import type { Window } from '../../src/core/audience/event/window.ts'
import type { Lasting, PastCondition } from '../../src/core/audience/past/past-condition.ts'
import {
  asMoment,
  asText,
  compares,
  instantOf,
  lengthOf,
  read,
  wallDay,
  type Cell,
} from './comparison-meaning.ts'

/** One row of a history, as it stands in the data. */
export interface Said {
  readonly trait: string
  readonly value: Cell
  readonly since: Cell
}

interface Setting {
  readonly now: number
  readonly timeZone: string
}

const DAY = 86_400_000
const LONG_AGO = Date.parse('0001-01-01T00:00:00Z')

const noLook = (): Cell => {
  throw new Error('The past is compared with written values')
}

const orderText = (cell: Cell): string => {
  if (cell === null) return ''
  return ` ${typeof cell === 'object' ? JSON.stringify('fields' in cell ? cell.fields : cell) : asText(cell)}`
}

/** Since when there was which value, until now, in their order. */
function told(trait: string, history: readonly Said[], { now, timeZone }: Setting) {
  const [column = '', ...steps] = trait.split('.')
  return history
    .flatMap(({ trait: of, value, since }) => {
      const moment = asMoment(since)
      if (of !== column || moment === null) return []
      const at = instantOf(moment, timeZone)
      const cell = read({ value }, ['value', ...steps].join('.'))
      return at > now ? [] : [{ at, cell, order: orderText(cell) }]
    })
    .toSorted((a, b) => a.at - b.at || Buffer.compare(Buffer.from(a.order), Buffer.from(b.order)))
}

/** @param current what the trait is now */
export function meetsPast(
  condition: PastCondition,
  current: Cell,
  history: readonly Said[],
  setting: Setting,
): boolean {
  const { now } = setting
  const holds = (cell: Cell): boolean =>
    condition.comparisons.every((one: Comparison) => compares(one, cell, noLook, setting))
  const values = told(condition.trait, history, setting).map(({ at, cell }) => ({
    at,
    holds: holds(cell),
  }))
  if (condition.kind === 'held_for') {
    if (!holds(current)) return false
    const broken = values.findLastIndex((value) => !value.holds)
    const since =
      broken === -1 && holds(null) ? -Infinity : (values.slice(broken + 1)[0]?.at ?? now)
    return condition.lasting.every((one) => lasted(now - since, one))
  }
  const isMeant = (moment: number): boolean =>
    moment <= now && condition.windows.every((window) => isIn(window, moment, setting))
  if (isMeant(now) && holds(current)) return true
  if (values.some(({ at, holds: held }) => held && isMeant(at))) return true
  // At the beginning of a window what was there before still is.
  const beginnings = [LONG_AGO, ...condition.windows.map((window) => beginningOf(window, setting))]
  return beginnings.filter(isMeant).some((moment) => {
    const before = values.findLast(({ at }) => at <= moment)
    return before === undefined ? holds(null) : before.holds
  })
}

function lasted(ms: number, lasting: Lasting): boolean {
  switch (lasting.operator) {
    case 'gt':
      return ms > lengthOf(lasting.duration)
    case 'gte':
      return ms >= lengthOf(lasting.duration)
    case 'lt':
      return ms < lengthOf(lasting.duration)
    case 'lte':
      return ms <= lengthOf(lasting.duration)
    case 'between':
      return ms >= lengthOf(lasting.from) && ms <= lengthOf(lasting.to)
  }
}

function isIn({ word, operand }: Window, at: number, setting: Setting): boolean {
  if (word === 'within' && operand.kind === 'duration')
    return at > setting.now - lengthOf(operand.duration)
  const operator = word === 'within' ? 'within_last' : word
  return compares({ operator, operand, ignoreCase: false }, { time: at }, noLook, setting)
}

/** The first millisecond of a window. */
const firstDays = new Map<string, number>()
function beginningOf(window: Window, setting: Setting): number {
  const { now, timeZone } = setting
  const { operand } = window
  switch (operand.kind) {
    case 'duration':
      return now - lengthOf(operand.duration) + 1
    case 'durations':
      return now - lengthOf(operand.far) + 1
    case 'moments':
      return instantOf(asMoment(operand.from) ?? 0, timeZone)
    case 'moment':
      return window.word === 'until' || typeof operand.moment !== 'string'
        ? LONG_AGO
        : instantOf(asMoment(operand.moment) ?? 0, timeZone)
    case 'calendar': {
      const key = JSON.stringify([window, setting])
      const known = firstDays.get(key)
      if (known !== undefined) return known
      // The days of two years and more, back from now: the earliest that is still in it.
      const days = Array.from({ length: 740 }, (_, back) =>
        instantOf({ day: wallDay(now - back * DAY, timeZone) }, timeZone),
      )
      const first = Math.min(...days.filter((day) => isIn(window, day, setting)))
      firstDays.set(key, first)
      return first
    }
  }
}
