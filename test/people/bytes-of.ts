// Everything that the files of a folder hold, as text.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalDuckDb } from '../../src/engine/duckdb/local.ts'

/** The bytes of all files below a folder, and what the columns of those that are Parquet hold. */
export async function textIn(folder: string, local: LocalDuckDb): Promise<string> {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const texts = files.map((path) => readFileSync(path, 'latin1'))
  for (const path of files.filter((file) => file.endsWith('.parquet'))) {
    const rows = await local.scratch.all(`select to_json(f)::varchar as text from '${path}' as f`)
    texts.push(...rows.map(({ text }) => String(text)))
  }
  return texts.join('\n')
}
