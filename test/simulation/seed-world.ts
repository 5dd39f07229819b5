import { checkText } from './checks.ts'
import { diceOf, type Dice } from './dice.ts'
import { FarSide } from './far-side.ts'
import type { Machine } from './machine.ts'
import { Network } from './network.ts'
import { People } from './people.ts'
import type { Stage } from './stage.ts'
import { Stirred } from './stirred.ts'
import type { Mode } from '../../src/core/sync/diff.ts'
import { swarmOf, type Swarm } from './swarm.ts'

export type Log = (line: string) => void

export interface WorldOptions {
  /** The experiment in which adds also match through an EXTERN_ID. */
  readonly addsMatchExtern: boolean
  /** Between runs of everybody there are some of those alone in whom something changed. */
  readonly follows?: boolean
  readonly log?: Log
}

/** Up to here seeds are kept from before there were ids within apps, and keep their worlds without them. */
const KEPT_SEEDS_MAX = 1_000

/** The world of one seed: its clock, its people, its platform and the network between, and whether anything goes wrong in it. */
export class SeedWorld {
  readonly dice: Dice
  /** Draws what came later than most kept seeds, which therefore keep their stories. */
  readonly #later: Dice
  /** Draws who withdraws consent; in most worlds nobody does, which therefore keep their stories. */
  readonly #consents: Dice
  readonly #consentChanges: boolean
  /** Whether and when somebody is erased; apart from the others for the same reason. */
  readonly #erasing: Dice
  readonly #erases: boolean
  /** Draws when some people alone are judged; null where everybody always is. */
  readonly #following: Dice | null
  readonly swarm: Swarm
  /** As it stands in the definition now. */
  mode: Mode
  readonly machine: Machine
  readonly people: People
  readonly farSide: FarSide
  readonly network: Network
  readonly stage: Stage
  readonly log: Log | undefined
  now = 1_800_000_000_000
  /** Do faults of its own happen to this world? */
  faults = true
  /** The first broken promise that was seen where it could not be thrown. */
  broken: Error | undefined
  requests = 0

  constructor(seed: number, machine: Machine, { addsMatchExtern, follows, log }: WorldOptions) {
    this.dice = diceOf(seed)
    this.#later = diceOf(seed ^ 0x1a7e)
    this.#consents = diceOf(seed ^ 0xc0de)
    this.#consentChanges = this.#consents.chance(0.3)
    this.#erasing = diceOf(seed ^ 0xe7a5e)
    this.#erases = this.#erasing.chance(0.2)
    this.#following = follows === true ? diceOf(seed ^ 0xf0110) : null
    const withAppIds = seed > KEPT_SEEDS_MAX && diceOf(seed ^ 0x5c0de).chance(0.4)
    this.swarm = swarmOf(this.dice, this.#later, withAppIds ? 'APPUID' : 'PHONE')
    this.mode = this.swarm.mode
    this.machine = machine
    this.log = log
    const now = (): number => this.now
    this.people = new People(this.dice, this.swarm)
    this.farSide = new FarSide(this.swarm, this.dice, now, addsMatchExtern)
    this.network = new Network({
      dice: this.dice,
      swarm: this.swarm,
      now,
      deliver: (request) => this.farSide.sandbox.fetch(request),
      isOver: (call) => this.farSide.isOver(call),
      sent: (text) => this.#examine(() => checkText('a request', text)),
    })
    this.stage = this.#stageOf(now)
    log?.(JSON.stringify(this.swarm))
  }

  #stageOf(now: () => number): Stage {
    const { dice, swarm, machine, people, network, farSide } = this
    return {
      dice,
      swarm,
      machine,
      people,
      network,
      farSide,
      now,
      mode: () => this.mode,
      pass: (ms) => {
        this.now += ms
      },
      requested: (what) => {
        this.requests += 1
        this.log?.(`      ${what}`)
      },
      strangers: new Set(),
      stirred: new Stirred(people),
      examine: (check) => this.#examine(check),
    }
  }

  #examine(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.broken ??= error instanceof Error ? error : new Error(String(error))
    }
  }

  happens(fault: keyof Swarm['faults']): boolean {
    return this.faults && this.dice.chance(this.swarm.faults[fault])
  }

  /** Is this run one of some people alone? */
  isQuick(): boolean {
    return this.#following?.chance(0.5) ?? false
  }

  /** Does nobody look at what a guard holds back? */
  isHeld(): boolean {
    return this.swarm.guarded && this.#later.chance(0.4)
  }

  /** Somebody writes another mode into the definition. */
  changeMode(): void {
    if (!this.swarm.modeChanges || !this.#later.chance(0.1)) return
    this.mode = this.#later.pick<Mode>(['mirror', 'add_only'])
    this.log?.(`!! the mode is ${this.mode}`)
  }

  /** Somebody withdraws their consent, or gives it again. */
  changeConsent(): void {
    if (this.faults && this.#consentChanges && this.#consents.chance(0.02))
      this.people.changeConsent(this.#consents)
  }

  /** Somebody asks to be erased, in few worlds and there more than once. */
  maybeErase(): void {
    if (!this.#erases || !this.faults || !this.#erasing.chance(0.006)) return
    const member = this.#erasing.below(3)
    this.log?.(`!! ${member} is erased`)
    this.people.erase(member, this.now)
  }

  moveSource(): void {
    this.people.move(this.now)
    this.network.changeMood(this.people.wanted().flatMap(({ marks }) => marks))
  }
}
