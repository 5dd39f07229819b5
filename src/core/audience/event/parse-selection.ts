import { shown } from '../mistake.ts'
import { EVERY_OPERATOR, readComparisons, readName, type Reach } from '../parse-comparison.ts'
import { readInnerTree } from '../parse-inner-tree.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import type { EventLeaf, EventSelection, EventWhere } from './selection.ts'

/** The keys of a condition that say which events, beside the word that names them. */
export const SELECTION_KEYS: readonly string[] = ['where', 'sources']

/** The deepest a tree over properties may be. */
/** Reads which events are meant; `word` is the key with their names, such as `did`. */
export function readSelection(
  written: Written,
  word: string,
  reach: Reach,
  place: Place,
): EventSelection | undefined {
  const names = readNames(written[word], below(place, word))
  const where =
    written['where'] === undefined
      ? null
      : readWhere(written['where'], reach, { ...below(place, 'where'), depth: 0 })
  const sources = readSources(written['sources'], below(place, 'sources'))
  if (names === undefined || where === undefined || sources === undefined) return undefined
  return { names, where, sources }
}

const isNameOfEvent = (value: unknown): value is string => typeof value === 'string' && value !== ''

function readNames(value: unknown, place: Place): readonly string[] | null | undefined {
  if (value === 'any') return null
  const names: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (names.length > 0 && names.every(isNameOfEvent)) return names
  return fail(
    place,
    `Cannot read ${shown(value)} as the name of an event`,
    'the name of an event, a list of names, or any',
    'Write the name as your events have it: did: Order Completed',
  )
}

function readSources(value: unknown, place: Place): EventSelection['sources'] | undefined {
  if (value === undefined) return null
  const example = 'Write { exclude: [import] } or { include: [web] }'
  if (!isWritten(value) || Object.keys(value).length !== 1) {
    const expected = 'either { include: [ … ] } or { exclude: [ … ] }'
    return fail(place, `Cannot read ${shown(value)} as sources`, expected, example)
  }
  refuseOthers(value, ['include', 'exclude'], place)
  const kind = value['include'] === undefined ? 'exclude' : 'include'
  const of: unknown = value[kind]
  if (Array.isArray(of) && of.length > 0 && of.every(isNameOfEvent)) return { kind, of }
  return fail(below(place, kind), `Cannot read ${shown(of)} as sources`, 'a list of names', example)
}

/** Reads a tree over the properties of one event. */
function readWhere(value: unknown, reach: Reach, place: Place): EventWhere | undefined {
  const form = {
    subject: 'an event',
    example: '{ property: revenue, gte: 50 }',
    words: ['property', 'context'] as const,
    leaf: (kind: EventLeaf['kind'], written: Written, at: Place) =>
      readLeaf(kind, written, reach, at),
  }
  return readInnerTree(value, form, place)
}

function readLeaf(
  kind: 'property' | 'context',
  written: Written,
  reach: Reach,
  place: Place,
): EventWhere | undefined {
  const name = readName(written[kind], 'property', below(place, kind))
  const form = {
    keys: [kind],
    operators: EVERY_OPERATOR,
    subject: `The condition on "${name ?? ''}"`,
    example: `{ ${kind}: ${kind === 'property' ? 'revenue, gte: 50' : 'page.url, contains: /pricing'} }`,
    reach: { ...reach, properties: true },
  }
  const comparisons = readComparisons(written, form, place)
  if (name === undefined) return undefined
  const leaves = comparisons.map((comparison): EventWhere => ({ kind, name, ...comparison }))
  return leaves.length > 1 ? { kind: 'all', of: leaves } : leaves[0]
}
