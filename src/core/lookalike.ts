/**
 * A lookalike audience: people whom the platform finds to be like those of a Custom Audience, which is its seed. Nobody is sent
 * for it; the platform fills it and keeps it fresh.
 */
export interface Lookalike {
  /** Where the people are looked for. */
  readonly places: Places
  readonly except: Places
  readonly size: LookalikeSize
  /** Where the seed has too few people of a country, those of others may stand in for them. */
  readonly internationalSeeds: boolean
}

/** Sorted, each once. */
export interface Places {
  /** ISO alpha-2 in capitals. */
  readonly countries: readonly string[]
  /** Meta's names of regions, such as `asia` or `mercosur`. */
  readonly groups: readonly string[]
}

export type LookalikeSize =
  /** Meta's two sizes by name: the 1 % or the 5 % of a country who are most alike. */
  | { readonly kind: 'type'; readonly type: 'similarity' | 'reach' }
  /** From the `from` to the `to` per cent of a country who are most alike; whole numbers, `from` is 0 for all of them. */
  | { readonly kind: 'share'; readonly from: number; readonly to: number }

/** Per cents of a country that Meta can be asked for. */
export const SHARE_MAX = 20

const listsOf = ({ countries, groups }: Places) => [countries, groups] as const

/** One text for each different lookalike of a seed, whatever order it is written in. */
export function lookalikeText({ places, except, size, internationalSeeds }: Lookalike): string {
  const people = size.kind === 'type' ? size.type : [size.from, size.to]
  return JSON.stringify([listsOf(places), listsOf(except), people, internationalSeeds])
}

const placesText = ({ countries, groups }: Places): string => [...countries, ...groups].join(' ')

function sizeText(size: LookalikeSize): string {
  if (size.kind === 'type') return size.type
  return size.from === 0 ? `${size.to}%` : `${size.from}% to ${size.to}%`
}

/** A lookalike in a few words: `DE, 1%`. */
export function lookalikeLabel({ places, except, size, internationalSeeds }: Lookalike): string {
  const without = placesText(except)
  return [
    placesText(places) + (without === '' ? '' : ` without ${without}`),
    sizeText(size),
    ...(internationalSeeds ? ['international seeds'] : []),
  ].join(', ')
}

/** What people and the platform see of it. */
export const lookalikeName = (lookalike: Lookalike, seed: string): string =>
  `Lookalike (${lookalikeLabel(lookalike)}) of ${seed}`

/**
 * How one lookalike stands. `to-make`: nothing is made yet. `made`: by this run. `there`: kept. `refused`: the platform does not make it
 * now, and is asked again at the next run. `unanswered`: it may have been made, which the next run sees. `deleted`: somebody
 * deleted it at the platform. `left`: it is no longer in the definition, or of another seed, and stays at the platform.
 */
export type LookalikeState =
  'to-make' | 'made' | 'there' | 'refused' | 'unanswered' | 'deleted' | 'left'

export interface ShownLookalike {
  readonly label: string
  readonly name: string
  /** Null where there is none, or none that is known. */
  readonly id: string | null
  readonly state: LookalikeState
  /** What the platform says of it now, in its words; null where it was not asked. */
  readonly stateText: string | null
  /** Bounds of its people; null where the platform does not tell them. */
  readonly sizeLower: number | null
  readonly sizeUpper: number | null
  /** Why it is not as it should be, and what to do. */
  readonly problem: {
    readonly code: string
    readonly message: string
    readonly remedy: string
  } | null
}
