import { dirname, join, resolve } from 'node:path'
import { checkAccounts, checkAccountTraits } from '../core/audience/account/used-accounts.ts'
import type { Columns } from '../core/audience/audience.ts'
import { checkTraits } from '../core/audience/check-traits.ts'
import { findColumn } from '../core/audience/find-column.ts'
import { describe } from '../core/audience/describe.ts'
import { checkStreams } from '../core/audience/event/check-events.ts'
import { checkRelated } from '../core/audience/related/check-related.ts'
import type { Path, WrittenMistake } from '../core/audience/mistake.ts'
import { checkHistory, historyName, usedHistory } from '../core/audience/past/used-past.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { computedColumns } from '../core/audience/computed/used-computed.ts'
import { oneOf } from '../core/audience/one-of.ts'
import { wholeModel } from '../core/audience/whole-model.ts'
import { counted } from '../core/counted.ts'
import { RollcallError } from '../core/error.ts'
import { lookalikeName } from '../core/lookalike.ts'
import { MATCH_KEY_NAMES } from '../core/match-key/table.ts'
import type { AudienceDefinition, Definition, SyncDefinition } from '../definition/definition.ts'
import { byPlace, type Warning } from '../definition/load.ts'
import { ownModel } from '../definition/resolve.ts'
import { compileAudience } from '../sql/audience.ts'
import { duplicateKeysQuery, missingKeysQuery } from '../sql/fingerprint.ts'
import { checkConsent, warnOfNoConsent } from './check-consent.ts'
import { checkDoNotSend } from './check-do-not-send.ts'
import { eventsOf, unknownEvents } from './unknown-events.ts'
import { unknownHistory } from './unknown-history.ts'
import { unmetComparisons } from './unmet-comparisons.ts'
import { Findings, type Found } from './findings.ts'
import { openAudience, type OpenAudience, type Premises } from './open-audience.ts'
import { readDefinition, type Surroundings } from './workspace.ts'

/** An audience that can be evaluated. */
interface CheckedAudience {
  readonly key: string
  readonly name: string
  readonly model: string
  /** Who belongs, in plain words. */
  readonly sentence: string
  readonly syncs: readonly string[]
  /** Names of the lookalikes that its syncs keep. */
  readonly lookalikes: readonly string[]
}

export interface CheckReport {
  readonly file: string
  readonly valid: boolean
  readonly mistakes: readonly Found[]
  readonly warnings: readonly Warning[]
  readonly audiences: readonly CheckedAudience[]
}

/**
 * Checks a definition file and, when it means something, the data that it names: that sources can be read, columns are there
 * and keys tell people apart. Keeps nothing.
 * @throws RollcallError `definition/missing` when there is no such file
 */
export async function check(file: string, surroundings: Surroundings): Promise<CheckReport> {
  const loaded = readDefinition(file, surroundings.env)
  if (loaded.kind === 'invalid')
    return { file, valid: false, mistakes: loaded.mistakes, warnings: [], audiences: [] }
  const { definition, warnings } = loaded
  const folder = dirname(resolve(file))
  const premises = { definition, folder, stateFolder: join(folder, '.rollcall'), surroundings }
  const found = new Findings(loaded)
  const audiences: CheckedAudience[] = []
  const columns = new Map<string, Columns>()
  for (const audience of Object.values(definition.audiences))
    if (await checkAudience(audience, premises, found, columns))
      audiences.push(summary(audience, definition))
  await checkDoNotSend(premises, columns, found)
  const mistakes = found.mistakes()
  return {
    file,
    valid: mistakes.length === 0,
    mistakes,
    warnings: [...warnings, ...found.warnings()].toSorted(byPlace),
    audiences,
  }
}

/**
 * @param columns Takes the columns of the audience's model.
 * @returns whether nothing was found that keeps it, or a sync of it, from running
 */
async function checkAudience(
  audience: AudienceDefinition,
  premises: Premises,
  found: Findings,
  columns: Map<string, Columns>,
): Promise<boolean> {
  const before = found.count
  const { surroundings, definition } = premises
  try {
    const opened = await openAudience(premises, audience.key, surroundings.world.now())
    await using _local = opened.local
    columns.set(audience.key, opened.columns)
    const { foldsCase } = opened.engine.dialect
    const key = findColumn(audience.model.key, opened.columns, foldsCase)
    if (key === undefined) found.add(noKeyColumn(audience, opened.columns))
    for (const mistake of checkTraits(audience, opened.columns, foldsCase)) found.add(mistake)
    const events = eventsOf(opened)
    // They are only described where a condition asks for them.
    for (const mistake of events.length === 0
      ? []
      : checkStreams(audience.model, events, foldsCase))
      found.add({ ...mistake, path: ['models', audience.model.name, ...mistake.path] })
    const { related = new Map<string, Columns>() } = opened.context
    for (const mistake of checkRelated(audience, opened.columns, related, foldsCase))
      found.add({ ...mistake, path: ['audiences', audience.key, ...mistake.path] })
    const history = usedHistory(audience)
    const described = related.get(historyName(audience.model.name))
    if (history !== undefined && described !== undefined)
      for (const mistake of checkHistory(audience.model.name, history, described, foldsCase))
        found.add({ ...mistake, path: ['models', audience.model.name, ...mistake.path] })
    for (const mistake of checkAccountTraits(audience, related, foldsCase))
      found.add({ ...mistake, path: ['audiences', audience.key, ...mistake.path] })
    for (const mistake of checkAccounts(audience, opened.columns, related, foldsCase))
      found.add({ ...mistake, path: ['models', audience.model.name, ...mistake.path] })
    for (const sync of syncsOf(audience, definition))
      for (const mistake of unknownColumns(sync, audience, opened)) found.add(mistake)
    checkConsent(opened, definition, found)
    if (key !== undefined) await checkKeys(opened, found)
    if (found.count > before) return false
    await tryOut(opened, syncsOf(audience, definition))
    await warnOfNoConsent(opened, definition, found)
    const unknown = [
      ...(await unknownEvents(opened)),
      ...(await unknownHistory(opened)),
      ...(await unmetComparisons(opened)),
    ]
    for (const { path, message, remedy } of unknown) found.warn(path, `${message}. ${remedy}`)
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error
    found.add(unreadable(audience, error))
  }
  return found.count === before
}

/** Some mistakes only show when the statement is run as it will be, and every column that is sent is read. */
async function tryOut(
  { engine, audience, context, columns }: OpenAudience,
  syncs: readonly SyncDefinition[],
): Promise<void> {
  const { sql, parameters } = compileAudience(audience, engine.dialect, context)
  const sent = syncs.flatMap(({ mapping }) =>
    MATCH_KEY_NAMES.flatMap((key) => mapping[key] ?? []).flatMap(
      (name) => findColumn(name, columns, engine.dialect.foldsCase)?.column ?? [],
    ),
  )
  const counts = [...new Set(sent)].map((name) => `count(${engine.dialect.quote(name)})`)
  await engine.all(
    `select ${['count(*)', ...counts].join(', ')} from (${sql}) as people`,
    parameters,
  )
}

const syncsOf = ({ key }: AudienceDefinition, { syncs }: Definition): SyncDefinition[] =>
  Object.values(syncs).filter(({ audience }) => audience === key)

function summary(audience: AudienceDefinition, definition: Definition): CheckedAudience {
  const { key, name, model, where, exclude } = audience
  const less = exclude.map((excluded) => excluded.name)
  return {
    key,
    name,
    model: model.name,
    sentence: describe(where) + (less.length === 0 ? '' : `, but not ${less.join(', ')}`),
    syncs: syncsOf(audience, definition).map((sync) => sync.key),
    lookalikes: syncsOf(audience, definition).flatMap((sync) =>
      sync.lookalikes.map((lookalike) => lookalikeName(lookalike, sync.name ?? name)),
    ),
  }
}

/** Where an audience's data is described: its own entry, or its model's. */
function groundOf({ key, model }: Pick<AudienceDefinition, 'key' | 'model'>): Path {
  return model.name === ownModel(key) ? ['audiences', key] : ['models', model.name]
}

function noKeyColumn(audience: AudienceDefinition, columns: Columns): WrittenMistake {
  const name = audience.model.key
  return {
    path: [...groundOf(audience), 'key'],
    atKey: false,
    message: `There is no column "${name}" to tell people apart by`,
    ...columnHelp(name, columns),
  }
}

function columnHelp(
  name: string,
  columns: Columns,
): Pick<WrittenMistake, 'expected' | 'remedy' | 'nearest'> {
  const nearest = nearestWord(name, [...columns.keys()])
  const expected = oneOf(columns.keys())
  if (nearest === undefined) return { expected, remedy: 'Write a column of the model' }
  return { expected, nearest, remedy: `Write "${nearest}"` }
}

function unknownColumns(
  { key: sync, mapping, value }: SyncDefinition,
  { model }: AudienceDefinition,
  { columns, engine }: OpenAudience,
): WrittenMistake[] {
  return MATCH_KEY_NAMES.flatMap((key) => {
    const named = mapping[key] ?? []
    const isValue = key === 'LOOKALIKE_VALUE' && value !== null
    return named.flatMap((name, index): WrittenMistake[] => {
      const column = findColumn(name, columns, engine.dialect.foldsCase)
      if (column !== undefined && column.steps.length === 0) return []
      const path = isValue ? ['value'] : ['mapping', key, ...(named.length > 1 ? [index] : [])]
      return [
        {
          path: ['syncs', sync, ...path],
          atKey: false,
          message: `The model "${model.name}" has no column "${name}" for ${key}`,
          ...columnHelp(name, new Map([...columns, ...computedColumns(model)])),
        },
      ]
    })
  })
}

/** People whose key is missing or shared cannot be told apart: the run would be held. */
async function checkKeys(
  { engine, audience, context }: OpenAudience,
  found: Findings,
): Promise<void> {
  const reading = {
    members: compileAudience(wholeModel(audience), engine.dialect, context),
    keyColumn: audience.model.key,
  }
  const missing = missingKeysQuery(reading, engine.dialect)
  const { missing: without } = await engine.one(missing.sql, missing.parameters)
  const duplicates = duplicateKeysQuery(reading, engine.dialect)
  const shared = await engine.all(duplicates.sql, duplicates.parameters)
  const samples = shared.map((row) => String(row['key'])).join(', ')
  const faults = [
    ...(Number(without) > 0 ? [counted(Number(without), 'row has none', 'rows have none')] : []),
    ...(shared.length > 0
      ? [
          `${counted(Number(shared[0]?.['duplicates']), 'key stands', 'keys stand')} more than once, such as ${samples}`,
        ]
      : []),
  ]
  if (faults.length === 0) return
  found.add({
    path: [...groundOf(audience), 'key'],
    atKey: false,
    message: `The key "${audience.model.key}" does not tell people apart: ${faults.join('; ')}`,
    expected: 'a column that is present and different for each person',
    remedy: 'Choose another column, or group the rows in the model’s SQL',
    code: 'model/key-not-unique',
    next: 'act',
  })
}

function unreadable(
  audience: AudienceDefinition,
  error: RollcallError,
): WrittenMistake & Pick<Found, 'code' | 'next'> {
  const { relation, source } = audience.model
  const isSource = error.code === 'source/missing' && relation.kind === 'select'
  const isComputed = error.code === 'definition/computed-trait-is-column'
  return {
    path: isSource
      ? ['sources', source]
      : isComputed
        ? ['computed_traits']
        : [...groundOf(audience), relation.kind === 'table' ? 'table' : 'sql'],
    atKey: false,
    message: error.message,
    expected: `data that can be read from the source "${source}"`,
    remedy: error.remedy,
    code: error.code,
    next: error.next,
  }
}
