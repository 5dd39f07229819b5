import { PAST_WORDS } from '../core/audience/past/parse-past.ts'
import type { Path, Report } from '../core/audience/mistake.ts'
import { isWritten } from '../core/audience/written.ts'
import { namedBy } from './audience-uses.ts'
import { modelOfTrait } from './computed-traits.ts'
import { groundWithout } from './ground-without.ts'
import { checkRelation, checkSelect, entriesOf, fail } from './relation-references.ts'
import { HISTORY_KEYS } from './schema.ts'
import type { WrittenFile } from './written-file.ts'

/** The history that a model declares. */
export function checkHistory(history: unknown, path: Path, report: Report): void {
  if (!isWritten(history)) return
  checkSelect(history['sql'], [...path, 'sql'], report)
  checkRelation('This history', history, HISTORY_KEYS, path, report)
}

/** Conditions over what a trait was need a model whose traits have a history. */
export function checkPast({ raw }: WrittenFile, report: Report): void {
  for (const [key, audience] of entriesOf(raw.audiences)) {
    const start = ['audiences', key, 'where']
    const [asked] = PAST_WORDS.flatMap((word) => [...namedBy(word, audience['where'], start)])
    const without = asked === undefined ? null : groundWithout('history', key, audience, raw)
    if (asked !== undefined && without !== null) {
      const remedy = 'Say at the model where it is: history: { table, person, trait, value, time }'
      fail(report, asked.path, `${without} has no history`, 'a model with "history:"', remedy)
    }
    const computed = { name: audience['model'], computed: raw.computed_traits }
    checkComputed(audience['where'], start, computed, report)
  }
}

interface Computed {
  /** The model's name. */
  readonly name: unknown
  readonly computed: WrittenFile['raw']['computed_traits']
}

/** A computed trait is reckoned anew each time; what it was is not kept. */
function checkComputed(
  written: unknown,
  path: Path,
  { name, computed }: Computed,
  report: Report,
): void {
  if (typeof written !== 'object' || written === null) return
  for (const [key, value] of Object.entries(written)) {
    const step = Array.isArray(written) ? Number(key) : key
    checkComputed(value, [...path, step], { name, computed }, report)
  }
  if (!isWritten(written) || PAST_WORDS.every((word) => written[word] === undefined)) return
  const { trait } = written
  if (typeof trait !== 'string' || !Object.hasOwn(computed, trait)) return
  if (modelOfTrait(computed[trait]) !== name) return
  const message = `What the computed trait "${trait}" was is not known`
  const remedy = 'Ask for the events themselves, with a window'
  fail(report, [...path, 'trait'], message, 'a trait that is told, not computed', remedy)
}
