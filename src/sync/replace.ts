import type { RemoteAudience } from '../destination/port.ts'
import type { Sending, SendEnd } from './send.ts'
import { sendReplacement } from './send.ts'

/** How often the platform is asked whether a replacement is finished, and how long after another. */
const LOOKS_MAX = 20
const LOOK_EVERY_MS = 3_000

/** Replaces the whole audience by D. Both bounds equal D only once the platform says that it is normal again. */
export async function replaceWhole(sending: Sending): Promise<SendEnd> {
  const end = await sendReplacement(sending)
  if (end.kind !== 'sent') return end
  const { ports, plan, lease } = sending
  const { destination, store, world } = ports
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const answer = await destination.look(plan.remoteId)
    if (answer.kind === 'refused') return { kind: 'refused', refusal: answer.refusal }
    if (answer.kind === 'ok' && answer.value.state !== 'replacing') {
      // The last replacement may have failed after all its batches were accepted: then it is a warning.
      if (!isFine(answer.value)) return { kind: 'unanswered', message: notReplaced(answer.value) }
      await store.finishReplacement(lease, plan.id)
      return { kind: 'sent' }
    }
    await world.sleep(LOOK_EVERY_MS)
  }
  return {
    kind: 'unanswered',
    message: 'The platform did not finish replacing the audience in time',
  }
}

const isFine = ({ state }: RemoteAudience): boolean => state === 'normal' || state === 'expiring'

const notReplaced = ({ stateText }: RemoteAudience): string =>
  `Cannot tell whether the platform replaced the audience: it calls it "${stateText}"`
