import { pathText, type Path, type WrittenMistake } from '../core/audience/mistake.ts'
import type { Next } from '../core/error.ts'
import { byPlace, type Loaded, type Mistake, type Warning } from '../definition/load.ts'

/** A mistake of the file, or what reading its data came to: then with the error's name and what happens next. */
export interface Found extends Mistake {
  readonly code?: string
  readonly next?: Next
}

type Valid = Extract<Loaded, { kind: 'valid' }>

/** What the data shows, each once, with its place in the file. */
export class Findings {
  readonly #loaded: Valid
  readonly #mistakes = new Map<string, Found>()
  readonly #warnings = new Map<string, Warning>()

  constructor(loaded: Valid) {
    this.#loaded = loaded
  }

  add({ path, atKey, ...rest }: WrittenMistake & Pick<Found, 'code' | 'next'>): void {
    const text = pathText(path)
    const place = this.#loaded.locate(path, atKey)
    this.#mistakes.set(`${text} ${rest.message}`, { ...place, path: text, ...rest })
  }

  warn(path: Path, message: string): void {
    const text = pathText(path)
    const place = this.#loaded.locate(path, false)
    this.#warnings.set(`${text} ${message}`, { ...place, path: text, message })
  }

  get count(): number {
    return this.#mistakes.size
  }

  mistakes(): Found[] {
    return [...this.#mistakes.values()].toSorted(byPlace)
  }

  warnings(): readonly Warning[] {
    return [...this.#warnings.values()]
  }
}
