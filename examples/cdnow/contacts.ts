/**
 * Contact details for the customers of the CDNOW log, all of them made up. The log itself knows people by a number only. Every
 * e-mail domain ends in a name that the Internet keeps for examples, and no phone number can be somebody's.
 *
 * The same customer always gets the same details: everything is drawn from the SHA-256 of the customer's number.
 * `node examples/cdnow/contacts.ts` writes contacts.csv beside the orders.
 */
import { hash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PLACES, type Place, type Town } from './places.ts'

const COLUMNS = [
  'customer_id',
  'email',
  'second_email',
  'phone',
  'first_name',
  'last_name',
  'city',
  'state',
  'zip',
  'country',
] as const

export type Contact = Readonly<Record<(typeof COLUMNS)[number], string>>

const DOMAINS = [
  'mail.example',
  'post.example',
  'inbox.example',
  'example.com',
  'example.org',
  'example.net',
  'letters.test',
  'music-fans.example',
] as const

const BROKEN_EMAILS = ['n/a', 'none', 'john@', '@mail.example', 'unknown', 'jane.mail.example']
const BROKEN_PHONES = ['unknown', '12345', '000-000-0000', 'see notes', '-', '5.55E+09']

/** A number in [0, 1) that belongs to a customer and a purpose. */
function chance(id: string, purpose: string): number {
  return Number.parseInt(hash('sha256', `cdnow ${id} ${purpose}`).slice(0, 12), 16) / 2 ** 48
}

function pick<T>(id: string, purpose: string, list: readonly T[]): T {
  const picked = list[Math.floor(chance(id, purpose) * list.length)]
  if (picked === undefined) throw new RangeError(`Cannot pick a ${purpose}: there is none`)
  return picked
}

/** Picks by weight: the first entry up to which the weights add up to the customer's chance. */
function share<T>(
  id: string,
  purpose: string,
  parts: readonly (readonly [number, T])[],
  rest: T,
): T {
  let left = chance(id, purpose) * 100
  for (const [percent, part] of parts) {
    left -= percent
    if (left < 0) return part
  }
  return rest
}

/** Puts a digit in the place of each `#`. */
function digits(id: string, purpose: string, pattern: string): string {
  let place = 0
  return pattern.replaceAll('#', () => {
    place += 1
    return String(Math.floor(chance(id, `${purpose} ${place}`) * 10))
  })
}

const placeOf = (id: string): Place =>
  share(
    id,
    'country',
    PLACES.map((place) => [place.share, place]),
    pick(id, 'country', PLACES),
  )

interface Person {
  readonly id: string
  readonly place: Place
  readonly town: Town
  readonly first: string
  readonly last: string
  /** Somebody at the same address, and what the two share. */
  readonly sharing?: { readonly mate: Person; readonly what: 'e-mail' | 'phone' }
}

function strangerOf(id: string): Person {
  const place = placeOf(id)
  return {
    id,
    place,
    town: pick(id, 'town', place.towns),
    first: pick(id, 'first name', place.first),
    last: pick(id, 'last name', place.last),
  }
}

/** People of a household are neighbours in the log: this one and the one before. */
function personOf(id: string): Person {
  const stranger = strangerOf(id)
  if (Number(id) === 1 || chance(id, 'household') >= 0.06) return stranger
  const mate = strangerOf(String(Number(id) - 1).padStart(id.length, '0'))
  const { place, town, last } = mate
  const first = pick(id, 'first name', place.first)
  const what = chance(id, 'shares') < 0.5 ? 'e-mail' : 'phone'
  return { id, place, town, first, last, sharing: { mate, what } }
}

/** The part of a name that fits in front of an @. */
const plainLetters = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll(/[^a-z]/g, '')

/** The person's own address; the number in it keeps two people of one name apart. */
function ownEmail({ id, first, last }: Person): string {
  const name = [plainLetters(first), plainLetters(last)].filter((part) => part !== '').join('.')
  return `${name || 'fan'}${Number(id)}@${pick(id, 'domain', DOMAINS)}`
}

/** As somebody typed it into a form: capitals and spaces around it. */
function typed(id: string, email: string): string {
  return share<(text: string) => string>(
    id,
    'typing',
    [
      [4, (text) => text.replace(/^./, (letter) => letter.toUpperCase())],
      [2, (text) => text.toUpperCase()],
      [2, (text) => ` ${text} `],
    ],
    (text) => text,
  )(email)
}

function emailOf(person: Person): string {
  if (person.sharing?.what === 'e-mail') return ownEmail(person.sharing.mate)
  return share<() => string>(
    person.id,
    'e-mail',
    [
      [6, () => ''],
      [2.5, () => pick(person.id, 'broken e-mail', BROKEN_EMAILS)],
      [3, () => hash('sha256', ownEmail(person))],
      [1, () => hash('sha256', ownEmail(person)).toUpperCase()],
      [0.5, () => hash('md5', ownEmail(person))],
    ],
    () => typed(person.id, ownEmail(person)),
  )()
}

const secondEmailOf = ({ id, last }: Person): string =>
  chance(id, 'second e-mail') < 0.08
    ? `${plainLetters(last) || 'office'}.${Number(id)}@work.example`
    : ''

/** The ways in which people write one number. */
const WRITINGS: readonly (readonly [number, (place: Place, number: string) => string])[] = [
  [30, ({ trunk }, number) => trunk + number],
  [12, ({ trunk }, number) => (trunk + number).replaceAll(' ', '-')],
  [8, ({ trunk }, number) => (trunk + number).replaceAll(' ', '')],
  [6, ({ trunk }, number) => `(${(trunk + number).replace(' ', ') ')}`],
  [5, ({ trunk }, number) => `${(trunk + number).replaceAll(' ', '.')} ext. 12`],
  [3, ({ trunk }, number) => `${trunk}${number} x4`],
  [4, ({ callingCode, trunk }, number) => `+${callingCode} ${trunk && `(${trunk})`}${number}`],
  [4, ({ callingCode }, number) => `00${callingCode} ${number}`],
  [4, ({ callingCode }, number) => `+${callingCode}${number.replaceAll(' ', '')}`],
]

function ownPhone({ id, place, town }: Person): string {
  const number = digits(id, 'number', pick(id, 'area', town.numbers))
  const international = (): string => `+${place.callingCode} ${number}`
  return share(
    id,
    'writing',
    WRITINGS.map(([percent, write]) => [percent, () => write(place, number)]),
    international,
  )()
}

const hashedPhone = ({ id, place, town }: Person): string =>
  hash(
    'sha256',
    place.callingCode + digits(id, 'number', pick(id, 'area', town.numbers)).replaceAll(' ', ''),
  )

function phoneOf(person: Person): string {
  if (person.sharing?.what === 'phone') return ownPhone(person.sharing.mate)
  return share<() => string>(
    person.id,
    'phone',
    [
      [28, () => ''],
      [3, () => pick(person.id, 'broken phone', BROKEN_PHONES)],
      [2, () => hashedPhone(person)],
    ],
    () => ownPhone(person),
  )()
}

/** Some forms do not ask for the country; then a number without a country code says nothing. */
const countryOf = ({ id, place }: Person): string =>
  share<() => string>(
    id,
    'country written',
    [
      [3, () => ''],
      [12, () => pick(id, 'country word', place.written)],
    ],
    () => place.code,
  )()

/** A spreadsheet takes the zeros from the front of a postal code. */
function zipOf({ id, town }: Person): string {
  const zip = digits(id, 'zip', town.zip)
  return chance(id, 'spreadsheet') < 0.05 ? zip.replace(/^0+/, '') : zip
}

/** The details of one customer, by the number that the log knows them by. */
export function contactOf(id: string): Contact {
  const person = personOf(id)
  const { town, first, last } = person
  return {
    customer_id: id,
    email: emailOf(person),
    second_email: secondEmailOf(person),
    phone: phoneOf(person),
    first_name: first,
    last_name: last,
    city: town.city,
    state: town.state,
    zip: zipOf(person),
    country: countryOf(person),
  }
}

const cell = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** The customers in a CSV file of orders, in its order. */
export function customersOf(orders: string): readonly string[] {
  const ids = orders
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(',')))
  return [...new Set(ids)]
}

/** The details as a CSV file. */
export function toCsv(contacts: readonly Contact[]): string {
  const lines = contacts.map((contact) => COLUMNS.map((column) => cell(contact[column])).join(','))
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`
}

const beside = (file: string): string => join(import.meta.dirname, file)

if (import.meta.main) {
  const customers = customersOf(readFileSync(beside('orders.csv'), 'utf8'))
  writeFileSync(beside('contacts.csv'), toCsv(customers.map(contactOf)))
}
