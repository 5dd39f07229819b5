import type { Following } from '../collect/read-lines.ts'
import { lastLines } from '../collect/last-lines.ts'
import { messageIn, readFrom } from '../collect/journal.ts'
import {
  readRejections,
  rejectionIn,
  sweepRejections,
  type Rejection,
} from '../collect/rejections.ts'
import type { JsonObject, Message } from '../core/event/message.ts'
import { eventsFolder, rejectionsFolder } from './collector.ts'
import { mask } from './mask.ts'
import type { Workspace } from './workspace.ts'

export interface EventsAsked {
  readonly limit: number
  /** What comes in is shown too. */
  readonly follow: Following | undefined
}

/** A message without anybody's data: ids masked, of properties and traits the names. */
export interface MaskedMessage extends Pick<
  Message,
  'id' | 'kind' | 'source' | 'event' | 'userId' | 'anonymousId' | 'timestamp' | 'receivedAt'
> {
  readonly properties: readonly string[]
  readonly traits: readonly string[]
}

export function masked(message: Message): MaskedMessage {
  const { id, kind, source, event, timestamp, receivedAt } = message
  return {
    id,
    kind,
    source,
    event,
    userId: maskedId(message.userId),
    anonymousId: maskedId(message.anonymousId),
    timestamp,
    receivedAt,
    properties: namesIn(message.properties),
    traits: namesIn(message.traits),
  }
}

const maskedId = (id: string | null): string | null => (id === null ? null : mask(id))
const namesIn = (object: JsonObject): string[] => Object.keys(object)

/** The last messages that came in, the oldest first, and then, if so asked, those that come. */
export async function* events(
  workspace: Workspace,
  { limit, follow }: EventsAsked,
): AsyncGenerator<readonly Message[]> {
  const folder = eventsFolder(workspace)
  const { lines, end } = await lastLines(folder, limit)
  yield lines.map(messageIn)
  if (follow === undefined) return
  for await (const entries of readFrom(folder, end, { follow }))
    yield entries.map(({ message }) => message)
}

/** The same of what was not taken. */
export async function* rejectedEvents(
  workspace: Workspace,
  { limit, follow }: EventsAsked,
): AsyncGenerator<readonly Rejection[]> {
  const folder = rejectionsFolder(workspace)
  await sweepRejections(folder, workspace.surroundings.world.now())
  const { lines, end } = await lastLines(folder, limit)
  yield lines.map(rejectionIn)
  if (follow !== undefined) yield* readRejections(folder, end, { follow })
}
