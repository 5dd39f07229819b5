import type { ColumnKind, Columns, ResolvedModel } from '../core/audience/audience.ts'
import { findColumn } from '../core/audience/check-traits.ts'
import type { Dialect } from './dialect.ts'
import type { SqlValue } from './query.ts'

/** The moment and the zone in which an audience is evaluated, and what is known of its model's columns. */
export interface EvaluationContext {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** An IANA name: `Europe/Berlin`. */
  readonly timeZone: string
  /** Of the audience's own model; without it every column is handled by what it holds at run time. */
  readonly columns?: Columns | undefined
}

/** One trait of the person in the current row, as SQL of the kind that a comparison needs. */
export interface Trait {
  readonly text: () => string
  readonly number: () => string
  readonly truth: () => string
  readonly instant: () => string
  readonly elements: () => string
  /** True when at least one value is not blank. */
  readonly hasInk: () => string
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
  readonly bind: (
    value: string | number | boolean,
    type: 'text' | 'number' | 'integer' | 'boolean',
  ) => string
  readonly trait: (name: string) => Trait
}

/** JSON pointer (RFC 6901) of the steps below a column. */
const pointer = (steps: readonly string[]): string =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** A scope over one model. Rows of the model go by the name `model`. */
export function openScope(
  dialect: Dialect,
  model: ResolvedModel,
  context: EvaluationContext,
  parameters: Parameters,
): Scope {
  const { columns, timeZone } = context
  const bind: Scope['bind'] = (value, type) =>
    dialect.cast(dialect.parameter(parameters.add(value)), type)
  const trait = (name: string): Trait => {
    const found = columns && findColumn(name, columns, dialect.foldsCase)
    const [first = name, ...rest] = name.split('.')
    const { column, steps } = found ?? { column: first, steps: rest }
    const own = `model.${dialect.quote(column)}`
    const kind = columns?.get(column) ?? 'other'
    if (steps.length === 0) return traitOver(own, kind)
    return traitOver(dialect.field(own, kind, bind(pointer(steps), 'text')), 'other')
  }
  const traitOver = (expression: string, kind: ColumnKind): Trait => {
    const text = () => dialect.text(expression, kind)
    return {
      text,
      number: () => dialect.number(expression, kind),
      truth: () => dialect.truth(text()),
      instant: () => dialect.instant(expression, kind, () => bind(timeZone, 'text')),
      elements: () => dialect.elements(expression, kind),
      hasInk() {
        const someInk = dialect.listHasInk(dialect.elements(expression, kind))
        if (kind === 'list') return someInk
        const ink = dialect.hasInk(text())
        return kind === 'other'
          ? `case when ${dialect.isList(expression)} then ${someInk} else ${ink} end`
          : ink
      },
    }
  }
  return { ...context, dialect, parameters, model, bind, trait }
}
