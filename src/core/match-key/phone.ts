import { asciiDigits, withoutZeroFraction } from './digits.ts'
import { rejectedFor, valueOf, type NormaliseContext, type Normalised } from './normalised.ts'
import { planOfCountry, plansOfNumber, type PhonePlan } from './phone-plan.ts'

/** The digits of a number as somebody wrote it. */
interface Written {
  readonly digits: string
  /** It begins with a plus. */
  readonly plus: boolean
  /** The digits less the 0 of a "(0)", which says "not from abroad"; undefined without one. */
  readonly withoutBracketedZero: string | undefined
}

/** ITU-T E.164 ends at 15; below 7 it is a service number or a fragment. */
const DIGITS_MIN = 7
const DIGITS_MAX = 15

const PLAIN = /^\+?[\d ()./-]+$/
const NOT_DIGITS = /\D+/g
const DIGIT = /\d/
/** After the first digit these begin an extension, a remark or a second number. */
const END = /[\p{L}#;+＋]/u
/** A long number that a spreadsheet has shortened: its last digits are lost. */
const SCIENTIFIC = /^\+?\d[.,]\d+e[+-]?\d+$/i
const ONLY_ZEROS = /^0*$/
const BRACKETED_ZERO = /[([]\s*0\s*[)\]]/

function writtenNumber(raw: string): Written {
  const text = withoutZeroFraction(raw)
  if (PLAIN.test(text)) return digitsOf(text, text.startsWith('+'))
  const roman = asciiDigits(text)
  const start = roman.search(DIGIT)
  if (start < 0 || SCIENTIFIC.test(roman)) return digitsOf('', false)
  const before = roman.slice(0, start)
  const rest = roman.slice(start)
  const end = rest.search(END)
  // The bracket that opens before the first digit belongs to the number.
  const number = before.slice(-1) + (end < 0 ? rest : rest.slice(0, end))
  return digitsOf(number, before.includes('+') || before.includes('＋'))
}

function digitsOf(text: string, plus: boolean): Written {
  const bracketed = BRACKETED_ZERO.test(text)
  return {
    digits: text.replace(NOT_DIGITS, ''),
    plus,
    withoutBracketedZero: bracketed
      ? text.replace(BRACKETED_ZERO, '').replace(NOT_DIGITS, '')
      : undefined,
  }
}

/** The number less its trunk prefix, or as it is where that would leave no number of the plan. */
function withoutTrunk(number: string, plan: PhonePlan): string {
  const shorter = trunkTaken(number, plan)
  if (shorter === number || !hasLength(shorter, plan)) return number
  // In Russia 8 is the prefix, and 800 555 35 35 a number: a number of the plan is not turned into one that is none.
  return plan.pattern.test(number) && !plan.pattern.test(shorter) ? number : shorter
}

function trunkTaken(number: string, { trunkPrefix, trunkRewrite }: PhonePlan): string {
  if (trunkPrefix === null) return number
  if (typeof trunkPrefix === 'string') {
    return number.startsWith(trunkPrefix) ? number.slice(trunkPrefix.length) : number
  }
  const match = trunkPrefix.exec(number)
  if (match === null) return number
  const captured = match.length > 1 && match.at(-1) !== undefined && match.at(-1) !== ''
  return trunkRewrite !== null && captured
    ? number.replace(trunkPrefix, trunkRewrite)
    : number.slice(match[0].length)
}

const hasLength = (number: string, { lengths }: PhonePlan): boolean =>
  number.length < 32 && (lengths & (1 << number.length)) !== 0

/** A prefix typed twice goes twice, so that reading the result again changes nothing. */
const PREFIXES_MAX = 3

function nationalNumber(digits: string, plan: PhonePlan): string {
  let number = digits
  for (let taken = 0; taken < PREFIXES_MAX; taken += 1) {
    const shorter = withoutTrunk(number, plan)
    if (shorter === number) return number
    number = shorter
  }
  return number
}

/** Digits that begin with a country code, less a trunk prefix behind it; undefined where that is no possible number. */
function international(digits: string): string | undefined {
  const plans = plansOfNumber(digits)
  const [main] = plans
  if (main === undefined || digits.length > DIGITS_MAX + PREFIXES_MAX * 2) return undefined
  const number = nationalNumber(digits.slice(main.callingCode.length), main)
  const possible =
    hasLength(number, main) ||
    plans.some((plan) => plan !== main && hasLength(number, plan) && plan.pattern.test(number))
  const whole = main.callingCode + number
  if (ONLY_ZEROS.test(number)) return undefined
  return possible && whole.length >= DIGITS_MIN && whole.length <= DIGITS_MAX ? whole : undefined
}

/** The same for a number in which a 0 stands in brackets: it goes, unless numbers of that country begin with it (Italy). */
function internationalWithZero(digits: string, withoutZero: string): string | undefined {
  const [main] = plansOfNumber(digits)
  const zeroBelongs = main?.pattern.test(digits.slice(main.callingCode.length)) ?? false
  return international(zeroBelongs ? digits : withoutZero)
}

/** An international number as it is dialled from that country (011 in the United States). */
function dialled(digits: string, plan: PhonePlan): string | undefined {
  const abroad = digits.replace(plan.internationalPrefix, '')
  return abroad === digits ? undefined : international(abroad)
}

/** Digits as somebody in that country writes them at home. */
function national(digits: string, plan: PhonePlan): string | undefined {
  const asIs = nationalNumber(digits, plan)
  const number = digits.startsWith(plan.callingCode) ? withoutCallingCode(digits, asIs, plan) : asIs
  return hasLength(number, plan) ? international(plan.callingCode + number) : undefined
}

/**
 * Numbers in use have at most this many digits within their country. Plans that leave room for more (Germany up to 15) cannot tell
 * 49 30 1234567 from a national number, which is seldom written without its 0: from here on the country code is believed.
 */
const NATIONAL_DIGITS_USUAL_MAX = 11

/** National numbers may begin like the calling code; the plan's numbers and lengths tell which it is. */
function withoutCallingCode(digits: string, asIs: string, plan: PhonePlan): string {
  const shorter = nationalNumber(digits.slice(plan.callingCode.length), plan)
  if (asIs.length > plan.lengthMax) return shorter
  const roomy = plan.lengthMax > NATIONAL_DIGITS_USUAL_MAX
  const doubtful = (roomy && asIs.length >= NATIONAL_DIGITS_USUAL_MAX) || !plan.pattern.test(asIs)
  return doubtful && plan.pattern.test(shorter) ? shorter : asIs
}

/** A number that says by + or 00 that its country code follows. */
function abroadNumber(digits: string, withoutZero: string | undefined): string | undefined {
  const bare = digits.replace(/^00/, '')
  return withoutZero === undefined
    ? international(bare)
    : internationalWithZero(bare, withoutZero.replace(/^00/, ''))
}

/**
 * PHONE: digits with country code, no plus. `+` and `00` begin an international number; otherwise the row's country, otherwise the
 * default one, says which country code and trunk prefix; without either the digits must be an international number as they are.
 */
export function normalisePhone(raw: string, context: NormaliseContext): Normalised {
  const { digits, plus, withoutBracketedZero } = writtenNumber(raw)
  const isAbroad = plus || digits.startsWith('00')
  const plan = plus ? undefined : planFor(context)
  const whole =
    (isAbroad ? abroadNumber(digits, withoutBracketedZero) : undefined) ??
    (plan && dialled(digits, plan)) ??
    (isAbroad ? undefined : plan ? national(digits, plan) : international(digits))
  if (whole !== undefined) return valueOf(whole)
  const couldBeNational = digits.length >= DIGITS_MIN && digits.length <= DIGITS_MAX
  const countryMissing = !isAbroad && plan === undefined && couldBeNational
  return rejectedFor(countryMissing ? 'phone-without-country' : 'not-a-phone')
}

function planFor({ country, phoneCountry }: NormaliseContext): PhonePlan | undefined {
  const own = country === null ? undefined : planOfCountry(country)
  return own ?? (phoneCountry === null ? undefined : planOfCountry(phoneCountry))
}
