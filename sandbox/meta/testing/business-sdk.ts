import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** A door to Meta's own SDK, which has no types: the parts of it that the tests drive. */
interface SdkNode {
  readonly id: string
  readonly _data: Readonly<Record<string, unknown>>
}

/** A page of nodes; `next` asks for the following one and gives itself. */
interface SdkCursor extends ReadonlyArray<SdkNode> {
  hasNext(): boolean
  next(): Promise<SdkCursor>
}

type Fields = readonly string[]
type Parameters = Readonly<Record<string, unknown>>

export interface SdkAdAccount {
  createCustomAudience(fields: Fields, parameters: Parameters): Promise<SdkNode>
  getCustomAudiences(fields: Fields, parameters: Parameters): Promise<SdkCursor>
  getCustomAudiencesTos(fields: Fields, parameters: Parameters): Promise<SdkCursor>
  createCustomAudiencesTo(fields: Fields, parameters: Parameters): Promise<SdkNode>
  deleteUsersOfAnyAudience(parameters: Parameters): Promise<unknown>
}

interface SdkAudience {
  get(fields: Fields, parameters: Parameters): Promise<SdkNode>
  update(fields: Fields, parameters: Parameters): Promise<unknown>
  delete(fields: Fields, parameters: Parameters): Promise<unknown>
  createUser(fields: Fields, parameters: Parameters): Promise<SdkNode>
  /** Gives the answer as it came. */
  deleteUsers(parameters: Parameters): Promise<Readonly<Record<string, unknown>>>
  createUsersReplace(fields: Fields, parameters: Parameters): Promise<SdkNode>
  getSessions(fields: Fields, parameters: Parameters): Promise<SdkCursor>
  getHealth(fields: Fields, parameters: Parameters): Promise<SdkCursor>
}

interface SdkUser {
  getAdAccounts(fields: Fields, parameters: Parameters): Promise<SdkCursor>
}

export interface BusinessSdk {
  readonly AdAccount: new (id: string) => SdkAdAccount
  readonly CustomAudience: new (id: string) => SdkAudience
  readonly User: new (id: string) => SdkUser
  readonly FacebookAdsApi: {
    init(token: string, locale: string, crashReports: boolean): unknown
  }
}

/** The SDK, speaking to `url` instead of to Meta, without its reports of crashes to Meta. */
export function businessSdkFor(url: string, token: string): BusinessSdk {
  const sdk: BusinessSdk = require('facebook-nodejs-business-sdk')
  Object.defineProperty(sdk.FacebookAdsApi, 'GRAPH', { get: () => url, configurable: true })
  sdk.FacebookAdsApi.init(token, 'en_US', false)
  return sdk
}
