/** Made-up people with every flaw that a list of contacts has; the same for the same seed. */
export interface MadePerson {
  readonly customer_id: string
  readonly email: string
  readonly work_email: string
  readonly phone: string
  readonly country: string
  readonly first: string
  readonly plan: string
  readonly spent: string
}

const HASHED = 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514'

const EMAILS = [
  'ann@gmail.com',
  'bob@outlook.com',
  'carla@acme-industries.com',
  'info@acme-industries.com',
  'test@test.com',
  'broken at example',
  '',
  '',
  '  Dora@GMAIL.com ',
  HASHED,
]
const WORK = ['', '', '', 'emil@acme-industries.com', 'nope', 'fay@acme-industries.com']
const PHONES = [
  '',
  '',
  '+1 415 555 0132',
  '(415) 555-0199',
  '0170 1234567',
  '12',
  '+44 20 7946 0958',
]
const COUNTRIES = ['', 'US', 'Germany', 'Nowhere', 'gb']
const FIRST = ['Ann', '', 'Zoë', 'Bob, "the" Builder']

export function madePeople(count: number, seed: number): MadePerson[] {
  let state = seed
  const pick = (from: readonly string[]): string => {
    state = (state * 16_807) % 2_147_483_647
    return from[state % from.length] ?? ''
  }
  return Array.from({ length: count }, (_, index) => {
    const email = pick(EMAILS)
    return {
      customer_id: `c${index}`,
      email: /^[a-z]+@(?:gmail|outlook)/.test(email) ? `${index % 7}${email}` : email,
      work_email: pick(WORK),
      phone: pick(PHONES),
      country: pick(COUNTRIES),
      first: pick(FIRST),
      plan: pick(['free', 'pro', 'team']),
      spent: pick(['0', '10.5', '99', '1200']),
    }
  })
}

const cell = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

export function csvOf(people: readonly MadePerson[]): string {
  const [first] = people
  if (first === undefined) throw new Error('Cannot write a CSV of nobody')
  const rows = people.map((person) => Object.values(person).map(cell).join(','))
  return `${[Object.keys(first).join(','), ...rows].join('\n')}\n`
}

export const DEFINITION = `version: 1
sources:
  shop: { type: files, path: ./data }
models:
  customers: { source: shop, table: customers, key: customer_id }
audiences:
  paying:
    name: Paying customers
    model: customers
    where: { all: [ { not: { trait: plan, eq: free } }, { trait: spent, gt: 5 } ] }
    exclude: [ big ]
  big:
    model: customers
    where: { trait: spent, gte: 1000 }
  unused: { model: customers }
destinations:
  meta: { type: meta }
syncs:
  paying_to_meta:
    audience: paying
    destination: meta
    mapping: { EXTERN_ID: customer_id, EMAIL: email, PHONE: phone, FN: first }
    value: spent
    holdout: 10%
    guard: { max_unusable: off, max_added: off }
  big_to_meta:
    audience: big
    destination: meta
    mapping: { EMAIL: [email, work_email], COUNTRY: country, PHONE: phone }
    guard: { max_unusable: off }
do_not_send: [ ./suppressed.csv ]
`
