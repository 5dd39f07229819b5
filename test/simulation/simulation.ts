import { hash } from 'node:crypto'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { Violation } from './checks.ts'
import { Crew } from './crew.ts'
import type { Machine, MachineFactory } from './machine.ts'
import { Mishaps } from './mishaps.ts'
import { CALM, quiet } from './quiet.ts'
import { SeedWorld, type WorldOptions } from './seed-world.ts'
import type { RunWish } from './stage.ts'
import { checkEnd, Watch } from './watch.ts'
import type { Worker } from './worker.ts'

export interface SimulationOptions extends WorldOptions {
  readonly machine: MachineFactory
  /** How many steps the time of faults has. */
  readonly steps: number
}

export interface Told {
  readonly steps: number
  readonly runs: number
  readonly requests: number
  readonly crashes: number
  /** How many quiet runs it took until nothing was left to send. */
  readonly quietRuns: number
  /** Equal exactly when two worlds went the same way. */
  readonly trace: string
}

const MINUTE = 60_000
/** How long the time of faults is in the tests. */
export const STEPS = 500

/**
 * Lives through the world of one seed.
 * @throws Violation when a promise of the protocol is broken, at the step at which it is.
 */
export async function simulate(seed: number, options: SimulationOptions): Promise<Told> {
  await using machine = await options.machine()
  const told = await new Simulation(seed, machine, options).live()
  return told
}

/** The steps that change what is durable, or what is at the far side. */
const MOVING = /^store\.|POST|DELETE/

/** One world, step by step: a time of faults, then a quiet one. */
export class Simulation {
  readonly world: SeedWorld
  readonly crew: Crew
  readonly mishaps: Mishaps
  readonly #watch: Watch
  /** How many steps the time of faults has. */
  readonly #length: number
  /** Up to which change of the source everybody was judged; null where it is not known. */
  #mark: number | null = null
  /** The latest run of the time of faults, and up to which change it judges. */
  #begun: { readonly worker: Worker; readonly version: number | null } | null = null
  #trace = ''
  #steps = 0

  constructor(seed: number, machine: Machine, options: SimulationOptions) {
    this.world = new SeedWorld(seed, machine, options)
    this.crew = new Crew(this.world)
    this.mishaps = new Mishaps(this.world, this.crew)
    this.#watch = new Watch(this.world)
    this.#length = options.steps
  }

  async live(): Promise<Told> {
    if (this.world.swarm.mode === 'remove_only') await this.#takeOver()
    while (this.#steps < this.#length || this.crew.current !== null) {
      if (this.crew.current === null) this.#startNext()
      await this.step()
      if (this.#steps > this.#length * 3) throw new Violation('ENDLESS a run does not end')
    }
    const quietRuns = await quiet(this)
    const { runs, crashes } = this.crew
    const { requests } = this.world
    const trace = hash('md5', this.#trace)
    return { steps: this.#steps, runs, requests, crashes, quietRuns, trace }
  }

  /** A sync that only removes begins with an audience that somebody else filled with the same people. */
  async #takeOver(): Promise<void> {
    const { world } = this
    const { farSide, network, people, stage, swarm } = world
    world.faults = false
    network.pause()
    const rows = people.wanted().map(({ marks }) => marks)
    await farSide.prefill(rows, swarm.valueBased)
    const { takenOver } = farSide
    if (takenOver !== null) for (const unit of farSide.inside(takenOver)) stage.strangers.add(unit)
    await this.runToEnd({ ...CALM, adopt: 'merge', recreate: false, waitMs: 0 })
    network.resume()
    world.faults = true
  }

  #startNext(): void {
    const { world } = this
    const { dice } = world
    if (!this.mishaps.takeAtOnce())
      world.now += dice.below(dice.chance(0.75) ? MINUTE : 40 * MINUTE)
    world.moveSource()
    const before = world.mode
    world.changeMode()
    if (world.mode !== before) this.#mark = null
    const { version, wanted } = world.stage.stirred.look()
    if (this.#mark !== null && world.isQuick()) {
      const only = world.stage.stirred.since(this.#mark)
      const wish = { ...CALM, approveAll: !world.isHeld(), only, wantedBefore: wanted }
      this.#begun = { worker: this.crew.start(wish), version }
      return
    }
    const wish = {
      approveAll: !world.isHeld(),
      full: world.mode !== 'remove_only' && world.happens('full'),
      empty: world.happens('empty'),
      adopt: null,
      recreate: dice.chance(0.7),
      waitMs: dice.chance(0.5) ? 0 : 60 * MINUTE,
    }
    // Whom it takes out, everybody has to be judged for.
    if (wish.empty) this.#mark = null
    this.#begun = { worker: this.crew.start(wish), version: wish.empty ? null : version }
  }

  /** One call of one worker goes on, or something else happens; then everything is checked. */
  async step(): Promise<void> {
    const { world, crew } = this
    await turn()
    this.#steps += 1
    world.now += world.dice.below(1500)
    const arrived = await world.network.arrive()
    const worker = crew.next()
    if (worker === null) return
    const step = worker.waiting.find(({ urgent }) => urgent) ?? world.dice.pick(worker.waiting)
    if (worker === crew.current && crew.befalls(worker, step)) return
    this.#trace += `${worker.owner}:${step.label};`
    const late = worker === crew.current ? '' : ' (late)'
    world.log?.(`${world.now % 100_000_000} ${worker.owner}${late} ${step.label}`)
    worker.letGo(step)
    await turn()
    await this.#settle(worker)
    await this.#watch.check(arrived || MOVING.test(step.label))
    await this.mishaps.happen()
  }

  /** Lets what a call set off come to rest: the worker waits at its next call, or is at its end. */
  async #settle(worker: Worker): Promise<void> {
    const { patienceMs } = this.world.machine
    for (let turns = 0; turns < 50 + patienceMs; turns += 1) {
      if (worker.isOver || worker.waiting.length > 0) break
      // Real files and databases take real time; the world's own clock stands still meanwhile.
      await (turns < 50 ? turn() : delay(1))
    }
    const { end } = worker
    if (end === undefined) return
    if (worker === this.#begun?.worker && end.kind === 'answered' && end.state === 'done')
      this.#mark = this.#begun.version
    this.crew.ended(worker)
    this.world.log?.(`-- ${end.kind === 'threw' ? String(end.error) : end.state}`)
    checkEnd(end)
  }

  /** Starts a run and lets it go on, with whoever is still awake, until it is over. */
  async runToEnd(wish: RunWish): Promise<Worker> {
    const worker = this.crew.start(wish)
    for (let steps = 0; !worker.isOver; steps += 1) {
      if (steps > 5_000) throw new Violation('ENDLESS a quiet run does not end')
      await this.step()
    }
    return worker
  }
}
