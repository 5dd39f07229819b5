/**
 * Who belongs in each audience, worked out a second time and another way: line by line over the orders, in whole cents and whole
 * days, with nothing of Rollcall. What the demo compares the sandbox with.
 */
import { hash } from 'node:crypto'

const DAY_MS = 86_400_000

interface Order {
  readonly customer: string
  /** Days since 1970-01-01. */
  readonly day: number
  readonly cents: number
}

/** Who belongs; for a value-based audience each with their value in cents. */
export type Expected = ReadonlyMap<string, number | null>

interface History {
  purchases: number
  lastDay: number
  yearCents: number
}

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS

function readOrders(csv: string): Order[] {
  return csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [customer = '', date = '', , dollars = ''] = line.split(',')
      return { customer, day: dayOf(date), cents: Math.round(Number(dollars) * 100) }
    })
}

function historiesAt(orders: readonly Order[], today: number): Map<string, History> {
  const histories = new Map<string, History>()
  for (const { customer, day, cents } of orders) {
    if (day > today) continue
    const history = histories.get(customer) ?? { purchases: 0, lastDay: day, yearCents: 0 }
    history.purchases += 1
    history.lastDay = Math.max(history.lastDay, day)
    if (day > today - 365) history.yearCents += cents
    histories.set(customer, history)
  }
  return histories
}

/** A tenth of all people is left out of the win-back campaign, by the first 52 bits of an MD5. */
const isHeldOut = (person: string): boolean =>
  Number.parseInt(hash('md5', `win-back:${person}`).slice(0, 13), 16) / 2 ** 52 < 0.1

/**
 * By sync, who belongs in its audience on a day.
 * @param persons By customer, the id that Rollcall has for the person; who is held out goes by it.
 */
export function expectedOn(
  ordersCsv: string,
  date: string,
  persons: ReadonlyMap<string, string>,
): ReadonlyMap<string, Expected> {
  const today = dayOf(date)
  const bigSpenders = new Map<string, number>()
  const lapsed = new Map<string, null>()
  const boughtOnce = new Map<string, null>()
  for (const [customer, history] of historiesAt(readOrders(ordersCsv), today)) {
    const { purchases, lastDay, yearCents } = history
    if (yearCents >= 20_000) bigSpenders.set(customer, yearCents)
    if (purchases >= 2 && lastDay <= today - 120 && !isHeldOut(persons.get(customer) ?? ''))
      lapsed.set(customer, null)
    if (purchases === 1) boughtOnce.set(customer, null)
  }
  return new Map<string, Expected>([
    ['big_spenders_to_meta', bigSpenders],
    ['lapsed_to_meta', lapsed],
    ['bought_once_to_meta', boughtOnce],
  ])
}
