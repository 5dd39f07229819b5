/** A value that is never an identifier: one text, whatever its capitals, or all that a pattern matches. */
export type BlockedValue =
  | { readonly kind: 'text'; readonly text: string }
  /** A regular expression that may match anywhere. */
  | { readonly kind: 'pattern'; readonly pattern: string }

const text = (value: string): BlockedValue => ({ kind: 'text', text: value })

/**
 * What programs write where they have no value. The first four are those that Segment suggests to block
 * (docs: unify/identity-resolution/identity-resolution-settings, "Blocked values"); the others are what languages and tag
 * managers make of nothing.
 */
export const ALWAYS_BLOCKED: readonly BlockedValue[] = [
  { kind: 'pattern', pattern: '^[0-]*$' },
  ...['-1', 'null', 'anonymous'].map(text),
  ...['undefined', 'nan', 'none', 'nil', 'n/a', 'unknown', 'false', 'true'].map(text),
  ...['[object object]', '(not set)'].map(text),
]

/** A test for values that are in any of the lists. */
export function blockedTest(values: readonly BlockedValue[]): (value: string) => boolean {
  const texts = new Set<string>()
  const patterns: RegExp[] = []
  for (const value of values)
    if (value.kind === 'text') texts.add(value.text.toLowerCase())
    else patterns.push(new RegExp(value.pattern, 'u'))
  return (value) =>
    texts.has(value.toLowerCase()) || patterns.some((pattern) => pattern.test(value))
}
