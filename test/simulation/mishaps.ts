import type { Crew } from './crew.ts'
import type { SeedWorld } from './seed-world.ts'
import { SYNC } from './stage.ts'

/** What happens to people and to the audience between two steps, with nobody of the workers in it. */
export class Mishaps {
  readonly #world: SeedWorld
  readonly #crew: Crew
  /** Audiences that were out of sight for a time. */
  readonly lost = new Set<string>()
  /** Does the next run begin at once? */
  #atOnce = false

  constructor(world: SeedWorld, crew: Crew) {
    this.#world = world
    this.#crew = crew
  }

  async happen(): Promise<void> {
    const world = this.#world
    if (world.happens('sourceMoves')) world.moveSource()
    if (world.happens('objects')) world.people.suppress(world.now)
    world.changeConsent()
    world.maybeErase()
    if (world.happens('deleted')) this.#deleteAudience()
    if (world.happens('vanished')) await this.#vanish()
    else if (world.network.vanished) await this.#reappear()
  }

  /** Whether the next run begins at once. Asking makes it no longer so. */
  takeAtOnce(): boolean {
    const atOnce = this.#atOnce
    this.#atOnce = false
    return atOnce
  }

  #deleteAudience(): void {
    const { farSide, dice } = this.#world
    for (const id of farSide.sandbox.model.audienceIds())
      if (farSide.exists(id) && id !== farSide.takenOver) farSide.sandbox.model.deleteAudience(id)
    // Often a newer run finds that out while the older one has yet to.
    const { current } = this.#crew
    if (current === null || dice.chance(0.3)) return
    this.#crew.sleepShortly(current)
    this.#atOnce = true
  }

  /** The audience cannot be seen for a time, and somebody may take everybody out of it meanwhile. */
  async #vanish(): Promise<void> {
    const { machine, network, farSide, dice } = this.#world
    const { remote } = await machine.store.state(SYNC)
    // Of a ledger that is doubted already nobody could tell whether a run noticed.
    if (remote === null || remote.onlyMaybe || network.vanished) return
    if (farSide.takenOver !== null) return
    network.vanished = true
    this.lost.add(remote.remoteId)
    if (dice.chance(0.5)) await farSide.clear(remote.remoteId)
  }

  /** It comes back after a run has noticed. */
  async #reappear(): Promise<void> {
    const { dice, network } = this.#world
    if (dice.chance(0.1) && !(await this.believes())) network.vanished = false
  }

  /** Does the ledger still say that somebody is surely in? */
  async believes(): Promise<boolean> {
    return (await this.#world.machine.store.state(SYNC)).remote?.onlyMaybe === false
  }
}
