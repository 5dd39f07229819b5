/** What JavaScript knows and RE2, which every engine can run, does not; and the reverse is refused by compiling. */
const FOREIGN = [
  { sign: /\(\?(?!:)/, what: 'look-around, named groups and flags inside the pattern' },
  { sign: /\\[1-9k]/, what: 'references to a group' },
  { sign: /\\[uc0]/, what: 'characters by code' },
  { sign: /\\[pP](?!\{[A-Z][a-z]?\})/, what: 'long names of character classes' },
  { sign: /\[\^?\]/, what: 'empty character classes' },
] as const

const REPEATS_MAX = 1000

/** Escapes and classes taken out, so that a sign found in the rest is a sign and not a letter. */
function withoutEscapedBackslashes(pattern: string): string {
  return pattern.replaceAll('\\\\', '')
}

/**
 * Why a regular expression is not in the part of RE2 that means the same in every engine; undefined when it is.
 * Counted repetitions may multiply to 1,000 at most.
 */
export function patternFault(pattern: string): string | undefined {
  try {
    RegExp(pattern, 'u')
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    return reason.replace(/^Invalid regular expression: /, '')
  }
  const bare = withoutEscapedBackslashes(pattern)
  const foreign = FOREIGN.find(({ sign }) => sign.test(bare))
  if (foreign) return `${foreign.what} are not supported`
  let repeats = 1
  for (const match of bare.matchAll(/\{(?<least>\d+)(?:,(?<most>\d*))?\}/g)) {
    repeats *= Math.max(1, Number(match.groups?.['least']), Number(match.groups?.['most'] ?? 0))
  }
  return repeats > REPEATS_MAX ? `its repetitions multiply to more than ${REPEATS_MAX}` : undefined
}
