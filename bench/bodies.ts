// Rows to request bodies, set against bare hashing of the same normalised values in the same process.
import { hash } from 'node:crypto'
import { matchRows, type MappedValues, type RowContext } from '../src/core/match-key/rows.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey } from '../src/core/match-key/table.ts'
import { traceValue } from '../src/core/match-key/trace.ts'
import { membershipBody } from '../src/destination/meta/body.ts'
import { cpuSeconds, figure, median, type Figure } from './figure.ts'

const ROWS = 50_000
const ROWS_PER_REQUEST = 10_000
const ROUNDS = 5
const CONTEXT: RowContext = { phoneCountry: 'US', currentYear: 2026 }

/** Of every hundred million rows a published action and bare hashing took, on one machine: Segment's 15.5 k rows/CPU-s against 305 k. */
const SEGMENT_15_KEYS = 15.5 / 305
/** The same for e-mail alone: 87 k rows/CPU-s against 4.0 M bare hashes. */
const SEGMENT_EMAIL = 87 / 4000

const KEYS_15: readonly MatchKey[] = [
  'EXTERN_ID',
  'EMAIL',
  'PHONE',
  'MADID',
  'FN',
  'LN',
  'FI',
  'GEN',
  'DOBY',
  'DOBM',
  'DOBD',
  'CT',
  'ST',
  'ZIP',
  'COUNTRY',
]

/** Made-up people, each different from all others. */
function person(index: number): MappedValues {
  const digits = String(index).padStart(7, '0')
  return {
    EXTERN_ID: [`customer-${index}`],
    EMAIL: [` Person.${index}@Mail${index % 50}.Example.org `],
    PHONE: [`(212) 555-${digits.slice(3)} ext ${index % 10}`],
    MADID: [`38400000-8CF0-11BD-B23E-${digits.padStart(12, '0')}`],
    FN: [`Anne-Marie ${letters(index)}`],
    LN: [`O’Neill ${letters(index * 7)}`],
    FI: ['Anne'],
    GEN: [index % 2 === 0 ? 'Female' : 'm'],
    DOBY: [String(1940 + (index % 60))],
    DOBM: [String(1 + (index % 12))],
    DOBD: [String(1 + (index % 28))],
    CT: [`Saint ${letters(index % 5000)}`],
    ST: ['New York'],
    ZIP: [String(10_000 + (index % 80_000))],
    COUNTRY: ['United States'],
  }
}

function letters(index: number): string {
  return String(index).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')
}

function bench(name: string, keys: readonly MatchKey[], segment: number): Figure {
  const people = Array.from({ length: ROWS }, (_, index) => {
    const values = person(index)
    return Object.fromEntries(keys.map((key) => [key, values[key] ?? []])) satisfies MappedValues
  })
  const places = keys.map((key) => MATCH_KEY_NAMES.indexOf(key))
  const texts = people.map((values) =>
    keys.flatMap((key) => {
      const { normalised } = traceValue(key, values[key]?.[0], { ...CONTEXT, country: 'US' })
      return MATCH_KEYS[key].hashed && normalised !== null ? [normalised] : []
    }),
  )
  let bytes = 0
  const ours = (): void => {
    for (let from = 0; from < people.length; from += ROWS_PER_REQUEST) {
      const rows = people
        .slice(from, from + ROWS_PER_REQUEST)
        .flatMap((values) => matchRows(values, CONTEXT).rows)
      const body = membershipBody({
        operation: 'add',
        audienceId: '1',
        schema: keys,
        rows: rows.map((cells) => places.map((place) => cells[place] ?? null)),
      })
      bytes += Buffer.byteLength(body)
    }
  }
  const bare = (): void => {
    for (const row of texts) for (const text of row) bytes += hash('sha256', text, 'hex').length
  }
  ours()
  bare()
  const rounds = Array.from({ length: ROUNDS }, () => [cpuSeconds(ours), cpuSeconds(bare)] as const)
  const rate = (seconds: number): number => ROWS / seconds / 1000
  const ratio = median(rounds.map(([own, reference]) => reference / own))
  const reference = median(rounds.map(([, seconds]) => rate(seconds)))
  return figure(
    name,
    'thousand rows per CPU second, against bare crypto.hash of the same values',
    ratio * reference,
    reference,
    { atLeast: Math.max(5 * segment, name === 'bodies' ? 0.25 : 0) },
    { times_segment: Number((ratio / segment).toPrecision(3)), bytes },
  )
}

export async function bodies(): Promise<Figure[]> {
  return Promise.resolve([bench('bodies', KEYS_15, SEGMENT_15_KEYS)])
}

export async function bodiesEmail(): Promise<Figure[]> {
  return Promise.resolve([bench('bodies-email', ['EMAIL'], SEGMENT_EMAIL)])
}
