import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { createSandbox } from '../../sandbox/meta/sandbox.ts'
import { readDefinition, Workspace, type Surroundings } from '../../src/app/workspace.ts'

/** A folder for one test, gone with it. */
export function temporaryFolder(context: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-app-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Writes files below a folder, by their relative paths. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** Noon of a day in 2026. */
export const NOW = Date.UTC(2026, 5, 15, 12)

type Fetch = Surroundings['world']['fetch']

/** A world whose clock moves a second at each look, with a sandbox behind a wire that a test may cut. */
export function surroundings(
  wire: (sandbox: Fetch) => Fetch = (sandbox) => sandbox,
  start = NOW,
): Surroundings {
  let now = start
  let dice = 1
  return {
    world: {
      now: () => (now += 1000),
      sleep: async () => Promise.resolve(),
      random: () => (dice = (dice * 16_807) % 2_147_483_647) / 2_147_483_647,
      fetch: async () => Promise.reject(new TypeError('There is no network in tests')),
    },
    env: {},
    startSandbox: async (stateFile) => {
      const sandbox = createSandbox({ now: () => now, seed: 7, stateFile })
      return Promise.resolve(wire(async (request) => sandbox.fetch(request)))
    },
    owner: 'test',
    isDead: () => false,
  }
}

/** Opens the workspace of the `rollcall.yaml` in a folder, until the test ends. */
export async function openHouse(
  context: Pick<TestContext, 'after'>,
  folder: string,
  wire?: (sandbox: Fetch) => Fetch,
  start?: number,
): Promise<Workspace> {
  const file = join(folder, 'rollcall.yaml')
  const loaded = readDefinition(file, {})
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes, null, 2))
  const workspace = await Workspace.open(file, loaded.definition, surroundings(wire, start))
  context.after(async () => workspace[Symbol.asyncDispose]())
  return workspace
}
