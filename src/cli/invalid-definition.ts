import { counted } from '../core/counted.ts'
import type { Mistake } from '../definition/load.ts'

/** The definition file cannot be meant as it stands; nothing was opened and nothing done. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition'
  readonly file: string
  readonly mistakes: readonly Mistake[]

  constructor(file: string, mistakes: readonly Mistake[]) {
    super(`${file} has ${counted(mistakes.length, 'mistake', 'mistakes')}`)
    this.file = file
    this.mistakes = mistakes
  }
}
