import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey, type MatchKeyRule } from './table.ts'

interface SuggestedMapping {
  readonly key: MatchKey
  /** In the table's own order; more than one only where a person has several of the key. */
  readonly columns: readonly string[]
}

/** Words that tell one address or number of a person from another: `work_email`, `phone_home`, `email_sha256`. */
const WHICH_ONE: ReadonlySet<string> = new Set(
  `
  work business company office professional private personal home main primary secondary second first other
  alt alternate alternative backup recovery billing shipping delivery contact customer client user account member profile
  mobile cell daytime evening hashed hash sha256 sha 256 google android ios apple device
  `
    .trim()
    .split(/\s+/),
)
/** Words before a part of an address that leave it the person's: `billing_city`. */
const WHICH_ADDRESS: ReadonlySet<string> = new Set(
  'address addr billing shipping delivery home mailing postal contact customer hashed hash sha256'.split(
    ' ',
  ),
)

const ADDRESS_KEYS: ReadonlySet<MatchKey> = new Set(['CT', 'ST', 'ZIP', 'COUNTRY'])
const NO_QUALIFIERS: ReadonlySet<string> = new Set()

function qualifiersOf(key: MatchKey, { several }: MatchKeyRule): ReadonlySet<string> {
  if (several) return WHICH_ONE
  return ADDRESS_KEYS.has(key) ? WHICH_ADDRESS : NO_QUALIFIERS
}

const compact = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '')

/** `workEmail2` as `work email 2`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/(\D)(\d+)$/, '$1 $2')
    .toLowerCase()
    .split(/[\s_.-]+/)
    .filter((word) => word !== '')

/** How well a column's name fits a key: 0 for its first spelling, more for later and qualified ones, Infinity for no fit. */
function distance(key: MatchKey, rule: MatchKeyRule, column: string): number {
  const exact = rule.spellings.findIndex((spelling) => compact(spelling) === compact(column))
  if (exact >= 0) return exact
  const qualifiers = qualifiersOf(key, rule)
  if (qualifiers.size === 0) return Infinity
  const bare = withoutQualifiers(wordsOf(column), qualifiers, rule.several === true)
  const qualified = rule.spellings.findIndex((spelling) => bare.has(compact(spelling)))
  return qualified < 0 ? Infinity : rule.spellings.length + qualified
}

/** What the name can be once words that only say "which one" are taken off either end. */
function withoutQualifiers(
  words: readonly string[],
  qualifiers: ReadonlySet<string>,
  numbered: boolean,
): ReadonlySet<string> {
  const isQualifier = (word: string | undefined): boolean =>
    word !== undefined && (qualifiers.has(word) || (numbered && /^\d{1,2}$/.test(word)))
  const bare = new Set<string>()
  for (let start = 0; start < words.length; start += 1) {
    for (let end = words.length; end > start; end -= 1) {
      bare.add(words.slice(start, end).join(''))
      if (!isQualifier(words[end - 1])) break
    }
    if (!isQualifier(words[start])) break
  }
  return bare
}

/**
 * Which columns look like which match key, by their names; keys without a column are left out. A full date of birth is suggested
 * for the year, the month and the day.
 */
export function suggestMapping(columns: readonly string[]): SuggestedMapping[] {
  return MATCH_KEY_NAMES.flatMap((key) => {
    const rule: MatchKeyRule = MATCH_KEYS[key]
    const fits = columns
      .map((column) => ({ column, distance: distance(key, rule, column) }))
      .filter((fit) => fit.distance < Infinity)
    if (rule.several) {
      return fits.length > 0 ? [{ key, columns: fits.map((fit) => fit.column) }] : []
    }
    const [best] = fits.toSorted((left, right) => left.distance - right.distance)
    return best === undefined ? [] : [{ key, columns: [best.column] }]
  })
}
