import { hash } from 'node:crypto'
import type { MappedValues } from '../../src/core/match-key/rows.ts'
import type { Dice } from './dice.ts'
import type { Swarm } from './swarm.ts'

/** Who is in the source, with made-up contact data, and what of it should stand in the audience, worked out apart from `src`. */

const MEMBERS = 6

export interface SourcePerson {
  readonly member: string
  readonly values: MappedValues
  /** Equal exactly when the values are. */
  readonly raw: string
}

/** A strong key as the far side knows it: `EMAIL:` and its digest. */
export type Mark = string

/** One match row that should be in the audience, as its strong keys. */
export interface WantedRow {
  readonly member: number
  readonly marks: readonly Mark[]
}

interface Person {
  /** Names of identifiers, such as `e3`, `p1` or `u1`; what is sent of each follows from the name. */
  readonly emails: readonly string[]
  /** Or ids within an app, in a world whose people have those. */
  readonly phones: readonly string[]
  readonly extern: boolean
  readonly name: number
  readonly value: number
}

const NAMES = ['Moritz', 'Wilhelmina'] as const
/** Plaintext of keys that must be hashed before they leave. */
export const PLAINTEXT = /@|moritz|wilhelmina|1202555\d{4}/i

const sha256 = (text: string): string => hash('sha256', text)
const phoneOf = (id: string): string => `202555${String(1000 + numberOf(id)).slice(-4)}`
const numberOf = (id: string): number =>
  Array.from(id).reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 9000, 0)
const appIdOf = (id: string): string => `90071992547${40993 + numberOf(id)}`
const externOf = (member: number): string => `customer-${member}`

const DIGESTS = new Map<string, Mark>()
const NAMES_OF = new Map<Mark, string>()

/** A mark by the short name of what it stands for, for the log. */
export const nameOf = (mark: Mark): string =>
  NAMES_OF.get(mark) ?? mark.replace('EXTERN_ID:customer-', 'x')

function sentOf(id: string): Mark {
  if (id.startsWith('e')) return `EMAIL:${sha256(`${id}@example.com`)}`
  return id.startsWith('p') ? `PHONE:${sha256(`1${phoneOf(id)}`)}` : `APPUID:${appIdOf(id)}`
}

/** What is sent of an identifier. */
export function markOf(id: string): Mark {
  let mark = DIGESTS.get(id)
  if (mark === undefined) {
    mark = sentOf(id)
    DIGESTS.set(id, mark)
    NAMES_OF.set(mark, id)
  }
  return mark
}

/** Somebody who is to be erased. */
export interface ErasingPerson {
  readonly member: string
  /** What is theirs alone, and all that is theirs. */
  readonly own: readonly Mark[]
  readonly marks: readonly Mark[]
}

export class People {
  readonly #dice: Dice
  readonly #swarm: Swarm
  readonly #now = new Map<number, Person>()
  readonly #past = new Map<number, Person[]>()
  readonly suppressed = new Set<Mark>()
  /** Members who do not agree to be sent. */
  readonly #refusing = new Set<number>()
  /** When each came onto the do-not-send list, in the simulated time. */
  readonly suppressedAt = new Map<Mark, number>()
  readonly #lastSuppressedAt = new Map<Mark, number>()

  /** Who was erased, by their numbers, and what was theirs alone. */
  readonly erased = new Set<number>()
  readonly erasedMarks = new Set<Mark>()
  /** Erasures of which something is left to do. */
  erasing: ErasingPerson[] = []

  constructor(dice: Dice, swarm: Swarm) {
    this.#dice = dice
    this.#swarm = swarm
    for (let turn = 0; turn < 4; turn += 1) this.move(0)
  }

  /** Was this key on the do-not-send list at some time since? */
  wasSuppressed(mark: Mark, since: number): boolean {
    return this.suppressed.has(mark) || (this.#lastSuppressedAt.get(mark) ?? -Infinity) >= since
  }

  /**
   * Somebody asks to be erased: for good, whoever is in the source, with whatever of theirs nobody else ever had.
   * @param member Their number in the source.
   */
  erase(member: number, now: number): void {
    if (this.erased.has(member)) return
    const theirs = this.#everOf(member)
    const others = new Set(
      [...this.#past.keys()].filter((one) => one !== member).flatMap((one) => this.#everOf(one)),
    )
    const own = theirs.filter((mark) => !others.has(mark))
    this.erased.add(member)
    for (const mark of own) {
      this.erasedMarks.add(mark)
      this.suppressed.add(mark)
      this.suppressedAt.set(mark, now)
      this.#lastSuppressedAt.set(mark, now)
    }
    this.erasing.push({ member: memberOf(member), own, marks: theirs })
  }

  /** Every strong key that a member has or had. */
  #everOf(member: number): Mark[] {
    const marks = (this.#past.get(member) ?? []).flatMap(({ emails, phones, extern }) => [
      ...[...emails, ...phones].map(markOf),
      ...(extern ? [`EXTERN_ID:${externOf(member)}`] : []),
    ])
    return [...new Set(marks)]
  }

  /** A few people enter, leave, return, or change. */
  move(now: number): void {
    const { faults } = this.#swarm
    for (let moves = 1 + this.#dice.below(2); moves > 0; moves -= 1) this.#moveOne()
    if (this.#dice.chance(faults.suppress)) this.suppress(now)
    if (this.suppressed.size > 0 && this.#dice.chance(0.2)) this.#allowAgain()
  }

  /** Somebody objects: one of their addresses, or they themselves by their id. */
  suppress(now: number): void {
    const mark = this.#dice.pick(this.#allMarks())
    this.suppressed.add(mark)
    this.suppressedAt.set(mark, now)
    this.#lastSuppressedAt.set(mark, now)
  }

  /** Somebody withdraws their consent; somebody else may give theirs again. */
  changeConsent(dice: Dice): void {
    const member = dice.below(MEMBERS)
    if (this.#refusing.has(member)) this.#refusing.delete(member)
    else this.#refusing.add(member)
  }

  refusing(): ReadonlySet<string> {
    return new Set([...this.#refusing].map(memberOf))
  }

  #agreeing(): [number, Person][] {
    return [...this.#now].filter(([member]) => !this.#refusing.has(member))
  }

  #allowAgain(): void {
    const listed = [...this.suppressed].filter((mark) => !this.erasedMarks.has(mark))
    if (listed.length === 0) return
    const mark = this.#dice.pick(listed)
    this.suppressed.delete(mark)
    this.suppressedAt.delete(mark)
  }

  #moveOne(): void {
    const dice = this.#dice
    const member = dice.below(MEMBERS)
    const person = this.#now.get(member)
    const earlier = this.#past.get(member) ?? []
    if (person === undefined) {
      this.#set(
        member,
        earlier.length > 0 && dice.chance(0.6) ? dice.pick(earlier) : this.#fresh(member),
      )
      return
    }
    const change = dice.next()
    const { emails, phones } = person
    if (change < 0.3) this.#now.delete(member)
    else if (change < 0.4) this.#set(member, { ...person, name: 1 - person.name })
    else if (change < 0.45) this.#set(member, { ...person, value: dice.below(3) })
    else if (change < 0.6)
      this.#set(member, { ...person, emails: [this.#email(member), ...emails.slice(1)] })
    else if (change < 0.7)
      this.#set(member, { ...person, phones: phones.length > 0 ? [] : [this.#phone(member)] })
    else if (change < 0.8) this.#set(member, dice.pick(earlier))
    else if (change < 0.9) this.#swap(member, person)
    else this.#set(member, this.#fresh(member))
  }

  #swap(member: number, person: Person): void {
    const other = this.#dice.below(MEMBERS)
    const with_ = this.#now.get(other)
    if (with_ === undefined || this.#swarm.model === 'P2') return
    this.#set(member, { ...person, emails: with_.emails })
    this.#set(other, { ...with_, emails: person.emails })
  }

  #fresh(member: number): Person {
    const dice = this.#dice
    const emails = Array.from({ length: dice.pick([0, 1, 2, 2]) }, () => this.#email(member))
    const phones = Array.from({ length: dice.chance(0.4) ? 1 + dice.below(2) : 0 }, () =>
      this.#phone(member),
    )
    return {
      emails,
      phones,
      // The same for a member at all times, but not there for all members, so that requests must be parted.
      extern: this.#swarm.externIds && member !== 2,
      name: dice.below(2),
      value: dice.below(3),
    }
  }

  #email(member: number): string {
    const all = emailsOf(member, this.#swarm)
    // Mostly their own, where they have some.
    return this.#dice.pick(
      this.#swarm.model === 'P2' && this.#dice.chance(0.6) ? all.slice(0, 3) : all,
    )
  }

  #phone(member: number): string {
    return this.#dice.pick(phonesOf(member, this.#swarm))
  }

  #set(member: number, person: Person): void {
    this.#now.set(member, person)
    const past = this.#past.get(member)
    if (past === undefined) this.#past.set(member, [person])
    else past.push(person)
  }

  /** Every identifier that can occur. */
  #allMarks(): Mark[] {
    const ids = new Set<string>()
    for (let member = 0; member < MEMBERS; member += 1)
      for (const id of [...emailsOf(member, this.#swarm), ...phonesOf(member, this.#swarm)])
        ids.add(id)
    const marks = [...ids].map(markOf)
    return this.#swarm.externIds ? [...marks, `EXTERN_ID:${externOf(0)}`] : marks
  }

  /** As a database would hand them over, with the spellings people really type. */
  source(): SourcePerson[] {
    return this.#agreeing()
      .toSorted(([a], [b]) => a - b)
      .map(([member, person]) => {
        const values = {
          ...(this.#swarm.idsAlone ? {} : identifiers(person, this.#swarm)),
          FN: [NAMES[person.name]],
          ...(person.extern ? { EXTERN_ID: [externOf(member)] } : {}),
          ...(this.#swarm.valueBased ? { LOOKALIKE_VALUE: [person.value] } : {}),
        }
        return { member: memberOf(member), values, raw: hash('md5', JSON.stringify(values)) }
      })
  }

  /** Every strong key that somebody in the source who agrees has now, allowed or not. */
  marks(): Set<Mark> {
    const marks = new Set<Mark>()
    for (const [member, { emails, phones, extern }] of this.#agreeing()) {
      for (const id of [...emails, ...phones]) marks.add(markOf(id))
      if (extern) marks.add(`EXTERN_ID:${externOf(member)}`)
    }
    return marks
  }

  /** The rows that the definition wants in the audience now. */
  wanted(): WantedRow[] {
    return this.#agreeing().flatMap(([member, person]) => this.#rowsOf(member, person))
  }

  #rowsOf(member: number, person: Person | undefined): WantedRow[] {
    if (person === undefined || this.erased.has(member)) return []
    const { emails, phones, extern } = person
    const allowed = (ids: readonly string[]): Mark[] =>
      [...new Set(ids.map(markOf))].filter((mark) => !this.suppressed.has(mark))
    const email = allowed(emails)
    const phone = allowed(phones)
    const id = extern ? [`EXTERN_ID:${externOf(member)}`] : []
    // Whoever is named by their own id is not sent by any other identifier either.
    if (id.some((mark) => this.suppressed.has(mark))) return []
    if (this.#swarm.idsAlone) return id.length === 0 ? [] : [{ member, marks: id }]
    // An id alone is not sent beside other keys.
    if (email.length + phone.length === 0) return []
    return Array.from({ length: Math.max(1, email.length, phone.length) }, (_, row) => ({
      member,
      marks: [...pick(email, row), ...pick(phone, row), ...id],
    }))
  }
}

const identifiers = ({ emails, phones }: Person, { second }: Swarm): MappedValues => ({
  EMAIL: emails.map((id, place) =>
    place === 0 ? `${id}@example.com` : ` ${id.toUpperCase()}@Example.com`,
  ),
  [second]: phones.map((id) =>
    second === 'APPUID'
      ? ` ${appIdOf(id)}.0`
      : `+1 (${phoneOf(id).slice(0, 3)}) ${phoneOf(id).slice(3)}`,
  ),
})

const pick = (marks: readonly Mark[], row: number): Mark[] => {
  const mark = marks[row] ?? marks[0]
  return mark === undefined ? [] : [mark]
}

export const memberOf = (member: number): string => `00000000-0000-4000-8000-00000000000${member}`

function emailsOf(member: number, { model }: Swarm): string[] {
  return model === 'P2'
    ? [`e${member}a`, `e${member}b`, `e${member}c`, 'es0', 'es1', 'es2']
    : ['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']
}

function phonesOf(member: number, { model, second }: Swarm): string[] {
  const kind = second === 'PHONE' ? 'p' : 'u'
  const names = model === 'P2' ? [`${member}a`, 's0', 's1'] : ['0', '1', '2']
  return names.map((name) => kind + name)
}

/** Who owns each identifier at the far side; what nobody owns is left out. */
export function owners(swarm: Swarm, dice: Dice): ReadonlyMap<Mark, string> {
  const found = new Map<Mark, string>()
  for (let member = 0; member < MEMBERS; member += 1)
    for (const id of [...emailsOf(member, swarm), ...phonesOf(member, swarm)]) {
      const own = swarm.model === 'P2' && id[1] !== 's'
      if (swarm.model === 'P3')
        found.set(markOf(id), found.get(markOf(id)) ?? `person ${dice.below(6)}`)
      else if (own) found.set(markOf(id), `person ${member}`)
      else if (!found.has(markOf(id)) && !dice.chance(0.1)) found.set(markOf(id), `person ${id}`)
    }
  return found
}
