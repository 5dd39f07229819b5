// A first run at a tenth and at the whole of the members: its memory must be small, and the same.
import { join } from 'node:path'
import { Bed, MEMBERS, type RunFigures } from './bed.ts'
import { figure, type Figure } from './figure.ts'
import { writePeople, writeWorkspace } from './people.ts'

const MEMORY_MB_MAX = 2048
/** What counts as flat: ten times the members may take this much more memory. */
const GROWTH_MAX = 1.5

export async function firstRun(): Promise<Figure[]> {
  const small = await fresh(MEMBERS / 10)
  const large = await fresh(MEMBERS)
  const details = { members: MEMBERS, seconds: large.seconds, cpu_seconds: large.cpuSeconds }
  return [
    figure(
      'first-run',
      'MB of memory at the most, against 2 GB',
      large.memoryMb,
      MEMORY_MB_MAX,
      { atMost: 1 },
      details,
    ),
    figure(
      'first-run-flat',
      'MB at all members, against a tenth of them',
      large.memoryMb,
      small.memoryMb,
      { atMost: GROWTH_MAX },
    ),
  ]
}

async function fresh(members: number): Promise<RunFigures> {
  await using bed = await Bed.open()
  await writePeople(bed.local, join(bed.folder, 'data', 'people.parquet'), members)
  return bed.run(writeWorkspace(bed.folder, bed.url))
}
