/**
 * The audience language a second time: in memory, one person after the other, written from the language's page and not from the
 * compiler. It shares the tree's type with the source and nothing else.
 */
import { createHash } from 'node:crypto'
import type { AccountCondition } from '../../src/core/audience/account/account-condition.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import type { MeasuredEvents } from '../../src/core/audience/event/event-condition.ts'
import type {
  RelatedCondition,
  RowWhere,
} from '../../src/core/audience/related/related-condition.ts'
import type { TopCondition } from '../../src/core/audience/top/top-condition.ts'
import {
  asNumber,
  asText,
  asTruth,
  compares,
  hasValue,
  read,
  type Cell,
  type Look,
} from './comparison-meaning.ts'
import { meetsPast, type Said } from './past-meaning.ts'
import { measuredOf, meetsEvents, type Happening } from './event-meaning.ts'

export type Person = Readonly<Record<string, Cell>>

/** Everyone of one model. */
interface Crowd {
  readonly people: readonly Person[]
  readonly key: string
  /** What people did, by their key. */
  readonly events: ReadonlyMap<string, readonly Happening[]>
  /** What was said of them, by their key. */
  readonly history?: ReadonlyMap<string, readonly Said[]>
  readonly accounts?: AccountWorld
  /** The traits that are made of what they did. */
  readonly computed?: Readonly<Record<string, MeasuredEvents>>
}

/** Rows of a relation, and how it is told whose they are. */
export interface RelatedWorld {
  readonly rows: readonly Person[]
  readonly key: string
  readonly own: string
  readonly relations: Readonly<Record<string, RelatedWorld>>
}

/** Accounts, and who belongs to them: the keys of one and of the other. */
export interface AccountWorld {
  readonly rows: readonly Person[]
  readonly key: string
  readonly members: readonly (readonly [person: Cell, account: Cell])[]
}

interface OtherAudience {
  readonly where: Condition
  readonly exclude: readonly string[]
  /** Everyone of its model. */
  readonly over: Crowd
}

export interface Setting extends Crowd {
  /** By purpose, the column that tells who agreed. */
  readonly consent: Readonly<Record<string, string>>
  readonly relations: Readonly<Record<string, RelatedWorld>>
  readonly now: number
  readonly timeZone: string
  readonly lists: Readonly<Record<string, readonly string[]>>
  readonly audiences: Readonly<Record<string, OtherAudience>>
  /** What `sql` conditions mean here. */
  readonly sql: Readonly<Record<string, (person: Person) => boolean | null>>
}

/** Whether the person meets the tree. */
export function meets(condition: Condition, person: Person, setting: Setting): boolean {
  switch (condition.kind) {
    case 'everyone':
      return true
    case 'all':
      return condition.of.every((child) => meets(child, person, setting))
    case 'any':
      return condition.of.some((child) => meets(child, person, setting))
    case 'not':
      return !meets(condition.of, person, setting)
    case 'trait':
      return compares(
        condition,
        traitOf(person, condition.trait, setting),
        lookAt(person, setting),
        setting,
      )
    case 'held_for':
    case 'ever': {
      const history = setting.history?.get(keyOf(person, setting)) ?? []
      return meetsPast(condition, read(person, condition.trait), history, setting)
    }
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      return meetsEvents(condition, eventsOf(person, setting), lookAt(person, setting), setting)
    case 'has':
      return hasValue(traitOf(person, condition.identifier, setting))
    case 'sample': {
      const digest = createHash('md5')
        .update(`${condition.salt}:${keyOf(person, setting)}`)
        .digest('hex')
      const fraction = Number(BigInt(`0x${digest.slice(0, 13)}`)) / 2 ** 52
      return fraction >= condition.from && fraction < condition.to
    }
    case 'list':
      return (setting.lists[condition.path] ?? []).includes(keyOf(person, setting))
    case 'sql':
      return setting.sql[condition.sql]?.(person) ?? false
    case 'member_of':
      return belongs(condition.audience, person, setting)
    case 'top':
      return isHigh(condition, person, setting)
    case 'account':
      return inSomeAccount(condition, person, setting)
    case 'related':
      return meetsRelated(condition, person, setting.relations, lookAt(person, setting), setting)
    case 'consent':
      return asTruth(read(person, setting.consent[condition.purpose] ?? '')) === true
  }
}

/** Whether somebody belongs to an account for whose users a tree holds. */
function inSomeAccount(
  { of, users }: AccountCondition<Condition>,
  person: Person,
  setting: Setting,
): boolean {
  const { accounts } = setting
  if (accounts === undefined) throw new Error('There are no accounts')
  const belongsTo = (one: Person, account: Person): boolean =>
    accounts.members.some(
      ([member, group]) =>
        asText(member) === keyOf(one, setting) &&
        asText(group) !== null &&
        asText(group) === asText(account[accounts.key] ?? null),
    )
  return accounts.rows.some((account) => {
    if (!belongsTo(person, account)) return false
    const judged = setting.people
      .filter((one) => belongsTo(one, account))
      .map((user) => isSoOfUser(of, account, user, setting))
    if (users === 'any') return judged.includes(true)
    return users === 'all' ? !judged.includes(false) : !judged.includes(true)
  })
}

/** A tree over an account and one of its users: traits are the account's, all else is the user's. */
function isSoOfUser(
  condition: Condition,
  account: Person,
  user: Person,
  setting: Setting,
): boolean {
  const look: Look = (reference) => {
    if ('trait' in reference) return read(account, reference.trait)
    throw new Error('There is no event here')
  }
  switch (condition.kind) {
    case 'all':
      return condition.of.every((child) => isSoOfUser(child, account, user, setting))
    case 'any':
      return condition.of.some((child) => isSoOfUser(child, account, user, setting))
    case 'not':
      return !isSoOfUser(condition.of, account, user, setting)
    case 'trait':
      return compares(condition, read(account, condition.trait), look, setting)
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      return meetsEvents(condition, eventsOf(user, setting), look, setting)
    case 'everyone':
    case 'held_for':
    case 'ever':
    case 'has':
    case 'sample':
    case 'list':
    case 'sql':
    case 'member_of':
    case 'top':
    case 'account':
    case 'related':
    case 'consent':
      return meets(condition, user, setting)
  }
}

/** Whether somebody is in another audience: as they are here, or by their key where it is over other people. */
function belongs(name: string, person: Person, setting: Setting): boolean {
  const audience = setting.audiences[name]
  if (audience === undefined) throw new Error(`There is no audience ${name}`)
  const inside = (one: Person, where: Setting): boolean =>
    meets(audience.where, one, where) &&
    !audience.exclude.some((excluded) => belongs(excluded, one, where))
  if (audience.over.people === setting.people) return inside(person, setting)
  const there = { ...setting, computed: {}, ...audience.over }
  const key = keyOf(person, setting)
  return there.people.some((one) => keyOf(one, there) === key && inside(one, there))
}

/** The greatest value of each person who takes part, the highest first. */
const rankings = new WeakMap<TopCondition<Condition>, Map<unknown, readonly string[]>>()
function rankingOf({ by, of }: TopCondition<Condition>, setting: Setting): readonly string[] {
  const values = new Map<string, number>()
  for (const person of setting.people) {
    if (of !== null && !meets(of, person, setting)) continue
    const value =
      by.kind === 'trait'
        ? traitOf(person, by.trait, setting)
        : measuredOf(by.measured, eventsOf(person, setting), lookAt(person, setting), setting)
    const number = asNumber(value)
    const key = asText(person[setting.key] ?? null)
    if (number !== null && key !== null)
      values.set(key, Math.max(number, values.get(key) ?? -Infinity))
  }
  return [...values]
    .toSorted(
      ([one, high], [other, higher]) =>
        higher - high || Buffer.compare(Buffer.from(one), Buffer.from(other)),
    )
    .map(([key]) => key)
}

function isHigh(condition: TopCondition<Condition>, person: Person, setting: Setting): boolean {
  const known = rankings.get(condition) ?? new Map<unknown, readonly string[]>()
  rankings.set(condition, known)
  const ranking = known.get(setting) ?? rankingOf(condition, setting)
  known.set(setting, ranking)
  const place = ranking.indexOf(keyOf(person, setting))
  const first = (percent: number): number =>
    Math.ceil((ranking.length * Math.round(percent * 1000)) / 100_000)
  const { share } = condition
  if (place === -1) return false
  if (share.kind === 'count') return place < share.count
  if (share.kind === 'percent') return place < first(share.percent)
  return place < first(100 - share.from) && place >= first(100 - share.to)
}

/** Whether the rows that belong to a person, or to another row, are as a condition wants them. */
function meetsRelated(
  { relation, where, asks }: RelatedCondition,
  owner: Person,
  relations: Setting['relations'],
  look: Look,
  setting: Setting,
): boolean {
  const world = relations[relation]
  if (world === undefined) throw new Error(`There is no relation ${relation}`)
  const whose = asText(read(owner, world.own))
  const rows = world.rows.filter((row) => whose !== null && asText(read(row, world.key)) === whose)
  const isSo = (wanted: RowWhere, row: Person): boolean => {
    switch (wanted.kind) {
      case 'all':
        return wanted.of.every((one) => isSo(one, row))
      case 'any':
        return wanted.of.some((one) => isSo(one, row))
      case 'not':
        return !isSo(wanted.of, row)
      case 'column':
        return compares(wanted, read(row, wanted.column), look, setting)
      case 'related':
        return meetsRelated(wanted, row, world.relations, look, setting)
    }
  }
  const so = rows.filter((row) => where === null || isSo(where, row)).length
  return asks === 'all' ? rows.length > 0 && so === rows.length : compares(asks, so, look, setting)
}

const keyOf = (person: Person, setting: Setting): string =>
  asText(person[setting.key] ?? null) ?? ''

/** Reckoned once for each person: sets are gone through again and again. */
const reckoned = new WeakMap<Person, Map<MeasuredEvents, Cell>>()

/** A column of the person, or what is made of their events. */
function traitOf(person: Person, name: string, setting: Setting): Cell {
  const measured = setting.computed?.[name]
  if (measured === undefined) return read(person, name)
  const own = reckoned.get(person) ?? new Map<MeasuredEvents, Cell>()
  reckoned.set(person, own)
  const known = own.get(measured)
  if (known !== undefined) return known
  const events = eventsOf(person, setting)
  const cell = measuredOf(measured, events, lookAt(person, setting), setting)
  own.set(measured, cell)
  return cell
}

/** What a reference to a trait of the person stands for. */
export function lookAt(person: Person, setting: Setting): Look {
  return (reference) => {
    if ('trait' in reference) return traitOf(person, reference.trait, setting)
    throw new Error('There is no event here')
  }
}

const eventsOf = (person: Person, setting: Setting): readonly Happening[] =>
  setting.events.get(keyOf(person, setting)) ?? []
