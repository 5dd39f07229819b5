import type { UnknownName } from '../core/audience/event/check-events.ts'
import { findColumn } from '../core/audience/find-column.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import {
  historicTrait,
  historyName,
  pastTraits,
  usedHistory,
} from '../core/audience/past/used-past.ts'
import { eventNamesQuery } from '../sql/event/event-names.ts'
import type { OpenAudience } from './open-audience.ts'

/** More different names than this are told by nobody. */
const NAMES_MAX = 10_000

/** The traits whose past an audience asks for and no row of the history is about, each with the nearest; paths begin at the file. */
export async function unknownHistory({
  engine,
  audience,
  columns,
  context,
}: OpenAudience): Promise<readonly UnknownName[]> {
  const history = usedHistory(audience)
  const asked = pastTraits(audience)
    .filter(({ trait }) => findColumn(trait, columns, engine.dialect.foldsCase))
    .map(({ trait, path }) => ({
      name: historicTrait(trait, columns, engine.dialect.foldsCase).column,
      path: ['audiences', audience.key, ...path],
    }))
  if (history === undefined || asked.length === 0) return []
  const names = { ...history, name: { kind: 'column', column: history.trait } } as const
  const described = context.related?.get(historyName(audience.model.name))
  const query = eventNamesQuery(names, described, engine.dialect, context.now, NAMES_MAX)
  if (query === null) return []
  const rows = await engine.all(query.sql, query.parameters)
  if (rows.length === 0 || rows.length >= NAMES_MAX) return []
  const known = rows.map((row) => String(row['name']))
  return asked.flatMap(({ name, path }) => {
    if (known.includes(name)) return []
    const nearest = nearestWord(name, known)
    const remedy =
      nearest === undefined
        ? `There is a history of ${known.slice(0, 10).join(', ')}`
        : `Did you mean "${nearest}"?`
    return [{ path, message: `The history has nothing of the trait "${name}"`, remedy }]
  })
}
