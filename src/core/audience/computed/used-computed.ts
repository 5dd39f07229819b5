import type { Columns, ResolvedAudience, ResolvedModel } from '../audience.ts'
import { measureKind, type MeasuredEvents } from '../event/event-condition.ts'
import { someEvents, traitsOfEvents } from '../event/walk-event.ts'

/** The computed trait of this name, if the model has one. */
export function computedTrait(
  name: string,
  { computed = {} }: Pick<ResolvedModel, 'computed'>,
): MeasuredEvents | undefined {
  return Object.hasOwn(computed, name) ? computed[name] : undefined
}

/** The computed traits of a model as columns. */
export const computedColumns = ({ computed = {} }: Pick<ResolvedModel, 'computed'>): Columns =>
  new Map(Object.entries(computed).map(([name, { measure }]) => [name, measureKind(measure)]))

/** The traits that a computed trait itself reads, computed or not. */
export const traitsOfComputed = (measured: MeasuredEvents): ReadonlySet<string> =>
  traitsOfEvents(someEvents(measured))

/** The computed traits of an audience, and those that these are made of, each once. */
export function reckonedTraits({
  computed = [],
  model,
}: Pick<ResolvedAudience, 'computed' | 'model'>): ReadonlyMap<string, MeasuredEvents> {
  const found = new Map<string, MeasuredEvents>()
  const visit = (name: string): void => {
    const measured = computedTrait(name, model)
    if (measured === undefined || found.has(name)) return
    found.set(name, measured)
    for (const below of traitsOfComputed(measured)) visit(below)
  }
  for (const name of computed) visit(name)
  return found
}
