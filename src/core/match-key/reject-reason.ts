/** What was wrong with a value, as a sentence for people, and what they can do about it. */
interface RejectReasonText {
  readonly sentence: string
  readonly remedy: string
}

/** Every reason for which a value is not sent. A rejected value costs that value alone, never its row or its batch. */
export const REJECT_REASONS = {
  'too-long': {
    sentence: 'The value is longer than 1,024 characters.',
    remedy:
      'Check that the column is mapped to the right match key, and that its file is read with the right separator.',
  },
  'hashed-with-another-algorithm': {
    sentence: 'The value looks like a hash, but not like a SHA-256.',
    remedy:
      'Map the plain value, or hash the normalised value with SHA-256, written as 64 hexadecimal digits.',
  },
  'not-an-email': {
    sentence: 'The value does not look like an e-mail address.',
    remedy: 'Correct it in the source. An address has one @ and a domain with a dot.',
  },
  'not-a-phone': {
    sentence: 'The value is not a possible phone number.',
    remedy:
      'Correct it in the source. A number has 7 to 15 digits, and a length that its country uses.',
  },
  'phone-without-country': {
    sentence: 'The phone number has no country code, and its country is not known.',
    remedy:
      'Map a COUNTRY column, set phone_country, or write the number with + and its country code.',
  },
  'not-an-advertising-id': {
    sentence:
      'The value is not a mobile advertising id, or it is the id of a device that refuses tracking.',
    remedy:
      'Send the id as the device gives it: 32 hexadecimal digits with hyphens, not hashed. An id of zeros matches nobody.',
  },
  'not-a-scoped-id': {
    sentence: 'The value is not an id that Facebook gives a person within an app or a page.',
    remedy: 'Send the id as Facebook gave it: digits alone, not hashed.',
  },
  'not-a-gender': {
    sentence: 'The value does not say female or male in a word that Meta takes.',
    remedy: 'Nothing needs doing: Meta knows f and m only, and the row is sent without it.',
  },
  'not-a-year': {
    sentence: 'The value is not a year from 1900 to this year.',
    remedy: 'Write the year of birth with four digits, or map a full date such as 1985-04-23.',
  },
  'not-a-month': {
    sentence: 'The value is not a month.',
    remedy: 'Write 1 to 12 or the English name, or map a full date such as 1985-04-23.',
  },
  'not-a-day': {
    sentence: 'The value is not a day of a month.',
    remedy: 'Write 1 to 31, or map a full date such as 1985-04-23.',
  },
  'ambiguous-date': {
    sentence: 'The date does not show which number is the day and which is the month.',
    remedy: 'Write dates as year-month-day, such as 1985-04-23.',
  },
  'not-a-zip': {
    sentence:
      'The value is no postal code, or none of the United States, which its row gives as the country.',
    remedy: 'Correct the code or the country in the source. A ZIP code has five digits, or nine.',
  },
  'not-a-country': {
    sentence: 'The value is not a country.',
    remedy: 'Write the two or three letters of ISO 3166-1, such as DE or DEU, or the English name.',
  },
  'not-a-value': {
    sentence: 'The value is not a number of 0 or more.',
    remedy: 'Map a numeric column without currency signs or thousands separators.',
  },
  'not-a-processing-option': {
    sentence: 'The value is not a data processing option that Meta knows.',
    remedy:
      'Use LDU or nothing; for its country 0 or 1; for its state 0 or the number that Meta gives it, such as 1000.',
  },
} as const satisfies Record<string, RejectReasonText>

export type RejectReason = keyof typeof REJECT_REASONS
