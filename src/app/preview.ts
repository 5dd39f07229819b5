import { MATCH_KEYS, type MatchKey } from '../core/match-key/table.ts'
import { fullPassReasons } from '../definition/full-pass-reasons.ts'
import { PEOPLE_SOURCE } from '../definition/people-model.ts'
import type { Mapping } from '../sql/fingerprint.ts'
import { duplicateKeysQuery } from '../sql/fingerprint.ts'
import type { Query } from '../sql/query.ts'
import { agreeing, untied } from './consent.ts'
import { readAudience, suggestedMapping } from './audience-reading.ts'
import { countBranches } from './branch-counts.ts'
import { eventsRead } from './events-read.ts'
import { KeptTombstones } from './erase/kept-tombstones.ts'
import { readingFor } from './reading.ts'
import { sentenceOf } from './audiences.ts'
import { KeyTally } from './key-tally.ts'
import { layOutValues } from './member-values.ts'
import { mask, maskUnlessPlain } from './mask.ts'
import { narrowPeople, widenPeople } from './narrow-people.ts'
import { previewNotices, type Notice } from './preview-notices.ts'
import type { Previewed } from './previewed.ts'
import type { OpenAudience } from './open-audience.ts'
import { unknownHistory } from './unknown-history.ts'
import { unmetComparisons } from './unmet-comparisons.ts'
import { unknownEvents } from './unknown-events.ts'
import type { Workspace } from './workspace.ts'

const SAMPLE_ROWS = 5
/** The shares of so many people are those of all to a tenth of a per cent or two. */
const LOOKED_AT_MAX = 200_000
/** Meta shows no size below this, so that nobody can be singled out by it. */
const META_SIZE_MIN = 1000

/** What an audience comes to, and what its owner should hear about it. */
export interface Preview extends Previewed {
  readonly notices: readonly Notice[]
}

/**
 * Looks at an audience: how many there are, what can be sent of them, what cannot and why.
 * @param now The moment of evaluation, in milliseconds.
 * @param most Of more people than this a sample of so many is looked at: normalising everybody's values takes its time.
 * @throws RollcallError when there is no such audience or sync, or the source cannot be read
 */
export async function preview(
  workspace: Workspace,
  key: string,
  options: { readonly sync: string | null; readonly now: number },
  most = LOOKED_AT_MAX,
): Promise<Preview> {
  await using read = await readAudience(workspace, key, options)
  const { opened, sync, mapping, rows } = read
  const { audience, context } = opened
  const further = furtherMapping(opened, mapping)
  await narrowPeople(opened, [...mapping, ...further])
  const purpose = sync?.consent ?? null
  const own = agreeing(audience, purpose)
  const reading = readingFor(workspace, opened, own, [...mapping, ...further], sync)
  const { own: branches, others } = await countBranches(opened)
  const { members: size, people: modelSize } = branches
  const agreed = purpose === null ? size : await countRows(opened, reading.members)
  const values = await layOutValues(opened, reading, most)
  const { erased } = await KeptTombstones.read(workspace, audience.model.name)
  const tally = new KeyTally(mapping, further, rows, (sync?.value ?? null) !== null)
  for await (const people of values.stream(mapping, further))
    for (const person of people)
      if (erased?.hasMember(person.member) === true) tally.addErased()
      else tally.add(person.values, person.more)
  const counted = tally.result(values.read === 0 ? 1 : values.known / values.read)
  // Of a sample, each of them is rounded.
  const findable = Math.max(
    0,
    values.known - counted.erased - counted.unusable - counted.onlyExternId,
  )
  const keyless = await keylessIn(opened, reading.members)
  const duplicates = await duplicatesIn(opened, reading.members)
  await widenPeople(opened)
  const found = {
    audience: key,
    name: audience.name,
    sentence: sentenceOf(audience),
    model: audience.model.name,
    sync: sync?.key ?? null,
    mapping: Object.fromEntries(mapping),
    size,
    consent: purpose === null ? null : { purpose, size: agreed },
    modelSize,
    branches: [branches, ...others],
    eventsRead: eventsRead(audience, context),
    fullPass: audience.model.source === PEOPLE_SOURCE ? fullPassReasons(audience) : null,
    keyless,
    duplicates,
    heldOut: agreed - values.known - values.missing,
    sample: values.read < values.known ? { people: values.read, of: values.known } : null,
    ...counted,
    findable,
    metaSize: findable < META_SIZE_MIN ? '<1000' : `up to ${findable.toLocaleString('en')}`,
    samples: await sampleRows(opened, reading.members, [...mapping, ...further]),
  }
  const events = await unknownEvents(opened)
  const histories = await unknownHistory(opened)
  const unmet = await unmetComparisons(opened, branches)
  const unknown = [
    ...events.map(({ message, remedy }) => ({ code: 'preview/unknown-event', message, remedy })),
    ...histories.map(({ message, remedy }) => ({
      code: 'preview/unknown-history',
      message,
      remedy,
    })),
    ...unmet.map(({ message, remedy }) => ({ code: 'preview/unmet-comparison', message, remedy })),
  ]
  const notices = previewNotices(found, workspace.definition.defaults.phoneCountry)
  const unsaid = sync && untied(workspace.definition, sync)
  const said =
    unsaid === null ? [] : [{ code: unsaid.code, message: unsaid.message, remedy: unsaid.remedy }]
  return { ...found, notices: [...said, ...unknown, ...notices] }
}

/** What could be mapped beside what is: keys without a column, and more e-mails, phones or devices. */
function furtherMapping({ audience, columns }: OpenAudience, mapping: Mapping): Mapping {
  const mapped = new Map(mapping)
  const further = suggestedMapping({ columns }).flatMap(([key, named]): [MatchKey, string[]][] => {
    const own = mapped.get(key) ?? []
    if (own.length > 0 && !('several' in MATCH_KEYS[key])) return []
    const more = named.filter((column) => !own.includes(column))
    return more.length > 0 ? [[key, more]] : []
  })
  const { key } = audience.model
  const isUsed = [...mapping, ...further].some(
    ([name, named]) => name === 'EXTERN_ID' || named.includes(key),
  )
  return isUsed || !columns.has(key) ? further : [['EXTERN_ID', [key]], ...further]
}

async function countRows({ engine }: OpenAudience, { sql, parameters }: Query): Promise<number> {
  const { rows } = await engine.one(`select count(*) as rows from (${sql}) as people`, parameters)
  return Number(rows)
}

async function keylessIn(
  { engine, audience }: OpenAudience,
  { sql, parameters }: Query,
): Promise<number> {
  const key = `cast(${engine.dialect.quote(audience.model.key)} as varchar)`
  const { rows } = await engine.one(
    `select count(*) as rows from (${sql}) as people where coalesce(${key}, '') = ''`,
    parameters,
  )
  return Number(rows)
}

async function duplicatesIn(
  { engine, audience }: OpenAudience,
  members: Query,
): Promise<Preview['duplicates']> {
  const { sql, parameters } = duplicateKeysQuery(
    { members, keyColumn: audience.model.key },
    engine.dialect,
  )
  const rows = await engine.all(sql, parameters)
  return {
    count: Number(rows[0]?.['duplicates'] ?? 0),
    samples: rows.map((row) => maskUnlessPlain(String(row['key']))),
  }
}

/** The first few members by key, so that two looks at the same people show the same. */
async function sampleRows(
  { engine, audience, columns }: OpenAudience,
  { sql, parameters }: Query,
  mapping: Mapping,
): Promise<Preview['samples']> {
  const personal = new Set(mapping.flatMap(([, named]) => named))
  const names = [...columns.keys()]
  const texts = names.map(
    (name) => `cast(${engine.dialect.quote(name)} as varchar) as ${engine.dialect.quote(name)}`,
  )
  const rows = await engine.all(
    `select ${texts.join(', ')} from (${sql}) as people order by ${engine.dialect.quote(audience.model.key)} limit ${SAMPLE_ROWS}`,
    parameters,
  )
  return rows.map((row) =>
    Object.fromEntries(
      names.map((name) => {
        const value = row[name] ?? null
        const hide = personal.has(name) ? mask : maskUnlessPlain
        return [name, value === null ? '' : hide(String(value))]
      }),
    ),
  )
}
