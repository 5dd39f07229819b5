import { isObject } from '../parameters.ts'
import type { FieldTable } from '../fields.ts'
import type { AudienceRecord } from '../model/audience.ts'
import type { Model } from '../model/model.ts'
import { sizeBounds, visiblePeople } from '../model/size-ramp.ts'

/** Fewer people than this, and an audience is not used for ads. */
const USABLE_MIN = 100

/** An audience with what its fields are read from. */
export interface AudienceNode {
  readonly id: string
  readonly record: AudienceRecord
  readonly model: Model
  readonly now: number
  /** May the caller edit it? */
  readonly canEdit: boolean
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

const OPERATION_STATES = {
  normal: { code: 200, description: 'Normal' },
  replacing: { code: 414, description: 'replace_in_progress' },
  replaceFailed: { code: 415, description: 'replace_error' },
  flagged: {
    code: 471,
    description:
      "The custom audience or lookalike is blocked because it suggests the use of information (e.g., health, financial) not allowed under Meta's terms, and is restricted from running ads. Review the audience and remove prohibited information, or choose a different one.",
  },
} as const

function operationStatus({ flagged, replace, replaceFailed }: AudienceRecord): unknown {
  if (flagged) return OPERATION_STATES.flagged
  if (replace !== null) return OPERATION_STATES.replacing
  return replaceFailed ? OPERATION_STATES.replaceFailed : OPERATION_STATES.normal
}

function deliveryStatus({ record, now }: AudienceNode): unknown {
  if (record.flagged) return { code: 400, description: 'This audience cannot be used.' }
  return visiblePeople(record.size, now) >= USABLE_MIN
    ? { code: 200, description: 'This audience is ready for use.' }
    : { code: 300, description: 'This audience is too small to be used.' }
}

function targetCountries({
  country,
  location_spec: where,
}: Readonly<Record<string, unknown>>): unknown {
  if (typeof country === 'string') return [country]
  const included = isObject(where) ? where['geo_locations'] : undefined
  return isObject(included) ? (included['countries'] ?? []) : []
}

function lookalikeSpec({ record: { lookalike }, model }: AudienceNode): unknown {
  if (lookalike === null) return undefined
  const origin = model.audience(lookalike.originId)
  return {
    type: 'custom_ratio',
    ...lookalike.spec,
    origin: [
      {
        id: lookalike.originId,
        name: origin?.name ?? '',
        type: 'custom_audience',
        deleted: origin === undefined,
      },
    ],
    target_countries: targetCountries(lookalike.spec),
  }
}

/** The lookalikes that were made from an audience. */
export function lookalikeIds({
  record,
  model,
  now,
}: Omit<AudienceNode, 'id' | 'canEdit'>): string[] {
  return model.state
    .audiencesOf(record.accountId, now)
    .filter(({ lookalike }) => lookalike?.originId === record.id)
    .map(({ id }) => id)
}

/** Every field of an audience that can be asked for; what never applies to one like it is left out when read. */
export const AUDIENCE_FIELDS: FieldTable<AudienceNode> = {
  id: ({ id }) => id,
  account_id: ({ record }) => record.accountId.replace('act_', ''),
  name: ({ record }) => record.name,
  description: ({ record }) => record.description,
  subtype: ({ record }) => record.subtype,
  customer_file_source: ({ record }) => record.customerFileSource ?? undefined,
  opt_out_link: ({ record }) => record.optOutLink ?? undefined,
  retention_days: ({ record }) => record.retentionDays,
  is_value_based: ({ record }) => record.valueBased,
  is_household: () => false,
  is_snapshot: () => false,
  is_eligible_for_sac_campaigns: () => true,
  approximate_count_lower_bound: ({ record, now }) =>
    sizeBounds(visiblePeople(record.size, now)).lower,
  approximate_count_upper_bound: ({ record, now }) =>
    sizeBounds(visiblePeople(record.size, now)).upper,
  audience_labels: () => undefined,
  data_source: ({ record }) => ({
    type: record.sourceKind === null ? 'UNKNOWN' : 'FILE_IMPORTED',
    sub_type: record.sourceKind ?? 'ANYTHING',
    creation_params: '[]',
  }),
  data_source_types: ({ record }) => (record.sourceKind === null ? 'UNKNOWN' : 'FILE_IMPORTED'),
  datafile_custom_audience_uploading_status: () => undefined,
  delete_time: () => 0,
  delivery_status: deliveryStatus,
  operation_status: ({ record }) => operationStatus(record),
  fields_violating_integrity_policy: ({ record }) => (record.flagged ? ['name'] : []),
  excluded_custom_audiences: () => undefined,
  included_custom_audiences: () => undefined,
  household_audience: () => undefined,
  lookalike_audience_ids: (node) => {
    const ids = lookalikeIds(node)
    return ids.length === 0 ? undefined : ids
  },
  lookalike_spec: lookalikeSpec,
  seed_audience: () => undefined,
  owner_business: ({ record, model }) =>
    model.state.accounts.get(record.accountId)?.business ?? undefined,
  permission_for_actions: ({ canEdit, record }) => ({
    can_edit: canEdit,
    can_see_insight: 'True',
    can_share: 'True',
    subtype_supports_lookalike: record.subtype === 'CUSTOM' ? 'True' : 'False',
    supports_recipient_lookalike: 'False',
  }),
  page_deletion_marked_delete_time: () => 0,
  pixel_id: () => undefined,
  regulated_audience_spec: () => undefined,
  rev_share_policy_id: () => undefined,
  rule: () => undefined,
  rule_aggregation: () => undefined,
  rule_v2: () => undefined,
  sharing_status: () => undefined,
  messenger_marketing_messages_page: () => undefined,
  time_created: ({ record }) => seconds(record.createdAt),
  time_updated: ({ record }) => seconds(record.updatedAt),
  time_content_updated: ({ record }) => seconds(record.contentUpdatedAt),
}

/** The value of a field by its dotted name, as `filtering` names it. */
export function fieldAt(node: AudienceNode, path: string): unknown {
  const [name = '', ...inside] = path.split('.')
  const value = Object.hasOwn(AUDIENCE_FIELDS, name) ? AUDIENCE_FIELDS[name]?.(node) : undefined
  return inside.reduce<unknown>((found, key) => (isObject(found) ? found[key] : undefined), value)
}
