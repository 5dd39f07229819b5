import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Lease, Store } from '../../src/store/port.ts'
import { ACCEPTED, everything, intent, lease, ledgerFiles, plan, sending } from './store-samples.ts'
import type { OpenStore } from './store-suite.ts'

/** Every write that a lease covers. Each works for the holder of a lease on a sync as `sending` leaves it. */
const WRITES: Readonly<Record<string, (store: Store, held: Lease) => Promise<unknown>>> = {
  renewLease: (store, held) => store.renewLease(held, 9_999),
  startCreating: (store, held) => store.startCreating(held, 'mark'),
  bindRemote: (store, held) => store.bindRemote(held, 'remote-1', true),
  forgetCertainty: (store, held) => store.forgetCertainty(held, false),
  block: (store, held) =>
    store.block(held, { code: 'meta/terms', message: 'No', remedy: 'Accept', since: 1 }),
  intend: async (store, held) => store.intend(held, await openId(store), intent()),
  settle: async (store, held) => {
    const id = await openId(store)
    const waiting = (await store.batches(id)).find(({ outcome }) => outcome === undefined)
    const sequence = waiting?.sequence ?? (await store.intend(held, id, intent()))
    await store.settle(held, id, sequence, ACCEPTED)
  },
  giveUpUnanswered: (store, held) => store.giveUpUnanswered(held, 5, 500),
  finishReplacement: async (store, held) => store.finishReplacement(held, await openId(store)),
  closeAndPublish: async (store, held) => {
    const { length } = await store.plans('buyers')
    const open = (await store.openPlan('buyers')) ?? plan('p1')
    await store.closePlan(held, open, ledgerFiles(`base-${length}`), length)
    await store.publishPlan(
      held,
      { ...open, id: `p${length + 1}`, file: `p${length + 1}` },
      'everyone',
    )
  },
}

async function openId(store: Store): Promise<string> {
  return (await store.openPlan('buyers'))?.id ?? 'none'
}

export function testLeases(open: OpenStore): void {
  test('a lease is for one, until its time has passed', async () => {
    await using store = await open()
    const first = await lease(store, { owner: 'a', now: 0, until: 100 })
    assert.deepEqual(await store.takeLease('buyers', 'b', 99, 200), {
      kind: 'held',
      owner: 'a',
      until: 100,
    })
    const second = await lease(store, { owner: 'b', now: 100, until: 200 })
    assert.ok(second.epoch > first.epoch)
    assert.equal((await store.takeLease('other', 'a', 0, 100)).kind, 'taken')
  })

  test('renewing a lease moves its end', async () => {
    await using store = await open()
    await store.renewLease(await lease(store, { until: 100 }), 300)
    assert.equal((await store.takeLease('buyers', 'b', 299, 400)).kind, 'held')
    assert.equal((await store.takeLease('buyers', 'b', 300, 400)).kind, 'taken')
  })

  test('the same owner takes its lease again, and its former one is worth nothing', async () => {
    await using store = await open()
    const former = await lease(store)
    const next = await lease(store)
    assert.ok(next.epoch > former.epoch)
    await assert.rejects(store.startCreating(former, 'mark'), LOST)
    await store.startCreating(next, 'mark')
  })

  test('a released lease is free, cannot be written with, and can be released again', async () => {
    await using store = await open()
    const held = await lease(store)
    await store.releaseLease(held)
    await assert.rejects(store.startCreating(held, 'mark'), LOST)
    await store.releaseLease(held)
    const next = await lease(store, { owner: 'b' })
    assert.ok(next.epoch > held.epoch)
    await assert.rejects(store.releaseLease(held), LOST)
    assert.equal((await store.takeLease('buyers', 'c', 0, 100)).kind, 'held')
  })

  test('only the lease of the owner named is broken', async () => {
    await using store = await open()
    const held = await lease(store, { owner: 'a' })
    await store.breakLease('buyers', 'b')
    await store.startCreating(held, 'mark')
    await store.breakLease('buyers', 'a')
    await assert.rejects(store.startCreating(held, 'later'), LOST)
    assert.equal((await store.takeLease('buyers', 'b', 0, 100)).kind, 'taken')
  })

  test('a dropped sync does not start its epochs again', async () => {
    await using store = await open()
    const held = await sending(store)
    await store.drop('buyers')
    await store.releaseLease(held)
    const next = await lease(store)
    assert.ok(next.epoch > held.epoch)
    await assert.rejects(store.bindRemote(held, 'remote-1', false), LOST)
  })

  for (const [name, write] of Object.entries(WRITES)) {
    test(`${name}() changes nothing with a lease that was lost`, async () => {
      await using store = await open()
      const former = await sending(store, { replacement: 'begun' })
      await store.intend(former, 'p1', intent())
      const next = await lease(store, { owner: 'b', now: 100, until: 200 })
      const before = await everything(store)
      await assert.rejects(write(store, former), LOST)
      assert.deepEqual(await everything(store), before)
      assert.deepEqual(await store.takeLease('buyers', 'c', 150, 300), {
        kind: 'held',
        owner: 'b',
        until: 200,
      })
      await write(store, next)
    })
  }

  test('in any interleaving of two workers, an older epoch never changes anything', async () => {
    const steps = fc.array(
      fc.record({
        worker: fc.constantFrom('a', 'b'),
        action: fc.constantFrom('take', 'break', 'release', ...Object.keys(WRITES)),
        passes: fc.nat({ max: 60 }),
      }),
      { maxLength: 30 },
    )
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        await using store = await open()
        await live(store, story)
      }),
      { numRuns: 60 },
    )
  })
}

const LOST = { name: 'RollcallError', code: 'store/lease-lost', next: 'retry' }

interface Step {
  readonly worker: string
  readonly action: string
  readonly passes: number
}

/** Lives through a story with a model beside it that knows one thing: which lease is good. */
async function live(store: Store, story: readonly Step[]): Promise<void> {
  const leases = new Map<string, Lease>([['a', await sending(store, { replacement: 'begun' })]])
  let good = leases.get('a')
  let now = 0
  for (const { worker, action, passes } of story) {
    now += passes
    const mine = leases.get(worker)
    if (action === 'take') {
      const answer = await store.takeLease('buyers', worker, now, now + 100)
      if (answer.kind === 'held') continue
      leases.set(worker, answer.lease)
      good = answer.lease
    } else if (action === 'break') {
      await store.breakLease('buyers', worker)
      if (good?.owner === worker) good = undefined
    } else if (mine !== undefined && action === 'release') {
      await store.releaseLease(mine).catch(() => undefined)
      if (good === mine) good = undefined
    } else if (mine !== undefined) {
      await writeAs(store, mine, mine === good, action)
    }
  }
}

async function writeAs(store: Store, mine: Lease, isGood: boolean, action: string): Promise<void> {
  const write = WRITES[action]
  assert.ok(write)
  if (isGood) {
    await write(store, mine)
    return
  }
  const before = await everything(store)
  await assert.rejects(write(store, mine), LOST)
  assert.deepEqual(await everything(store), before)
}
