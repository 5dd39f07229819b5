import type { z } from 'zod'
import { isWritten } from '../core/audience/written.ts'

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (isWritten(value) && Object.keys(value).length === 0)

/** A part of a foreign definition without what is empty in it, and without the keys that say nothing of who is meant. */
const meaningful = (value: unknown, idle: readonly string[]): unknown =>
  isWritten(value)
    ? Object.fromEntries(
        Object.entries(value).filter(([key, beside]) => !isNothing(beside) && !idle.includes(key)),
      )
    : value

/**
 * Reads a part of a foreign definition. A text says why it is none that is known: also for one key more, since what is not
 * known may decide who is meant.
 */
export function readShape<T>(
  schema: z.ZodType<T>,
  value: unknown,
  idle: readonly string[] = [],
): T | string {
  const result = schema.safeParse(meaningful(value, idle))
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue === undefined) return 'It cannot be read.'
  if (issue.code === 'unrecognized_keys')
    return `It has "${issue.keys.join('", "')}", which is not known here.`
  const key = issue.path.join('.')
  return key === '' ? 'It is no condition that is known here.' : `Its "${key}" cannot be read.`
}

const EXCERPT_MAX = 120

/** A part of JSON in short, as a note quotes it. */
export function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > EXCERPT_MAX ? `${text.slice(0, EXCERPT_MAX - 1)}…` : text
}
