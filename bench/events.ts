// Audiences over what people did, judged over a hundred million events of five million people.
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { LocalDuckDb } from '../src/engine/duckdb/local.ts'
import { child, inFolder } from './bed.ts'
import { figure, median, type Figure } from './figure.ts'
import { plantPeople } from './plant-people.ts'

const EVENTS = Number(process.env['ROLLCALL_BENCH_EVENTS'] ?? 100_000_000)
const EVENTS_EACH = 20
const ROUNDS = 3
const FEWER = 100

const evaluated = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  memoryMb: z.number(),
  members: z.array(z.number()),
})
type Evaluated = z.output<typeof evaluated>

/** Twenty audiences of so many people do not fit into the default. */
const MORE_MEMORY = { ROLLCALL_MEMORY_LIMIT: '4GB' }

const ORDER = 'did: Order Completed'

const SHAPES = {
  count: `{ ${ORDER}, count: { gte: 3 }, within: 30d }`,
  sum: `{ ${ORDER}, sum: { property: revenue, gte: 500 }, within: 180d }`,
  sequence:
    '{ sequence: [ { did: Product Added }, { did_not: Order Completed, within: 2d } ], started: { within: 30d } }',
} as const

/** Twenty audiences as one company has them, none like another. */
const TWENTY = [
  ...[7, 14, 30, 60, 90, 180].map((days) => `{ ${ORDER}, count: { gte: 2 }, within: ${days}d }`),
  ...[30, 90, 180].map(
    (days) => `{ ${ORDER}, sum: { property: revenue, gte: 300 }, within: ${days}d }`,
  ),
  ...[7, 30, 90].map((days) => `{ did_not: Login, within: ${days}d }`),
  ...[14, 28].map((days) => `{ did: Play, active_days: { gte: 3 }, within: ${days}d }`),
  '{ all: [ { did: Product Viewed, within: 7d }, { did_not: Order Completed, within: 7d } ] }',
  '{ did: Play, count: { gt: { did: Skip } }, within: 90d }',
  '{ stopped: Login, within: 14d, had_within: 60d }',
  '{ did: Product Viewed, where: { property: product_id, eq: p1 }, within: 90d }',
  SHAPES.sequence,
  '{ did: Page Viewed, count: { gte: 5 }, within: 30d }',
]

function writeDefinition(folder: string): string {
  const file = join(folder, 'rollcall.yaml')
  const audiences = [
    ...Object.entries(SHAPES),
    ...TWENTY.map((where, index) => [`twenty_${index}`, where] as const),
  ]
  writeFileSync(
    file,
    [
      'version: 1',
      'audiences:',
      ...audiences.map(([key, where]) => `  ${key}: { model: profiles, where: ${where} }`),
    ].join('\n'),
  )
  return file
}

async function plant(folder: string, count: number): Promise<string> {
  mkdirSync(folder)
  await using local = await LocalDuckDb.open({
    spillFolder: join(folder, 'spill'),
    memoryLimit: '2GB',
    threads: availableParallelism(),
  })
  await plantPeople(local, join(folder, '.rollcall'), {
    people: count / EVENTS_EACH,
    events: count,
  })
  return writeDefinition(folder)
}

const evaluate = (file: string, keys: readonly string[]): Evaluated =>
  evaluated.parse(child('evaluate.ts', [file, ...keys], keys.length > 1 ? MORE_MEMORY : {}))

/** The median of several rounds, by seconds. */
function typical(rounds: readonly Evaluated[]): Evaluated {
  const middle = median(rounds.map(({ seconds }) => seconds))
  const found = rounds.find(({ seconds }) => seconds === middle)
  if (found === undefined) throw new Error('Nothing was measured')
  return found
}

const KEYS = [
  ['bare'],
  ...Object.keys(SHAPES).map((key) => [key]),
  TWENTY.map((_, index) => `twenty_${index}`),
]

/** What each of `KEYS` takes, by turns. */
const takeTurns = (file: string): Evaluated[] => {
  const rounds = Array.from({ length: ROUNDS }, () => KEYS.map((keys) => evaluate(file, keys)))
  return KEYS.map((_, index) => typical(rounds.flatMap((round) => round[index] ?? [])))
}

const rounded = (value: number): number => Number(value.toPrecision(3))

export async function events(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const [bare, count, sum, sequence, twenty] = takeTurns(await plant(join(folder, 'all'), EVENTS))
    const [, fewer] = takeTurns(await plant(join(folder, 'fewer'), EVENTS / FEWER))
    if (!bare || !count || !sum || !sequence || !twenty || !fewer) throw new Error('Not measured')
    if (count.members[0] !== bare.members[0])
      throw new Error(
        `The audience has ${count.members[0]} members, the bare statement ${bare.members[0]}`,
      )
    const details = ({ memoryMb, members, cpuSeconds }: Evaluated) => ({
      memory_mb: Math.round(memoryMb),
      cpu_seconds: rounded(cpuSeconds),
      members: members.length === 1 ? members[0] : members,
    })
    const unit = 'seconds, against one statement that counts the events of 30 days by person'
    return [
      figure('events-count', unit, count.seconds, bare.seconds, { atMost: 5 }, details(count)),
      figure('events-sum', unit, sum.seconds, bare.seconds, { atMost: 10 }, details(sum)),
      figure(
        'events-sequence',
        unit,
        sequence.seconds,
        bare.seconds,
        { atMost: 10 },
        details(sequence),
      ),
      figure(
        'events-twenty',
        'seconds for twenty audiences in one scan, against one',
        twenty.seconds,
        count.seconds,
        { atMost: 20 },
        details(twenty),
      ),
      figure(
        'events-growth',
        `seconds for ${EVENTS} events, against ${FEWER} times those for ${EVENTS / FEWER}`,
        count.seconds,
        FEWER * fewer.seconds,
        { atMost: 1 },
        { fewer_seconds: rounded(fewer.seconds) },
      ),
    ]
  })
}
