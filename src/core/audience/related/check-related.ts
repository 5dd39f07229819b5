import type { Columns, ResolvedAudience } from '../audience.ts'
import { findColumn } from '../find-column.ts'
import type { WrittenMistake } from '../mistake.ts'
import { nearestWord } from '../nearest-word.ts'
import { usedRelations, type UsedRelation } from './used-relations.ts'

/**
 * What an audience's conditions, and its model, name of related rows and their tables do not have; paths begin at the
 * audience. Of a table that is not described nothing is said.
 */
export function checkRelated(
  audience: Pick<ResolvedAudience, 'model' | 'where'>,
  columns: Columns | undefined,
  related: ReadonlyMap<string, Columns>,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const missing = (
    named: readonly string[],
    known: Columns | undefined,
    whose: string,
  ): readonly WrittenMistake[] =>
    known === undefined
      ? []
      : named
          .filter((column) => findColumn(column, known, foldsCase) === undefined)
          .map((column) => missingColumn(column, whose, [...known.keys()]))
  const check = (
    { name, rows, columns: named, nested }: UsedRelation,
    owner: string,
    owned: Columns | undefined,
  ): readonly WrittenMistake[] => {
    const known = related.get(name)
    return [
      ...missing([rows.own], owned, `"${owner}"`),
      ...missing([rows.key, ...named], known, `the relation "${name}"`),
      ...nested.flatMap((one) => check(one, name, known)),
    ]
  }
  return usedRelations(audience).flatMap((used) => check(used, audience.model.name, columns))
}

function missingColumn(column: string, whose: string, known: readonly string[]): WrittenMistake {
  const nearest = nearestWord(column, known)
  return {
    path: ['where'],
    atKey: false,
    message: `There is no column "${column}" in ${whose}`,
    expected: `one of ${known.join(', ')}`,
    ...(nearest === undefined ? {} : { nearest }),
    remedy: nearest === undefined ? 'Write a column of that table' : `Write "${nearest}"`,
  }
}
