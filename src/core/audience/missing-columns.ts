import type { Columns } from './audience.ts'
import { findColumn } from './find-column.ts'
import type { WrittenMistake } from './mistake.ts'
import { nearestWord } from './nearest-word.ts'
import { oneOf } from './one-of.ts'

/**
 * The columns that are named, each by the key that names it, and are not there, with the nearest; paths are the keys.
 * @param whose as in `The events of the model "customers" have`
 */
export function missingColumns(
  named: readonly (readonly [key: string, column: string])[],
  columns: Columns,
  whose: string,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const known = [...columns.keys()]
  return named.flatMap(([key, column]): WrittenMistake[] => {
    if (findColumn(column, columns, foldsCase)) return []
    const nearest = nearestWord(column, known)
    return [
      {
        path: [key],
        atKey: false,
        message: `${whose} no column "${column}"`,
        expected: oneOf(known),
        ...(nearest === undefined ? {} : { nearest }),
        remedy: nearest === undefined ? 'Write a column of that table' : `Write "${nearest}"`,
      },
    ]
  })
}
