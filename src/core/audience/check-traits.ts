import type { Columns, ResolvedAudience } from './audience.ts'
import { findColumn } from './find-column.ts'
import type { WrittenMistake } from './mistake.ts'
import { nearestWord } from './nearest-word.ts'
import { traitsOf, walkCondition, type TraitUse } from './walk-condition.ts'

function* uses({ where, identifiers, model }: ResolvedAudience): Generator<TraitUse> {
  yield* traitsOf(where, ['where'])
  for (const { condition, path } of walkCondition(where, ['where'])) {
    if (condition.kind === 'consent') {
      const trait = model.consent?.[condition.purpose]
      if (trait !== undefined) yield { trait, path: [...path, 'consent'] }
    }
    if (condition.kind !== 'has') continue
    for (const trait of identifiers[condition.identifier] ?? [condition.identifier]) {
      yield { trait, path: [...path, 'has'] }
    }
  }
}

/**
 * What an audience's conditions name and its model does not have, each with the nearest column; paths begin at the
 * audience. An excluded audience is checked with its own model.
 */
export function checkTraits(
  audience: ResolvedAudience,
  columns: Columns,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const known = [...columns.keys()]
  return [...uses(audience)].flatMap(({ trait, path }) => {
    if (findColumn(trait, columns, foldsCase)) return []
    const nearest = nearestWord(trait.split('.')[0] ?? trait, known)
    const mistake = {
      path,
      atKey: false,
      message: `The model "${audience.model.name}" has no column for the trait "${trait}"`,
      expected: `one of ${known.join(', ')}`,
      remedy: nearest === undefined ? 'Write a column of the model' : `Write "${nearest}"`,
    }
    return [nearest === undefined ? mistake : { ...mistake, nearest }]
  })
}
