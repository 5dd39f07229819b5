import type { Json } from './message.ts'

/** What any program can read back without a stack of its own. */
const DEPTH_MAX = 32

/**
 * Parsed JSON with nothing in it that databases choke on: no half surrogates, no NUL, no number beyond all numbers. It is the value
 * itself where there is nothing of that kind. Undefined when it is nested too deeply.
 */
export function plainJson(value: unknown): Json | undefined {
  if (isPlain(value)) return value
  return lookAt(value, 0) === 'too-deep' ? undefined : cleaned(value)
}

const isPlain = (value: unknown): value is Json => lookAt(value, 0) === 'plain'

/** Nearly everything is plain, so that looking first saves a copy. */
function lookAt(value: unknown, depth: number): 'plain' | 'unclean' | 'too-deep' {
  if (typeof value === 'string') return isPlainText(value) ? 'plain' : 'unclean'
  if (typeof value === 'number') return Number.isFinite(value) ? 'plain' : 'unclean'
  if (typeof value === 'boolean' || value === null) return 'plain'
  if (typeof value !== 'object') return 'unclean'
  if (depth >= DEPTH_MAX) return 'too-deep'
  let unclean = false
  for (const [key, item] of Object.entries(value)) {
    const look = lookAt(item, depth + 1)
    if (look === 'too-deep') return look
    unclean ||= look === 'unclean' || !isPlainText(key)
  }
  return unclean ? 'unclean' : 'plain'
}

const isPlainText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

const cleanedText = (text: string): string =>
  isPlainText(text) ? text : text.toWellFormed().replaceAll('\0', '\ufffd')

function cleaned(value: unknown): Json {
  if (typeof value === 'string') return cleanedText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) return value.map(cleaned)
  // By its own entries: a `__proto__` among them stays a key like any other.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanedText(key), cleaned(item)]),
  )
}
