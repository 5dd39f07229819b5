import type { Condition } from '../core/audience/condition.ts'
import type {
  Accounts,
  EventStream,
  RelatedRows,
  ResolvedModel,
  TraitHistory,
} from '../core/audience/audience.ts'
import { traitUses } from '../core/audience/check-traits.ts'
import { walkCondition } from '../core/audience/walk-condition.ts'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import { DEFAULT_GUARDS, type GuardSettings } from '../core/sync/guard.ts'
import type {
  AudienceDefinition,
  Defaults,
  Definition,
  DestinationDefinition,
  Source,
  SyncDefinition,
} from './definition.ts'
import { computedAmong, withComputed } from './computed-traits.ts'
import { consentSources } from './consent.ts'
import { identityRules } from './identity.ts'
import { resolveLookalike } from './lookalike.ts'
import { PEOPLE_MODEL, peopleModel } from './people-model.ts'
import type {
  WrittenAudience,
  WrittenDestination,
  WrittenEventStream,
  WrittenModel,
  WrittenRelation,
  WrittenSync,
} from './schema.ts'
import type { Surroundings } from './surroundings.ts'
import type { WrittenFile } from './written-file.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The account that the sandbox always has. */
const SANDBOX_AD_ACCOUNT = 'act_1000000001'

/** Who is held out of one sync is held out of all that do not say otherwise, also after a sync was renamed. */
const HOLDOUT_SALT = 'holdout'

/** The name of the model that an audience with a select of its own stands on; no key in a file can be the same. */
export const ownModel = (audience: string): string => `audiences.${audience}`

type Mapping = SyncDefinition['mapping']

const mapValues = <A, B>(
  map: ReadonlyMap<string, A>,
  change: (value: A, key: string) => B,
): Record<string, B> =>
  Object.fromEntries([...map].map(([key, value]) => [key, change(value, key)]))

function relationOf({
  table,
  sql = '',
}: Pick<WrittenModel, 'table' | 'sql'>): ResolvedModel['relation'] {
  return table === undefined ? { kind: 'select', sql } : { kind: 'table', table }
}

function resolveEvents(written: WrittenEventStream): EventStream {
  const { name, every_row: everyRow = '' } = written
  return {
    relation: relationOf(written),
    person: written.person,
    name:
      name === undefined ? { kind: 'constant', name: everyRow } : { kind: 'column', column: name },
    time: written.time,
    id: written.id ?? null,
    properties: written.properties ?? null,
    context: written.context ?? null,
    origin: written.source_column ?? null,
  }
}

function resolveModel(name: string, written: WrittenModel): ResolvedModel {
  const { source, key, events = [], relations, consent, history, accounts } = written
  return {
    name,
    source,
    relation: relationOf(written),
    key,
    events: events.map(resolveEvents),
    ...(relations === undefined ? {} : { relations: resolveRelations(relations, key) }),
    ...(consent === undefined ? {} : { consent }),
    ...(history === undefined ? {} : { history: resolveHistory(history) }),
    ...(accounts === undefined ? {} : { accounts: resolveAccounts(accounts) }),
  }
}

function resolveHistory({
  table,
  sql,
  ...columns
}: NonNullable<WrittenModel['history']>): TraitHistory {
  return { relation: relationOf({ table, sql }), ...columns }
}

function resolveAccounts(written: NonNullable<WrittenModel['accounts']>): Accounts {
  const { key, own = '', members } = written
  const relation = relationOf(written)
  if (members === undefined) return { relation, key, members: { kind: 'column', column: own } }
  const { table, sql, ...columns } = members
  const rows = { relation: relationOf({ table, sql }), ...columns }
  return { relation, key, members: { kind: 'rows', rows } }
}

/** @param key the column that a relation equals when it does not say */
function resolveRelations(
  written: Readonly<Record<string, WrittenRelation>>,
  key: string,
): Record<string, RelatedRows> {
  return Object.fromEntries(
    Object.entries(written).map(([name, one]) => {
      const own = one.own ?? key
      const relations = resolveRelations(one.relations ?? {}, one.key)
      return [name, { relation: relationOf(one), key: one.key, own, relations }]
    }),
  )
}

function mappingOf({ mapping, value }: WrittenSync): Mapping {
  const resolved: Partial<Record<MatchKey, readonly string[]>> = {}
  for (const key of MATCH_KEY_NAMES) {
    const columns = mapping[key]
    if (columns !== undefined) resolved[key] = columns
  }
  if (value !== undefined) resolved.LOOKALIKE_VALUE = [value]
  return resolved
}

/** The columns that each identifier of a tree means: those that the audience's syncs map to the match key, or the trait itself. */
function identifiersOf(
  where: Condition,
  mappings: readonly Mapping[],
): Record<string, readonly string[]> {
  const identifiers: Record<string, readonly string[]> = {}
  for (const { condition } of walkCondition(where)) {
    if (condition.kind !== 'has') continue
    const key = MATCH_KEY_NAMES.find((name) => name === condition.identifier.toUpperCase())
    const mapped = key === undefined ? [] : mappings.flatMap((mapping) => mapping[key] ?? [])
    identifiers[condition.identifier] =
      mapped.length > 0 ? [...new Set(mapped)] : [condition.identifier]
  }
  return identifiers
}

interface AudienceParts {
  readonly file: WrittenFile
  readonly models: Readonly<Record<string, ResolvedModel>>
  readonly lists: Surroundings['lists']
}

/** The audiences that a tree asks about, by their keys. */
function memberOf(where: Condition, parts: AudienceParts): Record<string, AudienceDefinition> {
  const named = [...walkCondition(where)].flatMap(({ condition }) =>
    condition.kind === 'member_of' ? (resolveAudience(condition.audience, parts) ?? []) : [],
  )
  return Object.fromEntries(named.map((audience) => [audience.key, audience]))
}

/** Resolves one audience and, below it, those that it names; there are no circles when this is called. */
function resolveAudience(key: string, parts: AudienceParts): AudienceDefinition | undefined {
  const written = parts.file.sections.audiences.get(key)
  const ground = written && modelOf(key, written, parts)
  if (written === undefined || ground === undefined) return undefined
  const model = withComputed(ground, parts.file.computedTraits)
  const where = parts.file.conditions.get(key) ?? { kind: 'everyone' }
  const syncs = [...parts.file.sections.syncs.values()].filter(({ audience }) => audience === key)
  const mappings = syncs.map(mappingOf)
  const identifiers = identifiersOf(where, mappings)
  const named = [
    ...[...traitUses({ where, identifiers, model })].map(({ trait }) => trait),
    ...mappings.flatMap((mapping) => Object.values(mapping).flat()),
  ]
  return {
    key,
    name: written.name ?? key,
    description: written.description ?? '',
    model,
    where,
    exclude: (written.exclude ?? []).flatMap((name) => resolveAudience(name, parts) ?? []),
    memberOf: memberOf(where, parts),
    identifiers,
    lists: parts.lists.get(key) ?? {},
    computed: computedAmong(named, model),
    movedFrom: written.moved_from ?? null,
  }
}

function modelOf(
  audience: string,
  { model, source = '', sql = '', key = '' }: WrittenAudience,
  { models, file }: AudienceParts,
): ResolvedModel | undefined {
  const purposes = Object.keys(file.singles.consent)
  if (model === PEOPLE_MODEL) return models[model] ?? peopleModel(purposes)
  if (model !== undefined) return models[model]
  return { name: ownModel(audience), source, relation: { kind: 'select', sql }, key, events: [] }
}

function resolveDestination(key: string, written: WrittenDestination): DestinationDefinition {
  return {
    key,
    type: written.type,
    environment: written.environment ?? 'sandbox',
    adAccount: written.ad_account ?? SANDBOX_AD_ACCOUNT,
    accessToken: written.access_token ?? null,
    appSecret: written.app_secret ?? null,
    apiVersion: written.api_version ?? null,
    apiUrl: written.api_url ?? null,
    consent: written.consent ?? null,
  }
}

function guardsOf(guard: WrittenSync['guard']): GuardSettings {
  return {
    empty: guard?.empty ?? DEFAULT_GUARDS.empty,
    removed: guard?.max_removed ?? DEFAULT_GUARDS.removed,
    added: guard?.max_added ?? DEFAULT_GUARDS.added,
    unusable: guard?.max_unusable ?? DEFAULT_GUARDS.unusable,
    unlisted: guard?.max_unlisted ?? DEFAULT_GUARDS.unlisted,
    normaliser: guard?.normaliser ?? DEFAULT_GUARDS.normaliser,
    first_live: guard?.first_live ?? DEFAULT_GUARDS.first_live,
  }
}

function resolveSync(
  key: string,
  written: WrittenSync,
  defaults: Defaults,
  destination: WrittenDestination | undefined,
): SyncDefinition {
  const { holdout } = written
  return {
    key,
    audience: written.audience,
    destination: written.destination,
    consent: destination?.consent ?? null,
    mapping: mappingOf(written),
    scopes: { apps: written.app_ids ?? [], page: written.page_id ?? null },
    value: written.value ?? null,
    mode: written.mode ?? 'mirror',
    holdout: holdout?.share
      ? { fraction: holdout.share, salt: holdout.salt ?? HOLDOUT_SALT }
      : null,
    guards: guardsOf(written.guard),
    reassertMs: written.reassert ?? 30 * DAY_MS,
    customAudience: written.custom_audience ?? null,
    lookalikes: (written.lookalikes ?? []).map(resolveLookalike),
    customerFileSource: written.customer_file_source ?? 'USER_PROVIDED_ONLY',
    paused: written.paused ?? false,
    movedFrom: written.moved_from ?? null,
    name: written.name ?? null,
    description: written.description ?? null,
    everyMs: written.every ?? defaults.everyMs,
    settleMs: written.settle ?? HOUR_MS / 4,
    whenGone: written.when_gone ?? 'pause',
  }
}

/** The definition that a file without mistakes means. */
export function resolve(file: WrittenFile, { lists }: Surroundings): Definition {
  const { sections, singles } = file
  const defaults: Defaults = {
    timeZone: singles.defaults.time_zone ?? 'UTC',
    everyMs: singles.defaults.every ?? HOUR_MS,
    phoneCountry: singles.defaults.phone_country ?? null,
  }
  const models = mapValues(sections.models, (model, key) => resolveModel(key, model))
  const audiences = [...sections.audiences.keys()].flatMap(
    (key) => resolveAudience(key, { file, models, lists }) ?? [],
  )
  return {
    version: 1,
    defaults,
    sources: mapValues(sections.sources, (source): Source =>
      source.type === 'files' ? { ...source, encoding: source.encoding ?? null } : source,
    ),
    models,
    computedTraits: file.computedTraits,
    audiences: Object.fromEntries(audiences.map((audience) => [audience.key, audience])),
    destinations: mapValues(sections.destinations, (written, key) =>
      resolveDestination(key, written),
    ),
    syncs: mapValues(sections.syncs, (written, key) =>
      resolveSync(key, written, defaults, sections.destinations.get(written.destination)),
    ),
    trackingSources: Object.fromEntries(
      Object.entries(singles.tracking.sources).map(([key, source]) => [
        key,
        { key, writeKey: source.write_key },
      ]),
    ),
    doNotSend: singles.doNotSend,
    identity: identityRules(singles.identity, defaults.phoneCountry),
    consent: consentSources(singles.consent),
    retention: {
      plansMs: singles.retention.plans ?? 90 * DAY_MS,
      intervalsMs: singles.retention.intervals ?? 13 * 30 * DAY_MS,
      eventsMs: singles.retention.events ?? null,
    },
  }
}
