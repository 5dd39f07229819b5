import { createSandbox, type Sandbox } from '../../sandbox/meta/sandbox.ts'
import type { Dice } from './dice.ts'
import { owners, type Mark } from './people.ts'
import type { Swarm } from './swarm.ts'

/** Who is in an audience: strong keys where the far side keeps rows, people where it keeps people. */
export class FarSide {
  readonly sandbox: Sandbox
  readonly #swarm: Swarm
  readonly #owners: ReadonlyMap<Mark, string>

  constructor(swarm: Swarm, dice: Dice, now: () => number, addsMatchExtern: boolean) {
    this.#swarm = swarm
    this.#owners = owners(swarm, dice)
    const { externMemory } = swarm
    this.sandbox = createSandbox({
      now,
      seed: 1,
      replaceProcessingMs: dice.below(2) * dice.below(20_000),
      matching:
        swarm.model === 'rows'
          ? { kind: 'rows' }
          : {
              kind: 'people',
              ownerOf: (key, value) => this.#owners.get(`${key}:${value}`) ?? null,
              externMemory,
              addsMatchExtern,
            },
    })
  }

  get keepsRows(): boolean {
    return this.#swarm.model === 'rows'
  }

  exists(audienceId: string): boolean {
    return this.sandbox.model.audience(audienceId) !== undefined
  }

  /** The rows that an audience holds, as their strong keys. Only where rows are kept. */
  rows(audienceId: string): Mark[][] {
    return this.sandbox.model.rowsOf(audienceId).map((row) =>
      Object.entries(row).flatMap(([key, cell]) => (STRONG.has(key) ? [`${key}:${String(cell)}`] : [])),
    )
  }

  /** The people in an audience, or the strong keys of its rows. */
  inside(audienceId: string): ReadonlySet<string> {
    return this.keepsRows
      ? new Set(this.rows(audienceId).flat())
      : this.sandbox.model.peopleOf(audienceId)
  }

  /** What strong keys stand for: themselves, or the people who own them. */
  unitsOf(marks: Iterable<Mark>): Set<string> {
    if (this.keepsRows) return new Set(marks)
    const people = new Set<string>()
    for (const mark of marks) {
      const owner = this.#owners.get(mark)
      if (owner !== undefined) people.add(owner)
    }
    return people
  }
}

const STRONG: ReadonlySet<string> = new Set(['EMAIL', 'PHONE', 'MADID', 'EXTERN_ID'])
