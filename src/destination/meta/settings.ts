import type { Secret } from '../../core/secret.ts'
import { RollcallError } from '../../core/error.ts'
import { isSafeAddress } from '../../core/safe-address.ts'

/** One connected ad account, as the definition file names it. */
export interface MetaSettings {
  readonly environment: 'SANDBOX' | 'LIVE'
  /** `act_` and digits. */
  readonly adAccount: string
  readonly accessToken: Secret
  /** With it, every call carries a proof that its sender also holds the app's secret. */
  readonly appSecret?: Secret
  readonly apiVersion?: string
  readonly apiUrl?: string
  /** How long one request may take before its answer counts as lost. */
  readonly timeoutMs?: number
}

/** The settings with every default filled in and checked. */
export interface Connection {
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly adAccount: string
  /** The ad account's digits alone, as Meta's pages take them. */
  readonly accountNumber: string
  readonly accessToken: Secret
  readonly appSecret: Secret | undefined
  readonly apiVersion: string
  /** Without a slash at its end. */
  readonly apiUrl: string
  readonly timeoutMs: number
}

const API_VERSION_DEFAULT = 'v25.0'
const API_URL_DEFAULT = 'https://graph.facebook.com'
const TIMEOUT_MS_DEFAULT = 60_000

function wrong(message: string, code: string, remedy: string): RollcallError {
  return new RollcallError(message, { code, next: 'act', remedy })
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && isSafeAddress(url)) return text.replace(/\/+$/, '')
  throw wrong(
    `Cannot use "${text}" as the address of the API: the access token would travel unencrypted`,
    'meta/address-not-safe',
    'Write an address that begins with https://, or http:// with 127.0.0.1 for a sandbox on this machine.',
  )
}

/** @throws RollcallError when a setting cannot be right; nothing is sent to find out. */
export function connectionOf(settings: MetaSettings): Connection {
  const accountNumber = /^act_(\d+)$/.exec(settings.adAccount)?.[1]
  if (accountNumber === undefined) {
    throw wrong(
      `Cannot use "${settings.adAccount}" as an ad account`,
      'meta/ad-account-malformed',
      'Write act_ and the digits of the ad account; Ads Manager shows them beside its name.',
    )
  }
  const apiVersion = settings.apiVersion ?? API_VERSION_DEFAULT
  if (!/^v\d+\.\d+$/.test(apiVersion)) {
    throw wrong(
      `Cannot use "${apiVersion}" as an API version`,
      'meta/api-version-malformed',
      `Write it as ${API_VERSION_DEFAULT}, or leave it out.`,
    )
  }
  return {
    environment: settings.environment,
    adAccount: settings.adAccount,
    accountNumber,
    accessToken: settings.accessToken,
    appSecret: settings.appSecret,
    apiVersion,
    apiUrl: checkedUrl(settings.apiUrl ?? API_URL_DEFAULT),
    timeoutMs: settings.timeoutMs ?? TIMEOUT_MS_DEFAULT,
  }
}
