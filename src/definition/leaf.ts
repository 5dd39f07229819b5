import { z } from 'zod'
import { durationMs } from '../core/audience/duration.ts'
import { isTraitName } from '../core/audience/operand.ts'
import { isWritten } from '../core/audience/written.ts'
import type { Threshold } from '../core/sync/guard.ts'
import { isSafeAddress } from '../core/safe-address.ts'
import { readSecretReference } from './secret-reference.ts'

/** What a setting wants, in words, and what to write; the first reaches people as "expected", the second as the remedy. */
interface Wanted {
  readonly expected: string
  readonly remedy: string
}

export const CUSTOM_REMEDY = 'remedy'

/** A schema of one value: `read` gives what it means, or undefined when it means nothing. */
export function leaf<T>(read: (value: unknown) => T | undefined, { expected, remedy }: Wanted) {
  return z.unknown().transform((value, context): T => {
    const meant = read(value)
    if (meant !== undefined) return meant
    context.issues.push({
      code: 'custom',
      message: expected,
      params: { [CUSTOM_REMEDY]: remedy },
      input: value,
    })
    return z.NEVER
  })
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined

/** Text that is not blank; `what` names it. */
export const text = (what: string) => leaf(textOf, { expected: what, remedy: `Write ${what}` })

export const flag = leaf((value) => (typeof value === 'boolean' ? value : undefined), {
  expected: 'true or false',
  remedy: 'Write true or false',
})

/** One of a few words. */
export function oneOf<const W extends string>(words: readonly W[]) {
  const expected = `one of ${words.join(', ')}`
  return leaf((value) => words.find((word) => word === value), {
    expected,
    remedy: `Write ${expected}`,
  })
}

export const duration = leaf(
  (value) => (typeof value === 'string' ? durationMs(value) : undefined),
  { expected: 'a duration such as 30s, 5m, 2h, 7d, 4w, 6mo or 1y', remedy: 'Write it like 30d' },
)

export const durationOrOff = leaf(
  (value) =>
    value === 0 || value === 'off' ? 0 : typeof value === 'string' ? durationMs(value) : undefined,
  { expected: 'a duration such as 30d, or 0 for off', remedy: 'Write it like 30d, or 0' },
)

function isTimeZone(name: string): boolean {
  // Offsets are taken too, but have no summer time; they are rarely what is meant.
  if (/^[+-]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const timeZone = leaf(
  (value) => (typeof value === 'string' && isTimeZone(value) ? value : undefined),
  {
    expected: 'an IANA time zone such as Europe/Berlin',
    remedy: 'Write the zone by its place, such as America/New_York, or UTC',
  },
)

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

export function countryOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z]{2}$/.test(value)) return undefined
  const country = value.toUpperCase()
  return regions.of(country) === undefined || country === 'ZZ' ? undefined : country
}

export const country = leaf(countryOf, {
  expected: 'a country as two letters (ISO 3166), such as DE',
  remedy: 'Write the two letters of the country, such as GB for the United Kingdom',
})

/** A share: `10%`, or a number such as 0.1. */
export function shareOf(value: unknown, most: number): number | undefined {
  const percent = typeof value === 'string' ? /^(?<number>\d+(?:\.\d+)?)\s*%$/.exec(value) : null
  const share = percent ? Number(percent.groups?.['number']) / 100 : value
  return typeof share === 'number' && share >= 0 && share <= most ? share : undefined
}

function holdoutOf(value: unknown): { readonly share: number; readonly salt?: string } | undefined {
  const given = isWritten(value) ? value : { share: value }
  const { share: part, salt, ...others } = given
  const share = shareOf(part, 1)
  if (share === undefined || Object.keys(others).length > 0) return undefined
  if (salt === undefined) return { share }
  return typeof salt === 'string' && salt !== '' ? { share, salt } : undefined
}

export const holdout = leaf(holdoutOf, {
  expected: 'a share such as 10%, or { share: 10%, salt: any text }',
  remedy: 'Write it like 10%',
})

const SHARE_OF_PRESENT_MAX = 1000

/** A guard's limit: a share, or a share with the least number that must be passed too, or `off`. */
export const threshold = (atLeast: number) =>
  leaf(
    (value): Threshold | undefined => {
      if (value === 'off') return 'off'
      const given = isWritten(value) ? value : { share: value }
      const { share: part, at_least: least = atLeast, ...others } = given
      const read = shareOf(part, SHARE_OF_PRESENT_MAX)
      if (read === undefined || Object.keys(others).length > 0) return undefined
      return typeof least === 'number' && Number.isInteger(least) && least >= 0
        ? { share: read, atLeast: least }
        : undefined
    },
    {
      expected: 'a share such as 30%, { share: 30%, at_least: 100 }, or off',
      remedy: 'Write it like 30%, or off',
    },
  )

export const column = leaf(
  (value) => (typeof value === 'string' && isTraitName(value) ? value : undefined),
  { expected: 'the name of a column', remedy: 'Write one column of the model' },
)

export const columns = leaf(
  (value): readonly string[] | undefined => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    const names = list.filter(
      (name): name is string => typeof name === 'string' && isTraitName(name),
    )
    return names.length === list.length && names.length > 0 ? names : undefined
  },
  {
    expected: 'a column, or a list of columns',
    remedy: 'Write a column of the model, or [first, second]',
  },
)

export const texts = (what: string) =>
  leaf(
    (value): readonly string[] | undefined => {
      if (!Array.isArray(value)) return undefined
      const items = value.map(textOf)
      return items.every((item) => item !== undefined) ? items : undefined
    },
    {
      expected: `a list of ${what}`,
      remedy: `Write a list of ${what} in brackets: [first, second]`,
    },
  )

export const secret = leaf(readSecretReference, {
  expected: 'a reference, { env: NAME } or { file: path }, never the secret itself',
  remedy:
    'Put the secret into an environment variable and write { env: ITS_NAME }; if it was in a file that others can read, replace it',
})

export const adAccount = leaf(
  (value) => (typeof value === 'string' && /^act_\d{1,20}$/.test(value) ? value : undefined),
  {
    expected: 'an ad account id such as act_1234567890',
    remedy: 'Write act_ and the digits of the ad account, as Ads Manager shows them',
  },
)

export const digits = leaf(
  (value) => (typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined),
  {
    expected: 'the digits of a Custom Audience id, in quotes',
    remedy: 'Copy the id from Ads Manager and put it in quotes: "23840000000000000"',
  },
)

const metaIdOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[1-9]\d{0,24}$/.test(value) ? value : undefined

/** The id of a page at Meta. As a YAML number it could lose its last digits. */
export const metaId = leaf(metaIdOf, {
  expected: 'the digits of an id at Meta, in quotes',
  remedy: 'Put the digits in quotes: "1234567890"',
})

export const metaIds = leaf(
  (value): readonly string[] | undefined => {
    if (!Array.isArray(value) || value.length === 0) return undefined
    const ids = value.map(metaIdOf)
    return ids.every((id) => id !== undefined) ? [...new Set(ids)] : undefined
  },
  {
    expected: 'a list of ids at Meta, each in quotes',
    remedy: 'Put the digits in quotes and in brackets: ["1234567890"]',
  },
)

export const apiVersion = leaf(
  (value) => (typeof value === 'string' && /^v\d{1,3}\.\d{1,2}$/.test(value) ? value : undefined),
  { expected: 'a version such as v25.0', remedy: 'Write it like v25.0' },
)

export const url = leaf(
  (value) => {
    const parsed = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
    const named = parsed !== undefined && (parsed.username !== '' || parsed.password !== '')
    return parsed !== undefined && isSafeAddress(parsed) && !named && typeof value === 'string'
      ? value.replace(/\/+$/, '')
      : undefined
  },
  {
    expected:
      'an address that begins with https://, or with http:// on this machine, such as http://127.0.0.1:4010; without a name or password in it',
    remedy:
      'Write the whole address with https://: with http:// anybody on the way could read the access token',
  },
)
