import type { People, Places } from './people.ts'

/** The people of a source that cannot be read, or that nobody means to ask: whoever asks learns why not. */
export class UnreadablePeople implements People {
  readonly places: Places = []
  readonly #reason: unknown

  constructor(reason: unknown) {
    this.#reason = reason
  }

  async fingerprints(): Promise<never> {
    throw this.#reason
  }

  async members(): Promise<never> {
    throw this.#reason
  }

  async readValues(): Promise<never> {
    throw this.#reason
  }

  async withoutConsent(): Promise<never> {
    throw this.#reason
  }

  async distinct(): Promise<never> {
    throw this.#reason
  }

  async duplicates(): Promise<never> {
    throw this.#reason
  }
}
