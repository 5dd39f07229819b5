import { GroupedRows } from './grouped-rows.ts'

/** A relation beside the rows of the model, with one row for a row of the model or none. */
interface Join {
  readonly alias: string
  /** Asked for when everything that wants something of it is known. */
  readonly relation: () => string
  /** The column of the relation that is compared, and what it equals. */
  readonly on: { readonly column: string; readonly equals: string }
}

/** The relations that the conditions of one statement need beside its model. Whoever needs the same one again shares it. */
export class Joins<Scope> {
  readonly #joins = new Map<string, Join>()
  readonly #grouped = new Map<string, { readonly rows: GroupedRows; readonly inner: Scope }>()
  readonly #owners = new Map<object, number>()

  /**
   * The name by which a relation goes.
   * @param key What it means, the same for the same relation.
   */
  add(key: string, make: () => Omit<Join, 'alias'>): string {
    const known = this.#joins.get(key)
    if (known !== undefined) return known.alias
    const made = make()
    const alias = `rollcall_j${this.#joins.size}`
    this.#joins.set(key, { alias, ...made })
    return alias
  }

  /**
   * Rows of a relation of the model, grouped by whose they are.
   * @param relation tells it from all others of the statement
   * @param make gives the scope of one of the rows, and how the groups are joined
   */
  grouped(
    relation: string,
    make: (rows: GroupedRows) => Omit<Join, 'alias'> & { readonly inner: Scope },
  ): { readonly alias: string; readonly rows: GroupedRows; readonly inner: Scope } {
    const key = JSON.stringify(['grouped', relation])
    const known = this.#grouped.get(key)
    if (known !== undefined) return { alias: this.#joins.get(key)?.alias ?? '', ...known }
    const rows = new GroupedRows()
    const { inner, ...join } = make(rows)
    this.#grouped.set(key, { rows, inner })
    return { alias: this.add(key, () => join), rows, inner }
  }

  /** Tells apart what words mean to one audience and to another, for a key. */
  owner(references: object): number {
    const known = this.#owners.get(references) ?? this.#owners.size
    this.#owners.set(references, known)
    return known
  }

  /** What follows the model in a `from`. */
  sql(): string {
    return [...this.#joins.values()]
      .map(
        ({ alias, relation, on }) =>
          ` left join (${relation()}) as ${alias} on ${alias}.${on.column} = ${on.equals}`,
      )
      .join('')
  }
}
