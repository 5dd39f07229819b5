import type { JsonObject } from '../core/event/message.ts'
import type { TraitName } from './people-store.ts'
import { readTraits } from './read-traits.ts'

/** The traits that there are, and what some messages add to them. */
export class TraitRegister {
  readonly #types: Map<string, number>
  readonly #names: Set<string>
  readonly #changed = new Set<string>()

  constructor(known: readonly TraitName[]) {
    this.#types = new Map(known.map(({ name, types }) => [name, types]))
    this.#names = new Set(this.#types.keys())
  }

  read(traits: JsonObject): ReturnType<typeof readTraits> {
    const found = readTraits(traits, this.#names)
    for (const { name, type } of found.traits) {
      const before = this.#types.get(name)
      const types = (before ?? 0) | type
      if (types === before) continue
      this.#types.set(name, types)
      this.#changed.add(name)
    }
    return found
  }

  changed(): TraitName[] {
    return [...this.#changed].map((name) => ({ name, types: this.#types.get(name) ?? 0 }))
  }
}
