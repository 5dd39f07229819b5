import type { EventStream } from '../../core/audience/audience.ts'
import { cellOver } from '../cell.ts'
import { relationSql } from '../relation.ts'
import { openScope } from '../open-scope.ts'
import { keyText, PAIR_ACCOUNT, type Scope } from '../scope.ts'
import { eventColumns, valueOverStreams, streamColumn } from './event-value.ts'
import { computedSql } from './event-condition.ts'
import { lastMoment } from './event-window.ts'
import type { Coverage } from './facts.ts'

/** The rows of one stream that some condition may look at, under the names that all streams share. */
function streamSql(
  stream: EventStream,
  index: number,
  values: readonly { readonly column: string; readonly sql: readonly (() => string)[] }[],
  scope: Scope,
): string {
  const { dialect, facts } = scope
  const { from, to, names } = facts.coverage
  const own = (column: string) => {
    const found = streamColumn(column, eventColumns(scope)?.[index], scope)
    if (found === null) throw new Error(`The events have no column "${column}"`)
    const sql = found.sql()
    return { sql, kind: found.kind, cell: cellOver(sql, found.kind, scope) }
  }
  const [person, time] = [own(stream.person), own(stream.time)]
  const { milliseconds } = stream
  const at = milliseconds === undefined ? time.cell.instant() : own(milliseconds).sql
  const name =
    stream.name.kind === 'column'
      ? own(stream.name.column).cell.text()
      : scope.bind(stream.name.name, 'text')
  const columns = [
    `${person.cell.text()} as person`,
    `${name} as name`,
    `${at} as at`,
    `${stream.id === null ? "''" : `coalesce(${own(stream.id).cell.text()}, '')`} as id`,
    `${stream.origin === null ? dialect.cast('null', 'text') : own(stream.origin).cell.text()} as origin`,
    ...values.map(({ column, sql }) => `${sql[index]?.() ?? 'null'} as ${column}`),
  ]
  const bound = (ms: number) => scope.bind(ms, 'integer')
  const early =
    from === null || milliseconds !== undefined
      ? null
      : dialect.events.notBefore(time.sql, time.kind, () => bound(from))
  const limits = [
    `${at} <= ${bound(Math.min(to ?? Infinity, lastMoment(scope)))}`,
    ...(from === null ? [] : [`${at} >= ${bound(from)}`]),
    ...(early === null ? [] : [early]),
    ...(names === null || stream.name.kind === 'constant'
      ? []
      : [`${name} in (${names.map((one) => scope.bind(one, 'text')).join(', ')})`]),
    ...(facts.person === null ? [] : [`${person.cell.text()} = ${facts.person}`]),
  ]
  return `select ${columns.join(', ')} from ${relationSql(stream.relation, scope)} as stream where ${limits.join(' and ')}`
}

const isRead = ({ name }: EventStream, { names }: Coverage): boolean =>
  name.kind === 'column' || names === null || names.includes(name.name)

/** The events of every stream that conditions look at, as one relation. */
function scanSql(scope: Scope): string {
  const { facts, dialect, model } = scope
  const values = facts.values.map(({ of, name, column }) => ({
    column,
    sql: valueOverStreams({ of, name }, scope).sql,
  }))
  const streams = model.events.flatMap((stream, index) =>
    isRead(stream, facts.coverage) ? [streamSql(stream, index, values, scope)] : [],
  )
  // Whom no stream is about did none of it.
  const [first] = model.events
  if (streams.length === 0 && first !== undefined)
    streams.push(`${streamSql(first, 0, values, scope)} and false`)
  const all = streams.join(' union all ')
  if (!facts.readsFirstSeen) return `(${all}) as event`
  const first_seen = dialect.events.earliestOf('event.at', 'event.person')
  return `(select event.*, ${first_seen} as first_seen from (${all}) as event) as event`
}

/** The rows that conditions are about, by the name `model`. */
const rowsSql = (scope: Scope): string =>
  `${scope.pairs?.sql() ?? relationSql(scope.model.relation, scope)} as model`

/** The model for conditions on its events, with the computed traits that these name: what they are has to be known before. */
function besideEvents(scope: Scope): string {
  const { dialect, facts, model, parameters } = scope
  if (facts.computedTraits.length === 0) return rowsSql(scope)
  const inner = openScope(dialect, model, scope, parameters)
  if (facts.person !== null) inner.facts.only(facts.person)
  const columns = facts.computedTraits.map(
    ([name, column]) => `${computedSql(name, inner)} as ${column}`,
  )
  return `(select model.*, ${columns.join(', ')} from ${peopleSql(inner)}) as model`
}

/** The events that conditions look at, as `event`; beside them the people who did them, as `model`, where traits are compared. */
export function eventsSql(scope: Scope): string {
  const events = scanSql(scope)
  if (!scope.facts.readsModel) return events
  return `${events} join ${besideEvents(scope)} on ${keyText(scope)} = event.person`
}

/** The model with what its conditions want to know of events beside it: one scan of the events, grouped by person. */
export function peopleSql(scope: Scope): string {
  const { facts } = scope
  const model = rowsSql(scope)
  if (facts.columns.length === 0) return `${model}${scope.joins.sql()}`
  const columns = facts.columns.map(({ column, sql }) => `${sql} as ${column}`)
  // What is compared with an account's traits is another thing for each account.
  const account = facts.readsModel && scope.pairs !== undefined ? [`model.${PAIR_ACCOUNT}`] : []
  const of = ['event.person', ...account].join(', ')
  const grouped = `select event.person as rollcall_person, ${[...account, ...columns].join(', ')} from ${eventsSql(scope)} group by ${of}`
  const derived = facts.derived.reduce((inner, level) => {
    const made = level.map(({ column, sql }) => `${sql} as ${column}`)
    return `select facts.*, ${made.join(', ')} from (${inner}) as facts`
  }, grouped)
  const sameAccount = account.map((one) => ` and facts.${PAIR_ACCOUNT} = ${one}`).join('')
  return `${model} left join (${derived}) as facts on facts.rollcall_person = ${keyText(scope)}${sameAccount}${scope.joins.sql()}`
}
