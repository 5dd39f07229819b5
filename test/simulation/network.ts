import type { Dice } from './dice.ts'
import { marksOfCall, marksOfRow, membershipCall, withRows } from './membership-call.ts'
import type { MembershipCall } from './membership-call.ts'
import type { Mark } from './people.ts'
import type { Fault, Swarm } from './swarm.ts'

/**
 * How long after it was sent an unanswered request may still take effect: the settle time less the send deadline, and a
 * little for the time between a worker's look at its clock and its request.
 */
const LATE_MAX_MS = (15 - 0.5) * 60_000 - 10_000

const OUTAGE: ReadonlySet<Fault> = new Set(['lostBefore', 'lostAfter', 'late'])

/** A request that is still on its way while its sender has given up waiting. */
export interface Late {
  readonly at: number
  readonly call: MembershipCall
}

export interface Pending {
  /** The strong keys of rows that may enter, and of rows that a removal carries. */
  readonly entering: readonly (readonly Mark[])[]
  readonly leaving: readonly (readonly Mark[])[]
  /** Last batches of replacements: each leaves nobody in but its own rows and those sent before. */
  readonly replacing: readonly MembershipCall[]
}

export interface NetworkOptions {
  readonly dice: Dice
  readonly swarm: Swarm
  readonly now: () => number
  readonly deliver: (request: Request) => Promise<Response>
  /** Can a batch of this replacement still do anything? */
  readonly isOver: (call: MembershipCall) => boolean
  readonly sent: (text: string) => void
}

/** Everything that can happen between a worker and the platform, and the platform's moods. */
export class Network {
  readonly #options: NetworkOptions
  #faults = true
  /** Hardly an answer comes through for a while, so that all attempts of one batch are lost. */
  #outage = false
  late: Late[] = []
  /** Identifiers that the platform calls invalid from now on. */
  readonly invalid = new Set<Mark>()
  tokenDead = false
  flagged = false
  hidden = false
  /** The audience cannot be seen, not even in the account's list. */
  vanished = false

  constructor(options: NetworkOptions) {
    this.#options = options
  }

  pause(): void {
    this.#faults = false
  }

  resume(): void {
    this.#faults = true
  }

  /** From now on every request is answered, at once and truly. */
  calm(): void {
    this.#faults = false
    this.tokenDead = false
    this.flagged = false
    this.hidden = false
  }

  #happens(fault: Fault): boolean {
    const { dice, swarm } = this.#options
    const worse = this.#outage && OUTAGE.has(fault)
    return this.#faults && dice.chance(worse ? 0.4 : swarm.faults[fault])
  }

  /** Lets late requests arrive whose time has come. @returns whether there were any */
  async arrive(): Promise<boolean> {
    const now = this.#options.now()
    const due = this.late.filter(({ at }) => at <= now)
    this.late = this.late.filter(({ at }) => at > now)
    for (const { call } of due) await this.#effect(call)
    return due.length > 0
  }

  async fetch(request: Request): Promise<Response> {
    const { method, url } = request
    const body = await request.text()
    this.#options.sent(`${method} ${url} ${body}`)
    if (this.#happens('tokenDies')) this.tokenDead = true
    if (this.tokenDead) return refusal(190, 463, 'Error validating access token')
    if (this.#happens('throttle')) return this.#throttle()
    const call = membershipCall(request, body)
    if (call !== undefined) return this.#membership(call)
    if (this.#happens('lostBefore')) throw lost()
    const answer = await this.#look(rebuilt(request, body))
    if (this.#happens('lostAfter')) throw lost()
    return answer
  }

  #throttle(): Response {
    const minutes = 1 + this.#options.dice.below(45)
    const usage = { type: 'custom_audience', call_count: 100, total_cputime: 1, total_time: 1 }
    return refusal(80003, 2446079, 'There have been too many calls', {
      'x-business-use-case-usage': JSON.stringify({
        '1000000001': [{ ...usage, estimated_time_to_regain_access: minutes }],
      }),
    })
  }

  /** Reads, and changes of the audience itself. */
  async #look(request: Request): Promise<Response> {
    const isNode = /\/v\d+\.\d+\/\d+$/.test(new URL(request.url).pathname)
    if (isNode && (this.hidden || this.vanished)) return gone()
    if (this.vanished && request.method === 'GET') return Response.json({ data: [] })
    const answer = await this.#options.deliver(request)
    if (!isNode || !this.flagged || request.method !== 'GET') return answer
    const audience = (await answer.json()) as object
    return Response.json({ ...audience, operation_status: { code: 471, description: 'Flagged' } })
  }

  async #membership(call: MembershipCall): Promise<Response> {
    const { dice, now } = this.#options
    if (this.hidden || this.vanished) return gone()
    if (this.flagged) return refusal(100, 1713230, 'Audience Upload Blocked')
    if (call.operation === 'remove' && this.#happens('tooSmall'))
      return refusal(200, 1870047, 'Audience size too low')
    if (call.operation === 'add' && this.#happens('turnsInvalid'))
      this.#callInvalid(marksOfCall(call).flat())
    if (this.#happens('lostBefore')) throw lost()
    if (this.#happens('late')) {
      this.late.push({ at: now() + 1 + dice.below(LATE_MAX_MS), call })
      throw lost()
    }
    if (call.operation !== 'replace' && this.#happens('half')) {
      const half = withRows(call, () => dice.chance(0.5))
      if (half.rows.length > 0) await this.#effect(half)
      return new Response('<html><body>Sorry, something went wrong.</body></html>', { status: 500 })
    }
    if (call.operation === 'remove' && this.#happens('namedInRemoval')) return this.#partly(call)
    if (call.operation === 'replace' && call.last && this.#happens('replaceFails'))
      return this.#failLater(call)
    const answer = await this.#effect(call)
    if (this.#happens('lostAfter')) throw lost()
    if (this.#happens('garbled')) return new Response((await answer.text()).slice(0, 20))
    return answer
  }

  /** Some rows of a removal are called invalid, whatever they are. */
  async #partly(call: MembershipCall): Promise<Response> {
    const { dice } = this.#options
    const calledInvalid = new Map<string, boolean>()
    // Equal rows are called the same.
    const isTaken = (marks: readonly Mark[]): boolean => {
      const row = marks.join()
      const called = calledInvalid.get(row) ?? dice.chance(0.5)
      calledInvalid.set(row, called)
      return !called
    }
    const taken = withRows(call, isTaken)
    if (taken.rows.length > 0) await this.#effect(taken)
    return counted(
      call,
      call.rows.filter((row) => !isTaken(marksOfRow(call.schema, row))),
      this.#options.swarm,
    )
  }

  /** The last batch of a replacement is accepted, and then nothing comes of the replacement. */
  async #failLater(call: MembershipCall): Promise<Response> {
    const { origin } = new URL(call.url)
    const fault = { match: { path: '*usersreplace' }, times: 1, fault: 'replace_failed' }
    const queued = new Request(`${origin}/_control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    })
    await (await this.#options.deliver(queued)).text()
    const answer = await this.#effect(call)
    const broken = (await answer.clone().text()).includes('1870148')
    return broken ? counted(call, [], this.#options.swarm) : answer
  }

  /** What the platform makes of a request that reaches it: rows that it calls invalid change nothing. */
  async #effect(call: MembershipCall): Promise<Response> {
    const isBad = (marks: readonly Mark[]): boolean => marks.some((mark) => this.invalid.has(mark))
    const bad =
      call.operation === 'remove'
        ? []
        : call.rows.filter((row) => isBad(marksOfRow(call.schema, row)))
    if (bad.length === 0) return this.#options.deliver(requestOf(call))
    const good = withRows(call, (marks) => !isBad(marks))
    if (good.rows.length === 0 && call.operation !== 'replace')
      return counted(call, bad, this.#options.swarm)
    const answer = await this.#options.deliver(requestOf(good))
    return answer.ok ? counted(call, bad, this.#options.swarm) : answer
  }

  /** What is on its way to one audience and may still do something there. */
  pending(audienceId: string): Pending {
    const calls = this.late
      .map(({ call }) => call)
      .filter((call) => call.audienceId === audienceId && !this.#options.isOver(call))
    return {
      entering: calls
        .filter(({ operation }) => operation !== 'remove')
        .flatMap(marksOfCall)
        .filter((marks) => !marks.some((mark) => this.invalid.has(mark))),
      leaving: calls.filter(({ operation }) => operation === 'remove').flatMap(marksOfCall),
      replacing: calls.filter(({ last }) => last),
    }
  }

  #callInvalid(marks: readonly Mark[]): void {
    const able = marks.filter((mark) => !mark.startsWith('EXTERN_ID:'))
    if (able.length > 0 && this.invalid.size < 2) this.invalid.add(this.#options.dice.pick(able))
  }

  /** Draws the platform's moods anew. */
  changeMood(marks: readonly Mark[]): void {
    const { dice } = this.#options
    this.#outage = this.#outage ? dice.chance(0.5) : this.#happens('outage')
    this.flagged = this.flagged ? dice.chance(0.6) : this.#happens('flagged')
    this.hidden = this.hidden ? dice.chance(0.6) : this.#happens('hidden')
    if (this.tokenDead && dice.chance(0.7)) this.tokenDead = false
    if (this.#happens('invalid')) this.#callInvalid(marks)
  }
}

/** An answer that names at most one of the rows that are called invalid, however many there are. */
function counted(
  { audienceId, rows }: MembershipCall,
  bad: readonly (readonly unknown[])[],
  { namesInvalid }: Swarm,
): Response {
  const [first] = namesInvalid ? bad : []
  return Response.json({
    audience_id: audienceId,
    session_id: '1',
    num_received: rows.length,
    num_invalid_entries: bad.length,
    invalid_entry_samples: first === undefined ? {} : { [JSON.stringify(first)]: 'Not valid' },
  })
}

function requestOf({ method, url, body }: MembershipCall): Request {
  return new Request(url, { method, headers: HEADERS, body })
}

const HEADERS = { 'content-type': 'application/json', authorization: 'Bearer sandbox-token' }

function rebuilt({ method, url }: Request, body: string): Request {
  return new Request(url, { method, headers: HEADERS, ...(body === '' ? {} : { body }) })
}

function lost(): Error {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }),
  })
}

function gone(): Response {
  return refusal(100, 33, 'Unsupported request. Object does not exist or cannot be loaded')
}

function refusal(
  code: number,
  subcode: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const error = {
    message,
    type: 'OAuthException',
    code,
    error_subcode: subcode,
    fbtrace_id: 'AbCdEf',
  }
  return Response.json({ error }, { status: 400, headers })
}
