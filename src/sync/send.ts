import type { BatchIntent, BatchOutcome } from '../core/sync/batch.ts'
import type { Fences } from '../core/sync/fence.ts'
import type { PlacedRow } from '../core/sync/row.ts'
import type { MembershipAnswer, Refusal } from '../destination/port.ts'
import type { Lease, OpenPlan } from '../store/port.ts'
import type { Ports, SyncOrder } from './order.ts'
import { requestOf } from './request.ts'
import type { Tally } from './tally.ts'
import { isRowWithheld } from './withheld.ts'

/** A worker that slept longer than this between intent and request does not send. */
const SEND_DEADLINE_MS = 30_000
/** How often one batch is tried when it is not answered. */
export const ATTEMPTS_MAX = 3
/** How many requests finding one batch's invalid rows may cost. */
const HALVINGS_MAX = 40
/** After so many unanswered batches in a row the platform is given a rest. */
const UNANSWERED_MAX = 5
const IN_FLIGHT_MAX = 4
/** A batch of at least so many rows that are all invalid stops the run. */
const WHOLLY_INVALID_MIN = 50

/** How sending ended: everything was answered one way or another, or what stopped it. */
export type SendEnd =
  | { readonly kind: 'sent' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unanswered'; readonly message: string }

export interface Sending {
  readonly order: SyncOrder
  readonly ports: Ports
  readonly lease: Lease
  readonly plan: OpenPlan
  readonly fences: Fences
  readonly tally: Tally
  readonly renew: () => Promise<void>
  /** Until when a throttle may be waited out. */
  readonly waitUntil: number
}

/** Step 6: removes first, all of them answered or unknown before the first add. */
export async function send(sending: Sending): Promise<SendEnd> {
  let worst: SendEnd = { kind: 'sent' }
  for (const operation of ['remove', 'add'] as const) {
    const { end, gaveUp } = await new Sender(sending, operation).run()
    if (end.kind === 'refused' || gaveUp) return end
    if (end.kind === 'unanswered') worst = end
  }
  return worst
}

/** How many requests finding the invalid rows of one batch may still cost; its halves draw on the same. */
interface Budget {
  requests: number
}

/** Sends all of one operation, several batches at a time, each with its intent and its outcome in the journal. */
class Sender {
  readonly #sending: Sending
  readonly #operation: 'add' | 'remove'
  readonly #inFlight = new Set<Promise<void>>()
  #end: SendEnd = { kind: 'sent' }
  /** What went wrong on our side, such as a lost lease. */
  #failure: Error | undefined
  #unanswered = 0
  #gaveUp = false

  constructor(sending: Sending, operation: 'add' | 'remove') {
    this.#sending = sending
    this.#operation = operation
  }

  async run(): Promise<{ end: SendEnd; gaveUp: boolean }> {
    const { ports, plan } = this.#sending
    const rowsMax = ports.destination.limits.rowsPerRequest
    for await (const rows of ports.workbench.toSend(plan.file, this.#operation, rowsMax)) {
      while (this.#inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.#inFlight)
      if (this.#stopped()) break
      this.#start(rows)
    }
    await Promise.all(this.#inFlight)
    if (this.#failure !== undefined) throw this.#failure
    return { end: this.#end, gaveUp: this.#gaveUp }
  }

  #stopped(): boolean {
    return this.#end.kind === 'refused' || this.#gaveUp || this.#failure !== undefined
  }

  #start(rows: readonly PlacedRow[]): void {
    const work = this.#deliver(rows, { requests: HALVINGS_MAX })
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error))
      })
      .finally(() => this.#inFlight.delete(work))
    this.#inFlight.add(work)
  }

  /** Sends a batch, less those who may not be sent any more; where one is left out the batch parts. */
  async #deliver(
    rows: readonly PlacedRow[],
    budget: Budget,
    attempts = ATTEMPTS_MAX,
  ): Promise<void> {
    const { ports, renew } = this.#sending
    await ports.destination.pace()
    await renew()
    await ports.doNotSend.refresh?.()
    const [first, ...others] = this.#allowed(rows)
    if (first !== undefined) await this.#deliverPart(first, budget, attempts)
    for (const part of others) await this.#deliver(part, budget, attempts)
  }

  /** A plan may be hours old, and so may a batch that waited: an add of someone who came onto the do-not-send list, or was erased, since. */
  #allowed(rows: readonly PlacedRow[]): (readonly PlacedRow[])[] {
    const { doNotSend } = this.#sending.ports
    const parts: PlacedRow[][] = [[]]
    for (const row of rows) {
      if (this.#operation === 'add' && isRowWithheld(doNotSend, row)) parts.push([])
      else parts.at(-1)?.push(row)
    }
    return parts.filter((part) => part.length > 0)
  }

  async #deliverPart(rows: readonly PlacedRow[], budget: Budget, attempts: number): Promise<void> {
    if (this.#stopped()) return
    const { tally, ports } = this.#sending
    const { answer, fenced } = await this.#request(rows)
    ports.tell({
      kind: 'batch-answered',
      operation: this.#operation,
      rows: rows.length,
      outcome: answer.kind,
    })
    switch (answer.kind) {
      case 'accepted':
        this.#unanswered = 0
        if (answer.invalid > answer.named.length) await this.#halve(rows, budget)
        else tally.accepted(this.#operation, rows.length, answer, fenced.length)
        return
      case 'unknown':
        if (attempts > 1) {
          await this.#deliver(rows, budget, attempts - 1)
          return
        }
        tally.unsure(rows.length)
        this.#unanswered += 1
        this.#gaveUp ||= this.#unanswered >= UNANSWERED_MAX
        if (this.#end.kind === 'sent') this.#end = { kind: 'unanswered', message: answer.message }
        return
      case 'refused':
        if (await this.#waitedOut(answer.refusal)) await this.#deliver(rows, budget, attempts)
        else {
          tally.refused(rows.length)
          if (this.#end.kind !== 'refused') this.#end = { kind: 'refused', refusal: answer.refusal }
        }
    }
  }

  /**
   * Not all invalid rows were named: each half names more of them. The first half is followed to its end before the other, so that
   * each run settles some rows, however few its budget reaches.
   */
  async #halve(rows: readonly PlacedRow[], budget: Budget): Promise<void> {
    const { tally } = this.#sending
    const middle = Math.ceil(rows.length / 2)
    tally.unsure(0)
    for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
      budget.requests -= 1
      if (budget.requests < 0) tally.unsure(half.length, 0)
      else await this.#deliver(half, budget)
    }
  }

  /** Durable intent, request, durable outcome. */
  async #request(
    rows: readonly PlacedRow[],
  ): Promise<{ answer: MembershipAnswer; fenced: readonly number[] }> {
    const { ports, lease, plan, fences, order } = this.#sending
    const { store, world, destination } = ports
    const operation = this.#operation
    const intendedAt = world.now()
    const intent = intentOf(operation, rows, intendedAt, fences)
    const sequence = await store.intend(lease, plan.id, intent)
    const sentAt = world.now()
    const slept = sleptTooLong(intendedAt, sentAt)
    if (slept !== null) {
      await store.settle(lease, plan.id, sequence, slept)
      return { answer: { kind: 'unknown', message: slept.message }, fenced: [] }
    }
    const answer = nameWhollyInvalid(
      await destination.send(requestOf(operation, plan.remoteId, rows, order.schema)),
      rows.length,
    )
    const outcome = outcomeOf(answer, rows, world.now(), order.settleMs)
    if (outcome.kind === 'unknown') fences.raise(operation, rows, outcome.settlesAt)
    await store.settle(lease, plan.id, sequence, outcome)
    return { answer, fenced: intent.fenced }
  }

  /** A throttled account waits, as long as the caller allows; then the same batch goes out again. */
  async #waitedOut({ kind, until, message }: Refusal): Promise<boolean> {
    const { ports, waitUntil } = this.#sending
    if (kind !== 'throttled' || until === undefined || until > waitUntil) return false
    ports.tell({ kind: 'waiting', until, reason: message })
    await ports.world.sleep(Math.max(0, until - ports.world.now()))
    return !this.#stopped()
  }
}

/**
 * When not one row is valid each is named, whatever the platform said. When not one of a large batch is, the mapping is wrong,
 * not the people: nobody is put in quarantine for that.
 */
function nameWhollyInvalid(answer: MembershipAnswer, rows: number): MembershipAnswer {
  if (answer.kind !== 'accepted' || answer.invalid < rows) return answer
  const reason = answer.named[0]?.reason ?? 'no reason given'
  if (rows < WHOLLY_INVALID_MIN)
    return { ...answer, named: Array.from({ length: rows }, (_, row) => ({ row, reason })) }
  return {
    kind: 'refused',
    refusal: {
      kind: 'invalid',
      code: 'sync/all-rows-invalid',
      message: `The platform called all ${rows} rows of a request invalid: ${reason}`,
      remedy: 'Check the mapping: do its columns hold what their match keys stand for?',
    },
  }
}

/** The outcome of a batch whose worker slept between its intent and now: the intent may be long given up, so it is not sent. */
export function sleptTooLong(
  intendedAt: number,
  at: number,
): Extract<BatchOutcome, { kind: 'refused' }> | null {
  if (at - intendedAt <= SEND_DEADLINE_MS) return null
  const message = `The worker slept for ${Math.round((at - intendedAt) / 1000)} s and did not send`
  return { kind: 'refused', at, code: 'sync/send-deadline', message }
}

/** Fences are judged now, when the request goes out, not when it is answered. */
function intentOf(
  operation: 'add' | 'remove',
  rows: readonly PlacedRow[],
  intendedAt: number,
  fences: Fences,
): BatchIntent {
  const [first] = rows
  return {
    operation,
    offset: first?.position ?? 0,
    count: rows.length,
    intendedAt,
    fenced: rows
      .filter((row) => fences.stands(operation, row, intendedAt))
      .map((row) => row.position),
  }
}

/** What an answer means for the rows of a batch, for the journal. */
export function outcomeOf(
  answer: MembershipAnswer,
  rows: readonly PlacedRow[],
  at: number,
  settleMs: number,
): BatchOutcome {
  switch (answer.kind) {
    case 'accepted': {
      const { received, invalid, named } = answer
      if (invalid > named.length) return { kind: 'halved', at }
      return {
        kind: 'accepted',
        at,
        received,
        invalid,
        named: named.flatMap(({ row, reason }) => {
          const position = rows[row]?.position
          return position === undefined ? [] : [{ position, reason }]
        }),
      }
    }
    case 'unknown':
      return { kind: 'unknown', at, settlesAt: at + settleMs, message: answer.message }
    case 'refused':
      return {
        kind: 'refused',
        at,
        code: answer.refusal.code,
        message: answer.refusal.message,
      }
  }
}
