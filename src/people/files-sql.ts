/** SQL that reads some of our files as one relation. @param paths At least one. */
export function filesSql(paths: readonly string[]): string {
  const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')
  return `read_parquet([${list}], union_by_name = true)`
}
