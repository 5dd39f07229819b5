import type { Columns } from './audience.ts'

/** The column that a trait or a path such as `address.city` begins with, and the steps below it; undefined when there is none. */
export function findColumn(
  trait: string,
  columns: Columns,
  foldsCase: boolean,
): { readonly column: string; readonly steps: readonly string[] } | undefined {
  const fold = (name: string) => (foldsCase ? name.toLowerCase() : name)
  const find = (name: string) =>
    columns.has(name) ? name : [...columns.keys()].find((known) => fold(known) === fold(name))
  const whole = find(trait)
  if (whole !== undefined) return { column: whole, steps: [] }
  const [first = '', ...steps] = trait.split('.')
  const column = find(first)
  return column === undefined ? undefined : { column, steps }
}
