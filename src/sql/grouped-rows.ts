/** Rows of a relation, often grouped by whose they are: a column for each thing that conditions want to know of them. */
export class GroupedRows {
  readonly #limits = new Set<string>()
  readonly #columns = new Map<string, { readonly column: string; readonly sql: string }>()

  readonly #prefix: string

  /** @param prefix Begins the names of the columns. */
  constructor(prefix = 'rollcall_n') {
    this.#prefix = prefix
  }

  /**
   * The column of an aggregate, or of one row where rows are not grouped.
   * @param key What it means, the same for the same aggregate.
   */
  aggregate(key: string, sql: () => string): string {
    const known = this.#columns.get(key)
    if (known !== undefined) return known.column
    const made = sql()
    const column = `${this.#prefix}${this.#columns.size}`
    this.#columns.set(key, { column, sql: made })
    return column
  }

  /** Which rows something wants to look at; without any, all of them are looked at. */
  limit(sql: string): void {
    this.#limits.add(sql)
  }

  /** What follows the relation: whether some aggregate looks at a row. */
  limits(): string {
    return this.#limits.size === 0 ? '' : ` where ${[...this.#limits].join(' or ')}`
  }

  /** What is selected of each group. */
  selected(): string {
    return [...this.#columns.values()].map(({ column, sql }) => `${sql} as ${column}`).join(', ')
  }

  get columns(): readonly string[] {
    return [...this.#columns.values()].map(({ column }) => column)
  }
}
