import { asciiDigits, withoutZeroFraction } from './digits.ts'
import { normaliseEmail } from './email.ts'
import { EMPTY, digestOf, rejectedFor, valueOf, type Normalised } from './normalised.ts'
import { sha256 } from './sha256.ts'

/** The keys that are sent as they are, unhashed. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** What a device gives when its owner refuses tracking. */
const NO_TRACKING = '00000000-0000-0000-0000-000000000000'
const NUMBER = /^\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** MADID: a UUID in lower case, hyphens kept. */
export function normaliseAdvertisingId(text: string): Normalised {
  const lower = text.toLowerCase()
  return UUID.test(lower) && lower !== NO_TRACKING
    ? valueOf(lower)
    : rejectedFor('not-an-advertising-id')
}

/** EXTERN_ID: as it is; an e-mail address used as an id leaves as its SHA-256, so that no address is sent in clear. */
export function normaliseExternalId(text: string): Normalised {
  if (!text.includes('@')) return valueOf(text)
  const email = normaliseEmail(text)
  return email.kind === 'value' ? digestOf(sha256(email.text)) : valueOf(text)
}

/** LOOKALIKE_VALUE: a number of 0 or more, in JavaScript's shortest writing. */
export function normaliseLookalikeValue(text: string): Normalised {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? valueOf(String(number)) : rejectedFor('not-a-value')
}

const SCOPED_ID = /^[1-9]\d{0,24}$/

/** APPUID and PAGEUID: the digits that Facebook gives; never hashed, so that a hash in such a column is a mistake. */
export function normaliseScopedId(text: string): Normalised {
  const digits = withoutZeroFraction(asciiDigits(text))
  return SCOPED_ID.test(digits) ? valueOf(digits) : rejectedFor('not-a-scoped-id')
}

const OPTIONS: ReadonlyMap<string, Normalised> = new Map([
  ['LDU', valueOf('LDU')],
  ['["LDU"]', valueOf('LDU')],
  ['[]', EMPTY],
])

/** DATA_PROCESSING_OPTIONS: LDU, limited data use, or nothing. */
export const normaliseProcessingOptions = (text: string): Normalised =>
  OPTIONS.get(text.toUpperCase()) ?? rejectedFor('not-a-processing-option')

/** DATA_PROCESSING_OPTIONS_COUNTRY: 1 is the United States, 0 lets Meta find out. */
export const normaliseProcessingCountry = (text: string): Normalised =>
  text === '0' || text === '1' ? valueOf(text) : rejectedFor('not-a-processing-option')

const STATE_NUMBER = /^(?:0|1\d{3})$/

/** DATA_PROCESSING_OPTIONS_STATE: 1000 is California, 0 lets Meta find out; Meta has added states since. */
export const normaliseProcessingState = (text: string): Normalised =>
  STATE_NUMBER.test(text) ? valueOf(text) : rejectedFor('not-a-processing-option')
