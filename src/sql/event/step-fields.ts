import { referencesOf } from '../../core/audience/comparison.ts'
import type { EventLeaf, EventWhere } from '../../core/audience/event/selection.ts'
import { leavesOf } from '../../core/audience/event/walk-event.ts'
import type { ColumnKind } from '../../core/audience/audience.ts'
import type { Reference } from '../../core/audience/operand-shape.ts'
import { cellOver, type Cell } from '../cell.ts'
import { compileOperator } from '../operator.ts'
import type { Scope } from '../scope.ts'
import { twoValued } from '../two-valued.ts'
import { compileWhere, eventScope } from './event-selection.ts'
import { valueOverStreams } from './event-value.ts'

/** A property of the event that an earlier step found. */
export type StepReference = Extract<Reference, { readonly step: number }>

/** The earlier steps' properties that a condition on an event reads. */
export function stepReferencesOf(where: EventWhere | null): readonly StepReference[] {
  return [...leavesOf(where)].flatMap(({ operand }) =>
    referencesOf(operand).filter((reference): reference is StepReference => 'step' in reference),
  )
}

/** What a sequence keeps of each event that one of its steps may find: whatever can be said of the event alone is said in the scan. */
export class StepFields {
  readonly #scope: Scope
  readonly #fields = new Map<string, string>()

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** The field that holds an expression over the scan. */
  field(sql: string): string {
    const known = this.#fields.get(sql)
    if (known !== undefined) return known
    const name = `c${this.#fields.size}`
    this.#fields.set(sql, name)
    return name
  }

  get fields(): readonly (readonly [name: string, sql: string])[] {
    return [...this.#fields].map(([sql, name]) => [name, sql])
  }

  /** The field with a property, and its kind. */
  property(name: string): { readonly field: string; readonly kind: ColumnKind } {
    const { column } = this.#scope.facts.value('property', name)
    const { kind } = valueOverStreams({ of: 'property', name }, this.#scope)
    return { field: this.field(`event.${column}`), kind }
  }

  /**
   * A condition on the event `one`, which may look at what earlier steps found, as SQL that is never null.
   * @param found The SQL of a property that an earlier step found.
   */
  condition(where: EventWhere, one: string, found: (reference: StepReference) => string): string {
    const scope = this.#scope
    if (stepReferencesOf(where).length === 0)
      return `${one}.${this.field(compileWhere(where, eventScope(scope)))}`
    switch (where.kind) {
      case 'all':
      case 'any': {
        const word = where.kind === 'all' ? ' and ' : ' or '
        return `(${where.of.map((child) => this.condition(child, one, found)).join(word)})`
      }
      case 'not':
        return `(not ${this.condition(where.of, one, found)})`
      case 'property':
      case 'context':
        return twoValued(this.#comparison(where, one, found))
    }
  }

  #comparison(leaf: EventLeaf, one: string, found: (reference: StepReference) => string): string {
    const scope = this.#scope
    const own = (of: EventLeaf['kind'], name: string): Cell => {
      const { column } = scope.facts.value(of, name)
      const { kind } = valueOverStreams({ of, name }, scope)
      return cellOver(`${one}.${this.field(`event.${column}`)}`, kind, scope)
    }
    const reference = (named: Reference): Cell => {
      if ('step' in named) return cellOver(found(named), this.property(named.property).kind, scope)
      if ('property' in named) return own('property', named.property)
      // Where the events of one person are compared, their traits are at hand as text only.
      const trait = eventScope(scope).trait(named.trait).text()
      return cellOver(`${one}.${this.field(trait)}`, 'text', scope)
    }
    return compileOperator(leaf, own(leaf.kind, leaf.name), { ...scope, reference })
  }
}
