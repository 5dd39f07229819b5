import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_RULES } from '../core/identity/rules.ts'
import { exportDefinition } from './export.ts'
import { loadDefinition, type Loaded } from './load.ts'
import { peopleModel } from './people-model.ts'

const load = (text: string): Loaded => loadDefinition(text, { env: {}, readFile: () => undefined })

function valid(text: string) {
  const loaded = load(text)
  if (loaded.kind === 'invalid') assert.fail(JSON.stringify(loaded.mistakes, null, 1))
  return loaded.definition
}

const mistakes = (text: string): string[] => {
  const loaded = load(text)
  assert.equal(loaded.kind, 'invalid')
  return loaded.kind === 'invalid'
    ? loaded.mistakes.map(({ line, path, nearest }) => [line, path, nearest].join(' ').trim())
    : []
}

const WRITTEN = `version: 1
defaults: { phone_country: de }
identity:
  identifiers:
    anonymous_id: { per: weekly }
    email: { limit: 3, per: annually, blocked: [test@example.com] }
    shop_id: { limit: 0 }
  priority: [user_id, shop_id]
  blocked: [ demo, { matches: "^qa-" } ]
  shared_after: 20
`

test('the rules of identity are read, and what is left out is as Segment has it', () => {
  assert.deepEqual(valid(WRITTEN).identity, {
    limits: {
      user_id: { count: 1, per: 'ever' },
      anonymous_id: { count: 5, per: 'weekly' },
      email: { count: 3, per: 'annually' },
      shop_id: { count: 0, per: 'ever' },
    },
    priority: ['user_id', 'shop_id'],
    blocked: [
      { kind: 'text', text: 'demo' },
      { kind: 'pattern', pattern: '^qa-' },
    ],
    blockedOf: { email: [{ kind: 'text', text: 'test@example.com' }] },
    sharedAfter: 20,
    phoneCountry: 'DE',
  })
  assert.deepEqual(valid('version: 1\n').identity, DEFAULT_RULES)
})

test('exported and loaded again they are the same', () => {
  const definition = valid(WRITTEN)
  assert.deepEqual(valid(exportDefinition(definition)), definition)
})

test('every mistake in them is told at its place', () => {
  assert.deepEqual(
    mistakes(`version: 1
identity:
  identifiers:
    email: { limit: many, blockd: [] }
    phone:
      per: weekli
    "a b": { limit: 1 }
    ios.id: { blocked: [ { matches: "(" } ] }
  priority: [email, email]
  shared_after: 1
  blocked: 0
  limits: {}
`),
    [
      '4 identity.identifiers.email.limit',
      '4 identity.identifiers.email.blockd blocked',
      '6 identity.identifiers.phone.per weekly',
      '7 identity.identifiers.a b',
      '8 identity.identifiers.ios.id.blocked',
      '9 identity.priority',
      '10 identity.shared_after',
      '11 identity.blocked',
      '12 identity.limits',
    ],
  )
})

test('the people are a model without being declared, and only over themselves', () => {
  const { audiences } = valid('version: 1\naudiences: { all: { model: profiles } }\n')
  assert.deepEqual(audiences['all']?.model, peopleModel([]))
  const own = `version: 1
sources: { shop: { type: files, path: . } }
models: { profiles: { source: shop, table: people, key: id } }
audiences: { all: { model: profiles } }
`
  assert.equal(valid(own).audiences['all']?.model.source, 'shop')
  assert.deepEqual(
    mistakes(`version: 1
sources: { shop: { type: files, path: . } }
models: { people: { source: shop, table: people, key: id } }
audiences:
  a: { model: profiles, exclude: [b] }
  b: { model: people }
  c: { model: profile }
`),
    ['5 audiences.a.exclude[0]', '7 audiences.c.model profiles'],
  )
})
