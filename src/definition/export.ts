import { stringify } from 'yaml'
import { durationText } from '../core/audience/duration.ts'
import type {
  Accounts,
  EventStream,
  RelatedRows,
  Relation,
  ResolvedModel,
  TraitHistory,
} from '../core/audience/audience.ts'
import { writeCondition } from '../core/audience/write-condition.ts'
import type { GuardSettings, Threshold } from '../core/sync/guard.ts'
import type {
  AudienceDefinition,
  Definition,
  DestinationDefinition,
  Source,
  SyncDefinition,
} from './definition.ts'
import { writeComputedTrait } from './computed-traits.ts'
import { writeIdentity } from './identity.ts'
import { writeLookalike } from './lookalike.ts'
import { ownModel } from './resolve.ts'
import type { SecretReference } from './secret-reference.ts'

type Written = Readonly<Record<string, unknown>>

/** Without what is absent: a setting that is not there means its default. */
const present = (record: Written): Written =>
  Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== null && value !== undefined),
  )

const mapped = <T>(record: Readonly<Record<string, T>>, write: (value: T) => unknown): Written =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, write(value)]))

const writeSource = (source: Source): Written => present({ ...source })

const writeRelation = (relation: Relation): Written =>
  relation.kind === 'table' ? { table: relation.table } : { sql: relation.sql }

function writeEvents({ relation, name, origin, ...columns }: EventStream): Written {
  return present({
    ...writeRelation(relation),
    ...(name.kind === 'column' ? { name: name.column } : { every_row: name.name }),
    ...columns,
    source_column: origin,
  })
}

function writeRelated({ relation, key, own, relations }: RelatedRows): Written {
  const below =
    Object.keys(relations).length === 0 ? {} : { relations: mapped(relations, writeRelated) }
  return { ...writeRelation(relation), key, own, ...below }
}

const writeHistory = ({ relation, ...columns }: TraitHistory): Written => ({
  ...writeRelation(relation),
  ...columns,
})

function writeAccounts({ relation, key, members }: Accounts): Written {
  const own = { ...writeRelation(relation), key }
  if (members.kind === 'column') return { ...own, own: members.column }
  const { relation: rows, ...columns } = members.rows
  return { ...own, members: { ...writeRelation(rows), ...columns } }
}

function writeGround({
  source,
  relation,
  key,
  events,
  relations,
  consent,
  history,
  accounts,
}: ResolvedModel): Written {
  const streams = events.length === 0 ? {} : { events: events.map(writeEvents) }
  const related = relations === undefined ? {} : { relations: mapped(relations, writeRelated) }
  return {
    source,
    ...writeRelation(relation),
    key,
    ...streams,
    ...related,
    ...(consent && { consent }),
    ...(history && { history: writeHistory(history) }),
    ...(accounts && { accounts: writeAccounts(accounts) }),
  }
}

function writeAudience(audience: AudienceDefinition): Written {
  const { key, name, description, model, where, exclude, movedFrom } = audience
  const own = model.name === ownModel(key)
  return present({
    name,
    description: description === '' ? null : description,
    ...(own ? writeGround(model) : { model: model.name }),
    where: writeCondition(where),
    exclude: exclude.length === 0 ? null : exclude.map((excluded) => excluded.key),
    moved_from: movedFrom,
  })
}

function writeSecret(reference: SecretReference | null): Written | null {
  if (reference === null) return null
  return reference.kind === 'env' ? { env: reference.env } : { file: reference.file }
}

function writeDestination(destination: DestinationDefinition): Written {
  return present({
    type: destination.type,
    environment: destination.environment,
    ad_account: destination.adAccount,
    access_token: writeSecret(destination.accessToken),
    app_secret: writeSecret(destination.appSecret),
    api_version: destination.apiVersion,
    api_url: destination.apiUrl,
    consent: destination.consent,
  })
}

function writeThreshold(threshold: Threshold): unknown {
  return threshold === 'off' ? 'off' : { share: threshold.share, at_least: threshold.atLeast }
}

function writeGuards(guards: GuardSettings): Written {
  return {
    empty: guards.empty,
    max_removed: writeThreshold(guards.removed),
    max_added: writeThreshold(guards.added),
    max_unusable: writeThreshold(guards.unusable),
    max_unlisted: writeThreshold(guards.unlisted),
    normaliser: guards.normaliser,
    first_live: guards.first_live,
  }
}

function writeMapping({ mapping, value }: SyncDefinition): Written {
  const entries = Object.entries(mapping).filter(
    ([key]) => key !== 'LOOKALIKE_VALUE' || value === null,
  )
  return Object.fromEntries(
    entries.map(([key, columns]) => [key, columns.length === 1 ? columns[0] : columns]),
  )
}

function writeSync(sync: SyncDefinition): Written {
  const { holdout } = sync
  return present({
    audience: sync.audience,
    destination: sync.destination,
    mapping: writeMapping(sync),
    app_ids: sync.scopes.apps.length === 0 ? null : sync.scopes.apps,
    page_id: sync.scopes.page,
    value: sync.value,
    mode: sync.mode,
    holdout: holdout && { share: holdout.fraction, salt: holdout.salt },
    guard: writeGuards(sync.guards),
    reassert: sync.reassertMs === 0 ? 0 : durationText(sync.reassertMs),
    custom_audience: sync.customAudience,
    lookalikes: sync.lookalikes.length === 0 ? null : sync.lookalikes.map(writeLookalike),
    customer_file_source: sync.customerFileSource,
    paused: sync.paused,
    moved_from: sync.movedFrom,
    name: sync.name,
    description: sync.description,
    every: durationText(sync.everyMs),
    settle: durationText(sync.settleMs),
    when_gone: sync.whenGone,
  })
}

/** Writes a definition as YAML with every default spelt out. Loaded again it is the same definition. */
export function exportDefinition(definition: Definition): string {
  const { defaults, retention, doNotSend } = definition
  return stringify(
    {
      version: definition.version,
      defaults: present({
        time_zone: defaults.timeZone,
        every: durationText(defaults.everyMs),
        phone_country: defaults.phoneCountry,
      }),
      sources: mapped(definition.sources, writeSource),
      models: mapped(definition.models, writeGround),
      computed_traits: mapped(definition.computedTraits, writeComputedTrait),
      audiences: mapped(definition.audiences, writeAudience),
      destinations: mapped(definition.destinations, writeDestination),
      syncs: mapped(definition.syncs, writeSync),
      tracking: {
        sources: mapped(definition.trackingSources, ({ writeKey }) => ({
          write_key: writeSecret(writeKey),
        })),
      },
      do_not_send: doNotSend,
      identity: writeIdentity(definition.identity),
      consent: mapped(definition.consent, (source) => present({ ...source })),
      retention: present({
        plans: durationText(retention.plansMs),
        intervals: durationText(retention.intervalsMs),
        events: retention.eventsMs === null ? null : durationText(retention.eventsMs),
      }),
    },
    { version: '1.2', lineWidth: 0 },
  )
}
