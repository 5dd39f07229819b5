import type { z } from 'zod'
import type { Condition } from '../core/audience/condition.ts'
import type { Path, Report } from '../core/audience/mistake.ts'
import { shown } from '../core/audience/mistake.ts'
import { parseCondition } from '../core/audience/parse-condition.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { checkPurposes } from './consent.ts'
import { readComputedTraits, type ComputedTraits } from './computed-traits.ts'
import { checkIdentity } from './identity.ts'
import {
  SECTIONS,
  SINGLES,
  type SectionName,
  type WrittenSections,
  type WrittenSingles,
} from './schema.ts'
import { checkShape, reportUnknownKey } from './schema-mistake.ts'

/** A file whose parts were each checked by themselves. What is wrong was reported, and is missing from the checked parts only. */
export interface WrittenFile {
  /** As it stands in the file: references are checked here, so that no mistake hides another. */
  readonly raw: Readonly<Record<SectionName | 'computed_traits', Written>>
  /** The purposes that the file declares for its people, whether or not each is right. */
  readonly purposes: readonly string[]
  readonly sections: WrittenSections
  readonly singles: WrittenSingles
  readonly conditions: ReadonlyMap<string, Condition>
  readonly computedTraits: ComputedTraits
}

const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/

function sectionOf(value: unknown, path: Path, report: Report): Written {
  if (value === undefined || value === null) return {}
  if (isWritten(value)) return value
  report({
    path,
    atKey: false,
    message: `Cannot read ${shown(value)} as "${String(path.at(-1))}"`,
    expected: 'a mapping of keys to resources',
    remedy: 'Write each resource below it as "key: { … }"',
  })
  return {}
}

function checkKey(key: string, path: Path, report: Report): void {
  if (KEY.test(key)) return
  report({
    path,
    atKey: true,
    message: `Cannot use "${key}" as a key`,
    expected: 'a letter, then letters, digits, _ or -, at most 100',
    remedy: 'Choose another key; what people see goes into "name"',
  })
}

function checkSection<T>(
  name: SectionName,
  schema: z.ZodType<T>,
  entries: Written,
  report: Report,
): ReadonlyMap<string, T> {
  const checked = new Map<string, T>()
  for (const [key, value] of Object.entries(entries)) {
    checkKey(key, [name, key], report)
    const meant = checkShape(schema, value, [name, key], report)
    if (meant !== undefined) checked.set(key, meant)
  }
  return checked
}

function checkConditions(audiences: Written, report: Report): ReadonlyMap<string, Condition> {
  const conditions = new Map<string, Condition>()
  for (const [key, audience] of Object.entries(audiences)) {
    const where = isWritten(audience) ? audience['where'] : undefined
    const condition =
      where === undefined ? undefined : parseCondition(where, ['audiences', key, 'where'], report)
    if (condition !== undefined) conditions.set(key, condition)
  }
  return conditions
}

function checkTrackingKeys(tracking: unknown, report: Report): void {
  const sources = isWritten(tracking) ? tracking['sources'] : undefined
  if (!isWritten(sources)) return
  for (const key of Object.keys(sources)) checkKey(key, ['tracking', 'sources', key], report)
}

/** Checks each part of a file by its schema. Undefined when the file is not a mapping at all. */
export function checkParts(value: unknown, report: Report): WrittenFile | undefined {
  if (!isWritten(value)) {
    const message = `Cannot read ${value === null ? 'an empty file' : shown(value)} as a definition`
    const expected = 'a mapping with version, sources, models, audiences, destinations, syncs'
    report({
      path: [],
      atKey: false,
      message,
      expected,
      remedy: 'Begin with "version: 1", or run rollcall init',
    })
    return undefined
  }
  const known = [...Object.keys(SINGLES), ...Object.keys(SECTIONS), 'computed_traits']
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) reportUnknownKey(key, [], known, report)
  }
  const raw = {
    sources: sectionOf(value['sources'], ['sources'], report),
    models: sectionOf(value['models'], ['models'], report),
    audiences: sectionOf(value['audiences'], ['audiences'], report),
    destinations: sectionOf(value['destinations'], ['destinations'], report),
    syncs: sectionOf(value['syncs'], ['syncs'], report),
    computed_traits: sectionOf(value['computed_traits'], ['computed_traits'], report),
  }
  const sections = {
    sources: checkSection('sources', SECTIONS.sources, raw.sources, report),
    models: checkSection('models', SECTIONS.models, raw.models, report),
    audiences: checkSection('audiences', SECTIONS.audiences, raw.audiences, report),
    destinations: checkSection('destinations', SECTIONS.destinations, raw.destinations, report),
    syncs: checkSection('syncs', SECTIONS.syncs, raw.syncs, report),
  }
  checkTrackingKeys(value['tracking'], report)
  checkIdentity(value['identity'], ['identity'], report)
  checkPurposes(value['consent'], ['consent'], report)
  checkShape(SINGLES.version, value['version'], ['version'], report)
  const singles = {
    defaults: checkShape(SINGLES.defaults, value['defaults'], ['defaults'], report) ?? {},
    doNotSend: checkShape(SINGLES.do_not_send, value['do_not_send'], ['do_not_send'], report) ?? [],
    retention: checkShape(SINGLES.retention, value['retention'], ['retention'], report) ?? {},
    tracking: checkShape(SINGLES.tracking, value['tracking'], ['tracking'], report) ?? {
      sources: {},
    },
    identity: checkShape(SINGLES.identity, value['identity'], ['identity'], report) ?? {},
    consent: checkShape(SINGLES.consent, value['consent'], ['consent'], report) ?? {},
  }
  return {
    raw,
    purposes: isWritten(value['consent']) ? Object.keys(value['consent']) : [],
    sections,
    singles,
    conditions: checkConditions(raw.audiences, report),
    computedTraits: readComputedTraits(raw.computed_traits, report),
  }
}
