import { assertNever } from '../../core/exhaustive.ts'
import type { World } from '../../core/world.ts'
import type { Refusal } from '../port.ts'
import { classify, type MetaErrorAnswer } from './classify.ts'
import { readEnvelope } from './envelope.ts'
import { metaError, remedyOf, type MetaError, type MetaErrorName } from './errors.ts'
import { lostAnswerMessage } from './lost-answer.ts'
import { paceOf, readUsage, type Usage } from './pacing.ts'
import { redact } from './redact.ts'
import { appSecretProof, requestOf, type Call, type ReadCall } from './request.ts'
import type { Connection } from './settings.ts'

const MINUTE_MS = 60_000
const READ_RETRIES = 2
const RETRY_MS = 500

export interface Unknown {
  readonly kind: 'unknown'
  readonly message: string
  /** The platform's own error, where there was one. */
  readonly error?: MetaError
}
export interface Refused {
  readonly kind: 'refused'
  readonly refusal: Refusal
}
export type GraphAnswer =
  { readonly kind: 'ok'; readonly data: Readonly<Record<string, unknown>> } | Unknown | Refused

/** The Graph API over one connection: paces the calls, and makes a value of everything that can come back. */
export class Graph {
  readonly #connection: Connection
  readonly #world: World
  readonly #secrets: readonly string[]
  #usage: Usage = { utilisation: 0 }
  #versionWarning: string | undefined

  constructor(connection: Connection, world: World) {
    this.#connection = connection
    this.#world = world
    const { accessToken, appSecret } = connection
    const proof = appSecretProof(connection)
    this.#secrets = [accessToken.reveal(), appSecret?.reveal() ?? '', proof ?? '']
  }

  /** Waits when the account is near its limits. */
  async pace(): Promise<void> {
    const pace = paceOf(this.#usage, this.#world.now())
    if (pace.kind === 'pause') await this.#world.sleep(pace.ms)
  }

  /** Sends once, after `pace`. Never throws. */
  async call(call: Call): Promise<GraphAnswer> {
    await this.pace()
    return this.callNow(call)
  }

  /** Sends once and at once; not at all while Meta wants us to wait. Never throws. */
  async callNow(call: Call): Promise<GraphAnswer> {
    if (paceOf(this.#usage, this.#world.now()).kind !== 'stop') return this.#exchange(call)
    return { kind: 'refused', refusal: this.refuse('meta/audience-calls-used-up', call.attempt) }
  }

  /** Sends a call that changes nothing, and tries again when its answer is lost. */
  async read(call: ReadCall): Promise<GraphAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.call({ ...call, method: 'GET' })
      const again = answer.kind === 'unknown' && answer.error?.name !== 'meta/too-much-data'
      if (!again || attempt === READ_RETRIES) return answer
      await this.#world.sleep(RETRY_MS * 2 ** attempt * (0.5 + this.#world.random()))
    }
  }

  /** A refusal that Rollcall found out itself. */
  refuse(name: MetaErrorName, attempt: string, detail?: string): Refusal {
    const error = metaError(name)
    const more = detail === undefined ? '' : ` (${detail})`
    return this.#refusal(error, `Cannot ${attempt}: ${error.what}${more}`)
  }

  /** Makes a text of the far side fit to be shown. */
  redact(text: string, values?: ReadonlySet<string>): string {
    return redact(text, this.#secrets, values)
  }

  /** What Meta last said about the API version being out of date. */
  get versionWarning(): string | undefined {
    return this.#versionWarning
  }

  async #exchange(call: Call): Promise<GraphAnswer> {
    let response: Response
    let text: string
    // Ended with its request: a signal that only times out keeps the request in memory until then.
    const patience = new AbortController()
    const timer = setTimeout(() => {
      patience.abort(new DOMException('The answer did not come in time', 'TimeoutError'))
    }, this.#connection.timeoutMs)
    try {
      response = await this.#world.fetch(requestOf(this.#connection, call, patience.signal))
      text = await response.text()
    } catch (error) {
      return { kind: 'unknown', message: lostAnswerMessage(error, this.#connection) }
    } finally {
      clearTimeout(timer)
    }
    this.#usage = readUsage(response.headers, this.#world.now())
    const warning = response.headers.get('x-ad-api-version-warning')
    if (warning !== null) this.#versionWarning = this.redact(warning)
    const envelope = readEnvelope(response.status, text)
    switch (envelope.kind) {
      case 'data':
        return { kind: 'ok', data: envelope.data }
      case 'error':
        return this.#understand(envelope.error, call)
      case 'unreadable':
        return { kind: 'unknown', message: `Cannot tell whether Meta did it: ${envelope.what}` }
      default:
        return assertNever(envelope)
    }
  }

  #understand(answer: MetaErrorAnswer, { attempt, values }: Call): Unknown | Refused {
    const { code, subcode, text, trace } = answer
    const error = classify(answer)
    const plain = values?.()
    const said = this.redact(text, plain)
    const codes = subcode === undefined ? `${code}` : `${code}/${subcode}`
    const message = `Cannot ${attempt}: ${error.what} (Meta ${codes}${said === '' ? '' : `: ${said}`})`
    if (error.kind === 'unknown') return { kind: 'unknown', message, error }
    const refusal = this.#refusal(error, message)
    if (error.kind === 'throttled' && refusal.until !== undefined) {
      this.#usage = { utilisation: 1, until: refusal.until }
    }
    return {
      kind: 'refused',
      refusal: trace === undefined ? refusal : { ...refusal, trace: this.redact(trace, plain) },
    }
  }

  #refusal(error: MetaError, message: string): Refusal {
    return {
      // Errors of kind `unknown` are no refusals, and never come here.
      kind: error.kind === 'unknown' ? 'blocked' : error.kind,
      code: error.name,
      message,
      remedy: remedyOf(error, this.#connection.accountNumber),
      ...this.#wait(error),
    }
  }

  /** Until when to wait: what the headers said of the account's quota, otherwise what the table says. */
  #wait({ kind, waitMinutes = 1 }: MetaError): { until?: number } {
    const until = this.#world.now() + waitMinutes * MINUTE_MS
    if (kind === 'throttled') return { until: this.#usage.until ?? until }
    return kind === 'busy' ? { until } : {}
  }
}
