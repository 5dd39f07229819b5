// Whatever a definition holds, each of its conditions is either written or named in a note; and whatever a file holds, it
// is read or refused, and never an exception.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'
import { writeCondition } from '../../src/core/audience/write-condition.ts'
import { importDefinition, type Imported } from '../../src/foreign/import-definition.ts'
import type { Language } from '../../src/foreign/language.ts'

const read = (language: Language, text: string): Imported =>
  importDefinition(text, { language, audiences: new Set() })

type Leaf<T> = (name: string) => T

/** Conditions of each language with a name to tell them by, some of which cannot be carried over. */
const SEGMENT: readonly Leaf<string>[] = [
  (name) => `trait('${name}') = 1`,
  (name) => `trait('${name}') > 'x'`,
  (name) => `trait('${name}.$.x') = 1`,
  (name) => `ALL trait('${name}') = 1`,
  (name) => `ANY event('${name}').count() = 0`,
  (name) => `event('${name}').within(7 days).count() >= 2`,
  (name) => `event('${name}').expires_after(1 hour).count() >= 2`,
  (name) =>
    `event('A').where(property('${name}') = 1 OR NOT property('x').contains('y')).count() = 0`,
  (name) => `event('A').where(event('${name}').within(parent: 1 day).count() = 0).count() >= 1`,
  (name) => `event('A').mode(property('${name}'), 2) != 'x'`,
  (name) => `entity('${name}').count() < 3`,
]

const POSTHOG: readonly Leaf<object>[] = [
  (key) => ({ type: 'person', key, operator: 'is_not', value: ['a', 'b'] }),
  (key) => ({ type: 'person', key, operator: 'regex', value: '(?i)x' }),
  (key) => ({ type: 'person', key, operator: 'unheard_of', value: 1, negation: true }),
  (key) => ({
    type: 'behavioral',
    key,
    value: 'performed_event',
    event_type: 'events',
    explicit_datetime: '-7d',
  }),
  (key) => ({
    type: 'behavioral',
    key,
    value: 'performed_event',
    event_type: 'actions',
    explicit_datetime: '-7d',
  }),
  (key) => ({
    type: 'behavioral',
    key,
    value: 'stopped_performing_event',
    event_type: 'events',
    negation: true,
  }),
  (value) => ({ type: 'cohort', key: 'id', value }),
]

const AMPLITUDE: readonly Leaf<object>[] = [
  (prop) => ({ type: 'property', prop, op: 'is not', values: ['x'] }),
  (prop) => ({ type: 'property', prop, op: 'glob match', values: ['x'] }),
  (type_value) => ({
    type: 'event',
    type_value,
    operator: '<',
    operator_value: 3,
    time_type: 'rolling',
    time_value: 7,
  }),
  (type_value) => ({
    type: 'event',
    type_value,
    operator: '=',
    operator_value: 0,
    time_type: 'rolling',
    time_value: 7,
  }),
  (metric) => ({ type: 'event', type_value: 'x', time_type: 'rolling', time_value: 7, metric }),
]

const DITTOFEED: readonly Leaf<object>[] = [
  (path) => ({ type: 'Trait', path, operator: { type: 'NotExists' } }),
  (path) => ({
    type: 'Trait',
    path,
    operator: { type: 'HasBeen', comparator: 'GTE', value: 'x', windowSeconds: 3600 },
  }),
  (event) => ({ type: 'Performed', event, times: 0, timesOperator: '=' }),
  (event) => ({
    type: 'LastPerformed',
    event,
    hasProperties: [{ path: 'x', operator: { type: 'Exists' } }],
  }),
  (templateId) => ({ type: 'Email', event: 'DFEmailOpened', templateId }),
  (event) => ({ type: 'KeyedPerformed', event, key: 'x' }),
]

interface Tree {
  readonly kind: 'and' | 'or'
  readonly not: boolean
  readonly of: readonly (Tree | number)[]
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    kind: fc.constantFrom('and', 'or'),
    not: fc.boolean(),
    of: fc.array(fc.oneof({ maxDepth: 3 }, fc.nat(100), tie('tree')), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
}))

/** A tree with a leaf of the language for each number, and the names of the leaves. */
function filled<T>(
  shape: Tree,
  leaves: readonly Leaf<T>[],
  join: (tree: Tree, of: readonly T[]) => T,
): { readonly written: T; readonly names: readonly string[] } {
  const names: string[] = []
  const fill = (part: Tree | number): T => {
    if (typeof part !== 'number') return join(part, part.of.map(fill))
    const leaf = leaves[part % leaves.length]
    assert.ok(leaf)
    names.push(`mark_${names.length}_`)
    return leaf(names.at(-1) ?? '')
  }
  return { written: fill(shape), names }
}

const asText = ({ kind, not }: Tree, of: readonly string[]): string =>
  `${not ? 'NOT ' : ''}(${of.join(kind === 'and' ? ' AND ' : ' OR ')})`

let nodes: object[] = []
function asNodes({ kind }: Tree, of: readonly object[]): object {
  const children = of.map((child) => {
    const id = `node${nodes.length}`
    nodes.push({ ...child, id })
    return id
  })
  return { type: kind === 'and' ? 'And' : 'Or', children }
}

const asGroup = ({ kind }: Tree, values: readonly object[]): object => ({
  type: kind.toUpperCase(),
  values,
})

/** A text of each language for a tree, with the names of its leaves. */
const WRITERS: Readonly<
  Record<Language, (shape: Tree) => { text: string; names: readonly string[] }>
> = {
  segment: (shape) => {
    const { written, names } = filled(shape, SEGMENT, asText)
    return { text: written, names }
  },
  posthog: (shape) => {
    const { written, names } = filled(shape, POSTHOG, asGroup)
    return { text: JSON.stringify({ filters: { properties: written } }), names }
  },
  amplitude: (shape) => {
    const some = filled<object>(shape, AMPLITUDE, (_, of) => of.flat())
    const orClauses = [some.written].flat(10)
    return {
      text: JSON.stringify({ andClauses: [{ negated: shape.not, orClauses }] }),
      names: some.names,
    }
  },
  dittofeed: (shape) => {
    nodes = []
    const { written, names } = filled(shape, DITTOFEED, asNodes)
    return { text: JSON.stringify({ entryNode: written, nodes }), names }
  },
}

const LANGUAGES = ['segment', 'posthog', 'amplitude', 'dittofeed'] as const

for (const language of LANGUAGES)
  test(`${language}: every condition is written, or a note names it`, () => {
    fc.assert(
      fc.property(tree, (shape) => {
        const { text, names } = WRITERS[language](shape)
        const imported = read(language, text)
        assert.ok(imported.kind === 'imported', text)
        const written = JSON.stringify(imported.condition && writeCondition(imported.condition))
        const left = imported.notes.filter(({ kind }) => kind === 'left-out')
        for (const name of names) {
          const noted = left.some(({ source }) => source.includes(name))
          assert.notEqual(written.includes(name), noted, `${name} of ${text}\n${written}`)
        }
        assert.ok(imported.condition === null || left.every(({ effect }) => effect !== null))
      }),
      { numRuns: 1000 },
    )
  })

const ANYTHING = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .array(
      fc.constantFrom(
        `trait('a')`,
        `event('b')`,
        '.',
        'where',
        '(',
        ')',
        '.count()',
        '=',
        '>=',
        '1',
        `'x'`,
        'AND',
        'OR',
        'NOT',
        'ALL',
        '{',
        '}',
        'exclude',
        ':',
        ',',
        'parent',
        '7 days',
        'as',
        '[',
        ']',
        '\\',
      ),
      { maxLength: 25 },
    )
    .map((parts) => parts.join(' ')),
)

/** A definition with one of its values, anywhere, made something else. */
const broken = fc
  .tuple(tree, fc.constantFrom(...LANGUAGES.slice(1)), fc.nat(), fc.jsonValue())
  .map(([shape, language, at, value]) => {
    let left = at % 40
    const change = (part: unknown): unknown => {
      left -= 1
      if (left < 0 && left > -2) return value
      if (Array.isArray(part)) return part.map(change)
      if (typeof part !== 'object' || part === null) return part
      return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, change(one)]))
    }
    return JSON.stringify(change(JSON.parse(WRITERS[language](shape).text)))
  })

test('whatever a file holds is read or refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(ANYTHING, broken),
      fc.constantFrom(null, ...LANGUAGES),
      (text, language) => {
        const imported = importDefinition(text, { language, audiences: new Set() })
        if (imported.kind === 'unreadable') return assert.notEqual(imported.message, '')
        const { condition, notes } = imported
        if (condition === null) return assert.notEqual(notes.length, 0)
        // What was written is read as itself again.
        const again = parseCondition(writeCondition(condition), [], ({ message }) =>
          assert.fail(message),
        )
        assert.deepEqual(again, condition)
      },
    ),
    { numRuns: 5000 },
  )
})
