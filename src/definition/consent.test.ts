import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Definition } from './definition.ts'
import { exportDefinition } from './export.ts'
import { loadDefinition, type Mistake } from './load.ts'

const WORLD = { env: {}, readFile: () => undefined }

function valid(text: string): Definition {
  const loaded = loadDefinition(text, WORLD)
  assert.ok(loaded.kind === 'valid', JSON.stringify(loaded))
  return loaded.definition
}

function mistakes(text: string): string[] {
  const loaded = loadDefinition(text, WORLD)
  assert.equal(loaded.kind, 'invalid')
  const tell = ({ path, message, remedy }: Mistake): string => `${path}: ${message} | ${remedy}`
  return loaded.kind === 'invalid' ? loaded.mistakes.map(tell) : []
}

const FILE = `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  customers: { source: shop, table: customers, key: id, consent: { advertising: ads_ok } }
consent:
  advertising: { category: C0004, trait: ads_ok }
  analytics: {}
  news: { trait: newsletter }
audiences:
  buyers: { model: customers }
  visitors: { model: profiles, where: { consent: analytics } }
destinations:
  meta: { type: meta, consent: advertising }
syncs:
  buyers_to_meta: { audience: buyers, destination: meta, mapping: { EMAIL: email } }
  visitors_to_meta: { audience: visitors, destination: meta, mapping: { EMAIL: email } }
`

test('purposes, where they are said, and what a destination asks for, written and exported', () => {
  const definition = valid(FILE)
  assert.deepEqual(definition.consent, {
    advertising: { category: 'C0004', trait: 'ads_ok' },
    analytics: { category: 'analytics', trait: null },
    news: { category: null, trait: 'newsletter' },
  })
  assert.deepEqual(definition.audiences['visitors']?.model.consent, {
    advertising: 'consent_advertising',
    analytics: 'consent_analytics',
    news: 'consent_news',
  })
  assert.equal(definition.destinations['meta']?.consent, 'advertising')
  assert.equal(definition.syncs['buyers_to_meta']?.consent, 'advertising')
  assert.deepEqual(valid(exportDefinition(definition)), definition)
})

test('a purpose that the model of a sync does not declare is a mistake with the nearest', () => {
  const at = 'destinations.meta.consent: The model'
  assert.deepEqual(mistakes(FILE.replace('consent: advertising }', 'consent: advertisng }')), [
    `${at} "customers" declares no consent to "advertisng" | Write "advertising"`,
    `${at} "profiles" declares no consent to "advertisng" | Write "advertising"`,
  ])
  assert.deepEqual(mistakes(FILE.replace(', consent: { advertising: ads_ok }', '')), [
    `${at} "customers" declares no consent to "advertising" | Say at the model which column tells it: consent: { advertising: column }`,
  ])
  const own = 'buyers: { source: shop, key: id, sql: select 1 as id }'
  assert.match(
    mistakes(FILE.replace('buyers: { model: customers }', own)).join(),
    /^destinations\.meta\.consent: A select of an audience’s own declares no .* Make the select a model/,
  )
})

test('an audience of the people that Rollcall keeps asks for a purpose of the file', () => {
  assert.deepEqual(mistakes(FILE.replace('{ consent: analytics }', '{ consent: analytcs }')), [
    'audiences.visitors.where.consent: The model "profiles" declares no consent to "analytcs" | Write "analytics"',
  ])
})

test('what cannot be a purpose is told', () => {
  assert.deepEqual(
    mistakes(FILE.replace('  analytics: {}', '  "a b": {}\n  NEWS: {}\n  x: { categry: y }')),
    [
      'consent.a b: Cannot use "a b" as a purpose | Choose another word; what messages call it goes into "category"',
      'consent.x.categry: Unknown word "categry" | Write "category"',
      'consent.news: The purposes "NEWS" and "news" differ in capitals alone | Rename one of them',
      'audiences.visitors.where.consent: The model "profiles" declares no consent to "analytics" | Declare it in the file: consent: { analytics: { category: as_in_categoryPreferences } }',
    ],
  )
})

test('a file with a model of its own called profiles declares consent there', () => {
  const own = FILE.replace(
    '  customers:',
    '  profiles: { source: shop, table: p, key: id, consent: { advertising: a, analytics: b } }\n  customers:',
  )
  assert.match(mistakes(own).join(), /^consent: "consent" is about the people that Rollcall keeps/)
  assert.equal(
    valid(own.replace(/^consent:\n(?: {2}.*\n)+/m, '')).syncs['buyers_to_meta']?.consent,
    'advertising',
  )
})
