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
  const { own, floor, memoryMb } = alternate(bed, file)
  const details = { members: MEMBERS, rounds: ROUNDS }
  return [
    figure(
      'unchanged',
      'seconds, against one statement that fingerprints and full-joins',
      own.seconds,
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
  const { own } = alternate(bed, file)
  await writePeople(bed.local, join(bed.folder, 'data', 'people.parquet'), MEMBERS, MEMBERS / 100)
  const run = bed.run(file)
  return [
    figure(
      'churn',
      'seconds with 1 % changed, less those with a request under way, against none changed',
      run.seconds - run.requestSeconds,
      own.seconds,
      { atMost: 2 },
      {
        members: MEMBERS,
        seconds_in_all: run.seconds,
        seconds_in_requests: run.requestSeconds,
        ratio_in_all: run.seconds / own.seconds,
        cpu_seconds: run.cpuSeconds,
        cpu_ratio: run.cpuSeconds / own.cpuSeconds,
        sent: run.sent,
        memory_mb: run.memoryMb,
      },
    ),
  ]
}

/** A workspace whose ledger says what a first run would have left. */
async function planted(bed: Bed): Promise<string> {
  await writePeople(bed.local, join(bed.folder, 'data', 'people.parquet'), MEMBERS, 0)
  const file = writeWorkspace(bed.folder, bed.url)
  await plantLedger(bed, file)
  return file
}

interface Turns {
  readonly own: Pick<RunFigures, 'seconds' | 'cpuSeconds'>
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
    const run = bed.run(file)
    if (run.sent['requests'] !== 0)
      throw new Error('The planted ledger is not what a run would find')
    own.push(run)
  }
  return {
    own: {
      seconds: median(own.map(({ seconds }) => seconds)),
      cpuSeconds: median(own.map(({ cpuSeconds }) => cpuSeconds)),
    },
    floor: median(floor),
    memoryMb: Math.max(...own.map(({ memoryMb }) => memoryMb)),
  }
}
