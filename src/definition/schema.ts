import { CUSTOMER_FILE_SOURCES } from '../core/customer-file-source.ts'
import { z } from 'zod'
import { MATCH_KEY_NAMES } from '../core/match-key/table.ts'
import { consentSchema } from './consent.ts'
import { identitySchema } from './identity.ts'
import * as leaves from './leaf.ts'
import { lookalikeSchema } from './lookalike.ts'

/** Each resource as it is written. What belongs to several of them at once is checked in `references.ts`. */

const source = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('files'),
    path: leaves.text('the path of a folder'),
    encoding: leaves.text('an encoding such as utf-8 or latin-1').optional(),
  }),
  z.strictObject({ type: z.literal('duckdb'), path: leaves.text('the path of a DuckDB file') }),
])

const eventStream = z.strictObject({
  table: leaves.text('the name of a table').optional(),
  sql: leaves.text('one select').optional(),
  person: leaves.column,
  name: leaves.column.optional(),
  every_row: leaves.text('the name of an event').optional(),
  time: leaves.column,
  id: leaves.column.optional(),
  properties: leaves.column.optional(),
  context: leaves.column.optional(),
  source_column: leaves.column.optional(),
})

/** Rows of a table that belong to those of a model, or of another relation. */
export interface WrittenRelation {
  readonly table?: string | undefined
  readonly sql?: string | undefined
  readonly key: string
  readonly own?: string | undefined
  readonly relations?: Readonly<Record<string, WrittenRelation>> | undefined
}

const relationShape = {
  table: leaves.text('the name of a table').optional(),
  sql: leaves.text('one select').optional(),
  key: leaves.column,
  own: leaves.column.optional(),
}

const relation: z.ZodType<WrittenRelation> = z.strictObject({
  ...relationShape,
  relations: z
    .record(
      z.string(),
      z.lazy(() => relation),
    )
    .optional(),
})

const history = z.strictObject({
  table: leaves.text('the name of a table').optional(),
  sql: leaves.text('one select').optional(),
  person: leaves.column,
  trait: leaves.column,
  value: leaves.column,
  time: leaves.column,
})

const memberships = z.strictObject({
  table: leaves.text('the name of a table').optional(),
  sql: leaves.text('one select').optional(),
  person: leaves.column,
  account: leaves.column,
})

const accounts = z.strictObject({
  table: leaves.text('the name of a table').optional(),
  sql: leaves.text('one select').optional(),
  key: leaves.column,
  own: leaves.column.optional(),
  members: memberships.optional(),
})

const model = z.strictObject({
  source: leaves.text('the name of a source'),
  table: leaves.text('the name of a table').optional(),
  sql: leaves.text('one select').optional(),
  key: leaves.column,
  events: z.array(eventStream).optional(),
  relations: z.record(z.string(), relation).optional(),
  consent: z.record(z.string(), leaves.column).optional(),
  history: history.optional(),
  accounts: accounts.optional(),
})

const audience = z.strictObject({
  name: leaves.text('a name').optional(),
  description: leaves.text('a description').optional(),
  model: leaves.text('the name of a model').optional(),
  source: leaves.text('the name of a source').optional(),
  sql: leaves.text('one select').optional(),
  key: leaves.column.optional(),
  where: z.unknown().optional(),
  exclude: leaves.texts('names of audiences').optional(),
  moved_from: leaves.text('the key that it had before').optional(),
})

const destination = z.strictObject({
  type: leaves.oneOf(['meta']),
  environment: leaves.oneOf(['live', 'sandbox']).optional(),
  ad_account: leaves.adAccount.optional(),
  access_token: leaves.secret.optional(),
  app_secret: leaves.secret.optional(),
  api_version: leaves.apiVersion.optional(),
  api_url: leaves.url.optional(),
  consent: leaves.text('what people must have agreed to').optional(),
})

const mapping = z.strictObject(
  Object.fromEntries(MATCH_KEY_NAMES.map((key) => [key, leaves.columns.optional()])),
)

const onOff = leaves.oneOf(['on', 'off'])

const guard = z.strictObject({
  empty: onOff.optional(),
  max_removed: leaves.threshold(100).optional(),
  max_added: leaves.threshold(1000).optional(),
  max_unusable: leaves.threshold(0).optional(),
  max_unlisted: leaves.threshold(100).optional(),
  normaliser: onOff.optional(),
  first_live: onOff.optional(),
})

const sync = z.strictObject({
  audience: leaves.text('the name of an audience'),
  destination: leaves.text('the name of a destination'),
  mapping,
  app_ids: leaves.metaIds.optional(),
  page_id: leaves.metaId.optional(),
  value: leaves.column.optional(),
  mode: leaves.oneOf(['mirror', 'add_only', 'remove_only']).optional(),
  holdout: leaves.holdout.optional(),
  guard: guard.optional(),
  reassert: leaves.durationOrOff.optional(),
  custom_audience: leaves.digits.optional(),
  lookalikes: z.array(lookalikeSchema).optional(),
  customer_file_source: leaves.oneOf(CUSTOMER_FILE_SOURCES).optional(),
  paused: leaves.flag.optional(),
  moved_from: leaves.text('the key that it had before').optional(),
  name: leaves.text('a name').optional(),
  description: leaves.text('a description').optional(),
  every: leaves.duration.optional(),
  settle: leaves.durationOrOff.optional(),
  when_gone: leaves.oneOf(['pause', 'recreate']).optional(),
})

const defaults = z.strictObject({
  time_zone: leaves.timeZone.optional(),
  every: leaves.duration.optional(),
  phone_country: leaves.country.optional(),
})

const retention = z.strictObject({
  plans: leaves.duration.optional(),
  intervals: leaves.duration.optional(),
  events: leaves.duration.optional(),
})

const tracking = z.strictObject({
  sources: z.record(z.string(), z.strictObject({ write_key: leaves.secret })),
})

/** The sections that hold resources by their keys. */
export const SECTIONS = {
  sources: source,
  models: model,
  audiences: audience,
  destinations: destination,
  syncs: sync,
} as const

export type SectionName = keyof typeof SECTIONS

/** The parts of a file that stand alone. */
export const SINGLES = {
  version: leaves.leaf((value) => (value === 1 ? 1 : undefined), {
    expected: '1, the version of the format',
    remedy: 'Write "version: 1" as the first line',
  }),
  defaults: defaults.optional(),
  do_not_send: leaves.texts('paths of files').optional(),
  retention: retention.optional(),
  tracking: tracking.optional(),
  identity: identitySchema.optional(),
  consent: consentSchema.optional(),
} as const

export interface WrittenSections {
  readonly sources: ReadonlyMap<string, z.output<typeof source>>
  readonly models: ReadonlyMap<string, z.output<typeof model>>
  readonly audiences: ReadonlyMap<string, z.output<typeof audience>>
  readonly destinations: ReadonlyMap<string, z.output<typeof destination>>
  readonly syncs: ReadonlyMap<string, z.output<typeof sync>>
}

export interface WrittenSingles {
  readonly defaults: z.output<typeof defaults>
  readonly doNotSend: readonly string[]
  readonly retention: z.output<typeof retention>
  readonly tracking: z.output<typeof tracking>
  readonly identity: z.output<typeof identitySchema>
  readonly consent: z.output<typeof consentSchema>
}

/** The keys of one of a model's streams of events. */
export const EVENT_STREAM_KEYS = Object.keys(eventStream.shape)

/** The keys of a model's history. */
export const HISTORY_KEYS = Object.keys(history.shape)

/** The keys of a model's accounts, and of the rows that say who belongs to them. */
export const ACCOUNTS_KEYS = Object.keys(accounts.shape)
export const MEMBERSHIPS_KEYS = Object.keys(memberships.shape)

/** The keys of one of a model's relations. */
export const RELATION_KEYS = [...Object.keys(relationShape), 'relations']

export type WrittenEventStream = z.output<typeof eventStream>
export type WrittenModel = z.output<typeof model>
export type WrittenAudience = z.output<typeof audience>
export type WrittenDestination = z.output<typeof destination>
export type WrittenSync = z.output<typeof sync>
