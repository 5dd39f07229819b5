import type { LocalDuckDb } from '../../engine/duckdb/local.ts'

/** So many lines become rows at a time. */
const PART_LINES = 100_000

/**
 * Takes lines of text into the run's own tables, a part of them at a time: as text they fill several times the memory that they
 * fill as rows.
 * @param statements What makes rows of the table `lines`, which holds one part; so many lines were taken `before`.
 * @returns how many lines there were
 */
export async function takeLines(
  local: LocalDuckDb,
  chunks: AsyncIterable<readonly string[]>,
  statements: (before: number) => readonly string[],
): Promise<number> {
  let taken = 0
  let waiting = 0
  const takePart = async (): Promise<void> => {
    for (const sql of statements(taken)) await local.scratch.run(sql)
    await local.scratch.run(EMPTY)
    taken += waiting
    waiting = 0
  }
  await local.scratch.run(EMPTY)
  for await (const lines of chunks) {
    await local.appendLines('lines', lines)
    waiting += lines.length
    if (waiting >= PART_LINES) await takePart()
  }
  if (waiting > 0) await takePart()
  await local.scratch.run('drop table lines')
  return taken
}

const EMPTY = 'create or replace table lines (line varchar)'
