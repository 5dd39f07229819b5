import { join } from 'node:path'
import { readDefinition, Workspace } from '../../src/app/workspace.ts'

/** Opens the workspace of a folder as a process of its own does, with a clock that is so many milliseconds ahead. */
export async function openReal(folder: string, later = 0): Promise<Workspace> {
  const file = join(folder, 'rollcall.yaml')
  const env = { WEB_WRITE_KEY: 'a key of tests' }
  const loaded = readDefinition(file, env)
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes))
  return Workspace.open(file, loaded.definition, {
    world: {
      now: () => Date.now() + later,
      sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: () => Math.random(),
      fetch: async () => Promise.reject(new TypeError('There is no network in tests')),
    },
    env,
    startSandbox: async () => Promise.reject(new Error('There is no sandbox in these tests')),
    owner: `test:${process.pid}`,
    isDead: () => true,
  })
}
