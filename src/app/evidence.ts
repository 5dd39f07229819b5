import type { AccountCondition } from '../core/audience/account/account-condition.ts'
import type { ResolvedAudience } from '../core/audience/audience.ts'
import type { Condition } from '../core/audience/condition.ts'
import { eventsIn } from '../core/audience/event/check-events.ts'
import type { RelatedCondition } from '../core/audience/related/related-condition.ts'
import type { TopCondition } from '../core/audience/top/top-condition.ts'
import { isTrue, type Row } from '../engine/port.ts'
import { accountRowsQuery } from '../sql/account-rows.ts'
import { openFor, type ExplainedBranch } from '../sql/audience.ts'
import { compileCondition } from '../sql/condition.ts'
import {
  evidenceQuery,
  foundSteps,
  nearnessOf,
  type EvidenceQuery,
  type FoundSteps,
  type Nearness,
} from '../sql/event/evidence.ts'
import type { EventPart } from '../sql/event/measures.ts'
import { relatedRowsQuery } from '../sql/related.ts'
import { rankQuery } from '../sql/top.ts'
import type { OpenAudience } from './open-audience.ts'

/** So many events or rows of one kind are shown. */
const SHOWN_MAX = 5

/** Values that a condition reads, by their names. */
export type ShownValues = Readonly<Record<string, string | null>>

/** One event that a condition looks at. */
export interface EventShown {
  /** In milliseconds since the epoch. */
  readonly at: number
  readonly name: string | null
  readonly id: string
  readonly values: ShownValues
  /** `elsewhere`: it is as wanted, at another time or place. `unlike`: it only has the name. */
  readonly nearness: Nearness
}

/** The events of one part of a condition, the earliest first. */
export interface EventsShown {
  readonly part: EventPart
  /** What was reckoned, and what is wanted of it; null where the events decide one by one. */
  readonly measured: {
    readonly value: string | null
    readonly unit: string | null
    readonly wanted: string | null
  } | null
  /** How many there are, also of those that are not shown. */
  readonly counts: Readonly<Record<Nearness, number>>
  readonly events: readonly EventShown[]
}

/** One account of a person, with the traits that a condition reads. */
interface AccountShown {
  readonly counts: boolean
  readonly account: string
  readonly users: number
  /** Of how many users the tree is true. */
  readonly so: number
  readonly values: ShownValues
}

/** What of a person made a condition true or false. */
export type Evidence =
  | { readonly kind: 'events'; readonly parts: readonly EventsShown[] }
  | {
      readonly kind: 'rows'
      readonly rows: number
      /** How many of them are as wanted. */
      readonly counting: number
      readonly shown: readonly { readonly counts: boolean; readonly values: ShownValues }[]
    }
  | {
      readonly kind: 'accounts'
      /** How many the person belongs to. */
      readonly accounts: number
      /** How many of them are as wanted. */
      readonly counting: number
      readonly shown: readonly AccountShown[]
    }
  | {
      readonly kind: 'ranking'
      /** Null where the person is not ranked. */
      readonly place: number | null
      readonly value: number | null
      readonly ranked: number
      /** Between which values those are who are high enough; null where nobody is. */
      readonly least: number | null
      readonly greatest: number | null
      readonly parts: readonly EventsShown[]
    }

/** Hides what may identify a person in a value, by its name. */
export type Hide = (name: string, value: string) => string

/**
 * What of a person made each condition true or false; null for those that traits decide.
 * @param row The answer of the query that the conditions are of.
 */
export async function evidenceOf(
  opened: OpenAudience,
  key: string,
  conditions: readonly ExplainedBranch[],
  row: Row,
  hide: Hide,
): Promise<readonly (Evidence | null)[]> {
  const parts = await eventsOf(opened, key, conditions, row, hide)
  const found: (Evidence | null)[] = []
  for (const branch of conditions) {
    const { condition, owner } = branch
    const own = parts.get(branch) ?? []
    if (condition?.kind === 'related') found.push(await rowsOf(opened, key, condition, hide))
    else if (condition?.kind === 'account')
      found.push(await accountsOf(opened, key, condition, owner, hide))
    else if (condition?.kind === 'top')
      found.push({ ...(await rankOf(opened, key, condition, owner)), parts: own })
    else found.push(own.length === 0 ? null : { kind: 'events', parts: own })
  }
  return found
}

/** The events of all conditions by one statement. */
async function eventsOf(
  { engine, audience, context }: OpenAudience,
  key: string,
  conditions: readonly ExplainedBranch[],
  row: Row,
  hide: Hide,
): Promise<ReadonlyMap<ExplainedBranch, readonly EventsShown[]>> {
  const asking = conditions.flatMap((branch) => {
    const condition = branch.condition === null ? undefined : eventsIn(branch.condition)
    return condition === undefined ? [] : [{ branch, condition, found: stepsFound(branch, row) }]
  })
  if (asking.length === 0) return new Map()
  const scope = openFor(audience, engine.dialect, context)
  const { sql, parameters, groups } = evidenceQuery(asking, scope, key, SHOWN_MAX)
  const rows = await engine.all(sql, parameters)
  return new Map(
    asking.map(({ branch }, index) => [
      branch,
      (groups[index] ?? []).map((group) => shownOf(group, branch, row, rows, hide)),
    ]),
  )
}

/** The events of the furthest way through a sequence. */
function stepsFound({ ways }: ExplainedBranch, row: Row): FoundSteps {
  const [furthest = '{}'] = ways.flatMap((column) => textOf(row[column]) ?? [])
  return foundSteps(furthest)
}

function shownOf(
  { part, nearness, alike, values }: EvidenceQuery['groups'][number][number],
  { measures }: ExplainedBranch,
  row: Row,
  rows: readonly Row[],
  hide: Hide,
): EventsShown {
  const counts = { counts: 0, elsewhere: 0, unlike: 0 }
  const events = rows.flatMap((event): EventShown[] => {
    const near = nearnessOf(Number(event[nearness]))
    if (near === null) return []
    counts[near] = Number(event[alike])
    return [
      {
        at: Number(event['at']),
        name: textOf(event['name']),
        id: hide('', String(event['id'])),
        values: shownValues(values, event, hide),
        nearness: near,
      },
    ]
  })
  const few = (near: Nearness): readonly EventShown[] =>
    events.filter((event) => event.nearness === near).slice(-SHOWN_MAX)
  const measure = measures.find((one) => one.part === part)
  return {
    part,
    measured: measure === undefined ? null : measuredOf(measure, row, hide),
    counts,
    events: [...few('counts'), ...few('elsewhere'), ...few('unlike')],
  }
}

function measuredOf(
  { column, unit, wanted, property }: ExplainedBranch['measures'][number],
  row: Row,
  hide: Hide,
): EventsShown['measured'] {
  const value = textOf(row[column])
  const shown = value === null || property === null ? value : hide(property, value)
  return { value: shown, unit, wanted }
}

const textOf = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value)

function shownValues(
  values: readonly { readonly column: string; readonly name: string }[],
  row: Row,
  hide: Hide,
): ShownValues {
  return Object.fromEntries(
    values.map(({ column, name }) => {
      const value = textOf(row[column])
      return [name, value === null ? null : hide(name, value)]
    }),
  )
}

async function rowsOf(
  { engine, audience, context }: OpenAudience,
  key: string,
  condition: RelatedCondition,
  hide: Hide,
): Promise<Evidence> {
  const scope = openFor(audience, engine.dialect, context)
  const { sql, parameters, values } = relatedRowsQuery(condition, scope, key, SHOWN_MAX)
  const rows = await engine.all(sql, parameters)
  return {
    kind: 'rows',
    rows: Number(rows[0]?.['rows'] ?? 0),
    counting: Number(rows[0]?.['so'] ?? 0),
    shown: rows.map((row) => ({
      counts: isTrue(row['meant']),
      values: shownValues(values, row, hide),
    })),
  }
}

async function accountsOf(
  { engine, audience, context }: OpenAudience,
  key: string,
  condition: AccountCondition<Condition>,
  owner: ResolvedAudience,
  hide: Hide,
): Promise<Evidence> {
  const scope = openFor(audience, engine.dialect, context)
  const compileOf = (of: Condition, inner: typeof scope) => compileCondition(of, owner, inner)
  const query = accountRowsQuery(condition, compileOf, scope, key, SHOWN_MAX)
  const rows = await engine.all(query.sql, query.parameters)
  return {
    kind: 'accounts',
    accounts: Number(rows[0]?.['accounts'] ?? 0),
    counting: Number(rows[0]?.['counting'] ?? 0),
    shown: rows.map((row) => ({
      counts: isTrue(row['meant']),
      account: hide('', String(row['account'])),
      users: Number(row['users']),
      so: Number(row['so']),
      values: shownValues(query.values, row, hide),
    })),
  }
}

async function rankOf(
  { engine, audience, context }: OpenAudience,
  key: string,
  condition: TopCondition<Condition>,
  owner: ResolvedAudience,
): Promise<Omit<Extract<Evidence, { kind: 'ranking' }>, 'parts'>> {
  const scope = openFor(audience, engine.dialect, context)
  const { sql, parameters } = rankQuery(
    condition,
    (of, inner) => compileCondition(of, owner, inner),
    scope,
    key,
  )
  const row = await engine.one(sql, parameters)
  const number = (name: string): number | null =>
    row[name] === null || row[name] === undefined ? null : Number(row[name])
  return {
    kind: 'ranking',
    place: number('place'),
    value: number('value'),
    ranked: Number(row['ranked']),
    least: number('least'),
    greatest: number('greatest'),
  }
}
