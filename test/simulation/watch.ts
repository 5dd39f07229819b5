import { RollcallError } from '../../src/core/error.ts'
import { boundsOf } from './bounds.ts'
import { checkBounds, checkText, Violation } from './checks.ts'
import { marksOfCall } from './membership-call.ts'
import { nameOf } from './people.ts'
import type { Log, SeedWorld } from './seed-world.ts'
import { SYNC } from './stage.ts'
import type { WorkerEnd } from './worker.ts'

/** Failures that are part of life: another worker has the lease, the platform did not answer. */
const EXPECTED = new Set(['sync/lease-held', 'store/lease-lost', 'destination/no-answer'])

/** Looks at a world after each of its steps. */
export class Watch {
  readonly #world: SeedWorld
  #isReplacing = false
  #shown = ''

  constructor(world: SeedWorld) {
    this.#world = world
  }

  /** @param moved Whether either side can have changed; a replacement can also take effect by itself. */
  async check(moved: boolean): Promise<void> {
    const { broken, machine, farSide, network, stage, log } = this.#world
    if (broken !== undefined) throw broken
    checkText('a file', await machine.written())
    const wasReplacing = this.#isReplacing
    this.#isReplacing = farSide.isReplacing
    if (network.vanished || !(moved || wasReplacing || this.#isReplacing)) return
    if (log !== undefined) await this.#show(log)
    await checkBounds(machine, SYNC, farSide, network, stage.strangers)
  }

  async #show(log: Log): Promise<void> {
    const { machine, farSide, network, people } = this.#world
    const list = (rows: readonly (readonly string[])[]): string =>
      rows.map((marks) => marks.map(nameOf).join('+')).join(' ')
    const bounds = await boundsOf(machine, SYNC)
    const inside = bounds === null ? [] : [...farSide.inside(bounds.remoteId)].map(nameOf)
    const late = network.late.map(({ call }) => `${call.operation} ${list(marksOfCall(call))}`)
    const line = `D ${list(people.wanted().map(({ marks }) => marks))} | L ${list(bounds?.lower ?? [])} | U ${list(bounds?.upper ?? [])} | in ${inside.join(' ')} | late ${late.join('; ')}`
    if (line !== this.#shown) log(`        ${line}`)
    this.#shown = line
  }
}

/** @throws Violation when a run may not end so, or says what it should not. */
export function checkEnd(end: WorkerEnd): void {
  if (end.kind === 'answered') checkText('the end of a run', end.text)
  else checkError(end.error)
}

function checkError(error: unknown): void {
  if (error instanceof Violation) throw error
  if (!(error instanceof RollcallError) || !EXPECTED.has(error.code))
    throw new Violation(`DEFECT ${error instanceof Error ? (error.stack ?? '') : String(error)}`)
  checkText('an error', `${error.message} ${error.remedy}`)
}
