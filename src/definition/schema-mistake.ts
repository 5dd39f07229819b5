import { z } from 'zod'
import { shown, type Path, type Report } from '../core/audience/mistake.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { isWritten, type Written } from '../core/audience/written.ts'
import { CUSTOM_REMEDY } from './leaf.ts'

type Issue = z.core.$ZodIssue

type Shape = Readonly<Record<string, unknown>>

/** The keys that a schema knows: of an object, or of every object in a union. */
function shapeOf(schema: unknown): Shape {
  if (schema instanceof z.ZodOptional) return shapeOf(bare(schema))
  if (schema instanceof z.ZodObject) return schema.shape
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return {}
  return Object.fromEntries(schema.options.flatMap((option) => Object.entries(shapeOf(option))))
}

const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional ? bare(schema.unwrap()) : schema

const schemaAt = (schema: unknown, path: Path): unknown =>
  path.reduce((inner: unknown, step) => {
    const outer = bare(inner)
    if (outer instanceof z.ZodArray) return outer.element
    return outer instanceof z.ZodRecord ? outer.valueType : shapeOf(outer)[String(step)]
  }, schema)

const pathOf = (issue: Issue): Path =>
  issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))

function valueBelow(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  return isWritten(value) ? value[step] : undefined
}

const valueAt = (value: unknown, path: Path): unknown => path.reduce(valueBelow, value)

/** The known word that was probably meant: the nearest, or the only one that ends in it, as `max_removed` for `removed`. */
function meantWord(word: string, known: readonly string[]): string | undefined {
  const longer = known.filter((candidate) => candidate.endsWith(`_${word}`))
  return nearestWord(word, known) ?? (longer.length === 1 ? longer[0] : undefined)
}

/** Reports a key that nobody knows, with the known one that it is nearest to. */
export function reportUnknownKey(
  key: string,
  path: Path,
  known: readonly string[],
  report: Report,
): void {
  const place = { path: [...path, key], atKey: true }
  const expected = `one of ${known.join(', ')}`
  const nearest = meantWord(key, known)
  const message = `Unknown word "${key}"`
  if (nearest === undefined) report({ ...place, message, expected, remedy: 'Remove it' })
  else report({ ...place, message, expected, nearest, remedy: `Write "${nearest}"` })
}

/** How a value is told in a message: a secret must not be repeated. */
function told(value: unknown, path: Path): string {
  const name = String(path.at(-1) ?? '')
  return /token|secret|url|write_key/.test(name) ? 'this value' : shown(value)
}

function expectedOf(issue: Issue): { expected: string; remedy: string } {
  switch (issue.code) {
    case 'custom': {
      const remedy: unknown = issue.params?.[CUSTOM_REMEDY]
      return {
        expected: issue.message,
        remedy: typeof remedy === 'string' ? remedy : `Write ${issue.message}`,
      }
    }
    case 'invalid_union': {
      const expected = 'one of files, duckdb'
      return { expected, remedy: `Write ${expected}` }
    }
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'too_big':
    case 'too_small':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return {
        expected: 'a mapping of names to values',
        remedy: 'Write its settings below it, each indented',
      }
  }
}

/** True when a key seems to be missing only because it is misspelt, which is reported by itself. */
function isMisspelt(issue: Issue, value: unknown, schema: unknown): boolean {
  const path = pathOf(issue)
  const name = path.at(-1)
  const around = path.slice(0, -1)
  const holder = valueAt(value, around)
  if (typeof name !== 'string' || !isWritten(holder) || holder[name] !== undefined) return false
  return misspellings(holder, Object.keys(shapeOf(schemaAt(schema, around)))).has(name)
}

/** The known keys that the unknown ones of a mapping are nearest to. */
export function misspellings(written: Written, known: readonly string[]): ReadonlySet<string> {
  const unknown = Object.keys(written).filter((key) => !known.includes(key))
  return new Set(unknown.flatMap((key) => meantWord(key, known) ?? []))
}

/** Checks one resource and reports everything that is wrong in it; the resource as it was meant, or undefined. */
export function checkShape<T>(
  schema: z.ZodType<T>,
  value: unknown,
  path: Path,
  report: Report,
): T | undefined {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    if (isMisspelt(issue, value, schema)) continue
    const inner = pathOf(issue)
    const at = [...path, ...inner]
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(shapeOf(schemaAt(schema, inner)))
      for (const key of issue.keys) reportUnknownKey(key, at, known, report)
      continue
    }
    const written = valueAt(value, inner)
    const { expected, remedy } = expectedOf(issue)
    const name = String(at.at(-1) ?? 'value')
    const message =
      written === undefined
        ? `"${name}" is missing`
        : `Cannot read ${told(written, at)} as "${name}"`
    const nearest = nearestOf(written, expected)
    report({
      path: at,
      atKey: false,
      message,
      expected,
      ...(nearest === undefined ? { remedy } : { nearest, remedy: `Write "${nearest}"` }),
    })
  }
  return undefined
}

/** The nearest of the words that "one of …" offers. */
function nearestOf(written: unknown, expected: string): string | undefined {
  if (typeof written !== 'string' || !expected.startsWith('one of ')) return undefined
  return nearestWord(written, expected.slice('one of '.length).split(', '))
}
