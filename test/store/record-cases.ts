import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run, sending } from './store-samples.ts'
import type { OpenStore } from './store-suite.ts'

export function testRecords(open: OpenStore): void {
  test('runs are told newest first, of all syncs or of one', async () => {
    await using store = await open()
    await store.startRun(run('r1', { startedAt: 1 }))
    await store.startRun(run('r2', { startedAt: 3, sync: 'lapsed' }))
    await store.startRun(run('r3', { startedAt: 3 }))
    await store.startRun(run('r4', { startedAt: 2 }))
    const ids = async (filter: { sync?: string; limit: number }): Promise<string[]> =>
      (await store.runs(filter)).map(({ id }) => id)
    assert.deepEqual(await ids({ limit: 9 }), ['r3', 'r2', 'r4', 'r1'])
    assert.deepEqual(await ids({ limit: 2, sync: 'buyers' }), ['r3', 'r4'])
  })

  test('a run is what its last update says, every field of it', async () => {
    await using store = await open()
    await store.startRun(run('r1'))
    const ended = run('r1', {
      finishedAt: 2_000,
      state: 'blocked',
      remoteId: 'remote-1',
      sent: { requests: 3, added: 2, removed: 1, invalid: { bad: 4 }, unsure: 5, refused: 6 },
      problem: { code: 'meta/terms', message: 'Not accepted', remedy: 'Accept them', since: 5 },
    })
    await store.updateRun(ended)
    assert.deepEqual(await store.runs({ limit: 1 }), [ended])
    await assert.rejects(store.updateRun(run('never-started')))
    await assert.rejects(store.startRun(run('r1')))
  })

  test('only requests to a live account make a sync one that was sent live', async () => {
    await using store = await open()
    await sending(store)
    const sentLive = async (): Promise<boolean> => (await store.state('buyers')).sentLive
    const sent = { requests: 1, added: 1, removed: 0, invalid: {}, unsure: 0, refused: 0 }
    await store.startRun(run('r1', { sent }))
    await store.startRun(run('r2', { environment: 'LIVE' }))
    assert.equal(await sentLive(), false)
    await store.updateRun(run('r2', { environment: 'LIVE', sent }))
    assert.equal(await sentLive(), true)
    await store.updateRun(run('r2', { environment: 'LIVE' }))
    assert.equal(await sentLive(), true)
  })

  test('a pause of an account is only made longer, and is its own', async () => {
    await using store = await open()
    assert.equal(await store.accountNotBefore('act_1'), 0)
    await store.pauseAccount('act_1', 500)
    await store.pauseAccount('act_1', 300)
    assert.equal(await store.accountNotBefore('act_1'), 500)
    await store.pauseAccount('act_1', 800)
    assert.equal(await store.accountNotBefore('act_1'), 800)
    assert.equal(await store.accountNotBefore('act_2'), 0)
  })
}
