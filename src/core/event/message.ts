/** Plain JSON, as it comes in a request. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

export const MESSAGE_KINDS = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/**
 * One call of a tracking client, checked: what the journal keeps and what profiles and events are made of.
 * Times are milliseconds since the epoch.
 */
export interface Message {
  /** The client's `messageId`, or one that was made on arrival. The same id counts once. */
  readonly id: string
  readonly kind: MessageKind
  /** The name of the tracking source whose write key it came with; for an import, the import's. */
  readonly source: string
  readonly userId: string | null
  readonly anonymousId: string | null
  /** Of an `alias`: the id that is the same person as `userId`. */
  readonly previousId: string | null
  readonly groupId: string | null
  /** The event that it is: of a `track` its own name, of a `page` "Page Viewed", of a `screen` "Screen Viewed"; else null. */
  readonly event: string | null
  readonly properties: JsonObject
  /** Of an `identify` the person's, of a `group` the group's; of others what `context.traits` says of the person. */
  readonly traits: JsonObject
  readonly context: JsonObject
  /** When it happened, put right by how far the client's clock was off when it sent. */
  readonly timestamp: number
  readonly receivedAt: number
}
