import { boundsOf } from './bounds.ts'
import { checkConsent, checkEnding, checkSuppressed, Violation } from './checks.ts'
import type { Simulation } from './simulation.ts'
import { SETTLE_MS, SYNC, type RunWish } from './stage.ts'

const MINUTE = 60_000
const QUIET_RUNS_MAX = 14
const BLIND_RUNS_MAX = 5
const WAITS_MAX = 8
/** A period that the quiet runs do not live through heals nothing in them. */
const DAY = 86_400_000

/** What a run is asked for when nobody asks for anything. */
export const CALM: RunWish = {
  approveAll: true,
  full: false,
  empty: false,
  adopt: null,
  recreate: true,
  waitMs: 60 * MINUTE,
}

/**
 * Faults stop; within a few runs there is nothing left to do, and the audience is what the definition says.
 * @returns how many runs it took
 */
export async function quiet(simulation: Simulation): Promise<number> {
  const { world, crew, mishaps } = simulation
  world.faults = false
  world.network.calm()
  await seeAgain(simulation)
  while (crew.haveSleepers) await crew.sleepersEnd(() => simulation.step())
  if (world.swarm.guarded) await beHeld(simulation)
  const runs = await comeToRest(simulation)
  await noneWhoSaidNo(simulation)
  const { remote } = await world.machine.store.state(SYNC)
  if (remote !== null && world.people.erasing.length > 0)
    throw new Violation('ERASING somebody who was to be erased may still be in')
  checkEnding({
    farSide: world.farSide,
    lost: mishaps.lost,
    remoteId: remote?.remoteId ?? null,
    wanted: world.people.wanted(),
    invalid: world.network.invalid,
    addsPeople: world.mode !== 'remove_only',
    removesPeople: world.mode !== 'add_only',
  })
  return runs
}

/** An audience that was lost sight of is seen again once a run has noticed. */
async function seeAgain(simulation: Simulation): Promise<void> {
  const { world, mishaps } = simulation
  for (let runs = 0; world.network.vanished && (await mishaps.believes()); runs += 1) {
    if (runs === BLIND_RUNS_MAX)
      throw new Violation('BLIND nobody notices that the audience is gone')
    world.now += SETTLE_MS + MINUTE
    await simulation.runToEnd({ ...CALM, recreate: false, waitMs: 0 })
  }
  world.network.vanished = false
}

/** While guards hold the runs, whoever is on the do-not-send list or withdrew their consent goes all the same. */
async function beHeld(simulation: Simulation): Promise<void> {
  const { world } = simulation
  let runs = 0
  // An audience that is being replaced lets nobody write to it, for an hour and a half at most.
  for (let waits = 0; runs < 3;) {
    world.now += SETTLE_MS + MINUTE
    const { end } = await simulation.runToEnd({ ...CALM, approveAll: false })
    if (end?.kind === 'answered' && end.state === 'waiting') waits += 1
    else runs += 1
    if (waits > WAITS_MAX) throw new Violation('ENDLESS a run waits for ever')
  }
  await noneWhoSaidNo(simulation)
}

async function noneWhoSaidNo({ world }: Simulation): Promise<void> {
  const bounds = await boundsOf(world.machine, SYNC)
  checkSuppressed(bounds, world.people.suppressed)
  checkConsent(bounds, world.people.refusing())
}

/** Runs until one has nothing to send, or for as long as asserting again takes to heal. */
async function comeToRest(simulation: Simulation): Promise<number> {
  const { world } = simulation
  const { reassertMs } = world.swarm
  const reasserts = reassertMs !== 0 && reassertMs < DAY
  let rests = false
  let runs = 0
  for (; runs < QUIET_RUNS_MAX && !(rests && runs > 1); runs += 1) {
    world.now += SETTLE_MS + MINUTE
    const { end, requests } = await simulation.runToEnd(CALM)
    rests = end?.kind === 'answered' && end.state === 'done' && (requests === 0 || reasserts)
    if (reasserts && runs < 12) rests = false
  }
  if (!rests) throw new Violation('RESTLESS there is something to send in every quiet run')
  return runs
}
