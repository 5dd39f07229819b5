// A platform that calls rows invalid and never says which: each run finds some of them, and in the end all are told apart.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Installation } from './installation.ts'
import { Platform } from './platform.ts'

/** What finding invalid rows may cost, and the two requests beside. */
const REQUESTS_MAX = 42

/** An audience in which every fourth person has an address that the platform calls invalid. */
async function halfKnown(t: TestContext, count: number) {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  const names = Array.from({ length: count }, (_, number) => `p${number}`)
  const isInvalid = (_: unknown, number: number): boolean => number % 4 === 0
  shop.people = names
  await platform.rejects(names.filter(isInvalid).map((name) => `${name}@example.com`))
  const run = async (): Promise<number> => {
    const { sent } = await shop.done({ approveAll: true })
    assert.ok(sent.requests <= REQUESTS_MAX)
    return sent.unsure
  }
  const valid = names.filter((name, number) => !isInvalid(name, number))
  return { platform, run, valid }
}

test('where more rows are invalid than one run can find, the next runs go on until none is left', async (t) => {
  const { platform, run, valid } = await halfKnown(t, 120)
  assert.ok((await run()) > 0, 'One run was enough, so nothing was shown')
  for (let runs = 0; (await run()) > 0; runs += 1) assert.ok(runs < 12)
  assert.deepEqual(platform.inside(), valid.toSorted())
})

test('however many rows are invalid, each run leaves fewer for the next', async (t) => {
  const { run } = await halfKnown(t, 2_000)
  const left = await run()
  assert.ok((await run()) < left)
})
