import type { Json, JsonObject } from '../core/event/message.ts'
import { jsonText } from './json-text.ts'

/** What the value of a trait can be, each a bit, so that all that a trait was ever can be told by one number. */
export const TRAIT_TYPES = { number: 1, boolean: 2, text: 4, list: 8, object: 16 } as const

/** Why something in a message was not taken in. */
export const TURNED_AWAY = {
  nobody: 'Nothing in the message says who it is.',
  erased: 'It is of somebody who was erased.',
  duplicate: 'A message with this id was taken in before.',
  'too-many-traits': 'A message may have 300 traits.',
  'too-many-trait-names': 'There are 1,000 different traits already.',
  'trait-name': 'The name of a trait is empty, not readable, or longer than 200 characters.',
  'trait-too-large': 'The value of a trait is longer than 10,000 characters.',
} as const

export type TurnedAway = keyof typeof TURNED_AWAY

export interface ReadTrait {
  readonly name: string
  /** JSON. */
  readonly value: string
  /** A bit of `TRAIT_TYPES`; 0 for null, by which a trait is taken away. */
  readonly type: number
}

/** Segment rejects an identify with more (docs: unify/product-limits). */
const TRAITS_PER_MESSAGE = 300
/** Each trait is a column of the people; engines plan wider tables ever more slowly. */
const TRAIT_NAMES_MAX = 1000
const NAME_CHARACTERS_MAX = 200
const VALUE_CHARACTERS_MAX = 10_000

/** The traits that a message gives its person, or its account. `names` are those known so far; new ones are added until there are too many. */
export function readTraits(
  traits: JsonObject,
  names: Set<string>,
): { readonly traits: readonly ReadTrait[]; readonly turnedAway: readonly TurnedAway[] } {
  const read: ReadTrait[] = []
  const turnedAway: TurnedAway[] = []
  for (const [name, value] of Object.entries(traits)) {
    const trait = { name, value: jsonText(value), type: typeOf(value) }
    const fault = faultOf(trait, read.length, names)
    if (fault !== null) turnedAway.push(fault)
    else {
      names.add(name)
      read.push(trait)
    }
  }
  return { traits: read, turnedAway }
}

function faultOf(
  { name, value }: ReadTrait,
  before: number,
  names: ReadonlySet<string>,
): TurnedAway | null {
  if (before >= TRAITS_PER_MESSAGE) return 'too-many-traits'
  if (name.trim() === '' || name.length > NAME_CHARACTERS_MAX) return 'trait-name'
  if (!name.isWellFormed() || /\p{Cc}/u.test(name)) return 'trait-name'
  if (value.length > VALUE_CHARACTERS_MAX) return 'trait-too-large'
  return !names.has(name) && names.size >= TRAIT_NAMES_MAX ? 'too-many-trait-names' : null
}

function typeOf(value: Json): number {
  if (value === null) return 0
  if (typeof value === 'number') return TRAIT_TYPES.number
  if (typeof value === 'boolean') return TRAIT_TYPES.boolean
  if (typeof value === 'string') return TRAIT_TYPES.text
  return Array.isArray(value) ? TRAIT_TYPES.list : TRAIT_TYPES.object
}
