import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { z } from 'zod'
import { readDefinition, Workspace } from '../../src/app/workspace.ts'
import type { Cli } from '../../src/cli/cli.ts'
import { runProgram } from '../../src/cli/program.ts'
import { surroundings, temporaryFolder } from './house.ts'

/** A command line whose words come out as text, with nobody to ask. */
async function typed(folder: string, ...words: readonly string[]): Promise<string> {
  let stdout = ''
  const parts = { ...surroundings(), stop: new AbortController().signal }
  const cli: Cli = {
    surroundings: parts,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: () => true },
    isTerminal: false,
    out: (result, json, render) => {
      stdout += `${json ? JSON.stringify(result) : render(result)}\n`
    },
    note: () => {},
    openWorkspace: async (file) => {
      const loaded = readDefinition(file, {})
      if (loaded.kind === 'invalid') throw new Error('The definition has mistakes')
      return Workspace.open(file, loaded.definition, parts)
    },
    readInput: async () => Promise.resolve(''),
    confirm: async () => Promise.resolve(false),
    progress: () => ({ tell: () => {}, stop: () => {} }),
    serveSandbox: async () => Promise.reject(new Error('Nothing is served in tests')),
    exitWith: () => {},
  }
  await runProgram([...words, '--file', join(folder, 'rollcall.yaml')], cli)
  return stdout
}

async function example(context: TestContext): Promise<string> {
  const folder = temporaryFolder(context)
  await typed(folder, 'init')
  return folder
}

test('init without a name writes an example, for people and for machines', async (context) => {
  const folder = temporaryFolder(context)
  const written = z
    .object({ rows: z.number(), example: z.boolean(), mapping: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(await typed(folder, 'init', '--json')))
  assert.equal(written.rows, 12)
  assert.equal(written.example, true)
  assert.deepEqual(written.mapping['EMAIL'], ['email', 'work_email'])
  assert.ok(existsSync(join(folder, 'data', 'people.csv')))
  await assert.rejects(typed(folder, 'init'), { code: 'init/file-exists' })
  await assert.rejects(typed(temporaryFolder(context), 'init', '--phone-country', 'Atlantis'), {
    code: 'usage/wrong',
  })
})

test('audience list, preview and explain show one person’s audience without their data', async (context) => {
  const folder = await example(context)
  assert.match(await typed(folder, 'audience', 'list'), /everyone_to_meta/)
  const shown = await typed(folder, 'audience', 'preview', 'everyone')
  for (const word of ['<1000', 'not-an-email', 'EMAIL', 'Findable'])
    assert.ok(shown.includes(word), word)
  const explained = await typed(folder, 'audience', 'explain', 'everyone', 'c001')
  assert.match(explained, /c001 is a member of everyone/)
  for (const text of [shown, explained]) assert.doesNotMatch(text, /lopez|415 555|0132/i)
  const revealed = await typed(folder, 'audience', 'explain', 'everyone', 'c001', '--reveal')
  assert.match(revealed, /maria\.lopez@example\.com/)
})

test('audience export prints lines, or one document, and nothing else', async (context) => {
  const folder = await example(context)
  const csv = await typed(folder, 'audience', 'export', 'everyone')
  assert.equal(csv.trimEnd().split('\n').length, 13)
  const asked = ['audience', 'export', 'everyone', '--hashed']
  const hashed = await typed(folder, ...asked, '--format', 'jsonl')
  const rows = hashed.trimEnd().split('\n')
  assert.equal(rows.length, 14)
  for (const row of rows) assert.doesNotMatch(row, /@|Maria|555 0/)
  assert.match(rows[0] ?? '', /^\{"EXTERN_ID":"c\d{3}"/)
  const document: unknown = JSON.parse(await typed(folder, ...asked, '--json'))
  assert.deepEqual(document, {
    audience: 'everyone',
    members: rows.map((row): unknown => JSON.parse(row)),
  })
  await assert.rejects(typed(folder, ...asked, '--json', '--format', 'csv'), {
    code: 'usage/wrong',
  })
})
