import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of Parquet files that each are written once. They hold personal data, so only their owner may read them. */
export class ParquetFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  path(file: string): string {
    return join(this.#folder, file)
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
  }

  /** Makes a file that the engine wrote survive a power cut, and unreadable to others. */
  async makeDurable(file: string): Promise<void> {
    const handle = await open(this.path(file), 'r+')
    try {
      await handle.chmod(0o600)
      await handle.sync()
    } finally {
      await handle.close()
    }
    const folder = await open(this.#folder, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  async remove(name: string): Promise<void> {
    for (const file of await this.#filesOf((known) => known === name))
      await rm(this.path(file), { force: true })
  }

  /** What stands in it, as the names that files are referred to by: a layer's two files have one. */
  async names(): Promise<readonly string[]> {
    const files = await this.#filesOf(() => true)
    return [...new Set(files.map(nameOf))]
  }

  /** Those of some files that are there and have fewer bytes. */
  async smallerThan(names: ReadonlySet<string>, bytes: number): Promise<ReadonlySet<string>> {
    const small = new Set<string>()
    for (const file of await this.#filesOf((name) => names.has(name)))
      if ((await stat(this.path(file))).size < bytes) small.add(nameOf(file))
    return small
  }

  /** Are there files of other names? */
  async hasBeside(inUse: ReadonlySet<string>): Promise<boolean> {
    const others = await this.#filesOf((name) => !inUse.has(name))
    return others.length > 0
  }

  /**
   * Deletes what nothing refers to any more: remains of runs that died, and what newer files replaced. A file younger than
   * `ageMs` may belong to a run that is still working on it.
   */
  async sweep(inUse: ReadonlySet<string>, now: number, ageMs: number): Promise<void> {
    for (const file of await this.#filesOf((name) => !inUse.has(name))) {
      const { mtimeMs } = await stat(this.path(file))
      if (mtimeMs < now - ageMs) await rm(this.path(file), { force: true })
    }
  }

  async #filesOf(wanted: (name: string) => boolean): Promise<string[]> {
    const files = await readdir(this.#folder)
    return files.filter((file) => {
      const name = nameOf(file)
      return name !== file && wanted(name)
    })
  }
}

const nameOf = (file: string): string => file.replace(/(?:\.[a-z]+)?\.parquet$/, '')
