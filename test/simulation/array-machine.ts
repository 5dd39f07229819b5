import { MemoryStore } from '../store/memory-store.ts'
import { ArrayFiles, ArrayWorkbench } from './array-workbench.ts'
import type { Machine } from './machine.ts'

/** A machine that is all arrays: cheap enough for thousands of worlds. */
export async function arrayMachine(): Promise<Machine> {
  const store = new MemoryStore()
  const files = new ArrayFiles()
  return {
    store,
    patienceMs: 0,
    workbench: (source, settings, refusing) =>
      new ArrayWorkbench(
        files,
        () => source().map((person) => ({ ...person, raw: `${settings}/${person.raw}` })),
        refusing,
      ),
    ledgerRows: async (names) => [...files.readLedger(names).values()].flatMap(({ rows }) => rows),
    planRows: async (name) => files.readPlan(name),
    written: async () => files.written(),
    [Symbol.asyncDispose]: async () => {},
  }
}
