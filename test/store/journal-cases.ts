import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BatchOutcome } from '../../src/core/sync/batch.ts'
import { ACCEPTED, everything, intent, lease, ledgerFiles, plan, sending } from './store-samples.ts'
import type { OpenStore } from './store-suite.ts'

const unknownUntil = (settlesAt: number): BatchOutcome => ({
  kind: 'unknown',
  at: 1_100,
  settlesAt,
  message: 'No answer',
})

export function testJournal(open: OpenStore): void {
  test('a plan is open from its publication to its close', async () => {
    await using store = await open()
    const held = await lease(store)
    await store.bindRemote(held, 'remote-1', false)
    assert.equal(await store.openPlan('buyers'), null)
    const first = plan('p1', { mode: 'add_only', normaliserVersion: 3, suppressionDigest: 'abc' })
    await store.publishPlan(held, first, 'everyone')
    assert.deepEqual(await store.openPlan('buyers'), first)
    assert.equal((await store.state('buyers')).normaliserVersion, null)
    await store.closePlan(held, first, ledgerFiles('base-1', ['o1', 'o2']), 7)
    assert.equal(await store.openPlan('buyers'), null)
    const state = await store.state('buyers')
    assert.equal(state.normaliserVersion, 3)
    assert.equal(state.suppressionDigest, 'abc')
    assert.deepEqual(state.remote?.files, ledgerFiles('base-1', ['o1', 'o2']))
    assert.equal(state.remote?.generation, 7)
  })

  test('a sync has one open plan', async () => {
    await using store = await open()
    const held = await sending(store)
    await assert.rejects(store.publishPlan(held, plan('p2'), 'everyone'), {
      code: 'store/plan-open',
    })
    assert.equal((await store.openPlan('buyers'))?.id, 'p1')
  })

  test('a plan is closed once, by its own sync, and then takes no more intents', async () => {
    await using store = await open()
    const held = await sending(store)
    const other = await lease(store, { sync: 'lapsed' })
    const before = await everything(store)
    await assert.rejects(store.closePlan(other, plan('p1'), ledgerFiles('x'), 1))
    await assert.rejects(store.intend(other, 'p1', intent()))
    await assert.rejects(store.finishReplacement(held, 'p1'))
    assert.deepEqual(await everything(store), before)
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    const closed = await everything(store)
    await assert.rejects(store.closePlan(held, plan('p1'), ledgerFiles('x'), 2))
    await assert.rejects(store.intend(held, 'p1', intent()))
    assert.deepEqual(await everything(store), closed)
  })

  test('the journal gives back each batch with its intent and its outcome', async () => {
    await using store = await open()
    const held = await sending(store)
    const intents = [
      intent({ operation: 'remove', fenced: [4, 2] }),
      intent({ offset: 10, count: 5, intendedAt: 2_000 }),
      intent({ operation: 'replace', offset: 15 }),
    ]
    const sequences = []
    for (const one of intents) sequences.push(await store.intend(held, 'p1', one))
    assert.deepEqual(sequences, [1, 2, 3])
    await store.settle(held, 'p1', 1, ACCEPTED)
    await store.settle(held, 'p1', 3, unknownUntil(9_000))
    assert.deepEqual(await store.batches('p1'), [
      { ...intents[0], sequence: 1, outcome: ACCEPTED },
      { ...intents[1], sequence: 2, outcome: undefined },
      { ...intents[2], sequence: 3, outcome: unknownUntil(9_000) },
    ])
  })

  test('an outcome is never rewritten', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.intend(held, 'p1', intent())
    await store.settle(held, 'p1', 1, ACCEPTED)
    await assert.rejects(store.settle(held, 'p1', 1, unknownUntil(9)))
    await assert.rejects(store.settle(held, 'p1', 2, ACCEPTED))
    const other = await lease(store, { sync: 'lapsed' })
    await store.intend(held, 'p1', intent())
    await assert.rejects(store.settle(other, 'p1', 2, ACCEPTED))
    assert.deepEqual(
      (await store.batches('p1')).map(({ outcome }) => outcome),
      [ACCEPTED, undefined],
    )
  })

  test('the batches of a dead worker become unknown, in closed plans too, of this sync alone', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.intend(held, 'p1', intent())
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    await store.publishPlan(held, plan('p2'), 'everyone')
    await store.intend(held, 'p2', intent())
    await store.intend(held, 'p2', intent())
    await store.settle(held, 'p2', 1, ACCEPTED)
    const other = await lease(store, { sync: 'lapsed' })
    await store.bindRemote(other, 'remote-2', false)
    await store.publishPlan(other, plan('q1', { remoteId: 'remote-2' }), 'everyone')
    await store.intend(other, 'q1', intent())
    await store.giveUpUnanswered(held, 5_000, 6_000)
    const told = async (id: string): Promise<unknown[]> =>
      (await store.batches(id)).map(({ outcome }) =>
        outcome?.kind === 'unknown' ? [outcome.at, outcome.settlesAt] : outcome?.kind,
      )
    assert.deepEqual(await told('p1'), [[5_000, 6_000]])
    assert.deepEqual(await told('p2'), ['accepted', [5_000, 6_000]])
    assert.deepEqual(await told('q1'), [undefined])
  })

  test('a batch is unsettled while unanswered, or unknown and not yet due', async () => {
    await using store = await open()
    const held = await sending(store)
    for (const offset of [0, 10, 20, 30]) await store.intend(held, 'p1', intent({ offset }))
    await store.settle(held, 'p1', 2, unknownUntil(9_000))
    await store.settle(held, 'p1', 3, ACCEPTED)
    await store.settle(held, 'p1', 4, { kind: 'halved', at: 9 })
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    const at = async (now: number, remoteId = 'remote-1'): Promise<unknown[]> =>
      (await store.unsettled('buyers', remoteId, now)).map(({ file, batch }) => [
        file,
        batch.offset,
      ])
    assert.deepEqual(await at(8_999), [
      ['p1.parquet', 0],
      ['p1.parquet', 10],
    ])
    assert.deepEqual(await at(9_000), [['p1.parquet', 0]])
    assert.deepEqual(await at(0, 'remote-2'), [])
    assert.deepEqual(await store.unsettled('lapsed', 'remote-1', 0), [])
  })

  test('files are in use by every ledger and every plan that is not forgotten', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1', ['o1']), 1)
    await store.bindRemote(held, 'remote-2', false)
    await store.publishPlan(held, plan('p2', { remoteId: 'remote-2' }), 'everyone')
    await store.closePlan(held, plan('p2', { remoteId: 'remote-2' }), ledgerFiles('base-2'), 1)
    const files = async (): Promise<string[]> => [...(await store.filesInUse())].toSorted()
    assert.deepEqual(await files(), ['base-1', 'base-2', 'o1', 'p1.parquet', 'p2.parquet'])
    await store.publishPlan(held, plan('p3', { remoteId: 'remote-2' }), 'everyone')
    await store.closePlan(held, plan('p3', { remoteId: 'remote-2' }), ledgerFiles('base-3'), 2)
    await store.forgetPlansBefore(Infinity)
    assert.deepEqual(await files(), ['base-1', 'base-3', 'o1'])
  })

  test('closed plans are told until they are forgotten, with the time of their close', async () => {
    await using store = await open()
    const first = await sending(store)
    await store.intend(first, 'p1', intent({ intendedAt: 70 }))
    await store.settle(first, 'p1', 1, ACCEPTED)
    await store.closePlan(first, plan('p1'), ledgerFiles('base-1'), 1)
    const second = await lease(store, { now: 200, until: 300 })
    await store.publishPlan(second, plan('p2'), 'everyone')
    await store.closePlan(second, plan('p2'), ledgerFiles('base-2'), 2)
    await store.publishPlan(second, plan('p3'), 'everyone')
    const known = ['p1', 'p2', 'p3'].map((id, index) => ({
      id,
      file: `${id}.parquet`,
      remoteId: 'remote-1',
      closedAt: [70, 200, null][index],
    }))
    assert.deepEqual(await store.plans('buyers'), known)
    await store.forgetPlansBefore(70)
    assert.deepEqual(await store.plans('buyers'), known)
    await store.forgetPlansBefore(71)
    assert.deepEqual(await store.plans('buyers'), known.slice(1))
    assert.deepEqual(await store.batches('p1'), [])
    await store.forgetPlansBefore(999)
    assert.deepEqual(await store.plans('buyers'), known.slice(2))
  })

  test('a plan that may still take effect is not forgotten', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.intend(held, 'p1', intent())
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    await store.forgetPlansBefore(5_000)
    assert.equal((await store.plans('buyers')).length, 1)
    await store.giveUpUnanswered(held, 5_000, 6_000)
    await store.forgetPlansBefore(5_999)
    assert.equal((await store.plans('buyers')).length, 1)
    await store.forgetPlansBefore(6_000)
    assert.deepEqual(await store.plans('buyers'), [])
  })
}
