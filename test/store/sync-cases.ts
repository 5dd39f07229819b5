import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Approval } from '../../src/core/sync/guard.ts'
import { everything, intent, lease, ledgerFiles, plan, run, sending } from './store-samples.ts'
import type { OpenStore } from './store-suite.ts'

const approval = (count: number, guard: Approval['guard'] = 'removed'): Approval => ({
  guard,
  count,
  until: 5_000,
})

export function testSyncs(open: OpenStore): void {
  test('nothing is known of a sync before its first write', async () => {
    await using store = await open()
    await lease(store)
    assert.deepEqual(await store.state('buyers'), {
      remote: null,
      creating: null,
      blocked: null,
      normaliserVersion: null,
      suppressionDigest: null,
      sentLive: false,
      approvals: [],
      lookalikes: [],
    })
    assert.deepEqual(await store.syncs(), [])
  })

  test('an audience about to be created is remembered until its id is known', async () => {
    await using store = await open()
    const held = await lease(store)
    await store.startCreating(held, 'mark-1')
    assert.equal((await store.state('buyers')).creating, 'mark-1')
    assert.deepEqual(await store.syncs(), [])
    const bound = await store.bindRemote(held, 'remote-1', false)
    assert.deepEqual(bound, {
      remoteId: 'remote-1',
      files: { base: null, overlays: [], baseRows: 0, overlayRows: 0 },
      generation: 0,
      onlyMaybe: false,
      strangers: false,
      scopes: { apps: [], page: null },
    })
    const state = await store.state('buyers')
    assert.equal(state.creating, null)
    assert.deepEqual(state.remote, bound)
    assert.deepEqual(await store.syncs(), ['buyers'])
  })

  test('a block stays until it is lifted', async () => {
    await using store = await open()
    const held = await lease(store)
    const blocked = { code: 'meta/terms', message: 'No', remedy: 'Accept', since: 7 }
    await store.block(held, blocked)
    assert.deepEqual((await store.state('buyers')).blocked, blocked)
    await store.block(held, null)
    assert.equal((await store.state('buyers')).blocked, null)
  })

  test('an audience seen again gets its U back, but no certainty', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1', ['o1']), 4)
    assert.equal((await store.bindRemote(held, 'remote-1', false)).onlyMaybe, false)
    await store.bindRemote(held, 'remote-2', false)
    const again = await store.bindRemote(held, 'remote-1', false)
    assert.deepEqual(again.files, ledgerFiles('base-1', ['o1']))
    assert.equal(again.generation, 4)
    assert.equal(again.onlyMaybe, true)
  })

  test('forgotten certainty comes back with a plan made after it, not with one made before', async () => {
    await using store = await open()
    const held = await sending(store)
    const onlyMaybe = async (): Promise<boolean | undefined> =>
      (await store.state('buyers')).remote?.onlyMaybe
    await store.forgetCertainty(held, false)
    assert.equal(await onlyMaybe(), true)
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    assert.equal(await onlyMaybe(), true)
    await store.publishPlan(held, plan('p2'), 'everyone')
    await store.closePlan(held, plan('p2'), ledgerFiles('base-2'), 2)
    assert.equal(await onlyMaybe(), false)
  })

  test('a plan of some members makes nothing certain again and uses up no approval', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    await store.approve('buyers', [approval(5)])
    await store.publishPlan(held, plan('p2'), 'some')
    await store.closePlan(held, plan('p2'), ledgerFiles('base-2'), 2)
    assert.equal((await store.state('buyers')).remote?.onlyMaybe, false)
    await store.forgetCertainty(held, false)
    await store.publishPlan(held, plan('p3'), 'some')
    await store.closePlan(held, plan('p3'), ledgerFiles('base-3'), 3)
    const { remote, approvals } = await store.state('buyers')
    assert.equal(remote?.onlyMaybe, true)
    assert.equal(remote?.files.base, 'base-3')
    assert.deepEqual(approvals, [approval(5)])
  })

  test('an audience let go of keeps its ledger for when it is seen again', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.forgetCertainty(held, true)
    assert.equal((await store.state('buyers')).remote, null)
    assert.deepEqual(await store.syncs(), [])
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    assert.ok((await store.filesInUse()).has('base-1'))
    const again = await store.bindRemote(held, 'remote-1', false)
    assert.equal(again.files.base, 'base-1')
    assert.equal(again.onlyMaybe, true)
  })

  test('within what ids count is kept with the audience', async () => {
    await using store = await open()
    const held = await lease(store)
    await store.bindRemote(held, 'remote-1', false)
    const scopes = { apps: ['11', '12'], page: '9' }
    await store.keepScopes(held, 'remote-1', scopes)
    assert.deepEqual((await store.state('buyers')).remote?.scopes, scopes)
    await store.bindRemote(held, 'remote-2', false)
    assert.deepEqual((await store.state('buyers')).remote?.scopes, { apps: [], page: null })
  })

  test('lookalikes are kept with their sync, under whatever key, until they or it are forgotten', async () => {
    await using store = await open()
    const held = await lease(store)
    await store.bindRemote(held, 'remote-1', false)
    const lookalike = { id: '7', originId: 'remote-1', text: '["DE"]', label: 'DE, 1%' }
    await store.keepLookalike(held, lookalike)
    await store.keepLookalike(held, lookalike)
    await store.keepLookalike(held, { ...lookalike, id: '5' })
    const ids = async (sync: string): Promise<string[]> =>
      (await store.state(sync)).lookalikes.map(({ id }) => id)
    assert.deepEqual(await ids('buyers'), ['5', '7'])
    await store.forgetLookalike(held, '5')
    assert.deepEqual((await store.state('buyers')).lookalikes, [lookalike])
    await store.rename('buyers', 'clients')
    assert.deepEqual([await ids('buyers'), await ids('clients')], [[], ['7']])
    await store.drop('clients')
    assert.deepEqual(await ids('clients'), [])
    await assert.rejects(store.keepLookalike(held, lookalike), { code: 'store/lease-lost' })
  })

  test('strangers stay until the audience was replaced', async () => {
    await using store = await open()
    const held = await lease(store)
    const strangers = async (): Promise<boolean | undefined> =>
      (await store.state('buyers')).remote?.strangers
    await store.bindRemote(held, 'remote-1', true)
    await store.bindRemote(held, 'remote-1', false)
    assert.equal(await strangers(), true)
    const replacing = plan('p1', { replacement: 'begun' })
    await store.publishPlan(held, replacing, 'everyone')
    await store.closePlan(held, replacing, ledgerFiles('base-1'), 1)
    assert.equal(await strangers(), true)
    await store.publishPlan(held, { ...replacing, id: 'p2' }, 'everyone')
    await store.finishReplacement(held, 'p2')
    assert.equal((await store.openPlan('buyers'))?.replacement, 'finished')
    await store.closePlan(held, { ...replacing, id: 'p2' }, ledgerFiles('base-2'), 2)
    assert.equal(await strangers(), false)
  })

  test('one audience is kept by one sync', async () => {
    await using store = await open()
    await sending(store)
    const other = await lease(store, { sync: 'lapsed' })
    await assert.rejects(store.bindRemote(other, 'remote-1', false), {
      name: 'RollcallError',
      code: 'store/audience-taken',
    })
    assert.equal((await store.state('lapsed')).remote, null)
    await store.drop('buyers')
    await store.bindRemote(other, 'remote-1', false)
  })

  test('approvals are used up by the next plan, not by one that was published before', async () => {
    await using store = await open()
    const held = await sending(store)
    const approvals = async (): Promise<unknown> => (await store.state('buyers')).approvals
    await store.approve('buyers', [approval(5), approval(3, 'empty')])
    await store.approve('buyers', [approval(9)])
    const all = [approval(3, 'empty'), approval(9)]
    assert.deepEqual(await approvals(), all)
    await store.closePlan(held, plan('p1'), ledgerFiles('base-1'), 1)
    assert.deepEqual(await approvals(), all)
    await store.publishPlan(held, plan('p2'), 'everyone')
    assert.deepEqual(await approvals(), all)
    await store.approve('buyers', [approval(11)])
    await store.closePlan(held, plan('p2'), ledgerFiles('base-2'), 2)
    assert.deepEqual(await approvals(), [approval(11)])
  })

  test('a rename takes everything along and ends the old lease', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.intend(held, 'p1', intent())
    await store.startRun(run('r1'))
    await store.approve('customers', [approval(2)])
    const before = await everything(store)
    await store.rename('buyers', 'customers')
    await store.rename('buyers', 'customers')
    assert.equal((await store.state('buyers')).remote, null)
    assert.deepEqual((await store.state('customers')).approvals, [approval(2)])
    assert.deepEqual(
      (await store.runs({ sync: 'customers', limit: 9 })).map(({ sync }) => sync),
      ['customers'],
    )
    await assert.rejects(store.intend(held, 'p1', intent()), { code: 'store/lease-lost' })
    await store.rename('customers', 'buyers')
    assert.deepEqual(await everything(store), {
      ...before,
      state: { ...before.state, approvals: [approval(2)] },
    })
  })

  test('a rename never overwrites another ledger', async () => {
    await using store = await open()
    await sending(store)
    await store.bindRemote(await lease(store, { sync: 'lapsed' }), 'remote-2', false)
    const before = [await everything(store), await everything(store, 'lapsed')]
    await assert.rejects(store.rename('buyers', 'lapsed'), { code: 'store/sync-exists' })
    assert.deepEqual([await everything(store), await everything(store, 'lapsed')], before)
  })

  test('a dropped sync leaves only its runs', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.intend(held, 'p1', intent())
    await store.approve('buyers', [approval(1)])
    await store.startRun(run('r1'))
    await store.drop('buyers')
    assert.deepEqual(await everything(store), {
      state: await store.state('never-seen'),
      open: null,
      known: [],
      batches: [],
      unsettled: [],
      files: [],
    })
    assert.deepEqual(await store.batches('p1'), [])
    assert.equal((await store.runs({ limit: 9 })).length, 1)
  })
}
