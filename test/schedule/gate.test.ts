// The proof that the stories would notice a missing rule: each rule is taken out once, and its story must fail.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { TOLD_MUTANTS, type ToldMutant } from './mutants.ts'

const PROCESSES = 2
/** What means something else in a pattern. */
const PATTERN_SIGNS = /[()[\]{}.?*+^$|\\]/g
const PRELOAD = new URL('without.ts', import.meta.url).href
/** What breaks because a mutant does not even run proves nothing. */
const NONSENSE = /ReferenceError|SyntaxError|TypeError|Cannot find this once/

/** All processes load the same code but for one place. */
const cache = mkdtempSync(join(tmpdir(), 'rollcall-compiled-'))
after(() => rmSync(cache, { recursive: true, force: true }))

/** Tells one story without one rule, in a process of its own. @returns what it printed */
async function toldWithout({ rule, story: [file, name] }: ToldMutant): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(
    process.execPath,
    [
      '--import',
      PRELOAD,
      '--test-reporter',
      'spec',
      '--test-name-pattern',
      `^${name.replaceAll(PATTERN_SIGNS, String.raw`\$&`)}`,
      new URL(`${file}.test.ts`, import.meta.url).pathname,
    ],
    {
      env: { ...env, WITHOUT_RULE: rule, NODE_COMPILE_CACHE: cache },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let told = ''
  child.stdout.on('data', (text: Buffer) => (told += text.toString()))
  child.stderr.on('data', (text: Buffer) => (told += text.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return told
}

test('without its rule each story fails', { concurrency: PROCESSES }, async (t) => {
  await Promise.all(
    TOLD_MUTANTS.map((mutant) =>
      t.test(mutant.rule, async () => {
        const told = await toldWithout(mutant)
        assert.ok(told.includes(`✖ ${mutant.story[1]}`), `The story does not fail:\n${told}`)
        assert.doesNotMatch(told, NONSENSE)
      }),
    ),
  )
})
