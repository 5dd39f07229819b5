import type { MembershipAnswer } from '../destination/port.ts'
import type { Ports } from '../sync/order.ts'

/** What a request is answered with that was not made any more. */
const STOPPED: MembershipAnswer = {
  kind: 'refused',
  refusal: {
    kind: 'session',
    code: 'run/stopped',
    message: 'Stopped on request, after the requests that were under way',
    remedy: 'Nothing is lost: the next run goes on from the newest definition',
  },
}

/** Lets a run end in order: requests under way are waited for and written down, and no other is made. */
export function stoppable(ports: Ports, stop: AbortSignal): Ports {
  const { destination, world } = ports
  return {
    ...ports,
    destination: {
      ...destination,
      send: async (request) => (stop.aborted ? STOPPED : destination.send(request)),
    },
    world: {
      ...world,
      sleep: async (ms) => {
        await world.sleep(ms, stop).catch(() => undefined)
      },
    },
  }
}
