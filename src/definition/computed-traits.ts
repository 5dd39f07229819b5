import type { ResolvedModel } from '../core/audience/audience.ts'
import { parseComputedTrait } from '../core/audience/computed/parse-computed.ts'
import { traitsOfComputed } from '../core/audience/computed/used-computed.ts'
import type { MeasuredEvents } from '../core/audience/event/event-condition.ts'
import { writeMeasured } from '../core/audience/event/write-event.ts'
import type { Report } from '../core/audience/mistake.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { PEOPLE_MODEL } from './people-model.ts'

/** What a file declares under `computed_traits`. */
export interface ComputedTraitDefinition {
  readonly model: string
  readonly measured: MeasuredEvents
}

export type ComputedTraits = Readonly<Record<string, ComputedTraitDefinition>>

/** The model that a written trait is of: the people, where it does not say. */
export const modelOfTrait = (written: unknown): unknown =>
  isWritten(written) ? (written['model'] ?? PEOPLE_MODEL) : PEOPLE_MODEL

/** Reads them; what cannot be meant was reported and is left out. */
export function readComputedTraits(written: Written, report: Report): ComputedTraits {
  const entries = Object.entries(written).flatMap(([name, value]) => {
    const measured = parseComputedTrait(value, ['model'], ['computed_traits', name], report)
    const model = modelOfTrait(value)
    return measured && typeof model === 'string' ? [[name, { model, measured }] as const] : []
  })
  return Object.fromEntries(entries)
}

/** A model with the computed traits that the file declares for it. */
export function withComputed(model: ResolvedModel, traits: ComputedTraits): ResolvedModel {
  const own = Object.entries(traits).filter(([, one]) => one.model === model.name)
  if (own.length === 0) return model
  return {
    ...model,
    computed: Object.fromEntries(own.map(([name, { measured }]) => [name, measured])),
  }
}

/** Of the traits that are named, those that a model computes, each once. */
export const computedAmong = (
  named: readonly string[],
  { computed = {} }: ResolvedModel,
): readonly string[] => [...new Set(named)].filter((name) => Object.hasOwn(computed, name))

/** The computed traits that one is made of. */
export const usesOfTrait = (name: string, traits: ComputedTraits): readonly string[] => {
  const trait = traits[name]
  return trait === undefined
    ? []
    : [...traitsOfComputed(trait.measured)].filter((used) => traits[used]?.model === trait.model)
}

export const writeComputedTrait = ({ model, measured }: ComputedTraitDefinition): Written => ({
  model,
  ...writeMeasured(measured),
})
