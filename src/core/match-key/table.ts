import { normaliseBirthDay, normaliseBirthMonth, normaliseBirthYear } from './birth.ts'
import { normaliseCountry } from './country.ts'
import { normaliseEmail } from './email.ts'
import type { Normaliser } from './normalised.ts'
import { hashedKey, plainKey } from './outer-space.ts'
import { normaliseGender, normaliseInitial, normaliseName } from './person.ts'
import { normalisePhone } from './phone.ts'
import { normaliseCity, normaliseZip } from './place.ts'
import {
  normaliseAdvertisingId,
  normaliseExternalId,
  normaliseLookalikeValue,
  normaliseProcessingCountry,
  normaliseProcessingOptions,
  normaliseProcessingState,
  normaliseScopedId,
} from './plain.ts'
import { normaliseState } from './state.ts'

export type { RejectReason } from './reject-reason.ts'

/**
 * Raise it with every change after which some value is sent in another form, or is sent that was rejected, or is rejected that was
 * sent: a change of a rule or a list here, and a new version of libphonenumber-js or i18n-iso-countries that moves a result.
 * A run with a new version re-sends the rows that it changes, and is held first.
 */
export const NORMALISER_VERSION = 1

export interface MatchKeyRule {
  /** Whether the normalised text is sent as its SHA-256. */
  readonly hashed: boolean
  /** `strong` identifies a person; `weak` only helps; `value` says something about them and is outside the row fingerprint. */
  readonly role: 'strong' | 'weak' | 'value'
  /** How the cell's text becomes JSON in a request: as text, as a number, or as a list of options. */
  readonly json: 'text' | 'number' | 'options'
  readonly normalise: Normaliser
  /** A person has several of these, and each is worth a row; of the others the first that can be sent is taken. */
  readonly several?: true
  /** The id counts within one of these alone, which a request must name. */
  readonly scope?: 'app' | 'page'
  /** The names that columns of this kind go by, the surest first; case, `_`, `-` and spaces do not count. */
  readonly spellings: readonly string[]
  /** What becomes of a value, in one sentence. */
  readonly rule: string
  readonly source: string
  /** What Rollcall decides where Meta contradicts itself or is silent, and why. */
  readonly decision?: string
}

const GUIDE = 'Meta, Customer File Custom Audiences guide, table of hashing and normalisation'
const GUIDE_AND_EXAMPLE =
  'Meta, Customer File Custom Audiences guide; Conversions API, Customer Information Parameters (with a printed hash)'
const LIMITED_DATA_USE = 'Meta, Marketing API, Data Processing Options'

/** Every key that Meta matches on. The order is that of the columns in requests, ledgers and plans. */
export const MATCH_KEYS = {
  EXTERN_ID: {
    hashed: false,
    role: 'strong',
    json: 'text',
    normalise: plainKey(normaliseExternalId),
    spellings: [
      'external_id',
      'extern_id',
      'user_id',
      'customer_id',
      'client_id',
      'member_id',
      'profile_id',
      'contact_id',
      'person_id',
      'crm_id',
    ],
    rule: 'Sent as it is, without outer white space; an id that looks like an e-mail address is sent as the SHA-256 of that address.',
    source: GUIDE,
    decision:
      "Meta's SDKs lower-case it, take white space or dots out, or leave it alone. The guide asks for the same exact format every time, so nothing inside it changes. An address used as an id would leave in clear; hashed it is still one id per person.",
  },
  EMAIL: {
    hashed: true,
    role: 'strong',
    json: 'text',
    normalise: hashedKey(normaliseEmail),
    several: true,
    spellings: ['email', 'email_address', 'e_mail', 'mail', 'emails'],
    rule: 'Lower-cased; it must have one @ and a domain with a dot. Dots and +tags in the local part stay.',
    source: GUIDE_AND_EXAMPLE,
    decision:
      'What does not look like an address is rejected: its hash would match nobody, and a column of them shows up as a count of rejections instead of a low match rate. Invisible marks inside an address go.',
  },
  PHONE: {
    hashed: true,
    role: 'strong',
    json: 'text',
    normalise: hashedKey(normalisePhone),
    several: true,
    spellings: [
      'phone',
      'phone_number',
      'telephone',
      'telephone_number',
      'tel',
      'mobile',
      'mobile_number',
      'mobile_phone',
      'cell',
      'cell_phone',
      'msisdn',
      'phones',
    ],
    rule: 'Digits with country code, without plus: + and 00 begin an international number; otherwise the COUNTRY of the row, or else phone_country, gives country code and trunk prefix.',
    source:
      'Meta, Customer File Custom Audiences guide; Conversions API, Customer Information Parameters (with a printed hash); numbering plans of libphonenumber',
    decision:
      "All of Meta's SDKs keep the trunk 0 of +44 (0)20 7946 0958, which then matches nobody; Rollcall takes it out, and keeps it where numbers begin with it (Italy). Extensions go. The number must have a length that its country uses, assigned or not. Digits alone that begin with the country code of their own country are read with it where they are too long for the country, or no number of it. With no country known, digits that cannot be an international number are rejected as phone-without-country rather than guessed.",
  },
  MADID: {
    hashed: false,
    role: 'strong',
    json: 'text',
    normalise: plainKey(normaliseAdvertisingId),
    several: true,
    spellings: [
      'madid',
      'maid',
      'mobile_advertising_id',
      'mobile_ad_id',
      'mobile_advertiser_id',
      'advertising_id',
      'google_advertising_id',
      'android_advertising_id',
      'idfa',
      'gaid',
      'aaid',
      'adid',
      'ios_idfa',
      'android_idfa',
    ],
    rule: 'A UUID in lower case with its hyphens, not hashed; an id of zeros is rejected.',
    source: GUIDE,
    decision:
      "Three of Meta's SDKs hash it; the guide says not to, and a hash matches no device. A device whose owner refuses tracking gives zeros, which are no person.",
  },
  APPUID: {
    hashed: false,
    role: 'strong',
    json: 'text',
    normalise: plainKey(normaliseScopedId),
    several: true,
    scope: 'app',
    spellings: ['appuid', 'app_scoped_id', 'app_scoped_user_id', 'facebook_app_user_id'],
    rule: 'The digits by which an app of yours knows a person who logged in with Facebook, not hashed. The sync names the app: app_ids.',
    source: `${GUIDE}; Marketing API reference, Custom Audience users (app_ids)`,
    decision:
      'Sent as text, since many of these ids are larger than the numbers that JSON keeps exact.',
  },
  PAGEUID: {
    hashed: false,
    role: 'strong',
    json: 'text',
    normalise: plainKey(normaliseScopedId),
    scope: 'page',
    spellings: ['pageuid', 'psid', 'page_scoped_id', 'page_scoped_user_id'],
    rule: 'The digits by which a Facebook page knows a person who wrote to it, not hashed. The sync names the page: page_id.',
    source: `${GUIDE} (Using PAGEUID: one page); Marketing API reference, Custom Audience users (page_ids)`,
  },
  FN: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseName),
    spellings: ['first_name', 'firstname', 'first', 'given_name', 'forename', 'fname'],
    rule: 'Lower-case letters of any script with their accents; spaces, hyphens, apostrophes, digits and other signs go.',
    source: GUIDE_AND_EXAMPLE,
    decision:
      'The guide says a to z only and also that special characters are UTF-8, and prints the hashes of valéry and 정: accents and scripts stay, in Unicode NFC. Anne-Marie is annemarie and van der Berg vanderberg, as four of six SDKs have it; D’Angelo with either apostrophe is dangelo.',
  },
  LN: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseName),
    spellings: ['last_name', 'lastname', 'last', 'surname', 'family_name', 'lname'],
    rule: 'Like FN.',
    source: GUIDE_AND_EXAMPLE,
  },
  FI: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseInitial),
    spellings: ['first_initial', 'fi', 'initial'],
    rule: 'The first letter of what FN makes of it.',
    source: GUIDE,
    decision:
      "One of Meta's SDKs sends the whole first name; the guide asks for the initial, so a column of first names may be mapped to it.",
  },
  GEN: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseGender),
    spellings: ['gender', 'gen', 'sex'],
    rule: 'f from f, female, woman, girl; m from m, male, man, boy; anything else is rejected as a value.',
    source: GUIDE,
    decision:
      "Meta's SDKs disagree on every word but m and f, and hash what they do not know. A hash of unknown matches nobody, so the row goes without it.",
  },
  DOBY: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseBirthYear),
    spellings: [
      'birth_year',
      'year_of_birth',
      'doby',
      'date_of_birth',
      'dob',
      'birth_date',
      'birthday',
    ],
    rule: 'Four digits from 1900 to this year, also out of a full date.',
    source: GUIDE,
    decision: 'Two digits are rejected: the century would be a guess.',
  },
  DOBM: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseBirthMonth),
    spellings: [
      'birth_month',
      'month_of_birth',
      'dobm',
      'date_of_birth',
      'dob',
      'birth_date',
      'birthday',
    ],
    rule: '01 to 12, from a number, an English name or its short form, or out of a full date.',
    source: GUIDE,
    decision:
      'A date such as 04/05/1985 does not say which part is the month and is rejected; with dots it is day first, and 1985-04-05 and 19850405 are always read.',
  },
  DOBD: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseBirthDay),
    spellings: ['birth_day', 'birthday', 'dobd', 'date_of_birth', 'dob', 'birth_date'],
    rule: '01 to 31, from a number or out of a full date.',
    source: GUIDE,
    decision: 'Ambiguous dates as in DOBM.',
  },
  CT: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseCity),
    spellings: ['city', 'address_city', 'town', 'locality', 'ct'],
    rule: 'Lower-case letters only, Latin ones without accents; other scripts are kept.',
    source: GUIDE,
    decision:
      'For São Paulo the SDKs send sãopaulo or sopaulo. The guide wants a to z and recommends the Roman translation, which is saopaulo; dropping the letter is certainly wrong. ü is u, ø is o, ß is ss.',
  },
  ST: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseState),
    spellings: ['state', 'address_state', 'state_code', 'province', 'region', 'st'],
    rule: 'The two-letter code of a state of the United States or a province of Canada, also when the row names no country; elsewhere lower-case letters like CT.',
    source: GUIDE,
    decision:
      "Meta's newest SDK cuts every state to two letters, so that Bayern is ba; the guide asks for codes in the United States alone. Rollcall adds Canada, whose addresses have codes too. Georgia in a row without a country is the state.",
  },
  ZIP: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseZip),
    spellings: ['zip', 'zip_code', 'postal_code', 'post_code', 'postcode', 'address_zip', 'plz'],
    rule: 'Lower-case letters and digits, no spaces or dashes; of the United States the first five digits, with zeros lost at the front put back.',
    source: GUIDE_AND_EXAMPLE,
    decision:
      "The guide's area/district/sector for the United Kingdom and Meta's own example m11ae disagree; the example is a whole postcode, so SW1A 1AA is sw1a1aa. For 1010-100 (Portugal) the SDKs cut at the hyphen, which leaves half a postcode; the documents say no dash, so it is 1010100. 94105-1234 without a country is read as of the United States.",
  },
  COUNTRY: {
    hashed: true,
    role: 'weak',
    json: 'text',
    normalise: hashedKey(normaliseCountry),
    spellings: ['country_code', 'country', 'address_country', 'country_iso'],
    rule: 'The ISO 3166-1 alpha-2 code in lower case, from alpha-2, alpha-3 or an English name.',
    source: GUIDE_AND_EXAMPLE,
    decision:
      "uk is gb, which only ISO says; Meta's SDKs send uk. Names in other languages are rejected, not guessed. Georgia here is the country.",
  },
  LOOKALIKE_VALUE: {
    hashed: false,
    role: 'value',
    json: 'number',
    normalise: plainKey(normaliseLookalikeValue),
    spellings: [
      'lookalike_value',
      'lifetime_value',
      'customer_lifetime_value',
      'ltv',
      'clv',
      'predicted_ltv',
    ],
    rule: 'A number of 0 or more, not hashed.',
    source: 'Meta, value-based Custom Audiences guide',
  },
  DATA_PROCESSING_OPTIONS: {
    hashed: false,
    role: 'value',
    json: 'options',
    normalise: plainKey(normaliseProcessingOptions),
    spellings: ['data_processing_options'],
    rule: 'LDU for limited data use, or nothing.',
    source: LIMITED_DATA_USE,
  },
  DATA_PROCESSING_OPTIONS_COUNTRY: {
    hashed: false,
    role: 'value',
    json: 'number',
    normalise: plainKey(normaliseProcessingCountry),
    spellings: ['data_processing_options_country'],
    rule: '1 for the United States, or 0 to let Meta find out.',
    source: LIMITED_DATA_USE,
  },
  DATA_PROCESSING_OPTIONS_STATE: {
    hashed: false,
    role: 'value',
    json: 'number',
    normalise: plainKey(normaliseProcessingState),
    spellings: ['data_processing_options_state'],
    rule: '1000 for California or another number that Meta has given a state, or 0 to let Meta find out.',
    source: LIMITED_DATA_USE,
  },
} as const satisfies Record<string, MatchKeyRule>

export type MatchKey = keyof typeof MATCH_KEYS

const isMatchKey = (name: string): name is MatchKey => Object.hasOwn(MATCH_KEYS, name)

/** The keys in the canonical order of columns. */
export const MATCH_KEY_NAMES: readonly MatchKey[] = Object.keys(MATCH_KEYS).filter(isMatchKey)
