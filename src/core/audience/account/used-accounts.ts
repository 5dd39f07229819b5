import type { Accounts, Columns, Relation, ResolvedAudience } from '../audience.ts'
import { findColumn } from '../find-column.ts'
import { missingColumns } from '../missing-columns.ts'
import type { WrittenMistake } from '../mistake.ts'
import { missingTrait } from '../missing-trait.ts'
import { accountTraitsOf, walkCondition } from '../walk-condition.ts'

/** The names by which the accounts of a model and their members go; no relation can be called so. */
export const accountsName = (model: string): string => `${model} (accounts)`
export const membershipsName = (model: string): string => `${model} (members)`

/** The accounts that an audience's own tree asks for, if it does. */
const usedAccounts = ({
  where,
  model,
}: Pick<ResolvedAudience, 'where' | 'model'>): Accounts | undefined =>
  [...walkCondition(where)].some(({ condition }) => condition.kind === 'account')
    ? model.accounts
    : undefined

/** What of a model's accounts is read beside the model, each by its name. */
export function accountRelations(
  audience: Pick<ResolvedAudience, 'where' | 'model'>,
): readonly { readonly name: string; readonly relation: Relation }[] {
  const accounts = usedAccounts(audience)
  if (accounts === undefined) return []
  const { relation, members } = accounts
  const { name } = audience.model
  const own = { name: accountsName(name), relation }
  if (members.kind === 'column') return [own]
  return [own, { name: membershipsName(name), relation: members.rows.relation }]
}

/**
 * What a model says of the accounts that an audience asks for and their tables do not bear out; paths begin at the model. Of a
 * table that is not described nothing is said.
 */
export function checkAccounts(
  audience: Pick<ResolvedAudience, 'where' | 'model'>,
  columns: Columns | undefined,
  related: ReadonlyMap<string, Columns>,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const accounts = usedAccounts(audience)
  if (accounts === undefined) return []
  const { name } = audience.model
  const { key, members } = accounts
  const missing = (
    path: readonly string[],
    named: Readonly<Record<string, string>>,
    known: Columns | undefined,
    whose: string,
  ) =>
    known === undefined
      ? []
      : missingColumns(Object.entries(named), known, whose, foldsCase).map((mistake) => ({
          ...mistake,
          path: [...path, ...mistake.path],
        }))
  const whose = `The accounts of the model "${name}" have`
  const own = missing(['accounts'], { key }, related.get(accountsName(name)), whose)
  if (members.kind === 'column') {
    const named = { own: members.column }
    return [...own, ...missing(['accounts'], named, columns, `The model "${name}" has`)]
  }
  const { person, account } = members.rows
  const described = related.get(membershipsName(name))
  const at = ['accounts', 'members']
  const theirs = `The members of the accounts of the model "${name}" have`
  return [...own, ...missing(at, { person, account }, described, theirs)]
}

/** The traits that conditions over accounts name and the accounts do not have; paths begin at the audience. */
export function checkAccountTraits(
  { where, model }: Pick<ResolvedAudience, 'where' | 'model'>,
  related: ReadonlyMap<string, Columns>,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const columns = related.get(accountsName(model.name))
  if (columns === undefined) return []
  return [...accountTraitsOf(where, ['where'])].flatMap(({ trait, path }) =>
    findColumn(trait, columns, foldsCase)
      ? []
      : [
          missingTrait(trait, path, `accounts of the model "${model.name}" have`, [
            ...columns.keys(),
          ]),
        ],
  )
}
