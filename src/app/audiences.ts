import type { ResolvedAudience } from '../core/audience/audience.ts'
import { describe } from '../core/audience/describe.ts'
import type { Definition } from '../definition/definition.ts'

/** An audience as a list shows it. */
export interface ListedAudience {
  readonly audience: string
  readonly name: string
  /** Its conditions and exclusions in plain words. */
  readonly sentence: string
  readonly model: string
  readonly syncs: readonly string[]
}

/** Every audience of a definition, in the order of the file. */
export function listAudiences({ audiences, syncs }: Definition): readonly ListedAudience[] {
  return Object.values(audiences).map((audience) => ({
    audience: audience.key,
    name: audience.name,
    sentence: sentenceOf(audience),
    model: audience.model.name,
    syncs: Object.values(syncs)
      .filter((sync) => sync.audience === audience.key)
      .map((sync) => sync.key),
  }))
}

/** Who is in an audience, in plain words. */
export function sentenceOf({ where, exclude }: ResolvedAudience): string {
  const others = exclude.map(({ name }) => `those in “${name}”`)
  return others.length === 0
    ? describe(where)
    : `${describe(where)}, but not ${others.join(' or ')}`
}
