import type { Columns, ResolvedModel } from '../core/audience/audience.ts'
import type { Reference } from '../core/audience/operand-shape.ts'
import type { Bind, Cell } from './cell.ts'
import type { Dialect } from './dialect.ts'
import type { GroupedRows } from './grouped-rows.ts'
import type { Facts } from './event/facts.ts'
import type { Joins } from './joins.ts'
import type { SqlValue } from './query.ts'

/** The moment and the zone in which an audience is evaluated, and what is known of its model's columns. */
export interface EvaluationContext {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** An IANA name: `Europe/Berlin`. */
  readonly timeZone: string
  /** Of the audience's own model; without it every column is handled by what it holds at run time. */
  readonly columns?: Columns | undefined
  /** By model, the columns of its events, in their order; without them every column that is named has to be there. */
  readonly events?: ReadonlyMap<string, readonly Columns[]> | undefined
  /** The columns of related rows, by the way to them: `customers.orders.items`. */
  readonly related?: ReadonlyMap<string, Columns> | undefined
}

/** Collects the parameters of one statement. */
export class Parameters {
  readonly #values: Record<string, SqlValue> = {}
  #count = 0

  /** Keeps a value and gives the name it is bound to. */
  add(value: SqlValue): string {
    this.#count += 1
    const name = `p${this.#count}`
    this.#values[name] = value
    return name
  }

  set(name: string, value: SqlValue): void {
    this.#values[name] = value
  }

  values(): Readonly<Record<string, SqlValue>> {
    return { ...this.#values }
  }
}

/** What the compilation of a tree over one model needs: its columns, the moment, and where parameters go. */
export interface Scope extends EvaluationContext {
  readonly dialect: Dialect
  readonly parameters: Parameters
  readonly model: ResolvedModel
  readonly bind: Bind
  readonly trait: (name: string) => Cell
  /** What a reference on the right of an operator means here. */
  readonly reference: (reference: Reference) => Cell
  /** What the conditions want to know of the person's events. */
  readonly facts: Facts
  /** What stands beside the model for conditions over other sets. */
  readonly joins: Joins<Scope>
  /** Where the rows are not the model's own but each an account and one of its users; traits are then the account's. */
  readonly pairs?: Pairs
}

/** The columns of such a row: the keys, as text. */
export const PAIR_PERSON = 'rollcall_person'
export const PAIR_ACCOUNT = 'rollcall_account'

/** Rows by the name `model` that each are an account and one of its users. */
interface Pairs {
  readonly sql: () => string
  /** Over the users alone. */
  readonly users: Scope
  /** What is asked of each user alone: columns of the pairs. */
  readonly ofUsers: GroupedRows
}

/** The key of the current row as text: what samples, lists, events and other models compare. */
export function keyText(scope: Scope): string {
  return scope.trait(scope.model.key).text()
}
