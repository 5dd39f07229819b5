// `rollcall audience import`: definitions of other products as audiences of this one.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { customers, definition, pick, Place } from './rollcall.ts'

const COMMENTED = definition().replace(
  'destinations:',
  '    # nobody else\n\n# where it goes\ndestinations:',
)

const COHORT = {
  name: 'Well-off & loyal',
  filters: {
    properties: {
      type: 'AND',
      values: [
        { type: 'person', key: 'revenue', operator: 'gte', value: '2' },
        { type: 'person', key: 'email', operator: 'is_set', value: 'is_set' },
      ],
    },
  },
}

const PARTLY = `trait('revenue') > 1 AND ANY trait('industry') = 'retail'`

const YAML = `audiences:
  # revenue is at least 2 and email is known
  well_off_loyal:
    name: Well-off & loyal
    model: profiles
    where:
      all:
        - { trait: revenue, gte: 2 }
        - { trait: email, exists: true }
`

void test('a definition is printed as YAML, also from a pipe, without any definition file', async () => {
  const place = new Place({ 'cohort.json': JSON.stringify(COHORT) })
  const { code, stdout, stderr } = await place.rollcall('audience', 'import', 'cohort.json')
  assert.equal(stdout, YAML)
  assert.match(stderr, /^✓ All of the PostHog definition was carried over$/m)
  assert.equal(code, 0)
  const piped = await place.piped(
    `trait('plan') != 'free'`,
    'audience',
    'import',
    '-',
    '--name',
    'paying',
  )
  assert.match(
    piped.stdout,
    /^ {2}paying:\n {4}name: paying\n {4}model: profiles\n {4}where: \{ trait: plan, ne: free \}\n$/m,
  )
})

void test('what is not carried over stops the import, unless it is meant so', async () => {
  const place = new Place({ 'query.txt': PARTLY })
  const refused = await place.rollcall('audience', 'import', 'query.txt')
  assert.equal(refused.code, 3)
  assert.equal(refused.stdout, '')
  assert.match(
    refused.stderr,
    /^✗ Not carried over\n {2}1:26 {2}ANY trait\('industry'\) = 'retail'\n {4}In a condition over accounts .*\n {4}left out {2}the audience has more people for it\n✗ Nothing was written/,
  )
  const partial = await place.rollcall('audience', 'import', 'query.txt', '--partial')
  assert.equal(partial.code, 0)
  assert.match(partial.stdout, /where: \{ account: \{ trait: revenue, gt: 1 \}, users: any \}\n$/)
  assert.match(partial.stderr, /The audience is not the one that Segment has/)
  const { code, document } = await place.json('audience', 'import', 'query.txt')
  assert.equal(code, 3)
  assert.equal(pick(document, ['complete']), false)
  assert.equal(pick(document, ['yaml']), null)
  assert.equal(pick(document, ['notes', 0, 'kind']), 'left-out')
  assert.equal(pick(document, ['notes', 0, 'effect']), 'more people')
  // Of what nothing is left, nothing can be had.
  place.write('query.txt', `ANY trait('industry') = 'retail'`)
  const nothing = await place.rollcall('audience', 'import', 'query.txt', '--partial')
  assert.deepEqual([nothing.code, nothing.stdout], [3, ''])
})

void test('--write puts it behind the other audiences and leaves everything else as it is', async () => {
  const place = new Place({
    'rollcall.yaml': COMMENTED,
    'data/customers.csv': customers(3),
    'cohort.json': JSON.stringify(COHORT),
  })
  const words = ['audience', 'import', 'cohort.json', '--model', 'customers', '--write'] as const
  const { code, stdout, stderr } = await place.rollcall(...words)
  assert.deepEqual([code, stdout], [0, ''], stderr)
  const entry = YAML.replace('audiences:\n', '').replace('profiles', 'customers')
  const text = readFileSync(join(place.folder, 'rollcall.yaml'), 'utf8')
  assert.equal(text, COMMENTED.replace('    # nobody else\n', `    # nobody else\n${entry}`))
  const preview = await place.rollcall('audience', 'list')
  assert.match(preview.stdout, /well_off_loyal .* revenue is at least 2 and email is known/)
  const again = await place.rollcall(...words)
  assert.equal(again.code, 2)
  assert.match(again.stderr, /There is an audience "well_off_loyal" in rollcall.yaml/)
  // It is one of the file's audiences from now on.
  const member = await place.piped(`trait('well_off_loyal') = true`, 'audience', 'import', '-')
  assert.match(member.stdout, /where: \{ member_of: well_off_loyal \}/)
})

void test('a file that would not be in order is left as it is', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'cohort.json': JSON.stringify(COHORT) })
  const { code, stderr } = await place.rollcall(
    'audience',
    'import',
    'cohort.json',
    '--write',
    '--model',
    'nowhere',
  )
  assert.equal(code, 2)
  assert.match(stderr, /"well_off_loyal" does not fit into rollcall.yaml: .*"nowhere"/)
  assert.equal(readFileSync(join(place.folder, 'rollcall.yaml'), 'utf8'), definition())
})

void test('what cannot be read is said with its place', async () => {
  const place = new Place({ 'query.txt': `trait('a') = 1\nAND` })
  const { code, stderr } = await place.rollcall('audience', 'import', 'query.txt')
  assert.equal(code, 2)
  assert.match(stderr, /query.txt:2:4: Expected a value, not the end\./)
  const { document } = await place.json('audience', 'import', 'query.txt', '--from', 'posthog')
  assert.equal(pick(document, ['error', 'code']), 'audience/unreadable')
  assert.equal((await place.rollcall('audience', 'import', 'nowhere.json')).code, 2)
  assert.equal((await place.rollcall('audience', 'import', 'query.txt', '--name', '1')).code, 2)
})
