import type { Columns, ResolvedAudience } from './audience.ts'
import { computedTrait, reckonedTraits, traitsOfComputed } from './computed/used-computed.ts'
import { findColumn } from './find-column.ts'
import type { WrittenMistake } from './mistake.ts'
import { missingTrait } from './missing-trait.ts'
import { traitsOf, walkCondition, type TraitUse } from './walk-condition.ts'

/** Every trait that an audience's conditions read, with the columns that words of theirs stand for. */
export function* traitUses({
  where,
  identifiers,
  model,
}: Pick<ResolvedAudience, 'where' | 'identifiers' | 'model'>): Generator<TraitUse> {
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

/** The same with the traits that its computed traits read; paths begin at the file. */
function* everyUse(audience: ResolvedAudience): Generator<TraitUse> {
  for (const { trait, path } of traitUses(audience))
    yield { trait, path: ['audiences', audience.key, ...path] }
  for (const [name, measured] of reckonedTraits(audience))
    for (const trait of traitsOfComputed(measured)) yield { trait, path: ['computed_traits', name] }
}

/**
 * What an audience's conditions and computed traits name and its model does not have, each with the nearest column; paths
 * begin at the file. An excluded audience is checked with its own model.
 */
export function checkTraits(
  audience: ResolvedAudience,
  columns: Columns,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const known = [...new Set([...columns.keys(), ...Object.keys(audience.model.computed ?? {})])]
  return [...everyUse(audience)].flatMap(({ trait, path }) => {
    if (findColumn(trait, columns, foldsCase) || computedTrait(trait, audience.model)) return []
    return [missingTrait(trait, path, `model "${audience.model.name}" has`, known)]
  })
}
