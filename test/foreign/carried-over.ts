import assert from 'node:assert/strict'
import { parse } from 'yaml'
import type { Condition } from '../../src/core/audience/condition.ts'
import { writeCondition } from '../../src/core/audience/write-condition.ts'
import type { Note } from '../../src/foreign/assemble.ts'
import { importDefinition } from '../../src/foreign/import-definition.ts'
import type { Language } from '../../src/foreign/language.ts'

/** What became of a definition. */
export interface CarriedOver {
  readonly condition: Condition | null
  readonly notes: readonly Note[]
}

/** Imports a definition that can be read; whose it is must be told from it. */
export function carriedOver(
  language: Language,
  definition: unknown,
  audiences: readonly string[] = [],
): CarriedOver {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition)
  const imported = importDefinition(text, { language: null, audiences: new Set(audiences) })
  assert.equal(imported.kind, 'imported', `${text}: ${JSON.stringify(imported)}`)
  assert.ok(imported.kind === 'imported')
  assert.equal(imported.language, language)
  return imported
}

/** A note in short: its kind, place and reason, and what leaving out did. */
export const inShort = ({ kind, place, reason, effect }: Note): string =>
  `${kind} ${place}: ${reason}${effect === null ? '' : ` (${effect})`}`

/** Holds that a definition is carried over as this YAML (null: not at all), with notes that match these, in this order. */
export function assertCarried(
  { condition, notes }: CarriedOver,
  yaml: string | null,
  expected: readonly RegExp[] = [],
): void {
  assert.deepEqual(condition && writeCondition(condition), yaml === null ? null : parse(yaml))
  const short = notes.map(inShort)
  assert.equal(short.length, expected.length, short.join('\n'))
  for (const [index, pattern] of expected.entries()) assert.match(short[index] ?? '', pattern)
}
