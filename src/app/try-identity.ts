import type { Json, Message, MessageKind } from '../core/event/message.ts'
import { readMessage } from '../core/event/read-message.ts'
import { REJECTIONS } from '../core/event/rejection.ts'
import { RollcallError } from '../core/error.ts'
import { identifierKey } from '../core/identity/identifier.ts'
import { identifierReader } from '../core/identity/read-identifiers.ts'
import { NOBODY_KNOWN, Resolver, type Resolution } from '../core/identity/resolve.ts'
import type { IdentityRules } from '../core/identity/rules.ts'
import type { Tools } from '../people/tools.ts'

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
 * @param present The people to begin with; null for nobody.
 * @throws RollcallError `identity/no-message` when a call would not be taken
 */
export async function tryIdentity(
  rules: IdentityRules,
  calls: Json,
  present: Pick<Tools, 'store' | 'tombstoneOf'> | null,
  now: number,
): Promise<readonly TriedMessage[]> {
  const list: readonly Json[] = Array.isArray(calls) ? (calls as readonly Json[]) : [calls]
  const read = identifierReader(rules)
  const arrived = list
    .map((call, place) => messageOf(call, place, now))
    .map((message) => ({ message, identifiers: read(message) }))
  const keys = arrived.flatMap(({ identifiers }) => identifiers.identifiers.map(identifierKey))
  const ground = await present?.store.ground([...new Set(keys)], present.tombstoneOf)
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

function messageOf(call: Json, place: number, now: number): Message {
  const batch = { sentAt: undefined, context: undefined, integrations: undefined }
  const newId = (): string => `message ${place + 1}`
  // One after the other, where they do not say when they were.
  const read = readMessage(call, {
    kind: null,
    source: 'try',
    receivedAt: now + place,
    batch,
    newId,
  })
  if (read.kind === 'message') return read.message
  const why =
    read.kind === 'opted-out'
      ? { what: 'Its "integrations" keep it from Rollcall', remedy: 'Remove "integrations"' }
      : REJECTIONS[read.reason]
  throw new RollcallError(`Number ${place + 1} would not be taken: ${why.what}`, {
    code: 'identity/no-message',
    next: 'act',
    remedy: why.remedy,
  })
}
