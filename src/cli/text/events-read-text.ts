import type { EventsRead } from '../../app/events-read.ts'
import { moment } from './numbers.ts'
import { dim } from './paint.ts'
import { visible } from './visible.ts'

/** How far back events are read, and because of what. */
export function eventsReadText({ from, unbounded }: EventsRead): string {
  if (from !== null) return `  Events are read from ${moment(from)} on`
  const why = unbounded.map(({ sentence }) => `\n    ${visible(sentence)}`)
  return `  Events are read from the first ever, ${dim('because of')}${why.join('')}`
}
