import type { Columns, ResolvedAudience, TraitHistory } from '../audience.ts'
import { findColumn } from '../find-column.ts'
import { missingColumns } from '../missing-columns.ts'
import type { Path, WrittenMistake } from '../mistake.ts'
import { walkCondition } from '../walk-condition.ts'

/** The name by which the history of a model goes; no relation can be called so. */
export const historyName = (model: string): string => `${model} (history)`

/** The traits whose past an audience's own tree asks for; paths begin at the audience. */
export function pastTraits({
  where,
}: Pick<ResolvedAudience, 'where'>): readonly { readonly trait: string; readonly path: Path }[] {
  return [...walkCondition(where, ['where'])].flatMap(({ condition, path }) =>
    condition.kind === 'held_for' || condition.kind === 'ever'
      ? [{ trait: condition.trait, path: [...path, 'trait'] }]
      : [],
  )
}

/** The history that an audience reads, if it reads it. */
export const usedHistory = (
  audience: Pick<ResolvedAudience, 'where' | 'model'>,
): TraitHistory | undefined =>
  pastTraits(audience).length === 0 ? undefined : audience.model.history

/** A trait as histories name it, and the steps below it: the column as the model has it. */
export function historicTrait(
  trait: string,
  columns: Columns | undefined,
  foldsCase: boolean,
): { readonly column: string; readonly steps: readonly string[] } {
  const [column = trait, ...steps] = trait.split('.')
  return (columns && findColumn(trait, columns, foldsCase)) ?? { column, steps }
}

/** What a model says of its history and the table does not bear out; paths begin at the model. */
export function checkHistory(
  model: string,
  { person, trait, value, time }: TraitHistory,
  columns: Columns,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const named = Object.entries({ person, trait, value, time })
  return missingColumns(named, columns, `The history of the model "${model}" has`, foldsCase).map(
    (mistake) => ({ ...mistake, path: ['history', ...mistake.path] }),
  )
}
