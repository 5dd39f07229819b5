import type { Mode } from '../../src/core/sync/diff.ts'
import type { Dice } from './dice.ts'

/**
 * How the far side keeps members: rows, people of one identifier each, people of all private identifiers of one member, or
 * people of any identifiers, so that two members can be one person and nobody can know.
 */
export type MatchingModel = 'rows' | 'P1' | 'P2' | 'P3'

/** What one seed's world is like. Each seed draws its own, so that rare mixtures come up and each fault is also absent somewhere. */
export interface Swarm {
  readonly model: MatchingModel
  readonly externMemory: 'union' | 'latest'
  readonly mode: Mode
  readonly valueBased: boolean
  readonly externIds: boolean
  /** The sync maps nothing but the EXTERN_ID. */
  readonly idsAlone: boolean
  /** What people have beside e-mails: phones, or ids within an app. */
  readonly second: 'PHONE' | 'APPUID'
  readonly reassertMs: number
  readonly whenGone: 'pause' | 'recreate'
  /** Now and then somebody writes another mode into the definition. */
  readonly modeChanges: boolean
  /** Some runs are held by their guards, since nobody approves them. */
  readonly guarded: boolean
  /** Does the platform say of any invalid row which it is? */
  readonly namesInvalid: boolean
  /** Probabilities of each fault, per request or per step. */
  readonly faults: Readonly<Record<Fault, number>>
}

const FAULTS = {
  lostBefore: 0.12,
  lostAfter: 0.2,
  late: 0.25,
  outage: 0.3,
  half: 0.08,
  garbled: 0.06,
  throttle: 0.08,
  tokenDies: 0.03,
  tooSmall: 0.03,
  namedInRemoval: 0.03,
  deleted: 0.003,
  vanished: 0.003,
  flagged: 0.05,
  hidden: 0.05,
  invalid: 0.1,
  turnsInvalid: 0.03,
  replaceFails: 0.2,
  crash: 0.05,
  park: 0.04,
  supersede: 0.04,
  sourceMoves: 0.03,
  suppress: 0.05,
  objects: 0.02,
  full: 0.08,
  empty: 0.03,
} as const satisfies Record<string, number>

export type Fault = keyof typeof FAULTS

const HOUR = 3_600_000

/** @param later A second source of chance, for what came later, so that earlier seeds keep their worlds. */
export function swarmOf(dice: Dice, later: Dice, second: Swarm['second']): Swarm {
  const calm = dice.chance(0.1)
  const faults = Object.fromEntries(
    Object.entries(FAULTS).map(([fault, most]) => [
      fault,
      calm || dice.chance(0.2) ? 0 : dice.next() * most,
    ]),
  ) as Record<Fault, number>
  const externIds = dice.chance(0.75)
  const idsAlone = dice.chance(0.08)
  const mode = dice.pick<Mode>([...ALMOST_ALWAYS_MIRROR])
  const model = dice.pick<MatchingModel>([...MODELS])
  return {
    model,
    externMemory: dice.pick(['union', 'latest']),
    mode,
    valueBased: dice.chance(0.25),
    externIds: externIds || idsAlone,
    idsAlone,
    second,
    // Only time heals what two members do to each other who are one person.
    reassertMs: model === 'P3' ? 3 * HOUR : dice.pick([0, 720 * HOUR, 720 * HOUR, 3 * HOUR]),
    whenGone: dice.pick(['pause', 'recreate']),
    modeChanges: later.chance(0.15),
    guarded: later.chance(0.3),
    namesInvalid: faults.tooSmall < 0.02,
    // A row that is found invalid late is removed late, and what that does to others takes another period to heal.
    faults: model === 'P3' ? { ...faults, invalid: 0, turnsInvalid: 0 } : faults,
  }
}

const MODELS: readonly MatchingModel[] = ['rows', 'P1', 'P2', 'rows', 'P1', 'P2', 'P3']

const ALMOST_ALWAYS_MIRROR: readonly Mode[] = [
  ...Array.from({ length: 8 }, () => 'mirror' as const),
  'add_only',
  'remove_only',
]
