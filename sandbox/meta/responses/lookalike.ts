import type { Context } from '../context.ts'
import { GraphError } from '../errors.ts'
import type { Lookalike } from '../model/audience.ts'
import { isObject, objectOf, textOf, type Parameters } from '../parameters.ts'

/** People that a seed must have. */
const SEED_MIN = 100
/** People of one per cent of a country: one size for all, since sizes here only have to be told apart. */
const PEOPLE_PER_CENT = 2_300_000

const invalid = (reason: string): GraphError => new GraphError('invalidParameter', { reason })

/** Is it 0.01, 0.02 … 0.20? */
function isRatio(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    value >= 0.01 &&
    value <= 0.2 &&
    Math.abs(value * 100 - Math.round(value * 100)) < 1e-9
  )
}

/** Is it a list with at least one text in it? */
const isListed = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')

/** A lookalike is of one country, or of places that are countries and groups of them. */
function requirePlaces({ country, location_spec: where }: Parameters): void {
  if ((country === undefined) === (where === undefined)) {
    throw invalid('lookalike_spec: either country or location_spec is required')
  }
  if (country !== undefined) {
    if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country)) {
      throw invalid('lookalike_spec: country must be a country code')
    }
    return
  }
  const included = isObject(where) ? where['geo_locations'] : undefined
  const { countries, country_groups: groups } = isObject(included) ? included : {}
  if (!isListed(countries) && !isListed(groups)) {
    throw invalid('lookalike_spec: geo_locations needs countries or country_groups')
  }
}

/** The share of a country's people that a specification asks for, in per cent. */
function percentOf({ type, ratio, starting_ratio: start }: Parameters): number {
  if (type === 'similarity') return 1
  if (type === 'reach') return 5
  if (type !== undefined && type !== 'custom_ratio') {
    throw invalid('lookalike_spec: type must be similarity, reach or custom_ratio')
  }
  if (!isRatio(ratio)) throw invalid('lookalike_spec: ratio must be 0.01 to 0.20 in steps of 0.01')
  if (start !== undefined && (!isRatio(start) || start >= ratio)) {
    throw invalid('lookalike_spec: starting_ratio must be smaller than ratio')
  }
  return (ratio - (start ?? 0)) * 100
}

/** Equal exactly when two specifications are of the same places and size. */
function sameness(spec: Readonly<Record<string, unknown>>): string {
  const {
    country,
    location_spec: where,
    type = 'custom_ratio',
    ratio,
    starting_ratio: start,
  } = spec
  return JSON.stringify([country, where, type, ratio, start])
}

/** The lookalike that a request asks for: its seed must be there, in the account, unrestricted, and large enough. */
export function readLookalike(context: Context, accountId: string): Lookalike {
  const { model, parameters } = context
  const originId = textOf(parameters, 'origin_audience_id')
  const spec = objectOf(parameters, 'lookalike_spec')
  if (originId === undefined || spec === undefined) {
    throw new GraphError('missingParameter', { names: 'origin_audience_id, lookalike_spec' })
  }
  requirePlaces(spec)
  const percent = percentOf(spec)
  const origin = model.audience(originId)
  if (origin === undefined) throw new GraphError('audienceDeleted')
  if (origin.accountId !== accountId) throw new GraphError('audienceNotShared')
  if (origin.flagged) throw new GraphError('seedRestricted')
  if (origin.valueBased && (spec['type'] ?? 'custom_ratio') !== 'custom_ratio') {
    throw invalid('lookalike_spec: a value-based audience takes type custom_ratio alone')
  }
  const alike = model.state
    .audiencesOf(accountId, context.now)
    .filter(({ lookalike }) => lookalike?.originId === originId)
  if (alike.some(({ lookalike }) => sameness(lookalike?.spec ?? {}) === sameness(spec))) {
    throw new GraphError('lookalikeDuplicate')
  }
  if ((model.members(originId)?.matched ?? 0) < SEED_MIN) {
    throw new GraphError('createFailed', {
      reason: `The source audience must have at least ${SEED_MIN} people who can be matched.`,
    })
  }
  return { originId, spec, people: Math.round(percent * PEOPLE_PER_CENT) }
}
