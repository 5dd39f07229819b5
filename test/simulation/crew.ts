import { Violation } from './checks.ts'
import type { SeedWorld } from './seed-world.ts'
import { startRun, SYNC, type RunWish } from './stage.ts'
import { Worker } from './worker.ts'

const MINUTE = 60_000

/** The steps at which it matters most whether a worker goes on. */
const TELLING = /intend|settle|publish|closePlan|fetch|finish|bind/

/** The workers of one world: the one that runs, and older ones that sleep and do not know that they were taken over. */
export class Crew {
  readonly #world: SeedWorld
  #current: Worker | null = null
  #sleepers: Worker[] = []
  runs = 0
  crashes = 0

  constructor(world: SeedWorld) {
    this.#world = world
  }

  get current(): Worker | null {
    return this.#current
  }

  get haveSleepers(): boolean {
    return this.#sleepers.length > 0
  }

  /** Starts a run; its worker is the current one from then on. */
  start(wish: RunWish): Worker {
    const { dice, log, stage } = this.#world
    const worker = new Worker(dice.chance(0.75) ? 'machine-a' : 'machine-b')
    this.runs += 1
    log?.(`-- run ${this.runs} by ${worker.owner} ${JSON.stringify(wish)}`)
    startRun(worker, wish, stage)
    this.#current = worker
    return worker
  }

  /** The worker whose call goes on now; null when all of them are busy, asleep or at their end. */
  next(): Worker | null {
    const { dice, now } = this.#world
    const awake = this.#sleepers.filter(({ wakesAt, isOver }) => !isOver && wakesAt <= now)
    const all = this.#current === null ? awake : [this.#current, ...awake]
    const able = all.filter(({ waiting }) => waiting.length > 0)
    const urgent = able.find((worker) => worker.waiting.some((step) => step.urgent))
    if (urgent !== undefined) return urgent
    const [first] = able
    if (first === undefined) {
      if (this.#current !== null && this.#current.isOver) this.#current = null
      return null
    }
    return first === this.#current && (able.length === 1 || !dice.chance(0.3))
      ? first
      : dice.pick(able)
  }

  /** The worker that runs dies, falls asleep, or is taken over. @returns whether it did */
  befalls(worker: Worker, { urgent, label }: Worker['waiting'][number]): boolean {
    const { dice, now } = this.#world
    const weight = TELLING.test(label) ? 1 : 0.2
    if (this.#world.happens('crash') && dice.chance(weight)) {
      this.#crash(worker)
      return true
    }
    if (urgent || !dice.chance(weight)) return false
    const parked = this.#world.happens('park')
    if (!parked && !this.#world.happens('supersede')) return false
    const pauses = [10_000, 2 * MINUTE, 10 * MINUTE, 25 * MINUTE]
    this.#world.log?.(parked ? '!! asleep' : '!! superseded')
    this.#sleeps(worker, parked ? now + dice.pick(pauses) : now)
    return true
  }

  #crash(worker: Worker): void {
    const { dice, log, machine } = this.#world
    log?.('!! crash')
    this.crashes += 1
    worker.die()
    this.#current = null
    if (dice.chance(0.5)) void machine.store.breakLease(SYNC, worker.owner)
  }

  /** The worker sleeps until then, and another one may begin. */
  #sleeps(worker: Worker, until: number): void {
    worker.wakesAt = until
    this.#sleepers.push(worker)
    this.#current = null
  }

  /** The worker falls asleep for less than half a minute. */
  sleepShortly(worker: Worker): void {
    this.#sleeps(worker, this.#world.now + this.#world.dice.below(25_000))
  }

  ended(worker: Worker): void {
    if (worker === this.#current) this.#current = null
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== worker)
  }

  /** Half of those who sleep die, the others wake. @param step lets one call go on */
  async sleepersEnd(step: () => Promise<void>): Promise<void> {
    for (const sleeper of this.#sleepers)
      if (this.#world.dice.chance(0.5)) sleeper.die()
      else sleeper.wakesAt = 0
    this.#sleepers = this.#sleepers.filter(({ isOver }) => !isOver)
    for (let steps = 0; this.haveSleepers; steps += 1) {
      if (steps > 5_000) throw new Violation('ENDLESS a late run does not end')
      await step()
    }
  }
}
