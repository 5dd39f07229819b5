// Cold start of `rollcall plan` on the example, against an empty Node.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figure, median, type Figure } from './figure.ts'

const ROUNDS = 5
const CLI = join(import.meta.dirname, '../src/cli/main.ts')
const EXAMPLE = join(import.meta.dirname, '../docs/recipes/suppress-converted')

export async function start(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  try {
    cpSync(EXAMPLE, folder, { recursive: true })
    const plan = [
      '--disable-warning=ExperimentalWarning',
      CLI,
      'plan',
      '--file',
      join(folder, 'rollcall.yaml'),
    ]
    seconds(plan)
    const rounds = Array.from(
      { length: ROUNDS },
      () => [seconds(plan), seconds(['-e', '0'])] as const,
    )
    const more = median(rounds.map(([ours, empty]) => ours - empty))
    return Promise.resolve([
      figure('start', 'seconds more than `node -e 0`, against one second', more, 1, { atMost: 1 }),
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function seconds(args: readonly string[]): number {
  const from = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Cannot measure the start: exit ${status}\n${stderr}`)
  return (performance.now() - from) / 1000
}
