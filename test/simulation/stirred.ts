import type { People, WantedRow } from './people.ts'
import { memberOf } from './people.ts'

/** Somebody in whom something changed, and what everybody is to be in the audience by at that moment. */
interface Look {
  readonly version: number
  readonly wanted: readonly WantedRow[]
}

/** In whom something changed, change by change, as one who follows is told it. */
export class Stirred {
  readonly #people: People
  #last = new Map<string, string>()
  readonly #changed = new Map<string, number>()
  #version = 0

  constructor(people: People) {
    this.#people = people
  }

  /** Looks at the source and at what the do-not-send list leaves of it, as they are now. */
  look(): Look {
    const wanted = this.#people.wanted()
    const now = new Map(
      this.#people.source().map(({ member, raw }) => {
        const rows = wanted.filter((row) => memberOf(row.member) === member)
        return [member, JSON.stringify([raw, rows])]
      }),
    )
    const members = new Set([...now.keys(), ...this.#last.keys()])
    const changed = [...members].filter((member) => now.get(member) !== this.#last.get(member))
    if (changed.length > 0) this.#version += 1
    for (const member of changed) this.#changed.set(member, this.#version)
    this.#last = now
    return { version: this.#version, wanted }
  }

  since(version: number): readonly string[] {
    return [...this.#changed].flatMap(([member, at]) => (at > version ? [member] : []))
  }
}

/** What a run that judges some members alone wants of everybody: of the others what was wanted when it was told whom to judge. */
export function wantedOfSome(
  before: readonly WantedRow[],
  now: readonly WantedRow[],
  only: readonly string[],
): readonly WantedRow[] {
  const isAsked = ({ member }: WantedRow): boolean => only.includes(memberOf(member))
  const present = new Set(now.map((row) => JSON.stringify(row)))
  return [
    ...now.filter(isAsked),
    ...before.filter((row) => !isAsked(row) && present.has(JSON.stringify(row))),
  ]
}
