import { hash } from 'node:crypto'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'
import { RollcallError } from '../../src/core/error.ts'
import { diceOf, type Dice } from './dice.ts'
import { boundsOf } from './bounds.ts'
import { checkBounds, checkEnding, checkText, Violation } from './checks.ts'
import { FarSide } from './far-side.ts'
import type { Machine, MachineFactory } from './machine.ts'
import { Network } from './network.ts'
import { marksOfCall } from './membership-call.ts'
import { nameOf, People } from './people.ts'
import { SETTLE_MS, startRun, SYNC, type RunWish, type Stage } from './stage.ts'
import { swarmOf, type Swarm } from './swarm.ts'
import { Worker } from './worker.ts'

export interface SimulationOptions {
  readonly machine: MachineFactory
  /** How many steps the time of faults has. */
  readonly steps: number
  /** The experiment in which adds also match through an EXTERN_ID. */
  readonly addsMatchExtern: boolean
  readonly log?: (line: string) => void
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
const QUIET_RUNS_MAX = 14
/** Failures that are part of life: another worker has the lease, the platform did not answer. */
const EXPECTED = new Set(['sync/lease-held', 'store/lease-lost', 'destination/no-answer'])

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

/** The steps at which it matters most whether a worker goes on. */
const TELLING = /intend|settle|publish|closePlan|fetch|finish|bind/

class Simulation {
  readonly #dice: Dice
  readonly #swarm: Swarm
  readonly #machine: Machine
  readonly #options: SimulationOptions
  readonly #people: People
  readonly #farSide: FarSide
  readonly #network: Network
  readonly #stage: Stage
  #now = 1_800_000_000_000
  #current: Worker | null = null
  #sleepers: Worker[] = []
  #faults = true
  #trace = ''
  #shown = ''
  #broken: Error | undefined
  #isReplacing = false
  #atOnce = false
  readonly #lost = new Set<string>()
  #steps = 0
  #runs = 0
  #crashes = 0
  #requests = 0

  constructor(seed: number, machine: Machine, options: SimulationOptions) {
    const dice = diceOf(seed)
    const swarm = swarmOf(dice)
    const now = (): number => this.#now
    this.#dice = dice
    this.#swarm = swarm
    this.#machine = machine
    this.#options = options
    this.#people = new People(dice, swarm)
    this.#farSide = new FarSide(swarm, dice, now, options.addsMatchExtern)
    this.#network = new Network({
      dice,
      swarm,
      now,
      deliver: (request) => this.#farSide.sandbox.fetch(request),
      isOver: (call) => this.#farSide.isOver(call),
      sent: (text) => this.#stage.examine(() => checkText('a request', text)),
    })
    this.#stage = {
      dice,
      swarm,
      machine,
      people: this.#people,
      network: this.#network,
      farSide: this.#farSide,
      now,
      pass: (ms) => {
        this.#now += ms
      },
      requested: (what) => {
        this.#requests += 1
        options.log?.(`      ${what}`)
      },
      strangers: new Set(),
      examine: (check) => {
        try {
          check()
        } catch (error) {
          this.#broken ??= error instanceof Error ? error : new Error(String(error))
        }
      },
    }
    options.log?.(JSON.stringify(swarm))
  }

  async live(): Promise<Told> {
    if (this.#swarm.mode === 'remove_only') await this.#takeOver()
    while (this.#steps < this.#options.steps || this.#current !== null) {
      if (this.#current === null) this.#startNext()
      await this.#step()
      if (this.#steps > this.#options.steps * 3) throw new Violation('ENDLESS a run does not end')
    }
    const quietRuns = await this.#quiet()
    return {
      steps: this.#steps,
      runs: this.#runs,
      requests: this.#requests,
      crashes: this.#crashes,
      quietRuns,
      trace: hash('md5', this.#trace),
    }
  }

  /** A sync that only removes begins with an audience that somebody else filled with the same people. */
  async #takeOver(): Promise<void> {
    this.#faults = false
    this.#network.pause()
    const rows = this.#people.wanted().map(({ marks }) => marks)
    await this.#farSide.prefill(rows, this.#swarm.valueBased)
    const { takenOver } = this.#farSide
    if (takenOver !== null)
      for (const unit of this.#farSide.inside(takenOver)) this.#stage.strangers.add(unit)
    await this.#runToEnd({ adopt: 'merge', waitMs: 0, full: false, empty: false, recreate: false })
    this.#network.resume()
    this.#faults = true
  }

  #happens(fault: keyof Swarm['faults']): boolean {
    return this.#faults && this.#dice.chance(this.#swarm.faults[fault])
  }

  #startNext(): void {
    const dice = this.#dice
    if (!this.#atOnce) this.#now += dice.below(dice.chance(0.75) ? MINUTE : 40 * MINUTE)
    this.#atOnce = false
    this.#moveSource()
    this.#current = this.#start({
      full: this.#swarm.mode !== 'remove_only' && this.#happens('full'),
      empty: this.#happens('empty'),
      adopt: null,
      recreate: dice.chance(0.7),
      waitMs: dice.chance(0.5) ? 0 : 60 * MINUTE,
    })
  }

  #start(wish: RunWish): Worker {
    const worker = new Worker(this.#dice.chance(0.75) ? 'machine-a' : 'machine-b')
    this.#runs += 1
    this.#options.log?.(`-- run ${this.#runs} by ${worker.owner} ${JSON.stringify(wish)}`)
    startRun(worker, wish, this.#stage)
    return worker
  }

  #moveSource(): void {
    this.#people.move(this.#now)
    this.#network.changeMood(this.#people.wanted().flatMap(({ marks }) => marks))
  }

  /** One call of one worker goes on, or something else happens; then everything is checked. */
  async #step(): Promise<void> {
    await turn()
    this.#steps += 1
    this.#now += this.#dice.below(1500)
    const arrived = await this.#network.arrive()
    const worker = this.#nextWorker()
    if (worker === null) return
    const step = worker.waiting.find(({ urgent }) => urgent) ?? this.#dice.pick(worker.waiting)
    if (worker === this.#current && this.#befalls(worker, step)) return
    this.#trace += `${worker.owner}:${step.label};`
    this.#options.log?.(
      `${this.#now % 100_000_000} ${worker.owner}${worker === this.#current ? '' : ' (late)'} ${step.label}`,
    )
    worker.letGo(step)
    await turn()
    await this.#settle(worker)
    await this.#check(arrived || MOVING.test(step.label))
    if (this.#happens('sourceMoves')) this.#moveSource()
    if (this.#happens('objects')) this.#people.suppress(this.#now)
    if (this.#happens('deleted')) this.#deleteAudience()
    if (this.#happens('vanished')) await this.#vanish()
    else if (this.#network.vanished) await this.#reappear()
  }

  /** The audience cannot be seen for a time, and somebody may take everybody out of it meanwhile. */
  async #vanish(): Promise<void> {
    const { remote } = await this.#machine.store.state(SYNC)
    if (remote === null || this.#network.vanished || this.#farSide.takenOver !== null) return
    this.#network.vanished = true
    this.#lost.add(remote.remoteId)
    if (this.#dice.chance(0.5)) await this.#farSide.clear(remote.remoteId)
  }

  /** It comes back after a run has noticed. */
  async #reappear(): Promise<void> {
    if (this.#dice.chance(0.1) && !(await this.#believes())) this.#network.vanished = false
  }

  /** Does the ledger still say that somebody is surely in? */
  async #believes(): Promise<boolean> {
    return (await this.#machine.store.state(SYNC)).remote?.onlyMaybe === false
  }

  #nextWorker(): Worker | null {
    const awake = this.#sleepers.filter(({ wakesAt, isOver }) => !isOver && wakesAt <= this.#now)
    const all = this.#current === null ? awake : [this.#current, ...awake]
    const able = all.filter(({ waiting }) => waiting.length > 0)
    const urgent = able.find((worker) => worker.waiting.some((step) => step.urgent))
    if (urgent !== undefined) return urgent
    const [first] = able
    if (first === undefined) {
      if (this.#current !== null && this.#current.isOver) this.#current = null
      return null
    }
    return first === this.#current && (able.length === 1 || !this.#dice.chance(0.3))
      ? first
      : this.#dice.pick(able)
  }

  /** The worker dies, falls asleep, or is taken over. */
  #befalls(worker: Worker, { urgent, label }: Worker['waiting'][number]): boolean {
    const weight = TELLING.test(label) ? 1 : 0.2
    if (this.#happens('crash') && this.#dice.chance(weight)) {
      this.#options.log?.('!! crash')
      this.#crashes += 1
      worker.die()
      this.#current = null
      if (this.#dice.chance(0.5)) void this.#machine.store.breakLease(SYNC, worker.owner)
      return true
    }
    if (urgent || !this.#dice.chance(weight)) return false
    const parked = this.#happens('park')
    if (!parked && !this.#happens('supersede')) return false
    const pauses = [10_000, 2 * MINUTE, 10 * MINUTE, 25 * MINUTE]
    worker.wakesAt = parked ? this.#now + this.#dice.pick(pauses) : this.#now
    this.#options.log?.(parked ? '!! asleep' : '!! superseded')
    this.#sleepers.push(worker)
    this.#current = null
    return true
  }

  #deleteAudience(): void {
    for (const id of this.#farSide.sandbox.model.audienceIds())
      if (this.#farSide.exists(id) && id !== this.#farSide.takenOver)
        this.#farSide.sandbox.model.deleteAudience(id)
    // Often a newer run finds that out while the older one has yet to.
    if (this.#current === null || this.#dice.chance(0.3)) return
    this.#current.wakesAt = this.#now + this.#dice.below(25_000)
    this.#sleepers.push(this.#current)
    this.#current = null
    this.#atOnce = true
  }

  /** Lets what a call set off come to rest: the worker waits at its next call, or is at its end. */
  async #settle(worker: Worker): Promise<void> {
    const { patienceMs } = this.#machine
    for (let turns = 0; turns < 50 + patienceMs; turns += 1) {
      if (worker.isOver || worker.waiting.length > 0) break
      // Real files and databases take real time; the world's own clock stands still meanwhile.
      await (turns < 50 ? turn() : delay(1))
    }
    const { end } = worker
    if (end === undefined) return
    if (worker === this.#current) this.#current = null
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== worker)
    this.#options.log?.(`-- ${end.kind === 'threw' ? String(end.error) : end.state}`)
    if (end.kind === 'answered') checkText('the end of a run', end.text)
    else checkError(end.error)
  }

  /** @param moved Whether either side can have changed; a replacement can also take effect by itself. */
  async #check(moved: boolean): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken
    checkText('a file', await this.#machine.written())
    const wasReplacing = this.#isReplacing
    this.#isReplacing = this.#farSide.isReplacing
    if (this.#network.vanished || !(moved || wasReplacing || this.#isReplacing)) return
    const { strangers } = this.#stage
    if (this.#options.log !== undefined) await this.#show(this.#options.log)
    await checkBounds(this.#machine, SYNC, this.#farSide, this.#network, strangers)
  }

  async #show(log: (line: string) => void): Promise<void> {
    const list = (rows: readonly (readonly string[])[]): string =>
      rows.map((marks) => marks.map(nameOf).join('+')).join(' ')
    const bounds = await boundsOf(this.#machine, SYNC)
    const inside = bounds === null ? [] : [...this.#farSide.inside(bounds.remoteId)].map(nameOf)
    const late = this.#network.late.map(
      ({ call }) => `${call.operation} ${list(marksOfCall(call))}`,
    )
    const line = `D ${list(this.#people.wanted().map(({ marks }) => marks))} | L ${list(bounds?.lower ?? [])} | U ${list(bounds?.upper ?? [])} | in ${inside.join(' ')} | late ${late.join('; ')}`
    if (line !== this.#shown) log(`        ${line}`)
    this.#shown = line
  }

  async #runToEnd(wish: RunWish): Promise<Worker> {
    const worker = this.#start(wish)
    this.#current = worker
    for (let steps = 0; !worker.isOver; steps += 1) {
      if (steps > 5_000) throw new Violation('ENDLESS a quiet run does not end')
      await this.#step()
    }
    return worker
  }

  /** Faults stop; within a few runs there is nothing left to do, and the audience is what the definition says. */
  async #quiet(): Promise<number> {
    this.#faults = false
    this.#network.calm()
    // An audience that was lost sight of is seen again once a run has noticed.
    for (let runs = 0; this.#network.vanished && (await this.#believes()); runs += 1) {
      if (runs === 5) throw new Violation('BLIND nobody notices that the audience is gone')
      this.#now += SETTLE_MS + MINUTE
      await this.#runToEnd({ adopt: null, waitMs: 0, full: false, empty: false, recreate: false })
    }
    this.#network.vanished = false
    while (this.#sleepers.length > 0) await this.#sleepersEnd()
    const reasserts = this.#swarm.reassertMs !== 0 && this.#swarm.reassertMs < 86_400_000
    let rests = false
    let runs = 0
    for (; runs < QUIET_RUNS_MAX && !(rests && runs > 1); runs += 1) {
      this.#now += SETTLE_MS + MINUTE
      const { end, requests } = await this.#runToEnd({
        full: false,
        empty: false,
        adopt: null,
        recreate: true,
        waitMs: 60 * MINUTE,
      })
      rests = end?.kind === 'answered' && end.state === 'done' && (requests === 0 || reasserts)
      if (reasserts && runs < 12) rests = false
    }
    if (!rests) throw new Violation('RESTLESS there is something to send in every quiet run')
    const { remote } = await this.#machine.store.state(SYNC)
    checkEnding({
      farSide: this.#farSide,
      lost: this.#lost,
      remoteId: remote?.remoteId ?? null,
      wanted: this.#people.wanted(),
      invalid: this.#network.invalid,
      addsPeople: this.#swarm.mode !== 'remove_only',
      removesPeople: this.#swarm.mode !== 'add_only',
    })
    return runs
  }

  async #sleepersEnd(): Promise<void> {
    for (const sleeper of this.#sleepers)
      if (this.#dice.chance(0.5)) sleeper.die()
      else sleeper.wakesAt = 0
    this.#sleepers = this.#sleepers.filter(({ isOver }) => !isOver)
    for (let steps = 0; this.#sleepers.length > 0; steps += 1) {
      if (steps > 5_000) throw new Violation('ENDLESS a late run does not end')
      await this.#step()
    }
  }
}

function checkError(error: unknown): void {
  if (error instanceof Violation) throw error
  if (!(error instanceof RollcallError) || !EXPECTED.has(error.code))
    throw new Violation(`DEFECT ${error instanceof Error ? (error.stack ?? '') : String(error)}`)
  checkText('an error', `${error.message} ${error.remedy}`)
}
