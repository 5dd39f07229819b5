import type { JsonObject, Message } from '../../src/core/event/message.ts'

let made = 0

/** A message with an id and a time of its own. */
export function message(parts: Partial<Message>): Message {
  made += 1
  return {
    id: `m${made}`,
    kind: 'track',
    source: 'web',
    userId: null,
    anonymousId: null,
    previousId: null,
    groupId: null,
    event: 'Seen',
    properties: {},
    traits: {},
    context: {},
    timestamp: made * 1000,
    receivedAt: made * 1000,
    ...parts,
  }
}

/** The context of a message with external ids. */
export const external = (...ids: readonly (readonly [type: string, id: string])[]): JsonObject => ({
  externalIds: ids.map(([type, id]) => ({ type, id, collection: 'users', encoding: 'none' })),
})
