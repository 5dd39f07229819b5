import type { Mark, WantedRow } from './people.ts'

interface Waiting {
  readonly label: string
  /** A request that has left the machine, or is about to: it does not wait for another day. */
  readonly urgent: boolean
  readonly go: () => void
}

export type WorkerEnd =
  | { readonly kind: 'answered'; readonly state: string; readonly text: string }
  | { readonly kind: 'threw'; readonly error: unknown }

/** One process that runs a sync. Each of its calls waits at a gate until the schedule lets it go on. */
export class Worker {
  readonly owner: string
  #waiting: Waiting[] = []
  #dead = false
  end: WorkerEnd | undefined
  /** A worker that sleeps does nothing before this moment. */
  wakesAt = 0
  /** When it looked at the source. */
  lookedAt = 0
  /** What it found the definition to want. */
  wanted: readonly WantedRow[] = []
  /** Every strong key that it found in the source. */
  found: ReadonlySet<Mark> = new Set()
  /** When each batch that is not answered yet was built. */
  readonly built = new Map<number, number>()
  requests = 0
  /** Is it taking out people who are erased? */
  isErasing = false

  constructor(owner: string) {
    this.owner = owner
  }

  /** Resolves when the schedule says so; never, once the process is dead. */
  async gate(label: string, urgent = false): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (!this.#dead) this.#waiting.push({ label, urgent, go: resolve })
    return promise
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting
  }

  get isOver(): boolean {
    return this.#dead || this.end !== undefined
  }

  letGo(step: Waiting): void {
    this.#waiting = this.#waiting.filter((other) => other !== step)
    step.go()
  }

  /** The process ends between two steps: nothing of it happens any more. */
  die(): void {
    this.#dead = true
    this.#waiting = []
  }
}
