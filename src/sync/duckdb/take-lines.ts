import type { LocalDuckDb } from '../../engine/duckdb/local.ts'

/** So many lines become rows at a time. */
const PART_LINES = 50_000

/** While one of them becomes rows, the other is filled. */
const TABLES = ['lines', 'lines_meanwhile'] as const

/**
 * Takes lines of text into the run's own tables, a part of them at a time: as text they fill several times the memory that they
 * fill as rows.
 * @param statements What makes rows of a part, which is in the table `lines`; so many lines were taken `before`.
 * @returns how many lines there were
 */
export async function takeLines(
  local: LocalDuckDb,
  chunks: AsyncIterable<readonly string[]>,
  statements: (lines: string, before: number) => readonly string[],
): Promise<number> {
  for (const table of TABLES) await local.scratch.run(emptied(table))
  let [filling, other]: readonly [string, string] = TABLES
  let taken = 0
  let waiting = 0
  let taking = Promise.resolve()
  const takePart = async (): Promise<void> => {
    await taking
    taking = runAll(local, [...statements(filling, taken), emptied(filling)])
    // Told when it is waited for.
    taking.catch(() => null)
    taken += waiting
    waiting = 0
    ;[filling, other] = [other, filling]
  }
  try {
    for await (const lines of chunks) {
      await local.appendLines(filling, lines)
      waiting += lines.length
      if (waiting >= PART_LINES) await takePart()
    }
    if (waiting > 0) await takePart()
  } finally {
    await taking
  }
  for (const table of TABLES) await local.scratch.run(`drop table ${table}`)
  return taken
}

async function runAll(local: LocalDuckDb, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await local.scratch.run(sql)
}

const emptied = (table: string): string => `create or replace table ${table} (line varchar)`
