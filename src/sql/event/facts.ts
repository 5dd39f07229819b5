/** From `from` until `to`, in milliseconds since the epoch; null where there is no end. Wider than meant, never narrower. */
export interface Reach {
  readonly from: number | null
  readonly to: number | null
}

/** Which events a condition reads. */
export interface Coverage extends Reach {
  /** Null: of any name. */
  readonly names: readonly string[] | null
}

/** A property, or a path into the context, of an event; its place is the column that holds it in the scan. */
export interface ReadValue {
  readonly of: 'property' | 'context'
  readonly name: string
  readonly column: string
}

/** One column of the facts. */
interface Fact {
  readonly column: string
  readonly sql: string
}

/**
 * What the conditions of one statement want to know of each person's events: aggregates over one scan. A condition that
 * is met again, in another audience too, asks for the same aggregate and shares it.
 */
export class Facts {
  readonly #facts = new Map<string, Fact>()
  readonly #derived: (readonly Fact[])[] = []
  readonly #made = new Map<string, string>()
  readonly #values = new Map<string, ReadValue>()
  readonly #computed = new Map<string, string>()
  readonly #coverage: Coverage[] = []
  #readsModel = false
  #readsFirstSeen = false
  #person: string | null = null

  /**
   * The column of an aggregate.
   * @param key What it means, the same for the same aggregate.
   */
  aggregate(key: string, sql: () => string): string {
    const known = this.#facts.get(key)
    if (known !== undefined) return known.column
    // Made first: what it reads of the scan may be facts too.
    const made = sql()
    const column = `rollcall_f${this.#facts.size}`
    this.#facts.set(key, { column, sql: made })
    return column
  }

  /**
   * A column that is made of other columns of the facts, after those that it names.
   * @param level One more than the highest level of what it names; aggregates have level 0.
   */
  derive(level: number, sql: string): string {
    const column = `rollcall_d${this.#derived.flat().length}`
    this.#derived[level - 1] = [...(this.#derived[level - 1] ?? []), { column, sql }]
    return column
  }

  /** What is made once however often it is asked for. */
  once(key: string, make: () => string): string {
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const made = make()
    this.#made.set(key, made)
    return made
  }

  /** By level. */
  get derived(): readonly (readonly Fact[])[] {
    return this.#derived
  }

  /** The column of the scan that holds a value of the event. */
  value(of: ReadValue['of'], name: string): ReadValue {
    const key = `${of} ${name}`
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const read = { of, name, column: `v${this.#values.size}` }
    this.#values.set(key, read)
    return read
  }

  cover(coverage: Coverage): void {
    this.#coverage.push(coverage)
  }

  /** Traits of the person are compared with their events, so the scan needs both. */
  readModel(): void {
    this.#readsModel = true
  }

  /** The column beside the events that holds a computed trait of the person. */
  computed(name: string): string {
    this.readModel()
    const known = this.#computed.get(name)
    if (known !== undefined) return known
    const column = `rollcall_c${this.#computed.size}`
    this.#computed.set(name, column)
    return column
  }

  /** The computed traits that are compared with events, each with its column. */
  get computedTraits(): readonly (readonly [name: string, column: string])[] {
    return [...this.#computed]
  }

  /** Each event is seen beside the person's first one, of whatever name. */
  readFirstSeen(): void {
    this.#readsFirstSeen = true
    this.cover({ names: null, from: null, to: null })
  }

  /** Only this person is asked for; SQL of their key. */
  only(person: string): void {
    this.#person = person
  }

  get person(): string | null {
    return this.#person
  }

  get readsModel(): boolean {
    return this.#readsModel
  }

  get readsFirstSeen(): boolean {
    return this.#readsFirstSeen
  }

  get columns(): readonly Fact[] {
    return [...this.#facts.values()]
  }

  get values(): readonly ReadValue[] {
    return [...this.#values.values()]
  }

  /** What has to be read so that every condition sees its events. */
  get coverage(): Coverage {
    const named = this.#coverage.map(({ names }) => names)
    const [froms, tos] = [
      this.#coverage.map(({ from }) => from),
      this.#coverage.map(({ to }) => to),
    ]
    return {
      names: named.every((names) => names !== null) ? [...new Set(named.flat())] : null,
      from: froms.every((from) => from !== null) ? Math.min(...froms) : null,
      to: tos.every((to) => to !== null) ? Math.max(...tos) : null,
    }
  }
}
