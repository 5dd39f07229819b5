// A quick pass over the people of whom something came in leaves the Custom Audience as a look at everybody would leave it, of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fullPassReasons } from '../../src/definition/full-pass-reasons.ts'
import { eventTree } from '../audience/event-trees.ts'
import { NOW } from '../audience/people.ts'
import { Followed, type Inside } from './followed.ts'
import { founder, messages } from './lives-to-judge.ts'

const SEED = Number(process.env['SEED'] ?? 20_261_123)
const WORLDS = Number(process.env['WORLDS'] ?? 10)
const ROUNDS = 4
const DAY = 86_400_000

const of = (inside: Inside, people: readonly string[]): Inside =>
  new Map([...inside].filter(([person]) => people.includes(person)))

const but = (inside: Inside, people: readonly string[]): Inside =>
  new Map([...inside].filter(([person]) => !people.includes(person)))

for (let world = 0; world < WORLDS; world += 1)
  test(`what comes in is judged as it is when everybody is, SEED=${SEED + world}`, async (context) => {
    const seed = { seed: SEED + world, numRuns: 1 }
    const [where = { kind: 'everyone' }] = fc.sample(
      eventTree.filter((tree) => !JSON.stringify(tree).includes('"sql"')),
      seed,
    )
    const [first = [], ...rounds] = fc.sample(messages(60), { ...seed, numRuns: ROUNDS + 1 })
    const followed = await Followed.open(context, where, NOW)
    assert.deepEqual(fullPassReasons(followed.audience), [])
    const told = JSON.stringify(where)
    await followed.take([[founder(), ...first]])
    assert.equal((await followed.full()).state, 'done', told)
    assert.deepEqual(followed.inside(), await followed.wanted(), told)

    for (const [round, batch] of rounds.entries()) {
      // In the last rounds windows slide on, so that others should leave or enter too.
      if (round >= ROUNDS / 2) followed.later(DAY)
      const half = Math.ceil(batch.length / 2)
      const { people } = await followed.take([batch.slice(0, half), batch.slice(half)])
      assert.ok(people)
      const before = followed.inside()
      const end = await followed.quick(people)
      // Where there is no Custom Audience yet, everybody is to be judged.
      const isFirst = before.size === 0 && end === 'everybody-first'
      if (isFirst || typeof end !== 'object') assert.ok(isFirst || end === 'in-step')
      else assert.equal(end.state, 'done')
      const [wanted, after] = [await followed.wanted(), followed.inside()]
      if (!isFirst) {
        assert.deepEqual(of(after, people), of(wanted, people), told)
        assert.deepEqual(but(after, people), but(before, people), told)
      }
      if (round % 2 === 0 && !isFirst) continue
      assert.equal((await followed.full()).state, 'done', told)
      assert.deepEqual(followed.inside(), wanted, told)
      if (!isFirst) assert.deepEqual(of(followed.inside(), people), of(after, people), told)
    }
  })
