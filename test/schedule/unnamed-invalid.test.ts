// A platform that calls rows invalid and never says which: each run finds some of them, and in the end all are told apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation } from './installation.ts'
import { Platform } from './platform.ts'

const PEOPLE = 120
const RUNS_MAX = 12

test('where more rows are invalid than one run can find, the next runs go on until none is left', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  const names = Array.from({ length: PEOPLE }, (_, number) => `p${number}`)
  shop.people = names
  const isInvalid = (_: unknown, number: number): boolean => number % 4 === 0
  await platform.rejects(names.filter(isInvalid).map((name) => `${name}@example.com`))
  const left: number[] = []
  while (left.at(-1) !== 0 && left.length < RUNS_MAX) {
    const { sent } = await shop.done({ approveAll: true })
    assert.ok(sent.requests <= 42)
    left.push(sent.unsure)
  }
  assert.equal(left.at(-1), 0)
  assert.ok((left[0] ?? 0) > 0, 'One run was enough, so nothing was shown')
  assert.deepEqual(
    platform.inside(),
    names.filter((name, number) => !isInvalid(name, number)).toSorted(),
  )
})
