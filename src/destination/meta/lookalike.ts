import type { Lookalike, LookalikeSize, Places } from '../../core/lookalike.ts'
import type { LookalikeSpec, Result } from '../port.ts'
import type { Graph } from './graph.ts'
import { createNode } from './remote-audiences.ts'

type Written = Readonly<Record<string, unknown>>

const PER_CENT = 100

/** A share is Meta's type `custom_ratio`, which is also the only one for value-based audiences. */
function writeSize(size: LookalikeSize): Written {
  if (size.kind === 'type') return { type: size.type }
  const from = size.from === 0 ? {} : { starting_ratio: size.from / PER_CENT }
  return { type: 'custom_ratio', ...from, ratio: size.to / PER_CENT }
}

const writePlaces = ({ countries, groups }: Places): Written => ({
  ...(countries.length === 0 ? {} : { countries }),
  ...(groups.length === 0 ? {} : { country_groups: groups }),
})

const isNone = ({ countries, groups }: Places): boolean => countries.length + groups.length === 0

function writeWhere({ places, except }: Lookalike): Written {
  const [country] = places.countries
  if (places.countries.length === 1 && places.groups.length === 0 && isNone(except))
    return { country }
  const excluded = isNone(except) ? {} : { excluded_geo_locations: writePlaces(except) }
  return { location_spec: { geo_locations: writePlaces(places), ...excluded } }
}

/**
 * Meta's `lookalike_spec`.
 * @see https://developers.facebook.com/documentation/ads-commerce/marketing-api/audiences/guides/lookalike-audiences
 */
const lookalikeSpec = (lookalike: Lookalike): Written => ({
  ...writeSize(lookalike.size),
  ...writeWhere(lookalike),
  ...(lookalike.internationalSeeds ? { allow_international_seeds: true } : {}),
})

/** Asks for a lookalike. Meta refuses one that is there already with the same seed, places and size. */
export async function createLookalike(
  graph: Graph,
  adAccount: string,
  { name, description, originId, lookalike }: LookalikeSpec,
): Promise<Result<string>> {
  return createNode(graph, adAccount, `make "${name}" from Custom Audience ${originId}`, {
    name,
    description,
    subtype: 'LOOKALIKE',
    origin_audience_id: originId,
    lookalike_spec: lookalikeSpec(lookalike),
  })
}
