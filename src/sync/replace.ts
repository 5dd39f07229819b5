import type { Cells } from '../core/match-key/rows.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import type { PlacedRow } from '../core/sync/row.ts'
import { STRONG_KEYS, STRONG_PLACES } from '../core/sync/strong.ts'
import type {
  MembershipAnswer,
  MembershipRequest,
  RemoteAudience,
  ReplaceSession,
} from '../destination/port.ts'
import { requestOf } from './request.ts'
import { ATTEMPTS_MAX, outcomeOf, sleptTooLong, type Sending, type SendEnd } from './send.ts'
import { isRowWithheld } from './withheld.ts'

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

/** Sends every desired row within one replace session, in order; at the end the session counts as a whole or not at all. */
async function sendReplacement(sending: Sending): Promise<SendEnd> {
  const { ports, plan, order } = sending
  const { world, workbench, destination } = ports
  const { add: total, allExtern } = await workbench.countToSend(plan.file)
  const schema = allExtern ? order.schema : order.schema.filter((key) => key !== 'EXTERN_ID')
  const id = 1 + Math.floor(world.random() * (Number.MAX_SAFE_INTEGER - 1))
  // Nobody is in D: one batch without rows says so, or the audience would stay as it is.
  if (total === 0)
    return replaceBatch(sending, [], schema, { id, sequence: 1, last: true, estimatedTotal: 0 })
  let sequence = 0
  let seen = 0
  const chunks = workbench.toSend(plan.file, 'add', destination.limits.rowsPerRequest)
  for await (const rows of chunks) {
    sequence += 1
    seen += rows.length
    const session = { id, sequence, last: seen === total, estimatedTotal: total }
    const end = await replaceBatch(sending, rows, schema, session)
    if (end.kind !== 'sent') return end
  }
  return { kind: 'sent' }
}

async function replaceBatch(
  sending: Sending,
  rows: readonly PlacedRow[],
  schema: readonly MatchKey[],
  session: ReplaceSession,
): Promise<SendEnd> {
  const { ports, tally } = sending
  // The batch that opens the session must not be repeated.
  const attempts = session.sequence === 1 ? 1 : ATTEMPTS_MAX
  for (let attempt = 1; ; attempt += 1) {
    const { answer, left } = await replaceOnce(sending, rows, schema, session)
    ports.tell({
      kind: 'batch-answered',
      operation: 'replace',
      rows: rows.length,
      outcome: answer.kind,
    })
    switch (answer.kind) {
      case 'accepted':
        tally.accepted('add', rows.length, answer, left)
        return { kind: 'sent' }
      case 'refused':
        tally.refused(rows.length)
        return { kind: 'refused', refusal: answer.refusal }
      case 'unknown':
        if (attempt < attempts) continue
        tally.unsure(rows.length)
        return { kind: 'unanswered', message: answer.message }
    }
  }
}

/**
 * Durable intent, request, durable outcome. A batch is not halved: when not all of its invalid rows are named none of its rows
 * counts, and the next run sends them again.
 */
async function replaceOnce(
  sending: Sending,
  rows: readonly PlacedRow[],
  schema: readonly MatchKey[],
  session: ReplaceSession,
): Promise<{ readonly answer: MembershipAnswer; readonly left: number }> {
  const { ports, lease, plan, order, renew } = sending
  const { store, world, destination } = ports
  await destination.pace()
  await renew()
  await ports.doNotSend.refresh?.()
  // All batches of a session share one schema; a row that has no strong key under it waits for the next run.
  const goes = (row: PlacedRow): boolean =>
    identifies(row.cells, schema) && !isRowWithheld(ports.doNotSend, row)
  const carried = rows.filter(goes)
  const left = rows.filter((row) => !goes(row))
  const intendedAt = world.now()
  const sequence = await store.intend(lease, plan.id, {
    operation: 'replace',
    offset: rows[0]?.position ?? 0,
    count: rows.length,
    intendedAt,
    fenced: left.map((row) => row.position),
  })
  const slept = sleptTooLong(intendedAt, world.now())
  if (slept !== null) {
    await store.settle(lease, plan.id, sequence, slept)
    return { answer: { kind: 'unknown', message: slept.message }, left: left.length }
  }
  const request: MembershipRequest = requestOf('replace', plan.remoteId, carried, schema, session)
  const answer = await destination.send(request)
  const outcome = outcomeOf(answer, carried, world.now(), order.settleMs)
  await store.settle(lease, plan.id, sequence, outcome)
  return { answer, left: left.length }
}

/** Has a row any strong key under this schema? */
function identifies(cells: Cells, schema: readonly MatchKey[]): boolean {
  return STRONG_KEYS.some(
    (key, bit) => schema.includes(key) && (cells[STRONG_PLACES[bit] ?? -1] ?? null) !== null,
  )
}
