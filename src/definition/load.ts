import type { WrittenMistake } from '../core/audience/mistake.ts'
import { pathText, type Path } from '../core/audience/mistake.ts'
import type { Definition } from './definition.ts'
import {
  placeMistake,
  readDocument,
  type Mistake,
  type ReadDocument,
  type Warning,
} from './document.ts'
import { checkReferences } from './references.ts'
import { resolve } from './resolve.ts'
import type { SecretWorld } from './secret-reference.ts'
import { checkSurroundings } from './surroundings.ts'
import { warningsOf } from './warnings.ts'
import { checkParts } from './written-file.ts'

export type { Mistake, Warning } from './document.ts'

export type Loaded =
  | {
      readonly kind: 'valid'
      readonly definition: Definition
      readonly warnings: readonly Warning[]
      /** Where something stands in the file, for what is found out later: `['audiences', 'vip', 'where', 'trait']`. */
      readonly locate: ReadDocument['locate']
    }
  | { readonly kind: 'invalid'; readonly mistakes: readonly Mistake[] }

/** In the order of the file. */
export const byPlace = (left: Mistake | Warning, right: Mistake | Warning): number =>
  left.line - right.line || left.column - right.column

/**
 * Reads a definition file. Either it means something, or every mistake in it is told at once, each with its place, what was
 * expected and what to do. `world` is what it may look at: the environment, and files relative to its folder.
 */
export function loadDefinition(text: string, world: SecretWorld): Loaded {
  const document = readDocument(text)
  if (document.value === undefined) return { kind: 'invalid', mistakes: document.mistakes }
  const written: WrittenMistake[] = []
  const report = (mistake: WrittenMistake): void => {
    written.push(mistake)
  }
  const file = checkParts(document.value, report)
  if (file !== undefined) checkReferences(file, report)
  const surroundings = file && checkSurroundings(file, world, report)
  const mistakes = [
    ...document.mistakes,
    ...written.map((mistake) => placeMistake(mistake, document)),
  ]
  if (file === undefined || surroundings === undefined || mistakes.length > 0) {
    return { kind: 'invalid', mistakes: mistakes.toSorted(byPlace) }
  }
  const definition = resolve(file, surroundings)
  const place = ({ path, message }: { path: Path; message: string }): Warning => ({
    ...document.locate(path, false),
    path: pathText(path),
    message,
  })
  const warnings = [...warningsOf(definition), ...surroundings.unneeded].map(place)
  return {
    kind: 'valid',
    definition,
    warnings: warnings.toSorted(byPlace),
    locate: document.locate,
  }
}
