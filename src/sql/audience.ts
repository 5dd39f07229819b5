import type { Columns, ResolvedAudience, ResolvedModel } from '../core/audience/audience.ts'
import { checkAccounts, checkAccountTraits } from '../core/audience/account/used-accounts.ts'
import { checkTraits } from '../core/audience/check-traits.ts'
import type { Condition } from '../core/audience/condition.ts'
import { checkStreams, readsEvents } from '../core/audience/event/check-events.ts'
import { isEventCondition } from '../core/audience/event/is-event-condition.ts'
import { checkRelated } from '../core/audience/related/check-related.ts'
import { checkHistory, historyName, usedHistory } from '../core/audience/past/used-past.ts'
import { withNamed } from '../core/audience/named-audiences.ts'
import { traitsOf, walkCondition } from '../core/audience/walk-condition.ts'
import { RollcallError } from '../core/error.ts'
import { compileBranches, overSameModel, type CompiledBranch } from './branch.ts'
import { membership } from './condition.ts'
import type { Dialect } from './dialect.ts'
import { computedSql } from './event/event-condition.ts'
import { peopleSql } from './event/event-scan.ts'
import { measuresOf, type EventMeasure } from './event/measures.ts'
import { traceSequence } from './event/sequence.ts'
import type { Query } from './query.ts'
import { openScope } from './open-scope.ts'
import { keyText, Parameters, type EvaluationContext, type Scope } from './scope.ts'

export type { EvaluationContext } from './scope.ts'

/** A condition of an explained audience, and the columns of the answer that are about it. */
export interface ExplainedBranch extends CompiledBranch {
  /** True when it holds for the person. */
  readonly column: string
  /** What it reckons over events: the value as text in `column`. */
  readonly measures: readonly (Omit<EventMeasure, 'sql'> & { readonly column: string })[]
  /** The ways through a sequence as JSON, the furthest first: how it is met, then how each step is reached. */
  readonly ways: readonly string[]
}

export interface ExplainQuery extends Query {
  /** Whether the person is a member, in the column `member`; then every condition, each before those below it. */
  readonly conditions: readonly ExplainedBranch[]
  /** The traits that the conditions read, their values as text in `column`. */
  readonly traits: readonly { readonly column: string; readonly trait: string }[]
}

/** Refuses what the audience names and its model, or the events of one, does not have. */
function refuseUnknownColumns(
  audience: ResolvedAudience,
  { foldsCase }: Dialect,
  { columns, events, related }: EvaluationContext,
): void {
  const traits = overSameModel(audience).flatMap((one) =>
    columns === undefined ? [] : checkTraits(one, columns, foldsCase),
  )
  const streams = [...(events ?? [])].flatMap(([name, described]) => {
    const model = modelsOf(audience).find((one) => one.name === name)
    return model === undefined ? [] : checkStreams(model, described, foldsCase)
  })
  const relations = overSameModel(audience).flatMap((one) =>
    checkRelated(one, columns, related ?? new Map(), foldsCase),
  )
  const histories = withNamed(audience).flatMap((one) => {
    const history = usedHistory(one)
    const described = related?.get(historyName(one.model.name))
    if (history === undefined || described === undefined) return []
    return checkHistory(one.model.name, history, described, foldsCase)
  })
  const described = related ?? new Map<string, Columns>()
  const accountTraits = withNamed(audience).flatMap((one) =>
    checkAccountTraits(one, described, foldsCase),
  )
  const accounts = withNamed(audience).flatMap((one) => {
    const isOwn = one.model.name === audience.model.name
    return checkAccounts(one, isOwn ? columns : undefined, described, foldsCase)
  })
  const unknown = [...traits, ...accountTraits]
  const [first] = [...unknown, ...streams, ...relations, ...histories, ...accounts]
  if (first === undefined) return
  throw new RollcallError(first.message, {
    code: unknown.length > 0 ? 'audience/unknown-trait' : 'definition/unknown-column',
    next: 'act',
    remedy: first.remedy,
  })
}

/** The models whose events an audience, or one that it names, asks for. */
const modelsOf = (audience: ResolvedAudience): readonly ResolvedModel[] =>
  withNamed(audience).flatMap((one) => (readsEvents(one) ? [one.model] : []))

/**
 * A scope for the conditions of an audience.
 * @throws RollcallError where it names what its model, or the events of one, does not have
 */
export function openFor(
  audience: ResolvedAudience,
  dialect: Dialect,
  context: EvaluationContext,
): Scope {
  refuseUnknownColumns(audience, dialect, context)
  return openScope(dialect, audience.model, context, new Parameters())
}

/**
 * The rows of an audience's members, with all columns of its model and the computed traits that it names. With `context.columns`, a trait that the model does not have
 * is a `RollcallError` (`audience/unknown-trait`).
 */
export function compileAudience(
  audience: ResolvedAudience,
  dialect: Dialect,
  context: EvaluationContext,
): Query {
  const scope = openFor(audience, dialect, context)
  const belongs = membership(audience, scope)
  const { computed = [] } = audience
  const columns = computed.map((name) => `${computedSql(name, scope)} as ${dialect.quote(name)}`)
  const selected = ['model.*', ...columns].join(', ')
  const sql = `select ${selected} from ${peopleSql(scope)} where ${belongs}`
  return { sql, parameters: scope.parameters.values() }
}

/**
 * Several audiences over one model in one statement and one scan of its events: for each person `key`, the model's key as text,
 * and, in the audiences' order, whether they belong, in the columns `a0`, `a1` and so on.
 * @throws RollcallError as `compileAudience`
 */
export function compileAudiences(
  audiences: readonly ResolvedAudience[],
  dialect: Dialect,
  context: EvaluationContext,
): Query {
  const [first] = audiences
  if (first === undefined || audiences.some(({ model }) => model.name !== first.model.name))
    throw new Error('Audiences are evaluated together where they have one model')
  for (const audience of audiences) refuseUnknownColumns(audience, dialect, context)
  const scope = openScope(dialect, first.model, context, new Parameters())
  const columns = audiences.map(
    (audience, index) => `${membership(audience, scope)} as ${dialect.quote(`a${index}`)}`,
  )
  const key = `${keyText(scope)} as ${dialect.quote('key')}`
  const sql = `select ${[key, ...columns].join(', ')} from ${peopleSql(scope)}`
  return { sql, parameters: scope.parameters.values() }
}

/**
 * For the person with this key: whether each condition holds, and the values of the traits that were read. No row means
 * that the model does not have the key.
 */
export function explainQuery(
  audience: ResolvedAudience,
  dialect: Dialect,
  context: EvaluationContext,
  key: string,
): ExplainQuery {
  const scope = openFor(audience, dialect, context)
  const wanted = scope.bind(key, 'text')
  scope.facts.only(wanted)
  const audiences = overSameModel(audience)
  const columns = [`${membership(audience, scope)} as ${dialect.quote('member')}`]
  const add = (sql: string, column: string): string => {
    columns.push(`${sql} as ${dialect.quote(column)}`)
    return column
  }
  const conditions = compileBranches(audiences, scope).map((branch, index): ExplainedBranch => {
    const { condition } = branch
    const events = condition !== null && isEventCondition(condition) ? condition : null
    const measures = events === null ? [] : measuresOf(events, scope)
    const ways = events?.kind === 'sequence' ? traceSequence(events, scope) : []
    return {
      ...branch,
      column: add(branch.sql, `c${index}`),
      measures: measures.map(({ sql, ...measure }, at) => ({
        ...measure,
        column: add(sql, `m${index}_${at}`),
      })),
      ways: ways.map((sql, at) => add(sql, `w${index}_${at}`)),
    }
  })
  const traits = readTraits(audiences).map((trait, index) => ({ column: `t${index}`, trait }))
  for (const { column, trait } of traits) {
    columns.push(`${scope.trait(trait).text()} as ${dialect.quote(column)}`)
  }
  const sql = `select ${columns.join(', ')} from ${peopleSql(scope)} where ${keyText(scope)} = ${wanted}`
  return { sql, parameters: scope.parameters.values(), conditions, traits }
}

function readTraits(audiences: readonly ResolvedAudience[]): readonly string[] {
  const named = audiences.flatMap(({ where, identifiers }) => [
    ...[...traitsOf(where)].map(({ trait }) => trait),
    ...[...walkCondition(where)].flatMap(({ condition }) => identifiersOf(condition, identifiers)),
  ])
  return [...new Set(named)]
}

function identifiersOf(
  condition: Condition,
  identifiers: ResolvedAudience['identifiers'],
): readonly string[] {
  if (condition.kind !== 'has') return []
  return identifiers[condition.identifier] ?? [condition.identifier]
}
