import type { Message } from '../core/event/message.ts'
import { grantedConsent } from '../core/event/granted-consent.ts'
import type { Resolution } from '../core/identity/resolve.ts'
import { line } from '../engine/duckdb/line-columns.ts'
import { VALUE_END } from '../sql/fingerprint.ts'
import type { Piece } from './people-store.ts'
import type { FactKind } from './piece-columns.ts'
import type { ReadTrait } from './read-traits.ts'
import { ConsentStatements } from './consent-statements.ts'
import { jsonText } from './json-text.ts'

interface Seen {
  from: number
  until: number
  received: number
}

/** Text as it can stand on a line of several. JSON has no such signs in it. */
export const cell = (text: string): string =>
  (UNSAFE.test(text) ? text.replaceAll(UNSAFE_ALL, ' ') : text).toWellFormed()

const UNSAFE = new RegExp(`[${VALUE_END}\\0]`)
const UNSAFE_ALL = new RegExp(UNSAFE, 'g')

/** Traits as a JSON object. */
const objectText = (traits: readonly ReadTrait[]): string =>
  `{${traits.map(({ name, value }) => `${JSON.stringify(name)}:${value}`).join(',')}}`

/** Gathers what messages leave in the files of a piece, as lines. */
export class Gathering {
  readonly events: string[] = []
  readonly #facts: string[] = []
  readonly #seen = new Map<string, Seen>()
  readonly #consent = new ConsentStatements()
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  add(message: Message, { person, ...what }: Resolution, traits: readonly ReadTrait[]): void {
    for (const { kind, value } of what.shared) this.#fact('shared', null, kind, value, message)
    if (person === null) return
    const kinds = [...new Set(what.accepted.map(({ kind }) => kind))].join(', ')
    for (const other of what.merged) this.#fact('merge', other, kinds, person, message)
    for (const { kind, value } of what.linked)
      this.#fact('identifier', person, kind, value, message)
    if (message.groupId !== null)
      this.#fact('group', person, message.groupId, objectText(traits), message)
    else for (const { name, value } of traits) this.#fact('trait', person, name, value, message)
    this.#hear(person, message)
    this.#see(person, message)
    if (message.event !== null) this.#event(message.event, person, message)
  }

  facts(): readonly string[] {
    const seen = [...this.#seen].map(([person, { from, until, received }]) =>
      line(['seen' satisfies FactKind, person, null, null, from, until, received, null]),
    )
    const consent = Array.from(this.#consent.telling(), ({ person, value, time, received, id }) =>
      line(['consent' satisfies FactKind, person, null, value, time, null, received, id]),
    )
    return [...this.#facts, ...consent, ...seen]
  }

  /** What the store is to know of the piece; null for one with nothing in it. @param facts How many facts it has. */
  piece(name: string, facts: number): Piece | null {
    if (facts === 0) return null
    const events = this.events.length
    const [first, last] = events === 0 ? [0, 0] : [this.#first, this.#last]
    return { name, events, facts, first, last, level: 0 }
  }

  #fact(
    fact: FactKind,
    person: string | null,
    name: string,
    value: string,
    { timestamp, receivedAt, id }: Message,
  ): void {
    this.#facts.push(line([fact, person, cell(name), value, timestamp, null, receivedAt, cell(id)]))
  }

  #event(
    name: string,
    person: string,
    { timestamp, id, properties, context, source, receivedAt }: Message,
  ): void {
    this.#first = Math.min(this.#first, timestamp)
    this.#last = Math.max(this.#last, timestamp)
    this.events.push(
      line([
        person,
        cell(name),
        timestamp,
        cell(id),
        jsonText(properties),
        jsonText(context),
        cell(source),
        receivedAt,
      ]),
    )
  }

  #hear(person: string, { context, timestamp, receivedAt, id }: Message): void {
    const granted = grantedConsent(context)
    if (granted === null) return
    const value = jsonText(granted)
    this.#consent.add(person, { value, time: timestamp, received: receivedAt, id: cell(id) })
  }

  #see(person: string, { timestamp, receivedAt }: Message): void {
    const seen = this.#seen.get(person)
    if (seen === undefined) {
      this.#seen.set(person, { from: timestamp, until: timestamp, received: receivedAt })
      return
    }
    seen.from = Math.min(seen.from, timestamp)
    seen.until = Math.max(seen.until, timestamp)
    seen.received = Math.min(seen.received, receivedAt)
  }
}
