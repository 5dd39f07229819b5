import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customers, definition, pick, Place } from './rollcall.ts'

const COMMANDS: readonly (readonly string[])[] = [
  [],
  ['--version'],
  ['sync', '--help'],
  ['check'],
  ['doctor'],
  ['plan'],
  ['sync'],
  ['runs'],
  ['compare', 'spenders_to_meta', '--with', 'theirs.csv'],
  ['audience', 'list'],
  ['audience', 'preview', 'spenders'],
  ['audience', 'explain', 'spenders', 'c1'],
  ['audience', 'export', 'spenders'],
  ['audience', 'export', 'nobody', '--hashed'],
  ['match-key'],
  ['match-key', 'EMAIL', 'Ada@Example.com'],
  ['definitions', 'export'],
  ['init', 'theirs.csv', '--file', 'other.yaml', '--yes'],
  ['retire', 'spenders_to_meta', '--keep', '--approve'],
]

void test('with --json every command prints one document and nothing else on stdout', async () => {
  const place = new Place({
    'rollcall.yaml': definition().replace(
      'destinations:',
      '  nobody: { model: customers, where: { trait: revenue, lt: 0 } }\ndestinations:',
    ),
    'data/customers.csv': customers(5),
    'theirs.csv': 'email\nperson1@example.com\nstranger@example.com\n',
  })
  for (const words of COMMANDS) {
    const { code, stdout, stderr } = await place.rollcall(...words, '--json')
    assert.equal(code, 0, `${words.join(' ')}: ${stderr}`)
    assert.equal(typeof JSON.parse(stdout), 'object', words.join(' '))
  }
})

void test('failures are documents too', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(5) })
  for (const [words, exit] of [
    [['plan', 'nobody'], 2],
    [['plan', '--ful'], 2],
    [['runs', 'show', 'run-1'], 2],
    [['match-key', 'EMIAL', 'x'], 2],
    [['check', '--file', 'missing.yaml'], 2],
    [['audience'], 2],
    [['audience', 'export', 'nobody'], 2],
    [['sinc'], 2],
    [['init', 'missing.csv', '--file', 'other.yaml'], 3],
    [['plan', '--file', 'data/customers.csv'], 2],
  ] as const) {
    const { code, document } = await place.json(...words)
    assert.equal(code, exit, words.join(' '))
    for (const name of ['code', 'message', 'remedy', 'next'])
      assert.equal(typeof pick(document, ['error', name]), 'string', `${words.join(' ')}: ${name}`)
  }
})

void test('wrong words suggest the nearest, and help says what each command is for', async () => {
  const place = new Place({})
  const wrong = await place.rollcall('sinc')
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /Did you mean sync\?/)
  const alone = await place.rollcall()
  assert.equal(alone.code, 0)
  assert.match(alone.stdout, /plan\s+Show what a sync would do; sends nothing/)
  const help = await place.rollcall('sync', '--help')
  assert.match(help.stdout, /Examples:[\s\S]*Exit codes:/)
})

void test('compare tells who is both, only ours and only theirs, and shows nobody in clear', async () => {
  const place = new Place({
    'rollcall.yaml': definition(),
    'data/customers.csv': customers(5),
    'theirs.csv': 'email,phone\nPERSON1@example.com,\n,+12025551002\nstranger@example.com,\n',
  })
  const compared = await place.json('compare', 'spenders_to_meta', '--with', 'theirs.csv')
  const counts = ['both', 'onlyOurs', 'onlyTheirs'].map((name) => pick(compared.document, [name]))
  assert.deepEqual(counts, [2, 3, 1])
  assert.doesNotMatch(JSON.stringify(compared.document), /stranger@|person\d@/)
  const revealed = await place.rollcall(
    'compare',
    'spenders_to_meta',
    '--with',
    'theirs.csv',
    '--reveal',
  )
  assert.match(revealed.stdout, /stranger@example\.com/)
})
