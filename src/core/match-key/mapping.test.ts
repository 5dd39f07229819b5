import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestMapping } from './mapping.ts'

const suggested = (...columns: string[]): Record<string, readonly string[]> =>
  Object.fromEntries(suggestMapping(columns).map((found) => [found.key, found.columns]))

/** The spellings that Segment's table of traits promises. */
const TABLE = {
  FN: ['first_name', 'firstname', 'firstName', 'first'],
  LN: ['last_name', 'lastname', 'lastName', 'last'],
  PHONE: ['phone', 'phone_number', 'phonenumber', 'phoneNumber'],
  GEN: ['gender', 'gen'],
  DOBY: ['birth_year'],
  DOBM: ['birth_month'],
  DOBD: ['birth_day', 'birthday', 'date_of_birth', 'DOB', 'dateOfBirth'],
  ST: ['state', 'address_state'],
  CT: ['city', 'address_city'],
  ZIP: ['zip', 'zip_code', 'zipCode'],
  COUNTRY: ['country_code', 'countryCode'],
}

for (const [key, spellings] of Object.entries(TABLE)) {
  test(`${key} is found as ${spellings.join(', ')}`, () => {
    for (const spelling of spellings) assert.deepEqual(suggested(spelling)[key], [spelling])
  })
}

test('all e-mail, phone and device columns are found together, in the order of the table', () => {
  const found = suggested('work_email', 'Email', 'email2', 'homePhone', 'mobile', 'IDFA', 'gaid')
  assert.deepEqual(found, {
    EMAIL: ['work_email', 'Email', 'email2'],
    PHONE: ['homePhone', 'mobile'],
    MADID: ['IDFA', 'gaid'],
  })
})

test('columns about an e-mail or a phone are not one', () => {
  assert.deepEqual(
    suggested('email_opt_in', 'email_verified', 'phone_type', 'account_state', 'id', 'revenue'),
    {},
  )
})

test('of one key the surest spelling is taken', () => {
  assert.deepEqual(suggested('billing_city', 'city', 'town'), { CT: ['city'] })
  assert.deepEqual(suggested('billing_city'), { CT: ['billing_city'] })
})

test('a full date of birth serves year, month and day, unless they have their own columns', () => {
  assert.deepEqual(suggested('dob'), { DOBY: ['dob'], DOBM: ['dob'], DOBD: ['dob'] })
  assert.deepEqual(suggested('birth_day', 'birth_month', 'birth_year'), {
    DOBY: ['birth_year'],
    DOBM: ['birth_month'],
    DOBD: ['birth_day'],
  })
})
