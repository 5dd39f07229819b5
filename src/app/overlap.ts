import type { Row } from '../engine/port.ts'
import type { ResolvedAudience } from '../core/audience/audience.ts'
import { RollcallError } from '../core/error.ts'
import { compileAudience, compileAudiences } from '../sql/audience.ts'
import { narrowPeople } from './narrow-people.ts'
import { audienceOf, openResolved, type OpenAudience } from './open-audience.ts'
import { takeInFor } from './take-in-journal.ts'
import type { Workspace } from './workspace.ts'

/** How many people one audience has in common with another. */
interface OverlapWith {
  readonly audience: string
  readonly name: string
  readonly size: number
  readonly both: number
  readonly onlyFirst: number
  readonly onlyThis: number
  /** `people`: both are over the same rows. `key`: over two models, whose keys are compared as text. */
  readonly matchedBy: 'people' | 'key'
}

/** What an audience has in common with others. */
export interface Overlap {
  readonly audience: string
  readonly name: string
  readonly size: number
  readonly others: readonly OverlapWith[]
  /** Who of it is in none of the others, and in every one of them. */
  readonly inNone: number
  readonly inEvery: number
}

/**
 * Counts what an audience has in common with others, in one statement and one scan of the events.
 * @param now The moment of evaluation, in milliseconds.
 * @throws RollcallError when there is no such audience, when they are of different sources, or the source cannot be read
 */
export async function overlap(
  workspace: Workspace,
  key: string,
  keys: readonly string[],
  now: number,
): Promise<Overlap> {
  const audience = audienceOf(workspace, key)
  const others = keys.map((other) => audienceOf(workspace, other))
  for (const other of others) refuseOtherSource(audience, other)
  await takeInFor(workspace, key)
  // As if it named them: then what they are over is opened too.
  const memberOf = Object.fromEntries(others.map((other) => [other.key, other]))
  const named = { ...audience, memberOf: { ...audience.memberOf, ...memberOf } }
  const opened = await openResolved(workspace, named, now)
  await using _local = opened.local
  await narrowPeople(opened, [])
  const row = await countTogether(opened, others)
  const counted: OverlapWith[] = []
  for (const [index, other] of others.entries()) {
    const isSameModel = other.model.name === audience.model.name
    const both = Number(row[`both${index}`])
    const size = isSameModel ? Number(row[`size${index}`]) : await sizeOf(opened, other)
    counted.push({
      audience: other.key,
      name: other.name,
      size,
      both,
      onlyFirst: Number(row['size']) - both,
      onlyThis: size - both,
      matchedBy: isSameModel ? 'people' : 'key',
    })
  }
  return {
    audience: key,
    name: audience.name,
    size: Number(row['size']),
    others: counted,
    inNone: Number(row['none']),
    inEvery: Number(row['every']),
  }
}

function refuseOtherSource({ key, model }: ResolvedAudience, other: ResolvedAudience): void {
  if (model.source === other.model.source) return
  throw new RollcallError(
    `The audiences "${key}" and "${other.key}" are of different sources, "${model.source}" and "${other.model.source}"`,
    {
      code: 'preview/other-source',
      next: 'act',
      remedy:
        'Nothing tells which people of two sources are the same: compare audiences of one source, or bring both into one',
    },
  )
}

async function countTogether(
  { engine, audience, context }: OpenAudience,
  others: readonly ResolvedAudience[],
): Promise<Row> {
  const together = others.map((other): ResolvedAudience => {
    if (other.model.name === audience.model.name) return other
    // Over the rows of the first, a member of another model's audience is told by the key.
    const where = { kind: 'member_of', audience: other.key } as const
    return { ...audience, where, exclude: [] }
  })
  const { sql, parameters } = compileAudiences([audience, ...together], engine.dialect, context)
  const columns = together.map((_, index) => `a${index + 1}`)
  const { countIf } = engine.dialect.events
  const counts = [
    `${countIf('a0')} as size`,
    ...columns.flatMap((column, index) => [
      `${countIf(column)} as size${index}`,
      `${countIf(`a0 and ${column}`)} as both${index}`,
    ]),
    `${countIf(`a0 and not (${columns.join(' or ')})`)} as "none"`,
    `${countIf(`a0 and ${columns.join(' and ')}`)} as every`,
  ]
  return engine.one(`select ${counts.join(', ')} from (${sql}) as people`, parameters)
}

async function sizeOf({ engine, context }: OpenAudience, other: ResolvedAudience): Promise<number> {
  // The columns that are described are those of the first audience's model.
  const within = { ...context, columns: undefined }
  const { sql, parameters } = compileAudience(other, engine.dialect, within)
  const { size } = await engine.one(`select count(*) as size from (${sql}) as people`, parameters)
  return Number(size)
}
