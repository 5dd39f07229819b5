import type { Reading } from '../src/sql/fingerprint.ts'

/** What the bench's sync reads of each person. */
export function readingOf(people: string, secret: string): Reading {
  return {
    members: { sql: `select * from read_parquet('${people}')`, parameters: {} },
    keyColumn: 'id',
    mapping: [
      ['EXTERN_ID', ['id']],
      ['EMAIL', ['email']],
      ['PHONE', ['phone']],
      ['FN', ['first_name']],
      ['COUNTRY', ['country']],
    ],
    columns: new Map([
      ['id', 'number'],
      ['email', 'text'],
      ['phone', 'text'],
      ['first_name', 'text'],
      ['country', 'text'],
    ]),
    secret,
    settings: '',
    holdout: { share: 0, salt: '' },
  }
}
