import type { Faults, FaultSpec } from './faults.ts'
import { GraphError } from './errors.ts'
import type { AccessToken, AdAccount } from './model/account.ts'
import type { AudienceRecord } from './model/audience.ts'
import type { Model } from './model/model.ts'
import type { Parameters } from './parameters.ts'
import type { RandomText } from './random.ts'

/** What may be set about the sandbox's strictness. */
export interface Rules {
  /** A removal that would leave fewer members is refused; null: none is. */
  readonly minimumAfterRemoval: number | null
  /** How long a replacement takes after its last batch. */
  readonly replaceProcessingMs: number
}

/** One request on its way through the responses. */
export interface Context {
  readonly model: Model
  readonly rules: Rules
  readonly faults: Faults
  readonly random: RandomText
  /** The fault that befalls this request, where the response itself has to act on it. */
  readonly fault: FaultSpec | undefined
  readonly now: number
  /** `GET`, `POST` or `DELETE`, after a `method` parameter has had its say. */
  readonly method: string
  /** Scheme, host, port and path, without the query. */
  readonly url: string
  /** The first part of the path after the version. */
  readonly nodeId: string
  readonly parameters: Parameters
  readonly request: Request
  readonly token: AccessToken
  /** Rows in the request, for the record of requests. */
  readonly countRows: (rows: number) => void
}

export function notFound({ method, nodeId }: Context): GraphError {
  return new GraphError('notFound', { verb: method.toLowerCase(), id: nodeId })
}

/** The ad account that the path names. */
export function accountOf(context: Context): AdAccount {
  const account = context.model.state.accounts.get(context.nodeId)
  if (account === undefined) throw notFound(context)
  return account
}

/** The audience that the path names. */
export function audienceOf(context: Context): AudienceRecord {
  const audience = context.model.audience(context.nodeId)
  if (audience === undefined) throw notFound(context)
  return audience
}
