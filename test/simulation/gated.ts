import type { Store } from '../../src/store/port.ts'
import type { Workbench } from '../../src/sync/workbench.ts'
import type { Worker } from './worker.ts'

type Method = (...values: unknown[]) => unknown

/** Makes every call of a port that changes something, and every chunk of a stream, a step of the schedule. */
function gated<Port extends object>(port: Port, name: string, worker: Worker): Port {
  return new Proxy(port, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      const method = value as Method
      const label = `${name}.${String(property)}`
      return (...values: unknown[]) =>
        STREAMS.has(String(property))
          ? chunks(method.apply(target, values) as AsyncIterable<unknown>, label, worker)
          : READS.has(String(property))
            ? method.apply(target, values)
            : worker.gate(label).then(() => method.apply(target, values))
    },
  })
}

/** Calls that change nothing: to die or to sleep before one is the same as before the next that does. */
const READS: ReadonlySet<string> = new Set([
  'state',
  'ledger',
  'openPlan',
  'batches',
  'unsettled',
  'accountNotBefore',
  'countToSend',
  'rowsAt',
  'findWithdrawn',
])

const STREAMS: ReadonlySet<string> = new Set(['touched', 'toSend', 'byMember'])

async function* chunks(
  stream: AsyncIterable<unknown>,
  label: string,
  worker: Worker,
): AsyncGenerator {
  for await (const chunk of stream) {
    await worker.gate(label)
    yield chunk
  }
}

/** The store as one worker sees it; notes when each of its batches was built. */
export function gatedStore(store: Store, worker: Worker, now: () => number): Store {
  const behind = gated(store, 'store', worker)
  return new Proxy(behind, {
    get: (target, property) => {
      if (property === 'intend')
        return async (...[lease, plan, intent]: Parameters<Store['intend']>) => {
          const builtAt = now()
          const sequence = await target.intend(lease, plan, intent)
          worker.built.set(sequence, builtAt)
          // Between a durable intent and its request a worker may sleep for long.
          await worker.gate('store.intended')
          return sequence
        }
      if (property === 'settle')
        return (...[lease, plan, sequence, outcome]: Parameters<Store['settle']>) => {
          worker.built.delete(sequence)
          return target.settle(lease, plan, sequence, outcome)
        }
      return Reflect.get(target, property) as unknown
    },
  })
}

export const gatedWorkbench = (workbench: Workbench, worker: Worker): Workbench =>
  gated(workbench, 'workbench', worker)
