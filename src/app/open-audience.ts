import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { RollcallError } from '../core/error.ts'
import { accountRelations } from '../core/audience/account/used-accounts.ts'
import type { Columns, Relation, ResolvedAudience } from '../core/audience/audience.ts'
import { computedColumns } from '../core/audience/computed/used-computed.ts'
import { findColumn } from '../core/audience/find-column.ts'
import { wholeModel } from '../core/audience/whole-model.ts'
import { readsEvents } from '../core/audience/event/check-events.ts'
import { allRelations } from '../core/audience/related/used-relations.ts'
import { historyName, usedHistory } from '../core/audience/past/used-past.ts'
import { withNamed } from '../core/audience/named-audiences.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import { PEOPLE_SOURCE } from '../definition/people-model.ts'
import { LocalDuckDb } from '../engine/duckdb/local.ts'
import { localEngine } from '../engine/duckdb/local-engine.ts'
import type { Engine } from '../engine/port.ts'
import type { Dialect } from '../sql/dialect.ts'
import { attachSource } from '../engine/duckdb/source.ts'
import { compileAudience, type EvaluationContext } from '../sql/audience.ts'
import { wholeRelation } from '../sql/relation.ts'
import type { Mapping, Reading } from '../sql/fingerprint.ts'
import { LocalPeople, type People, type Refusing } from '../sync/duckdb/people.ts'
import type { Narrow } from '../people/relations.ts'
import { attachKeptPeople } from './kept-people.ts'
import { spillFolder } from './spill.ts'
import type { Workspace } from './workspace.ts'

/** Half of what a small machine has: DuckDB may take up to twice its limit. */
const MEMORY_LIMIT = '800MB'

/** A definition's audience with its source open, ready to be asked. */
export interface OpenAudience {
  readonly local: LocalDuckDb
  /** What its source is asked by. */
  readonly engine: Engine
  readonly audience: ResolvedAudience
  readonly columns: Columns
  readonly context: EvaluationContext
  /** Who belongs, for a run and for whoever looks at their values. */
  readonly people: (reading: Reading, refusing?: Refusing | null) => People
  /** Null where the people are not those that Rollcall keeps. */
  readonly narrow: Narrow | null
}

/** What of a workspace reading its sources takes; `check` has no more, since it keeps nothing. */
export type Premises = Pick<Workspace, 'definition' | 'folder' | 'stateFolder' | 'surroundings'>

/** Opens the embedded engine of a workspace, with no source to read yet. */
export async function openLocal(premises: Premises): Promise<LocalDuckDb> {
  return LocalDuckDb.open({
    spillFolder: spillFolder(premises),
    memoryLimit: premises.surroundings.env['ROLLCALL_MEMORY_LIMIT'] ?? MEMORY_LIMIT,
    threads: availableParallelism(),
  })
}

/**
 * An audience of the definition by its key.
 * @throws RollcallError `definition/unknown-audience`
 */
export function audienceOf({ definition }: Premises, key: string): ResolvedAudience {
  const audience = definition.audiences[key]
  if (audience === undefined) throw unknownAudience(key, Object.keys(definition.audiences))
  return audience
}

/**
 * Opens the embedded engine of a workspace and lets it read an audience's source.
 * @param only Ids of people that Rollcall keeps: then the model is of them alone.
 */
export async function openAudience(
  workspace: Premises,
  key: string,
  now: number,
  only?: readonly string[],
): Promise<OpenAudience> {
  return openResolved(workspace, audienceOf(workspace, key), now, only)
}

/** Opens the embedded engine of a workspace and lets it read the source of an audience, and whatever that one names. */
export async function openResolved(
  workspace: Premises,
  audience: ResolvedAudience,
  now: number,
  only?: readonly string[],
): Promise<OpenAudience> {
  const { definition } = workspace
  const local = await openLocal(workspace)
  try {
    const narrow = await attach(local, audience, workspace, only)
    const engine = localEngine(local)
    const people: OpenAudience['people'] = (reading, refusing = null) =>
      new LocalPeople(local, reading, engine.dialect, refusing)
    const context = { now, timeZone: definition.defaults.timeZone }
    const whole = compileAudience(wholeModel(audience), engine.dialect, context)
    const columns = withComputed(await engine.describe(whole), audience, engine.dialect)
    const events = await describeEvents(engine, audience, now)
    const related = await describeRelated(engine, audience, now)
    return {
      local,
      engine,
      audience,
      columns,
      context: { ...context, columns, events, related },
      people,
      narrow,
    }
  } catch (error) {
    await local[Symbol.asyncDispose]()
    throw error
  }
}

/** The columns of a model, and the computed traits that stand among them. A name can be of one of them only. */
function withComputed(
  columns: Columns,
  { model, computed = [] }: ResolvedAudience,
  { foldsCase }: Dialect,
): Columns {
  for (const name of computed) {
    const column = findColumn(name, columns, foldsCase)
    if (column !== undefined)
      throw new RollcallError(
        `The computed trait "${name}" is called like the column "${column.column}" of the model "${model.name}"`,
        {
          code: 'definition/computed-trait-is-column',
          next: 'act',
          remedy: 'Give the computed trait another name',
        },
      )
  }
  const own = [...computedColumns(model)].filter(([name]) => computed.includes(name))
  return new Map([...columns, ...own])
}

/** Lets the engine read what an audience is over. */
async function attach(
  local: LocalDuckDb,
  audience: ResolvedAudience,
  premises: Premises,
  only: readonly string[] | undefined,
): Promise<Narrow | null> {
  const { source: name } = audience.model
  if (name === PEOPLE_SOURCE) return attachKeptPeople(local, premises, only)
  const source = premises.definition.sources[name]
  if (source === undefined) throw new Error(`Cannot find the source "${name}"`)
  const path = resolve(premises.folder, source.path)
  await attachSource(local, { ...source, path }, (table) => mentions(audience, table))
  return null
}

/** The columns of the events of every model that an audience asks for them. */
async function describeEvents(
  engine: Engine,
  audience: ResolvedAudience,
  now: number,
): Promise<ReadonlyMap<string, readonly Columns[]>> {
  const described = new Map<string, readonly Columns[]>()
  for (const { model } of withNamed(audience).filter(readsEvents)) {
    if (described.has(model.name)) continue
    const columns: Columns[] = []
    for (const { relation } of model.events)
      columns.push(await engine.describe(wholeRelation(relation, engine.dialect, now)))
    described.set(model.name, columns)
  }
  return described
}

/** What an audience's own tree reads beside its model and events, each by its name. */
function besideModel(
  audience: ResolvedAudience,
): readonly { readonly name: string; readonly relation: Relation }[] {
  const related = allRelations(audience).map(({ name, rows }) => ({ name, ...rows }))
  const history = usedHistory(audience)
  const past = history === undefined ? [] : [{ name: historyName(audience.model.name), ...history }]
  return [...related, ...past, ...accountRelations(audience)]
}

/** The columns of the related rows, of the histories and of the accounts that an audience, or one that it names, asks for. */
async function describeRelated(
  engine: Engine,
  audience: ResolvedAudience,
  now: number,
): Promise<ReadonlyMap<string, Columns>> {
  const described = new Map<string, Columns>()
  for (const { name, relation } of withNamed(audience).flatMap(besideModel))
    if (!described.has(name))
      described.set(name, await engine.describe(wholeRelation(relation, engine.dialect, now)))
  return described
}

/** Is a table named anywhere in what an audience reads? A text in its SQL that only looks like it costs a view that nobody asks for. */
function mentions(audience: ResolvedAudience, table: string): boolean {
  return withNamed(audience).some((one) => {
    const { model } = one
    const events = readsEvents(one) ? model.events : []
    return [model, ...events, ...besideModel(one)].some(({ relation }) =>
      relation.kind === 'table'
        ? relation.table.toLowerCase() === table.toLowerCase()
        : relation.sql.toLowerCase().includes(table.toLowerCase()),
    )
  })
}

function unknownAudience(key: string, known: readonly string[]): RollcallError {
  return new RollcallError(`There is no audience "${key}"`, {
    code: 'definition/unknown-audience',
    next: 'act',
    remedy: known.length === 0 ? 'Add one under "audiences"' : `There are: ${known.join(', ')}`,
  })
}

/** The columns of a mapping as the model has them. A name that it does not have is told with the nearest one. */
export function mappingOf(
  mapping: SyncDefinition['mapping'],
  { columns, engine }: Pick<OpenAudience, 'columns' | 'engine'>,
  where: string,
): Mapping {
  return MATCH_KEY_NAMES.flatMap((key): [MatchKey, string[]][] => {
    const named = mapping[key]
    if (named === undefined) return []
    const found = named.map((name) => {
      const column = findColumn(name, columns, engine.dialect.foldsCase)
      if (column !== undefined && column.steps.length === 0) return column.column
      const nearest = nearestWord(name, [...columns.keys()])
      throw new RollcallError(`${where} maps ${key} to "${name}", which its model does not have`, {
        code: 'definition/unknown-column',
        next: 'act',
        remedy:
          nearest === undefined
            ? `Its columns are: ${[...columns.keys()].join(', ')}`
            : `Did you mean "${nearest}"? Its columns are: ${[...columns.keys()].join(', ')}`,
      })
    })
    return [[key, found]]
  })
}
