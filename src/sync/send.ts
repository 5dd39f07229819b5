import type { BatchIntent, BatchOutcome } from '../core/sync/batch.ts'
import type { Fences } from '../core/sync/fence.ts'
import type { PlacedRow } from '../core/sync/row.ts'
import { STRONG_KEYS, STRONG_PLACES, strongBits, strongKeys } from '../core/sync/strong.ts'
import type { Cells } from '../core/match-key/rows.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import type { MembershipAnswer, Refusal, ReplaceSession } from '../destination/port.ts'
import type { Lease, OpenPlan } from '../store/port.ts'
import type { Ports, SyncOrder } from './order.ts'
import { requestOf } from './request.ts'
import type { Tally } from './tally.ts'

/** A worker that slept longer than this between intent and request does not send. */
const SEND_DEADLINE_MS = 30_000
/** How often one batch is tried when it is not answered. */
const ATTEMPTS_MAX = 3
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
  for (const operation of ['remove', 'add'] as const) {
    const end = await new Sender(sending, operation).run()
    if (end.kind !== 'sent') return end
  }
  return { kind: 'sent' }
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

  constructor(sending: Sending, operation: 'add' | 'remove') {
    this.#sending = sending
    this.#operation = operation
  }

  async run(): Promise<SendEnd> {
    const { ports, plan } = this.#sending
    const rowsMax = ports.destination.limits.rowsPerRequest
    for await (const rows of ports.workbench.toSend(plan.file, this.#operation, rowsMax)) {
      while (this.#inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.#inFlight)
      if (this.#stopped()) break
      for (const part of this.#allowed(rows)) this.#start(part)
    }
    await Promise.all(this.#inFlight)
    if (this.#failure !== undefined) throw this.#failure
    return this.#end
  }

  #stopped(): boolean {
    return this.#end.kind !== 'sent' || this.#failure !== undefined
  }

  #start(rows: readonly PlacedRow[]): void {
    const work = this.#deliver(rows, { attempts: ATTEMPTS_MAX, requests: HALVINGS_MAX })
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error))
      })
      .finally(() => this.#inFlight.delete(work))
    this.#inFlight.add(work)
  }

  /** A plan may be hours old: an add of someone who came onto the do-not-send list since is left out, and the batch parts there. */
  #allowed(rows: readonly PlacedRow[]): (readonly PlacedRow[])[] {
    const { keys } = this.#sending.ports.doNotSend
    if (this.#operation === 'remove' || keys.size === 0) return [rows]
    const parts: PlacedRow[][] = [[]]
    for (const row of rows) {
      const suppressed = strongKeys(row.cells, strongBits(row.cells)).some((key) => keys.has(key))
      if (suppressed) parts.push([])
      else parts.at(-1)?.push(row)
    }
    return parts.filter((part) => part.length > 0)
  }

  async #deliver(
    rows: readonly PlacedRow[],
    budget: { attempts: number; requests: number },
  ): Promise<void> {
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
        if (answer.invalid > answer.named.length && budget.requests > 1)
          await this.#halve(rows, budget)
        else tally.accepted(this.#operation, rows.length, answer, fenced.length)
        return
      case 'unknown':
        if (budget.attempts > 1) {
          await this.#deliver(rows, { ...budget, attempts: budget.attempts - 1 })
          return
        }
        tally.unsure(rows.length)
        this.#unanswered += 1
        if (this.#unanswered >= UNANSWERED_MAX)
          this.#end = { kind: 'unanswered', message: answer.message }
        return
      case 'refused':
        if (await this.#waitedOut(answer.refusal)) await this.#deliver(rows, budget)
        else {
          tally.refused(rows.length)
          if (this.#end.kind === 'sent') this.#end = { kind: 'refused', refusal: answer.refusal }
        }
    }
  }

  /** Not all invalid rows were named: each half names more of them. */
  async #halve(
    rows: readonly PlacedRow[],
    budget: { attempts: number; requests: number },
  ): Promise<void> {
    const middle = Math.ceil(rows.length / 2)
    const share = { ...budget, requests: Math.floor((budget.requests - 1) / 2) }
    await this.#deliver(rows.slice(0, middle), share)
    await this.#deliver(rows.slice(middle), share)
  }

  /** Durable intent, request, durable outcome. */
  async #request(
    rows: readonly PlacedRow[],
  ): Promise<{ answer: MembershipAnswer; fenced: readonly number[] }> {
    const { ports, lease, plan, fences, order, renew } = this.#sending
    const { store, world, destination } = ports
    await renew()
    const operation = this.#operation
    const intendedAt = world.now()
    const intent = intentOf(operation, rows, intendedAt, fences)
    const sequence = await store.intend(lease, plan.id, intent)
    const sentAt = world.now()
    if (sentAt - intendedAt > SEND_DEADLINE_MS) {
      const message = `The worker slept for ${Math.round((sentAt - intendedAt) / 1000)} s and did not send`
      await store.settle(lease, plan.id, sequence, {
        kind: 'refused',
        at: sentAt,
        code: 'sync/send-deadline',
        message,
      })
      return { answer: { kind: 'unknown', message }, fenced: [] }
    }
    const answer = refuseWhollyInvalid(
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

/** When not one row of a large batch is valid the mapping is wrong, not the people: nobody is put in quarantine for that. */
function refuseWhollyInvalid(answer: MembershipAnswer, rows: number): MembershipAnswer {
  if (answer.kind !== 'accepted' || answer.invalid < rows || rows < WHOLLY_INVALID_MIN)
    return answer
  const reason = answer.named[0]?.reason ?? 'no reason given'
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

/** Sends every desired row within one replace session, in order; at the end the session counts as a whole or not at all. */
export async function sendReplacement(sending: Sending): Promise<SendEnd> {
  const { ports, plan, order } = sending
  const { world, workbench, destination } = ports
  const { add: total, allExtern } = await workbench.countToSend(plan.file)
  const schema = allExtern ? order.schema : order.schema.filter((key) => key !== 'EXTERN_ID')
  const id = 1 + Math.floor(world.random() * (Number.MAX_SAFE_INTEGER - 1))
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
  { ports, lease, plan, order, tally, renew }: Sending,
  rows: readonly PlacedRow[],
  schema: readonly MatchKey[],
  session: ReplaceSession,
): Promise<SendEnd> {
  const { store, world, destination, tell } = ports
  const [first] = rows
  // All batches of a session share one schema; a row that has no strong key under it waits for the next run.
  const [carried, left] = partition(rows, (row) => identifies(row.cells, schema))
  const request = requestOf('replace', plan.remoteId, carried, schema, session)
  // The batch that opens the session must not be repeated.
  const attempts = session.sequence === 1 ? 1 : ATTEMPTS_MAX
  for (let attempt = 1; ; attempt += 1) {
    await renew()
    const sequence = await store.intend(lease, plan.id, {
      operation: 'replace',
      offset: first?.position ?? 0,
      count: rows.length,
      intendedAt: world.now(),
      fenced: left.map((row) => row.position),
    })
    const answer = await destination.send(request)
    const outcome = outcomeOf(answer, carried, world.now(), order.settleMs)
    await store.settle(lease, plan.id, sequence, outcome)
    tell({
      kind: 'batch-answered',
      operation: 'replace',
      rows: rows.length,
      outcome: answer.kind,
    })
    switch (answer.kind) {
      case 'accepted':
        tally.accepted('add', rows.length, answer, left.length)
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

function partition<T>(items: readonly T[], keep: (item: T) => boolean): [T[], T[]] {
  return [items.filter(keep), items.filter((item) => !keep(item))]
}

/** Has a row any strong key under this schema? */
function identifies(cells: Cells, schema: readonly MatchKey[]): boolean {
  return STRONG_KEYS.some(
    (key, bit) => schema.includes(key) && (cells[STRONG_PLACES[bit] ?? -1] ?? null) !== null,
  )
}
