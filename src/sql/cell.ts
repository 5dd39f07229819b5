import type { ColumnKind } from '../core/audience/audience.ts'
import type { Dialect } from './dialect.ts'

/** Keeps a value as a parameter and gives the SQL that stands for it. */
export type Bind = (
  value: string | number | boolean,
  type: 'text' | 'number' | 'integer' | 'boolean',
) => string

/** One value of the current row, as SQL of the kind that a comparison needs. */
export interface Cell {
  readonly text: () => string
  readonly number: () => string
  readonly truth: () => string
  /** Milliseconds since the epoch. */
  readonly instant: () => string
  readonly elements: () => string
  /** True when at least one value is not blank. */
  readonly hasInk: () => string
}

interface Surroundings {
  readonly dialect: Dialect
  readonly timeZone: string
  readonly bind: Bind
}

/** JSON pointer (RFC 6901) of the steps below a column. */
const pointer = (steps: readonly string[]): string =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** A column, or what is below it where there are steps, as a cell. */
export function cellBelow(
  column: string,
  kind: ColumnKind,
  steps: readonly string[],
  surroundings: Surroundings,
): Cell {
  return steps.length === 0
    ? cellOver(column, kind, surroundings)
    : cellOver(fieldBelow(column, kind, steps, surroundings), 'other', surroundings)
}

/** The value below a column that is a struct or holds JSON. */
export function fieldBelow(
  column: string,
  kind: ColumnKind,
  steps: readonly string[],
  { dialect, bind }: Surroundings,
): string {
  return dialect.field(column, kind, bind(pointer(steps), 'text'))
}

/** An expression of some kind as a cell. */
export function cellOver(
  expression: string,
  kind: ColumnKind,
  { dialect, timeZone, bind }: Surroundings,
): Cell {
  const text = () => dialect.text(expression, kind)
  return {
    text,
    number: () => dialect.number(expression, kind),
    truth: () => (kind === 'boolean' ? expression : dialect.truth(text())),
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
