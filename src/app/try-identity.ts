import { isJsonObject } from '../core/event/json-object.ts'
import {
  MESSAGE_KINDS,
  type Json,
  type JsonObject,
  type Message,
  type MessageKind,
} from '../core/event/message.ts'
import { RollcallError } from '../core/error.ts'
import { identifierKey } from '../core/identity/identifier.ts'
import { identifierReader } from '../core/identity/read-identifiers.ts'
import { NOBODY_KNOWN, Resolver, type Resolution } from '../core/identity/resolve.ts'
import type { IdentityRules } from '../core/identity/rules.ts'
import type { PeopleStore } from '../people/people-store.ts'

export interface TriedMessage {
  readonly message: {
    readonly id: string
    readonly kind: MessageKind
    readonly event: string | null
    readonly timestamp: number
  }
  readonly resolution: Resolution
}

/**
 * What the rules make of some calls of a tracking client, one after the other. Nothing is kept.
 * @param calls One call or a list of them, as a client sends them.
 * @param store The people to begin with; null for nobody.
 * @throws RollcallError `identity/no-message` when something is no call
 */
export async function tryIdentity(
  rules: IdentityRules,
  calls: Json,
  store: PeopleStore | null,
  now: number,
): Promise<readonly TriedMessage[]> {
  const list: readonly Json[] = Array.isArray(calls) ? (calls as readonly Json[]) : [calls]
  const read = identifierReader(rules)
  const arrived = list
    .map((call, place) => messageOf(call, place, now))
    .map((message) => ({ message, identifiers: read(message) }))
  const keys = arrived.flatMap(({ identifiers }) => identifiers.identifiers.map(identifierKey))
  const ground = await store?.ground([...new Set(keys)])
  const resolver = new Resolver(rules, ground?.known ?? NOBODY_KNOWN)
  return arrived.map(({ message, identifiers }) => ({
    message: {
      id: message.id,
      kind: message.kind,
      event: message.event,
      timestamp: message.timestamp,
    },
    resolution: resolver.resolve(message, identifiers),
  }))
}

const textOf = (value: Json | undefined): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})

function messageOf(call: Json, place: number, now: number): Message {
  const type = isJsonObject(call) ? call['type'] : undefined
  const kind = MESSAGE_KINDS.find((known) => known === type)
  if (!isJsonObject(call) || kind === undefined)
    throw new RollcallError(`Number ${place + 1} is not a message`, {
      code: 'identity/no-message',
      next: 'act',
      remedy: `Write an object with "type", one of ${MESSAGE_KINDS.join(', ')}, and userId, anonymousId, traits and context as a client sends them`,
    })
  const context = objectOf(call['context'])
  const isOwn = kind === 'identify' || kind === 'group'
  const written = textOf(call['timestamp'])
  const timestamp = written === null ? Number.NaN : Date.parse(written)
  return {
    id: textOf(call['messageId']) ?? `message ${place + 1}`,
    kind,
    source: 'try',
    userId: textOf(call['userId']),
    anonymousId: textOf(call['anonymousId']),
    previousId: textOf(call['previousId']),
    groupId: textOf(call['groupId']),
    event: textOf(call['event']),
    properties: objectOf(call['properties']),
    traits: objectOf(isOwn ? call['traits'] : context['traits']),
    context,
    timestamp: Number.isFinite(timestamp) ? timestamp : now + place,
    receivedAt: now,
  }
}
