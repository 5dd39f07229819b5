import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { openStore } from './open-store.ts'

type Child = ChildProcessByStdio<Writable, Readable, null>

/** A state file for one test, in a folder that the store has to make. */
function stateFile(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-store-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 'state', 'store.db')
}

function start(context: TestContext, script: string, ...args: readonly string[]): Child {
  const path = join(import.meta.dirname, '../../../test/store', script)
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  context.after(() => child.kill('SIGKILL'))
  return child
}

async function linesOf(child: Child): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) lines.push(line)
  return lines
}

test('of two processes that race for a lease, exactly one gets it, each time', async (context) => {
  const file = stateFile(context)
  const rounds = 200
  const racers = ['a', 'b'].map((owner) =>
    start(context, 'lease-racer.ts', file, owner, String(rounds)),
  )
  const told = racers.map(linesOf)
  await Promise.all(racers.map(({ stdout }) => once(stdout, 'data')))
  for (const { stdin } of racers) stdin.write('go\n')
  const won = (await Promise.all(told)).map((lines) => lines.filter((line) => line !== 'ready'))
  assert.deepEqual(
    won
      .flat()
      .map(Number)
      .toSorted((a, b) => a - b),
    Array.from({ length: rounds }, (_, round) => round),
  )
})

test('what was told to be durable is there after a kill', async (context) => {
  const file = stateFile(context)
  const child = start(context, 'intent-writer.ts', file)
  const told: number[] = []
  for await (const line of createInterface(child.stdout)) {
    if (told.push(Number(line)) === 151) child.kill('SIGKILL')
  }
  await using store = await openStore(file)
  const batches = await store.batches('p1')
  const intended = told.filter((sequence) => sequence > 0)
  assert.ok(intended.length > 70)
  assert.deepEqual(
    batches.slice(0, intended.length).map(({ sequence }) => sequence),
    intended,
  )
  assert.ok(batches.length <= intended.length + 1)
  for (const settled of told.filter((sequence) => sequence < 0))
    assert.equal(batches[-settled - 1]?.outcome?.kind, 'accepted')
})
