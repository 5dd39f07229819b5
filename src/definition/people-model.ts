import type { ResolvedModel } from '../core/audience/audience.ts'
import { consentColumn } from '../core/consent-source.ts'
import type { Written } from '../core/audience/written.ts'

/** The name of the model that is always there: the people that Rollcall knows from their messages. A file may have its own. */
export const PEOPLE_MODEL = 'profiles'

/** What it is read from; no source in a file can be called so. */
export const PEOPLE_SOURCE = '(people)'

const PEOPLE_KEY = 'person'

/** Columns that the people always have. */
export const PEOPLE_COLUMNS: readonly string[] = [
  PEOPLE_KEY,
  'first_seen',
  'last_seen',
  'created',
  'user_id',
  'email',
  'phone',
  'anonymous_id',
]

/** @param purposes What the file says that its people may agree to. */
export const peopleModel = (purposes: readonly string[]): ResolvedModel => ({
  name: PEOPLE_MODEL,
  source: PEOPLE_SOURCE,
  relation: { kind: 'table', table: PEOPLE_MODEL },
  key: PEOPLE_KEY,
  events: [
    {
      relation: { kind: 'table', table: 'events' },
      person: PEOPLE_KEY,
      name: { kind: 'column', column: 'name' },
      time: 'time',
      milliseconds: 'time_ms',
      id: 'id',
      properties: 'properties',
      context: 'context',
      origin: 'source',
    },
  ],
  history: {
    relation: { kind: 'table', table: 'trait_history' },
    person: PEOPLE_KEY,
    trait: 'trait',
    value: 'value',
    time: 'since',
  },
  accounts: {
    relation: { kind: 'table', table: 'accounts' },
    key: 'account',
    members: {
      kind: 'rows',
      rows: {
        relation: { kind: 'table', table: 'account_members' },
        person: PEOPLE_KEY,
        account: 'account',
      },
    },
  },
  ...(purposes.length === 0
    ? {}
    : { consent: Object.fromEntries(purposes.map((one) => [one, consentColumn(one)])) }),
})

/** The models of a file as they are written, and the one that is always there. */
export const withPeople = (models: Written): Written => ({
  ...models,
  [PEOPLE_MODEL]: models[PEOPLE_MODEL] ?? { source: PEOPLE_SOURCE, key: PEOPLE_KEY },
})

/** The written model of this name. */
export const modelOf = (models: Written, name: unknown): unknown =>
  typeof name === 'string' ? withPeople(models)[name] : undefined
