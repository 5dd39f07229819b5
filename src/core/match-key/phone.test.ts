// The full parser of libphonenumber-js is the oracle: where the two differ, the class of difference is named here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  getCountries,
  getExampleNumber,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/min'
import examples from 'libphonenumber-js/mobile/examples'
import { normalisePhone } from './phone.ts'

const COUNTRIES = getCountries()

function ours(text: string, country: string | null): string | null {
  const result = normalisePhone(text, { country, phoneCountry: null, currentYear: 2026 })
  return result.kind === 'value' ? result.text : null
}

function theirs(text: string, country: CountryCode | null): string | null {
  const number = parsePhoneNumberFromString(text, country ?? undefined)
  return number?.isPossible() ? number.number.slice(1) : null
}

interface Writing {
  readonly write: (number: PhoneNumber) => string
  readonly withCountry: boolean
  /** Why Rollcall reads the number where the oracle reads another or none; without it the two must agree. */
  readonly difference?: string
}

const WRITINGS: Readonly<Record<string, Writing>> = {
  international: { write: (number) => number.formatInternational(), withCountry: false },
  E164: { write: ({ number }) => number, withCountry: false },
  'a tel: link': { write: ({ number }) => `tel:${number}`, withCountry: false },
  'with an extension': {
    write: (number) => `${number.formatInternational()} ext. 12`,
    withCountry: false,
  },
  national: { write: (number) => number.formatNational(), withCountry: true },
  'national with dots': {
    write: (number) => number.formatNational().replace(/[ -]/g, '.'),
    withCountry: true,
  },
  'national without trunk prefix': {
    write: ({ nationalNumber }) => nationalNumber,
    withCountry: true,
  },
  'with 00': {
    write: ({ number }) => `00${number.slice(1)}`,
    withCountry: false,
    difference: 'The oracle wants to know the country that one dials from; 00 is taken everywhere.',
  },
  'digits alone, no country known': {
    write: ({ number }) => number.slice(1),
    withCountry: false,
    difference: 'The oracle wants a plus; digits that are a possible number are taken as they are.',
  },
  'digits alone, in its own country': {
    write: ({ number }) => number.slice(1),
    withCountry: true,
    difference:
      'Where a plan leaves room for numbers that nobody has (Germany: 15 digits) the oracle reads the country code as a part of them.',
  },
  'with (0)': {
    write: ({ countryCallingCode, nationalNumber }) =>
      `+${countryCallingCode} (0) ${nationalNumber}`,
    withCountry: false,
    difference:
      'The oracle takes the 0 only where it is the trunk prefix; in brackets it never is dialled from abroad.',
  },
}

/** The example number of each country, and others like it with the last digits changed. */
function* sampleNumbers(): Generator<PhoneNumber> {
  for (const country of COUNTRIES) {
    const example = getExampleNumber(country, examples)
    if (example === undefined) continue
    yield example
    for (const ending of ['2468', '1999', '4711', '8080']) {
      const digits = example.nationalNumber.slice(0, -4) + ending
      const number = parsePhoneNumberFromString(`+${example.countryCallingCode}${digits}`)
      if (number?.isPossible()) yield number
    }
  }
}
const SAMPLES = [...sampleNumbers()]

for (const [name, { write, withCountry, difference }] of Object.entries(WRITINGS)) {
  test(`numbers of every country, ${name}`, () => {
    let right = 0
    let different = 0
    let compared = 0
    for (const number of SAMPLES) {
      if (number.country === undefined) continue
      const country = withCountry ? number.country : null
      const text = write(number)
      const mine = ours(text, country)
      const expected = number.number.slice(1)
      compared += 1
      if (mine === expected) right += 1
      if (mine === theirs(text, country)) continue
      different += 1
      assert.ok(difference !== undefined && mine === expected, `${country} ${text}: ${mine}`)
    }
    assert.ok(compared > 900, String(compared))
    assert.ok(right / compared > 0.98, `${right} of ${compared}`)
    assert.equal(different > 0, difference !== undefined, 'the difference is still one')
  })
}

const digits = fc.stringMatching(/^[0-9]{4,14}$/)
const anyNumber = fc
  .tuple(fc.constantFrom('', '', '0', '8', '1', '06', '+'), digits)
  .map(([start, rest]) => start + rest)

test('any number that the oracle finds valid is read the same', () => {
  let compared = 0
  fc.assert(
    fc.property(anyNumber, fc.constantFrom(...COUNTRIES), (text, country) => {
      const number = parsePhoneNumberFromString(text, country)
      if (!number?.isValid() || text.startsWith('00')) return
      const expected = number.number.slice(1)
      // E.164 ends at 15 digits; below 7 it is a service number.
      if (expected.length < 7 || expected.length > 15) return
      // A number of another country with the same calling code and longer numbers: not in this person's country.
      if (number.country !== country && !text.startsWith('+')) return
      // The class "digits alone, in its own country" above.
      if (text.length >= 11 && text.startsWith(number.countryCallingCode)) return
      compared += 1
      assert.equal(ours(text, country), expected, `${country} ${text}`)
    }),
    { numRuns: 20_000 },
  )
  assert.ok(compared > 500, String(compared))
})

test('a number read again with its plus stays what it is', () => {
  let accepted = 0
  fc.assert(
    fc.property(
      fc.oneof(
        anyNumber,
        fc.constantFrom(...SAMPLES).map(({ nationalNumber }) => `0${nationalNumber}`),
      ),
      fc.constantFrom(null, ...COUNTRIES),
      (text, country) => {
        const once = ours(text, country)
        if (once === null) return
        accepted += 1
        assert.match(once, /^[1-9]\d{6,14}$/)
        assert.equal(ours(`+${once}`, country), once)
        assert.equal(ours(`+${once}`, null), once)
      },
    ),
    { numRuns: 20_000 },
  )
  assert.ok(accepted > 5_000, String(accepted))
})

const CASES: readonly (readonly [
  text: string,
  country: string | null,
  sent: string | null,
  why: string,
])[] = [
  ['15559876543.0', null, '15559876543', 'a whole number out of a data frame'],
  ['1.5559876543E+10', null, null, 'a spreadsheet has lost its digits'],
  [
    '\u202a+49 170 1234567\u202c',
    null,
    '491701234567',
    'copied from a phone, with invisible marks',
  ],
  ['＋４９ １７０ １２３４５６７', null, '491701234567', 'full-width signs'],
  ['(+49) 170 1234567', null, '491701234567', 'the plus in brackets'],
  ['+0049 170 1234567', null, '491701234567', 'both ways of saying international'],
  ['011 49 170 1234567', 'us', '491701234567', 'as dialled in the United States'],
  ['mobile: 0170 1234567 (after 6)', 'de', '491701234567', 'words around it'],
  ['0170 1234567 +49 171 7654321', 'de', '491701234567', 'two numbers: the first'],
  ['49 30 1234567', 'de', '49301234567', 'its own country code without a plus'],
  [
    '4915123456789',
    'de',
    '4915123456789',
    'the same for a mobile, where the plan has room for both',
  ],
  ['4931 123456', 'de', '494931123456', 'an area code that begins like the country code'],
  ['55 99988-7766', 'br', '5555999887766', 'area code 55 is not the country'],
  ['+39 (0)6 1234 5678', null, '390612345678', 'in Italy the 0 belongs to the number'],
  ['+44 020 7946 0958', null, '442079460958', 'the trunk 0 without brackets'],
  ['1-800-FLOWERS', 'us', null, 'letters are not digits'],
  ['+999 123 4567', null, null, 'no such country code'],
  ['0000000000', 'us', null, 'zeros'],
  ['555-1234', 'us', null, 'the area code is missing'],
  ['555-1234', 'ca', null, 'seven digits are a number in Canada, but not these'],
  ['310-1234', 'ca', '13101234', 'these are'],
  ['020 7946 0958', 'aq', null, 'a country without numbers of its own says nothing'],
]

for (const [text, country, sent, why] of CASES) {
  test(`${text} ${country ?? ''}: ${why}`, () => assert.equal(ours(text, country), sent))
}

const londonNumber = (country: string | null, phoneCountry: string) =>
  normalisePhone('020 7946 0958', { country, phoneCountry, currentYear: 2026 })

test("the row's country comes before the default one, in any case and as uk", () => {
  assert.deepEqual(londonNumber('gb', 'DE'), { kind: 'value', text: '442079460958' })
  assert.deepEqual(londonNumber(null, 'uk'), { kind: 'value', text: '442079460958' })
  assert.deepEqual(londonNumber(null, 'DE'), { kind: 'value', text: '492079460958' })
  assert.deepEqual(londonNumber('aq', 'GB'), { kind: 'value', text: '442079460958' })
})
