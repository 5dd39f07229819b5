import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lease, ledgerFiles, plan, sending } from './store-samples.ts'
import type { OpenStore } from './store-suite.ts'

/** What taking somebody out of the files asks of a store. */
export function testErasing(open: OpenStore): void {
  test('ledgers of audiences that were let go of are still to be found', async () => {
    await using store = await open()
    const held = await lease(store)
    await store.bindRemote(held, 'remote-1', false)
    await store.bindRemote(held, 'remote-2', false)
    const other = await lease(store, { sync: 'fans' })
    await store.bindRemote(other, 'remote-3', false)
    assert.deepEqual(
      (await store.ledgers()).map(({ sync, ledger }) => [sync, ledger.remoteId]),
      [
        ['buyers', 'remote-1'],
        ['buyers', 'remote-2'],
        ['fans', 'remote-3'],
      ],
    )
    assert.equal((await store.ledger('buyers', 'remote-1'))?.remoteId, 'remote-1')
    assert.equal(await store.ledger('fans', 'remote-1'), null)
  })

  test('a ledger with other files keeps its bounds, and the old files are free', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.closePlan(held, plan('p1'), ledgerFiles('base', ['over']), 7)
    await store.forgetCertainty(held, false)
    await store.moveLedger(held, 'remote-1', ledgerFiles('anew'))
    const ledger = await store.ledger('buyers', 'remote-1')
    assert.deepEqual(
      [ledger?.files, ledger?.generation, ledger?.onlyMaybe],
      [ledgerFiles('anew'), 7, true],
    )
    assert.deepEqual([...(await store.filesInUse())].toSorted(), ['anew', 'p1.parquet'])
  })

  test('only a closed plan gets another file', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.movePlans(held, ['p1', 'p2'], 'other')
    assert.equal((await store.openPlan('buyers'))?.file, 'p1.parquet')
    await store.closePlan(held, plan('p1'), ledgerFiles('base'), 1)
    await store.movePlans(held, ['p1', 'p2'], 'other')
    assert.deepEqual(
      (await store.plans('buyers')).map(({ file }) => file),
      ['other'],
    )
  })

  test('who holds a lease is told until it is given back', async () => {
    await using store = await open()
    const held = await lease(store)
    await lease(store, { sync: 'fans', owner: 'b' })
    const [buyers, fans] = [
      { sync: 'buyers', owner: 'a' },
      { sync: 'fans', owner: 'b' },
    ]
    assert.deepEqual(await store.leaseHolders(), [buyers, fans])
    await store.releaseLease(held)
    assert.deepEqual(await store.leaseHolders(), [fans])
  })
}
