import type { Path, Report } from '../core/audience/mistake.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { namedBy } from './audience-uses.ts'
import { PEOPLE_MODEL } from './people-model.ts'
import { entriesOf, fail } from './relation-references.ts'
import type { WrittenFile } from './written-file.ts'

/** What an audience stands on, as far as consent goes: its words for it, the purposes that it declares, and how it declares one. */
interface Ground {
  readonly name: string
  readonly declared: readonly string[]
  readonly remedy: (purpose: string) => string
}

/** What people agreed to is asked for where it is declared who tells it. */
export function checkConsent(file: WrittenFile, report: Report): void {
  checkPlace(file, report)
  for (const [key, audience] of entriesOf(file.raw.audiences)) {
    const ground = groundOf(file, audience)
    if (ground === undefined) continue
    const start = ['audiences', key, 'where']
    for (const { name, path } of namedBy('consent', audience['where'], start))
      checkPurpose(name, ground, path, report)
  }
  checkDestinations(file, report)
}

/** Purposes of the file are those of the people that Rollcall keeps; a file may call a model of its own so. */
function checkPlace({ raw, purposes }: WrittenFile, report: Report): void {
  if (purposes.length === 0 || raw.models[PEOPLE_MODEL] === undefined) return
  fail(
    report,
    ['consent'],
    `"consent" is about the people that Rollcall keeps, and this file has a model "${PEOPLE_MODEL}" of its own`,
    'one of the two',
    'Say at the model which columns tell it: consent: { purpose: column }',
  )
}

function checkDestinations(file: WrittenFile, report: Report): void {
  const { raw } = file
  const checked = new Set<string>()
  for (const [, sync] of entriesOf(raw.syncs)) {
    const [destination, audience] = [sync['destination'], sync['audience']]
    if (typeof destination !== 'string' || typeof audience !== 'string') continue
    const [to, who] = [raw.destinations[destination], raw.audiences[audience]]
    const ground = isWritten(who) ? groundOf(file, who) : undefined
    if (!isWritten(to) || to['consent'] === undefined || ground === undefined) continue
    const pair = JSON.stringify([destination, ground.name])
    if (!checked.has(pair))
      checkPurpose(to['consent'], ground, ['destinations', destination, 'consent'], report)
    checked.add(pair)
  }
}

/** Undefined where a mistake elsewhere hides what it is. */
function groundOf({ raw, purposes }: WrittenFile, audience: Written): Ground | undefined {
  const named = audience['model']
  if (named === undefined)
    return {
      name: 'A select of an audience’s own',
      declared: [],
      remedy: (purpose) =>
        `Make the select a model, with "consent: { ${purpose}: column }", and write its name`,
    }
  if (typeof named !== 'string') return undefined
  const model = raw.models[named]
  if (named === PEOPLE_MODEL && model === undefined)
    return {
      name: `The model "${PEOPLE_MODEL}"`,
      declared: purposes,
      remedy: (purpose) =>
        `Declare it in the file: consent: { ${purpose}: { category: as_in_categoryPreferences } }`,
    }
  if (!isWritten(model)) return undefined
  const consent: unknown = model['consent']
  return {
    name: `The model "${named}"`,
    declared: isWritten(consent) ? Object.keys(consent) : [],
    remedy: (purpose) => `Say at the model which column tells it: consent: { ${purpose}: column }`,
  }
}

function checkPurpose(
  purpose: unknown,
  { name, declared, remedy }: Ground,
  path: Path,
  report: Report,
): void {
  if (typeof purpose !== 'string' || declared.includes(purpose)) return
  const nearest = nearestWord(purpose, declared)
  report({
    path,
    atKey: false,
    message: `${name} declares no consent to "${purpose}"`,
    expected:
      declared.length === 0 ? 'a consent that is declared' : `one of ${declared.join(', ')}`,
    ...(nearest === undefined ? {} : { nearest }),
    remedy: nearest === undefined ? remedy(purpose) : `Write "${nearest}"`,
  })
}
