import { requireListAccess, requireScope } from '../access.ts'
import { accountOf, audienceOf, notFound, type Context } from '../context.ts'
import { GraphError } from '../errors.ts'
import { readFields } from '../fields.ts'
import { filterOf } from '../filtering.ts'
import type { AdAccount } from '../model/account.ts'
import type { AudienceChoice, AudienceRecord } from '../model/audience.ts'
import { changed, NOTHING_VISIBLE } from '../model/size-ramp.ts'
import { flagOf, textOf } from '../parameters.ts'
import { AUDIENCE_FIELDS, fieldAt, lookalikeIds, type AudienceNode } from './audience-fields.ts'
import { readLookalike } from './lookalike.ts'
import { answerList } from './node-list.ts'

/** Audiences of one kind that an ad account may have. */
const AUDIENCES_MAX = 500
const KIND = 'CustomAudience'
const FILE_SOURCES: readonly string[] = [
  'USER_PROVIDED_ONLY',
  'PARTNER_PROVIDED_ONLY',
  'BOTH_USER_AND_PARTNER_PROVIDED',
]

const invalid = (reason: string): GraphError => new GraphError('invalidParameter', { reason })

function nodeOf(context: Context, record: AudienceRecord): AudienceNode {
  const { model, now, token } = context
  return { id: record.id, record, model, now, canEdit: token.scopes.includes('ads_management') }
}

/** `GET /act_…/customaudiences`: the newest first, filtered, in pages. */
export function listAudiences(context: Context): unknown {
  const { model, now, parameters } = context
  const account = accountOf(context)
  requireScope(context, 'ads_management', 'ads_read')
  const keeps = filterOf(parameters, fieldAt)
  const nodes = model.state
    .audiencesOf(account.id, now)
    .map((record) => nodeOf(context, record))
    .filter(keeps)
  return answerList(context, nodes, { table: AUDIENCE_FIELDS, kind: KIND, byDefault: ['id'] })
}

/** `GET /{audience}`. */
export function readAudience(context: Context): unknown {
  requireScope(context, 'ads_management', 'ads_read')
  const fields = textOf(context.parameters, 'fields')
  return readFields(nodeOf(context, audienceOf(context)), AUDIENCE_FIELDS, { fields, kind: KIND })
}

function fileSourceOf({ parameters }: Context): string | null {
  const source = textOf(parameters, 'customer_file_source') ?? null
  if (source !== null && !FILE_SOURCES.includes(source)) {
    throw invalid(`Param customer_file_source must be one of {${FILE_SOURCES.join(', ')}}`)
  }
  return source
}

function retentionOf({ parameters }: Context): number | undefined {
  const text = textOf(parameters, 'retention_days')
  if (text === undefined) return undefined
  const days = Number(text)
  if (!Number.isInteger(days) || days < 0 || days > 180) {
    throw invalid('Param retention_days must be between 1 and 180')
  }
  return days
}

function subtypeOf({ parameters }: Context): AudienceChoice['subtype'] {
  const subtype = textOf(parameters, 'subtype') ?? 'CUSTOM'
  if (subtype !== 'CUSTOM' && subtype !== 'LOOKALIKE') {
    throw invalid(`Param subtype: the sandbox has no audiences of subtype ${subtype}`)
  }
  return subtype
}

function requireRoom({ model, now }: Context, account: AdAccount, subtype: string): void {
  const alike = model.state
    .audiencesOf(account.id, now)
    .filter((audience) => audience.subtype === subtype)
  if (alike.length >= AUDIENCES_MAX) {
    throw new GraphError('createFailed', {
      reason: `The ad account has reached its limit of ${AUDIENCES_MAX} audiences of this kind.`,
    })
  }
}

function requireValueTerms(account: AdAccount): void {
  if (!account.terms.includes('value_based_custom_audience_tos')) {
    throw new GraphError('termsForAudience', { account: account.id.replace('act_', '') })
  }
}

function choiceOf(context: Context, account: AdAccount): AudienceChoice {
  const { parameters } = context
  const name = textOf(parameters, 'name') ?? ''
  if (name === '') throw new GraphError('missingParameter', { names: 'name' })
  const subtype = subtypeOf(context)
  const customerFileSource = fileSourceOf(context)
  if (subtype === 'CUSTOM' && customerFileSource === null) {
    throw new GraphError('missingParameter', { names: 'customer_file_source' })
  }
  const valueBased = flagOf(parameters, 'is_value_based')
  if (valueBased) requireValueTerms(account)
  return {
    name,
    description: textOf(parameters, 'description') ?? '',
    subtype,
    customerFileSource,
    optOutLink: textOf(parameters, 'opt_out_link') ?? null,
    retentionDays: retentionOf(context) ?? 0,
    valueBased,
    lookalike: subtype === 'LOOKALIKE' ? readLookalike(context, account.id) : null,
  }
}

/** `POST /act_…/customaudiences`: always a new audience, however many have its name. */
export function createAudience(context: Context): unknown {
  const { model, now, parameters } = context
  const account = accountOf(context)
  requireListAccess(context, account, 'create')
  const choice = choiceOf(context, account)
  requireRoom(context, account, choice.subtype)
  const record: AudienceRecord = {
    ...choice,
    id: model.state.nextAudienceId(),
    accountId: account.id,
    createdAt: now,
    updatedAt: now,
    contentUpdatedAt: now,
    flagged: false,
    replaceFailed: false,
    sourceKind: null,
    size:
      choice.lookalike === null
        ? NOTHING_VISIBLE
        : changed(NOTHING_VISIBLE, choice.lookalike.people, now),
    uploads: [],
    replace: null,
    replacesEnded: {},
  }
  model.commit({ kind: 'audience', record })
  const fields = textOf(parameters, 'fields')
  return readFields(nodeOf(context, record), AUDIENCE_FIELDS, { fields, kind: KIND })
}

/** `POST /{audience}`: only what is named is changed. */
export function updateAudience(context: Context): unknown {
  const { model, now, parameters } = context
  const record = audienceOf(context)
  const account = model.state.accounts.get(record.accountId)
  if (account === undefined) throw notFound(context)
  requireListAccess(context, account, 'update')
  if (record.flagged) throw new GraphError('editBlocked')
  const updated: AudienceRecord = {
    ...record,
    name: textOf(parameters, 'name') ?? record.name,
    description: textOf(parameters, 'description') ?? record.description,
    optOutLink: textOf(parameters, 'opt_out_link') ?? record.optOutLink,
    customerFileSource: fileSourceOf(context) ?? record.customerFileSource,
    retentionDays: retentionOf(context) ?? record.retentionDays,
    updatedAt: now,
  }
  if (updated.name === '') throw invalid('Param name must not be empty')
  model.commit({ kind: 'audience', record: updated })
  return { success: true }
}

/** `DELETE /{audience}`: refused while lookalikes are made from it. */
export function deleteAudience(context: Context): unknown {
  const { model, now } = context
  const record = audienceOf(context)
  requireScope(context, 'ads_management')
  if (lookalikeIds({ record, model, now }).length > 0) throw new GraphError('lookalikesExist')
  model.commit({ kind: 'audience-deleted', id: record.id })
  return { success: true }
}
