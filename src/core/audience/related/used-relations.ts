import type { RelatedRows, ResolvedAudience } from '../audience.ts'
import { assertNever } from '../../exhaustive.ts'
import { walkCondition } from '../walk-condition.ts'
import type { RelatedCondition, RowWhere } from './related-condition.ts'

/** A relation that a tree reads, and the columns of it that conditions name. */
export interface UsedRelation {
  /** The way to it: `customers.orders.items`. */
  readonly name: string
  readonly rows: RelatedRows
  readonly columns: readonly string[]
  readonly nested: readonly UsedRelation[]
}

/** The name by which a relation of a model, or of another relation, goes. */
export const relationName = (owner: string, relation: string): string => `${owner}.${relation}`

type Relations = Readonly<Record<string, RelatedRows>>

/** The columns that a tree over rows reads of the rows themselves. */
export function columnsOf(where: RowWhere | null): readonly string[] {
  if (where === null) return []
  switch (where.kind) {
    case 'all':
    case 'any':
      return where.of.flatMap(columnsOf)
    case 'not':
      return columnsOf(where.of)
    case 'column':
      return [where.column]
    case 'related':
      return []
    default:
      return assertNever(where)
  }
}

function relatedOf(where: RowWhere | null): readonly RelatedCondition[] {
  if (where === null) return []
  switch (where.kind) {
    case 'all':
    case 'any':
      return where.of.flatMap(relatedOf)
    case 'not':
      return relatedOf(where.of)
    case 'column':
      return []
    case 'related':
      return [where]
    default:
      return assertNever(where)
  }
}

function usedBy(
  { relation, where }: RelatedCondition,
  owner: string,
  relations: Relations,
): readonly UsedRelation[] {
  const rows = relations[relation]
  if (rows === undefined) return []
  const name = relationName(owner, relation)
  const nested = relatedOf(where).flatMap((one) => usedBy(one, name, rows.relations))
  return [{ name, rows, columns: columnsOf(where), nested }]
}

/** The relations that an audience's own tree reads, once for each condition over them. */
export function usedRelations({
  model,
  where,
}: Pick<ResolvedAudience, 'model' | 'where'>): readonly UsedRelation[] {
  return [...walkCondition(where)].flatMap(({ condition }) =>
    condition.kind === 'related' ? usedBy(condition, model.name, model.relations ?? {}) : [],
  )
}

/** The same with those below them. */
export function allRelations(audience: Pick<ResolvedAudience, 'model' | 'where'>): UsedRelation[] {
  const whole = (used: UsedRelation): UsedRelation[] => [used, ...used.nested.flatMap(whole)]
  return usedRelations(audience).flatMap(whole)
}
