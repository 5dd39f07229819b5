import metadata from 'libphonenumber-js/min/metadata'

/**
 * What a country's numbering plan says, out of the metadata of libphonenumber-js. Its own parser builds its regular expressions
 * anew for each number; here a plan is made once, when its first number comes by.
 */
export interface PhonePlan {
  readonly callingCode: string
  /** What is dialled before an international number. */
  readonly internationalPrefix: RegExp
  /** What stands before a national number without being part of it: a plain text where that says it, which is fast. */
  readonly trunkPrefix: string | RegExp | null
  /** What takes the prefix's place where it stands in for an area code, as the text for `replace`. */
  readonly trunkRewrite: string | null
  /** The national numbers that there are. */
  readonly pattern: RegExp
  /** How many digits a national number may have: bit n is set where n digits may be. */
  readonly lengths: number
  readonly lengthMax: number
}

/** Where the library's minified plans keep what is read here. */
const AT = {
  callingCode: 0,
  internationalPrefix: 1,
  pattern: 2,
  lengths: 3,
  trunkPrefix: 5,
  trunkPrefixForParsing: 7,
  trunkRewrite: 8,
} as const
const CALLING_CODE_LENGTH_MAX = 3

type MinifiedPlan = readonly unknown[]
const countries: Readonly<Record<string, MinifiedPlan | undefined>> = metadata.countries
const callingCodes: Readonly<Record<string, readonly string[] | undefined>> =
  metadata.country_calling_codes

const textAt = (plan: MinifiedPlan, at: number): string | null => {
  const value = plan[at]
  return typeof value === 'string' && value !== '' ? value : null
}

const fromStart = (pattern: string): RegExp => new RegExp(`^(?:${pattern})`)

function compile(callingCode: string, minified: MinifiedPlan): PhonePlan {
  const trunk = textAt(minified, AT.trunkPrefixForParsing) ?? textAt(minified, AT.trunkPrefix)
  const counts = minified[AT.lengths]
  const lengths = Array.isArray(counts) ? counts.map(Number) : []
  return {
    callingCode,
    internationalPrefix: fromStart(textAt(minified, AT.internationalPrefix) ?? '00'),
    trunkPrefix: trunk === null || /^\d+$/.test(trunk) ? trunk : fromStart(trunk),
    trunkRewrite: textAt(minified, AT.trunkRewrite),
    pattern: new RegExp(`^(?:${textAt(minified, AT.pattern) ?? ''})$`),
    lengths: lengths.reduce((bits, length) => bits | (1 << length), 0),
    lengthMax: Math.max(0, ...lengths),
  }
}

const byCountry = new Map<string, PhonePlan | undefined>()
const byCallingCode = new Map<string, readonly PhonePlan[]>()

/** The plan of a country given as ISO alpha-2 in any case, `uk` too; undefined where there is none (Antarctica). */
export function planOfCountry(country: string): PhonePlan | undefined {
  const known = byCountry.get(country)
  if (known !== undefined || byCountry.has(country)) return known
  const code = country.toUpperCase() === 'UK' ? 'GB' : country.toUpperCase()
  const minified = Object.hasOwn(countries, code) ? countries[code] : undefined
  const plan = minified && compile(textAt(minified, AT.callingCode) ?? '', minified)
  byCountry.set(country, plan)
  return plan
}

/** The plans that share a calling code, the main one first (+1: the United States, then Canada and the rest). */
function plansOfCallingCode(callingCode: string): readonly PhonePlan[] {
  const known = byCallingCode.get(callingCode)
  if (known !== undefined) return known
  const service: MinifiedPlan | undefined = metadata.nonGeographic[callingCode]
  const plans = service
    ? [compile(callingCode, service)]
    : (callingCodes[callingCode] ?? []).flatMap((country) => planOfCountry(country) ?? [])
  byCallingCode.set(callingCode, plans)
  return plans
}

/** The plans of the calling code that international digits begin with; none where no calling code is like that. */
export function plansOfNumber(digits: string): readonly PhonePlan[] {
  for (let length = 1; length <= CALLING_CODE_LENGTH_MAX; length += 1) {
    const plans = plansOfCallingCode(digits.slice(0, length))
    if (plans.length > 0) return plans
  }
  return []
}
