import type { Path, Report } from '../core/audience/mistake.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { MATCH_KEY_NAMES, MATCH_KEYS } from '../core/match-key/table.ts'
import { checkAccountUses, checkAccounts } from './account-references.ts'
import { audienceUses, checkCircles } from './audience-uses.ts'
import { checkComputedTraits } from './computed-references.ts'
import { checkConsent } from './consent-references.ts'
import { checkLookalikes } from './lookalike-references.ts'
import { checkEvents, checkEventStream } from './event-references.ts'
import { checkRelation, checkSelect, entriesOf, fail, meansIn } from './relation-references.ts'
import { checkHistory, checkPast } from './past-references.ts'
import { modelOf, withPeople } from './people-model.ts'
import { checkRelated, checkRelations } from './related-references.ts'
import { SECTIONS } from './schema.ts'
import { checkScopes } from './scope-references.ts'
import type { WrittenFile } from './written-file.ts'

/** What one resource says of another. It reads the file as it stands, so that it finds its mistakes beside those of shape. */

/** Reports a name that leads nowhere. Names of the wrong type are left to the schema. */
function checkName(
  name: unknown,
  kind: string,
  section: Written,
  path: Path,
  report: Report,
): void {
  if (typeof name !== 'string' || Object.hasOwn(section, name)) return
  const known = Object.keys(section)
  const nearest = nearestWord(name, known)
  report({
    path,
    atKey: false,
    message: `There is no ${kind} "${name}"`,
    expected:
      known.length === 0
        ? `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} that the file declares`
        : `one of ${known.join(', ')}`,
    ...(nearest === undefined ? {} : { nearest }),
    remedy: nearest === undefined ? `Declare it under "${kind}s:"` : `Write "${nearest}"`,
  })
}

function checkModels({ raw }: WrittenFile, report: Report): void {
  for (const [key, model] of entriesOf(raw.models)) {
    const path = ['models', key]
    checkName(model['source'], 'source', raw.sources, [...path, 'source'], report)
    checkSelect(model['sql'], [...path, 'sql'], report)
    checkRelation(`The model "${key}"`, model, Object.keys(SECTIONS.models.shape), path, report)
    checkRelations(model['relations'], [...path, 'relations'], report)
    checkHistory(model['history'], [...path, 'history'], report)
    checkAccounts(model['accounts'], [...path, 'accounts'], report)
    const events: unknown = model['events']
    if (!Array.isArray(events)) continue
    for (const [index, stream] of events.entries())
      if (isWritten(stream)) checkEventStream(stream, [...path, 'events', index], report)
  }
}

function checkAudiences(file: WrittenFile, report: Report): void {
  const { raw } = file
  for (const [key, audience] of entriesOf(raw.audiences)) {
    const path = ['audiences', key]
    checkName(audience['model'], 'model', withPeople(raw.models), [...path, 'model'], report)
    checkName(audience['source'], 'source', raw.sources, [...path, 'source'], report)
    checkSelect(audience['sql'], [...path, 'sql'], report)
    checkGround(key, audience, report)
    for (const use of audienceUses(audience, path)) {
      checkName(use.name, 'audience', raw.audiences, use.path, report)
      checkSameSource(file, key, use.name, use.path, report)
    }
  }
  checkCircles(raw.audiences, report)
}

/** An audience stands on a model, or on a select of its own with source and key. */
function checkGround(key: string, audience: Written, report: Report): void {
  const path = ['audiences', key]
  const has = meansIn(audience, Object.keys(SECTIONS.audiences.shape))
  if (has('model') === has('sql')) {
    const message = `The audience "${key}" has ${has('model') ? 'a model and a select' : 'neither a model nor a select'}`
    const remedy = has('model')
      ? 'Remove one of them'
      : 'Add "model: profiles" for the people whom Rollcall collects, or another model, or "source:", "sql:" and "key:"'
    fail(report, path, message, 'either "model" or "sql" with "source" and "key"', remedy)
    return
  }
  for (const name of ['source', 'key']) {
    if (has(name) === has('sql')) continue
    const message = has(name)
      ? `"${name}" belongs to the model of the audience "${key}"`
      : `The audience "${key}" has a select and no "${name}"`
    const remedy = has(name) ? `Remove "${name}" here` : `Add "${name}: …"`
    fail(
      report,
      has(name) ? [...path, name] : path,
      message,
      '"source" and "key" exactly beside "sql"',
      remedy,
    )
  }
}

function sourceOf({ raw }: WrittenFile, key: unknown): unknown {
  const audience = typeof key === 'string' ? raw.audiences[key] : undefined
  if (!isWritten(audience)) return undefined
  const model = modelOf(raw.models, audience['model'])
  return isWritten(model) ? model['source'] : audience['source']
}

function checkSameSource(
  file: WrittenFile,
  key: string,
  name: unknown,
  path: Path,
  report: Report,
): void {
  const [own, other] = [sourceOf(file, key), sourceOf(file, name)]
  if (own === other || typeof own !== 'string' || typeof other !== 'string') return
  const message = `Cannot name "${String(name)}" here: it is over the source "${other}", and "${key}" over "${own}"`
  fail(report, path, message, 'an audience over the same source', 'Bring both into one source')
}

function checkSyncs({ raw }: WrittenFile, report: Report): void {
  for (const [key, sync] of entriesOf(raw.syncs)) {
    const path = ['syncs', key]
    checkName(sync['audience'], 'audience', raw.audiences, [...path, 'audience'], report)
    checkName(
      sync['destination'],
      'destination',
      raw.destinations,
      [...path, 'destination'],
      report,
    )
    checkLookalikes(sync, path, report)
    if (isWritten(sync['mapping'])) {
      checkMapping(sync, sync['mapping'], path, report)
      checkScopes(sync, sync['mapping'], path, report)
    }
  }
  checkTakenOver(raw, report)
}

function checkMapping(sync: Written, mapping: Written, path: Path, report: Report): void {
  const at = [...path, 'mapping']
  const strong = MATCH_KEY_NAMES.filter((key) => MATCH_KEYS[key].role === 'strong')
  if (!strong.some(meansIn(mapping, MATCH_KEY_NAMES))) {
    const remedy = 'Map at least one of them: Meta finds nobody by the other keys alone'
    fail(
      report,
      at,
      'The mapping has no key that identifies a person',
      `one of ${strong.join(', ')}`,
      remedy,
    )
  }
  if (sync['value'] !== undefined && mapping['LOOKALIKE_VALUE'] !== undefined) {
    const message = 'The value is mapped twice, by "value" and by LOOKALIKE_VALUE'
    fail(
      report,
      [...at, 'LOOKALIKE_VALUE'],
      message,
      'one of the two',
      'Remove LOOKALIKE_VALUE from the mapping',
    )
  }
}

function accountOf(raw: WrittenFile['raw'], destination: unknown): unknown {
  const found = typeof destination === 'string' ? raw.destinations[destination] : undefined
  return isWritten(found)
    ? `${String(found['environment'])} ${String(found['ad_account'])}`
    : destination
}

function checkTakenOver(raw: WrittenFile['raw'], report: Report): void {
  const owners = new Map<string, string>()
  for (const [key, sync] of entriesOf(raw.syncs)) {
    const id = sync['custom_audience']
    if (typeof id !== 'string') continue
    const place = `${String(accountOf(raw, sync['destination']))} ${id}`
    const owner = owners.get(place)
    if (owner === undefined) {
      owners.set(place, key)
      continue
    }
    const message = `The syncs "${owner}" and "${key}" would both write to the Custom Audience ${id}`
    fail(
      report,
      ['syncs', key, 'custom_audience'],
      message,
      'one sync for each Custom Audience',
      'Give one of them another Custom Audience',
    )
  }
}

/** A key can be the new name of one resource only, and of none that is still there. */
function checkMoves(section: 'audiences' | 'syncs', entries: Written, report: Report): void {
  const movers = new Map<string, string>()
  for (const [key, entry] of entriesOf(entries)) {
    const from = entry['moved_from']
    if (typeof from !== 'string') continue
    const path = [section, key, 'moved_from']
    const other = movers.get(from)
    if (Object.hasOwn(entries, from)) {
      fail(
        report,
        path,
        `"${key}" cannot have been "${from}": that key is still in the file`,
        'a key that is gone from the file',
        `Remove "moved_from", or rename "${from}"`,
      )
    } else if (other !== undefined) {
      fail(
        report,
        path,
        `Both "${other}" and "${key}" say that they were "${from}"`,
        'one successor for each key',
        'Remove "moved_from" from one of them',
      )
    }
    movers.set(from, key)
  }
}

/** Reports every name that leads nowhere and every pair of resources that cannot be together. */
export function checkReferences(file: WrittenFile, report: Report): void {
  checkModels(file, report)
  checkAudiences(file, report)
  checkEvents(file, report)
  checkRelated(file, report)
  checkConsent(file, report)
  checkComputedTraits(file, report)
  checkPast(file, report)
  checkAccountUses(file, report)
  checkSyncs(file, report)
  checkMoves('audiences', file.raw.audiences, report)
  checkMoves('syncs', file.raw.syncs, report)
}
