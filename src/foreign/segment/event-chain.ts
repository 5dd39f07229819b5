import { eventName } from '../did.ts'
import { textOf } from './call.ts'
import type { Call, Chain, Expression } from './expression.ts'

/** `event('Login').where(…).within(…).count()`, taken apart. */
export interface EventChain {
  /** As it stands beside `did`. */
  readonly name: unknown
  readonly wheres: readonly Expression[]
  /** Everything that narrows the events, but `where`. */
  readonly filters: readonly Call[]
  readonly reducer: Call | null
  /** `unique(…).count()`. */
  readonly counted: boolean
}

const FILTERS: readonly string[] = ['within', 'between', 'sources', 'expires_after']

/** Takes a chain over events apart. A text says why it cannot be meant. */
export function eventOf({ calls }: Chain): EventChain | string {
  const [event, ...rest] = calls
  const name = event && textOf(event)
  if (event === undefined || name === undefined || name === '') return '"event" takes one name.'
  const filters: Call[] = []
  const wheres: Expression[] = []
  let reducer: Call | null = null
  let counted = false
  for (const call of rest) {
    if (reducer !== null) {
      if (reducer.name !== 'unique' || call.name !== 'count' || counted)
        return `"${call.name}" means nothing after "${reducer.name}".`
      counted = true
    } else if (call.name === 'where') wheres.push(...call.values)
    else if (FILTERS.includes(call.name)) filters.push(call)
    else reducer = call
  }
  return { name: eventName(name), wheres, filters, reducer, counted }
}
