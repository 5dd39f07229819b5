import { eventsRead } from './events-read.ts'
import type { OpenAudience } from './open-audience.ts'
import { unknownEvents } from './unknown-events.ts'

/** What whoever plans an audience should hear of its conditions: names that no event has, and what makes all of the past be read. */
export async function audienceNotices(opened: OpenAudience): Promise<readonly string[]> {
  const unknown = await unknownEvents(opened)
  const unbounded = eventsRead(opened.audience, opened.context)?.unbounded ?? []
  return [
    ...unknown.map(({ message, remedy }) => `${message}. ${remedy}`),
    ...unbounded.map(
      ({ sentence }) => `Events are read from the first ever, because of: ${sentence}`,
    ),
  ]
}
