import { findColumn } from '../core/audience/find-column.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { people } from '../core/counted.ts'
import type { Definition, SyncDefinition } from '../definition/definition.ts'
import { PEOPLE_SOURCE } from '../definition/people-model.ts'
import { compileAudience } from '../sql/audience.ts'
import { untied } from './consent.ts'
import type { Findings } from './findings.ts'
import type { OpenAudience } from './open-audience.ts'

const syncsOf = ({ audience }: OpenAudience, { syncs }: Definition): readonly SyncDefinition[] =>
  Object.values(syncs).filter((sync) => sync.audience === audience.key)

/** What keeps an audience's syncs from knowing who agrees: a destination that does not say to what, a column that is not there. */
export function checkConsent(opened: OpenAudience, definition: Definition, found: Findings): void {
  const { model } = opened.audience
  for (const sync of syncsOf(opened, definition)) {
    const unsaid = untied(definition, sync)
    if (unsaid !== null)
      found.add({
        path: ['destinations', sync.destination],
        atKey: true,
        message: unsaid.message,
        expected: 'a destination with "consent:"',
        remedy: unsaid.remedy,
        code: unsaid.code,
        next: unsaid.next,
      })
    const column = sync.consent === null ? undefined : model.consent?.[sync.consent]
    if (sync.consent === null || column === undefined) continue
    if (findColumn(column, opened.columns, opened.engine.dialect.foldsCase) !== undefined) continue
    const known = [...opened.columns.keys()]
    const nearest = nearestWord(column, known)
    found.add({
      path: ['models', model.name, 'consent', sync.consent],
      atKey: false,
      message: `The model "${model.name}" has no column "${column}" that tells who agrees to ${sync.consent}`,
      expected: `one of ${known.join(', ')}`,
      ...(nearest === undefined ? {} : { nearest }),
      remedy: nearest === undefined ? 'Write a column of the model' : `Write "${nearest}"`,
    })
  }
}

/** A purpose that nobody agrees to is probably told by another column, or in words that are not understood. */
export async function warnOfNoConsent(
  opened: OpenAudience,
  definition: Definition,
  found: Findings,
): Promise<void> {
  const { audience } = opened
  const asked = new Map(syncsOf(opened, definition).map((sync) => [sync.destination, sync.consent]))
  for (const [destination, consent] of asked) {
    if (consent === null) continue
    const all = await countOf(opened, { kind: 'everyone' })
    const agreeing = await countOf(opened, { kind: 'consent', purpose: consent })
    if (all === 0 || agreeing > 0) continue
    const nobody = `Of ${people(all)} in the model "${audience.model.name}" nobody agrees to ${consent}`
    found.warn(
      ['destinations', destination, 'consent'],
      `${nobody}, so nobody is sent. ${await howToldOf(opened, definition, consent)}`,
    )
  }
}

async function countOf(
  { engine, audience, context }: OpenAudience,
  where: OpenAudience['audience']['where'],
): Promise<number> {
  const whole = { ...audience, where, exclude: [], memberOf: {} }
  const { sql, parameters } = compileAudience(whole, engine.dialect, context)
  const { rows } = await engine.one(`select count(*) as rows from (${sql}) as people`, parameters)
  return Number(rows)
}

/** Where it is looked for, so that a wrong word can be seen. */
async function howToldOf(
  { engine, audience }: OpenAudience,
  { consent }: Definition,
  purpose: string,
): Promise<string> {
  if (audience.model.source !== PEOPLE_SOURCE)
    return `The column "${audience.model.consent?.[purpose]}" says yes by true, yes, y, t, on or 1`
  const rows = await engine.all(
    `select distinct unnest(granted) as category from consent_history order by category limit 20`,
  )
  const heard = rows.map(({ category }) => String(category)).join(', ')
  const wanted = consent[purpose]?.category ?? null
  return wanted === null
    ? `The trait "${consent[purpose]?.trait}" says yes by true, yes, y, t, on or 1`
    : `Looked for is the category "${wanted}"; people have agreed to: ${heard === '' ? 'none' : heard}`
}
