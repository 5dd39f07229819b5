import { hash } from 'node:crypto'
import type { RandomText } from './random.ts'
import type { Usage } from './rate-limiter.ts'

/** The headers that every answer of the Graph API carries. */
export function commonHeaders(version: string, random: RandomText): Record<string, string> {
  return {
    'content-type': 'application/json',
    'facebook-api-version': version,
    'x-fb-request-id': `A${random(22)}`,
    'x-fb-trace-id': `F${random(10)}`,
    'x-fb-rev': '1004781196',
    'x-fb-debug': random(44),
    'cache-control': 'private, no-cache, no-store, must-revalidate',
    vary: 'Origin',
    'access-control-allow-origin': '*',
  }
}

export function entityTag(body: string): string {
  return `"${hash('sha1', body)}"`
}

/** What an upload is told of its use: the score of the ad account, and the app's own calls. */
export function uploadUsage({
  scorePercent,
  resetSeconds,
  tier,
  callPercent,
}: Usage): Record<string, string> {
  return {
    'x-ad-account-usage': JSON.stringify({
      acc_id_util_pct: scorePercent,
      reset_time_duration: resetSeconds,
      ads_api_access_tier: tier,
    }),
    'x-app-usage': JSON.stringify({ call_count: callPercent, total_cputime: 0, total_time: 1 }),
  }
}

/** What every other call is told: the hour's calls on custom audiences. */
export function businessUsage(accountId: string, usage: Usage): Record<string, string> {
  const { callPercent, regainMinutes, tier } = usage
  return {
    'x-business-use-case-usage': JSON.stringify({
      [accountId.replace('act_', '')]: [
        {
          type: 'custom_audience',
          call_count: callPercent,
          total_cputime: Math.min(callPercent, 100),
          total_time: Math.min(callPercent, 100),
          estimated_time_to_regain_access: regainMinutes,
          ads_api_access_tier: tier,
        },
      ],
    }),
  }
}
