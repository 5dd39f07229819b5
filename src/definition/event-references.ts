import type { Path, Report } from '../core/audience/mistake.ts'
import { EVENT_WORDS } from '../core/audience/event/parse-event.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { checkRelation, checkSelect, fail, meansIn } from './relation-references.ts'
import { EVENT_STREAM_KEYS } from './schema.ts'
import type { WrittenFile } from './written-file.ts'

/** One of the tables with events of a model's people. */
export function checkEventStream(stream: Written, path: Path, report: Report): void {
  checkSelect(stream['sql'], [...path, 'sql'], report)
  checkRelation('This list of events', stream, EVENT_STREAM_KEYS, path, report)
  const has = meansIn(stream, EVENT_STREAM_KEYS)
  if (has('name') !== has('every_row')) return
  const both = has('name')
  const message = both
    ? 'These events have a column with their names and one name for every row'
    : 'Nothing says what these events are called'
  const remedy = both
    ? 'Remove one of them'
    : 'Add "name: column_with_the_name", or "every_row: Order Completed"'
  fail(report, path, message, 'either "name" or "every_row"', remedy)
}

/** The first place of a tree that asks for events; as it is written, since mistakes elsewhere in it move the rest. */
function eventPlace(written: unknown, path: Path): Path | undefined {
  if (Array.isArray(written)) {
    for (const [index, item] of written.entries()) {
      const found = eventPlace(item, [...path, index])
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isWritten(written)) return undefined
  for (const [key, value] of Object.entries(written)) {
    if (EVENT_WORDS.includes(key)) return [...path, key]
    const found = eventPlace(value, [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}

/** Conditions over events need a model that has some. */
export function checkEvents({ raw }: WrittenFile, report: Report): void {
  for (const [key, audience] of Object.entries(raw.audiences)) {
    if (!isWritten(audience)) continue
    const path = eventPlace(audience['where'], ['audiences', key, 'where'])
    if (path === undefined) continue
    const name = audience['model']
    // Of what is neither a model nor a select that is told.
    if (name === undefined && audience['sql'] === undefined) continue
    const model = typeof name === 'string' ? raw.models[name] : undefined
    if (name !== undefined && (!isWritten(model) || model['events'] !== undefined)) continue
    const message =
      typeof name !== 'string'
        ? `The audience "${key}" has a select of its own, and that has no events`
        : `The model "${name}" has no events`
    const remedy = 'Say at the model where they are: events: [{ table, person, name, time }]'
    fail(report, path, message, 'a model with "events:"', remedy)
  }
}
