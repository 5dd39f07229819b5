import { describe } from '../core/audience/describe.ts'
import { withNamed } from '../core/audience/named-audiences.ts'
import type { Path } from '../core/audience/mistake.ts'
import { readsPresent } from '../core/audience/reads-present.ts'
import { walkCondition } from '../core/audience/walk-condition.ts'
import type { ResolvedAudience } from '../core/audience/audience.ts'
import { compileAudience } from '../sql/audience.ts'
import { calendarSpan } from '../sql/calendar.ts'
import { narrowPeople } from './narrow-people.ts'
import { openAudience, type OpenAudience } from './open-audience.ts'
import { takeInFor } from './take-in-journal.ts'
import type { Workspace } from './workspace.ts'

/** Each moment is an evaluation of its own, so there are at most so many; of a longer time not every day is looked at. */
const MOMENTS_MAX = 31
/** As many runs of a sync are looked through. */
const RUNS_MAX = 10_000

/** How large an audience was at one moment. */
interface SizeThen {
  /** The last moment of a day in the workspace's zone, or now; in milliseconds since the epoch. */
  readonly at: number
  /** Who meets the definition, by what is known now of what happened until then. */
  readonly size: number
  /** By sync, how many members its last run of the time since the moment before had; null where none ran to its end. */
  readonly synced: Readonly<Record<string, number | null>>
}

/** How large an audience was over the last days. */
export interface SizeOverTime {
  readonly audience: string
  readonly name: string
  readonly timeZone: string
  readonly moments: readonly SizeThen[]
  /** Conditions that were judged with what is known today, since nothing tells what was known then. */
  readonly byToday: readonly {
    readonly audience: string
    readonly path: Path
    readonly sentence: string
  }[]
}

/**
 * Evaluates an audience as of the end of each of the last days, one after the other, and as of now.
 * @param days How many days back.
 * @param tell Hears how many of the evaluations are done.
 * @throws RollcallError when there is no such audience or the source cannot be read
 */
export async function sizeOverTime(
  workspace: Workspace,
  key: string,
  { now, days }: { readonly now: number; readonly days: number },
  tell: (done: number, whole: number) => void,
): Promise<SizeOverTime> {
  await takeInFor(workspace, key)
  const opened = await openAudience(workspace, key, now)
  await using _local = opened.local
  await narrowPeople(opened, [])
  const { audience, context } = opened
  const step = Math.ceil(days / MOMENTS_MAX)
  const ends = Array.from({ length: Math.ceil(days / step) }, (_, index) => {
    const back = days - index * step
    return calendarSpan('day', -back, context).to - 1
  })
  const moments: SizeThen[] = []
  const all = [...ends, now]
  const ran = await membersOfRuns(workspace, key)
  for (const [index, at] of all.entries()) {
    tell(index, all.length)
    const since = all[index - 1] ?? calendarSpan('day', 0, { ...context, now: at }).from - 1
    const synced = ran.map(({ sync, runs }) => {
      const last = runs.find((run) => run.at > since && run.at <= at)
      return [sync, last?.members ?? null]
    })
    moments.push({ at, size: await sizeAt(opened, at), synced: Object.fromEntries(synced) })
  }
  tell(all.length, all.length)
  const { timeZone } = context
  return { audience: key, name: audience.name, timeZone, moments, byToday: byToday(audience) }
}

async function sizeAt({ engine, audience, context }: OpenAudience, now: number): Promise<number> {
  const { sql, parameters } = compileAudience(audience, engine.dialect, { ...context, now })
  const { size } = await engine.one(`select count(*) as size from (${sql}) as people`, parameters)
  return Number(size)
}

/** The runs of each sync of an audience that came to their end, the latest first, with how many belonged. */
async function membersOfRuns({ definition, store }: Workspace, key: string) {
  const syncs = Object.values(definition.syncs).filter(({ audience }) => audience === key)
  const found: {
    readonly sync: string
    readonly runs: readonly { readonly at: number; readonly members: number }[]
  }[] = []
  for (const { key: sync } of syncs) {
    const runs = (await store.runs({ sync, limit: RUNS_MAX })).flatMap(
      ({ state, startedAt, plan }) =>
        state === 'done' && plan !== null ? [{ at: startedAt, members: plan.members }] : [],
    )
    found.push({ sync, runs })
  }
  return found
}

function byToday(audience: ResolvedAudience): SizeOverTime['byToday'] {
  return withNamed(audience).flatMap(({ key, where, model }) =>
    [...walkCondition(where, ['where'])].flatMap(({ condition, path, about }) =>
      about === 'person' && readsPresent(condition, model)
        ? [{ audience: key, path, sentence: describe(condition) }]
        : [],
    ),
  )
}
