import { isJsonObject } from './json-object.ts'
import {
  MESSAGE_KINDS,
  type Json,
  type JsonObject,
  type Message,
  type MessageKind,
} from './message.ts'
import { messageTime } from './message-time.ts'
import { plainJson } from './plain-json.ts'
import type { RejectionReason } from './rejection.ts'

/** What is known of a call besides itself. */
export interface Arrival {
  /** The kind that its route says; null in a batch, where each call says it as `type`. */
  readonly kind: MessageKind | null
  readonly source: string
  /** Milliseconds since the epoch, by our clock. */
  readonly receivedAt: number
  /** What the batch says for all calls in it, as it came. */
  readonly batch: {
    readonly sentAt: unknown
    readonly context: unknown
    readonly integrations: unknown
  }
  /** An id for a call that has none. */
  readonly newId: () => string
}

export type ReadMessage =
  | { readonly kind: 'message'; readonly message: Message }
  /** Whoever it is about does not want it to come here: nothing of it is kept. */
  | { readonly kind: 'opted-out' }
  | Rejected

interface Rejected {
  readonly kind: 'rejected'
  readonly reason: RejectionReason
  /** The field that it is about. */
  readonly field: string | null
}

/** By which names a call may mean this program in its `integrations`, the narrowest first. */
const OWN_NAMES = ['Rollcall', 'Facebook Custom Audiences', 'All']
const TEXT_MAX = 500

const rejected = (reason: RejectionReason, field: string | null = null): Rejected => ({
  kind: 'rejected',
  reason,
  field,
})

/**
 * Reads one call as the Segment spec has it. Never throws: what cannot be taken has a reason.
 * https://segment.com/docs/connections/spec/
 */
export function readMessage(call: unknown, arrival: Arrival): ReadMessage {
  const plain = plainJson(call)
  if (plain === undefined) return rejected('too-deep')
  if (!isJsonObject(plain)) return rejected('not-an-object')
  if (isOptedOut(plain, arrival.batch.integrations)) return { kind: 'opted-out' }
  const kind = arrival.kind ?? MESSAGE_KINDS.find((known) => known === plain['type'])
  if (kind === undefined) return rejected('unknown-type', 'type')
  const fields = readFields(plain)
  if ('reason' in fields) return fields
  const missing = missingIn(kind, fields)
  if (missing !== undefined) return rejected(missing)
  const { receivedAt, batch, source, newId } = arrival
  const timestamp = messageTime(plain, { sentAt: batch.sentAt, receivedAt })
  if (typeof timestamp === 'string') return rejected(timestamp, 'timestamp')
  const { messageId, userId, anonymousId, previousId, groupId } = fields
  const context = { ...objectOr(plainJson(batch.context)), ...fields.context }
  const message: Message = {
    id: messageId ?? newId(),
    kind,
    source,
    userId,
    anonymousId,
    previousId: kind === 'alias' ? previousId : null,
    groupId: kind === 'group' ? groupId : null,
    event: eventOf(kind, fields),
    properties: propertiesOf(kind, fields),
    traits: kind === 'identify' || kind === 'group' ? fields.traits : objectOr(context['traits']),
    context,
    timestamp,
    receivedAt,
  }
  return { kind: 'message', message }
}

const NOTHING: JsonObject = {}
const objectOr = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : NOTHING)

function isOptedOut(call: JsonObject, ofBatch: unknown): boolean {
  const wishes = { ...objectOr(plainJson(ofBatch)), ...objectOr(call['integrations']) }
  const name = OWN_NAMES.find((own) => wishes[own] !== undefined)
  return name !== undefined && wishes[name] === false
}

const TEXTS = [
  'messageId',
  'userId',
  'anonymousId',
  'previousId',
  'groupId',
  'event',
  'name',
  'category',
] as const
const OBJECTS = ['properties', 'traits', 'context'] as const

type Fields = Readonly<
  Record<(typeof TEXTS)[number], string | null> & Record<(typeof OBJECTS)[number], JsonObject>
>

function readFields(call: JsonObject): Fields | Rejected {
  const texts: Partial<Record<(typeof TEXTS)[number], string | null>> = {}
  for (const field of TEXTS) {
    const text = readText(call[field])
    if (text === undefined) return rejected('wrong-type', field)
    if (text !== null && text.length > TEXT_MAX) return rejected('too-long', field)
    texts[field] = text
  }
  const wrong = OBJECTS.find((field) => !isJsonObject(call[field] ?? NOTHING))
  if (wrong !== undefined) return rejected('wrong-type', wrong)
  const { messageId = null, userId = null, anonymousId = null, previousId = null } = texts
  const { groupId = null, event = null, name = null, category = null } = texts
  const properties = objectOr(call['properties'])
  const traits = objectOr(call['traits'])
  const context = objectOr(call['context'])
  const ids = { messageId, userId, anonymousId, previousId, groupId }
  return { ...ids, event, name, category, properties, traits, context }
}

/** Clients send numbers as ids too. A blank text is none. Undefined for anything that cannot be text. */
function readText(value: Json | undefined): string | null | undefined {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return undefined
  return value.trim() === '' ? null : value
}

function missingIn(kind: MessageKind, fields: Fields): RejectionReason | undefined {
  if (fields.userId === null && (kind === 'alias' || fields.anonymousId === null))
    return 'no-person'
  if (kind === 'track' && fields.event === null) return 'no-event'
  if (kind === 'group' && fields.groupId === null) return 'no-group'
  return kind === 'alias' && fields.previousId === null ? 'no-previous-id' : undefined
}

function eventOf(kind: MessageKind, { event }: Fields): string | null {
  if (kind === 'track') return event
  if (kind === 'page') return 'Page Viewed'
  return kind === 'screen' ? 'Screen Viewed' : null
}

/** The name and the category of a page or a screen are what one looks for in its event. */
function propertiesOf(kind: MessageKind, { name, category, properties }: Fields): JsonObject {
  if (kind !== 'page' && kind !== 'screen') return properties
  return {
    ...(name === null ? NOTHING : { name }),
    ...(category === null ? NOTHING : { category }),
    ...properties,
  }
}
