// A run over members of whom none, or one in a hundred, changed.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Bed, child, MEMBERS, type RunFigures } from './bed.ts'
import { figure, median, type Figure } from './figure.ts'
import { plantLedger } from './plant-ledger.ts'
import { writePeople, writeWorkspace } from './people.ts'

const ROUNDS = 3
const MEMORY_MB_MAX = 2048

export async function unchanged(): Promise<Figure[]> {
  await using bed = await Bed.open()
  const file = await planted(bed)
  const { seconds, floor, memoryMb } = alternate(bed, file)
  const details = { members: MEMBERS, rounds: ROUNDS }
  return [
    figure(
      'unchanged',
      'seconds, against one statement that fingerprints and full-joins',
      seconds,
      floor,
      { atMost: 1.5 },
      details,
    ),
    figure('unchanged-memory', 'MB of memory at the most, against 2 GB', memoryMb, MEMORY_MB_MAX, {
      atMost: 1,
    }),
  ]
}

export async function churn(): Promise<Figure[]> {
  await using bed = await Bed.open()
  const file = await planted(bed)
  const idle: RunFigures[] = []
  const busy: RunFigures[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    idle.push(unchangedRun(bed, file))
    await writePeople(bed.local, join(bed.folder, 'data', 'people.parquet'), MEMBERS, round)
    busy.push(bed.run(file))
  }
  const [changed, kept] = [middle(busy), middle(idle)]
  return [
    figure(
      'churn',
      'seconds with 1 % changed, less those with a request under way, against none changed',
      median(busy.map(({ seconds, requestSeconds }) => seconds - requestSeconds)),
      kept.seconds,
      { atMost: 2 },
      {
        members: MEMBERS,
        rounds: ROUNDS,
        seconds_in_all: changed.seconds,
        seconds_in_requests: changed.requestSeconds,
        ratio_in_all: changed.seconds / kept.seconds,
        cpu_seconds: changed.cpuSeconds,
        cpu_ratio: changed.cpuSeconds / kept.cpuSeconds,
        sent: busy[0]?.sent,
        memory_mb: changed.memoryMb,
      },
    ),
  ]
}

type Measures = Pick<RunFigures, 'seconds' | 'requestSeconds' | 'cpuSeconds' | 'memoryMb'>

/** The median of each measure; of memory the most. */
const middle = (runs: readonly RunFigures[]): Measures => ({
  seconds: median(runs.map(({ seconds }) => seconds)),
  requestSeconds: median(runs.map(({ requestSeconds }) => requestSeconds)),
  cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
  memoryMb: Math.max(...runs.map(({ memoryMb }) => memoryMb)),
})

function unchangedRun(bed: Bed, file: string): RunFigures {
  const run = bed.run(file)
  if (run.sent['requests'] !== 0) throw new Error('The ledger is not what a run would find')
  return run
}

/** A workspace whose ledger says what a first run would have left. */
async function planted(bed: Bed): Promise<string> {
  await writePeople(bed.local, join(bed.folder, 'data', 'people.parquet'), MEMBERS)
  const file = writeWorkspace(bed.folder, bed.url)
  await plantLedger(bed, file)
  return file
}

interface Turns {
  readonly seconds: number
  readonly floor: number
  readonly memoryMb: number
}

/** The run and its floor by turns, so that both meet the same noise. */
function alternate(bed: Bed, file: string): Turns {
  const people = join(bed.folder, 'data', 'people.parquet')
  const ledger = join(bed.folder, '.rollcall', 'ledger')
  const members = readdirSync(ledger).find((name) => name.endsWith('.members.parquet')) ?? ''
  const own: RunFigures[] = []
  const floor: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const statement = child('floor.ts', [people, join(ledger, members), join(bed.folder, 'spill')])
    floor.push(z.object({ seconds: z.number() }).parse(statement).seconds)
    own.push(unchangedRun(bed, file))
  }
  const { seconds, memoryMb } = middle(own)
  return { seconds, memoryMb, floor: median(floor) }
}
