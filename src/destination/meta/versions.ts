/**
 * Until when each version of the Marketing API is served, as Meta has announced it; null where no end is announced.
 *
 * @see https://developers.facebook.com/docs/marketing-api/versions
 */
const API_VERSIONS: Readonly<Record<string, string | null>> = {
  'v19.0': '2025-02-04',
  'v20.0': '2025-05-06',
  'v21.0': '2025-09-09',
  'v22.0': '2026-02-19',
  'v23.0': '2026-06-09',
  'v24.0': '2026-10-06',
  'v25.0': null,
  'v26.0': null,
}

const NOTICE_MS = 60 * 24 * 60 * 60 * 1000

export type VersionLife =
  | { readonly kind: 'served'; readonly until: string | null }
  | { readonly kind: 'ending'; readonly until: string }
  | { readonly kind: 'expired'; readonly until: string | null }
  | { readonly kind: 'unfamiliar' }

const numberOf = (version: string): number => Number(/\d+/.exec(version)?.[0] ?? Number.NaN)

/** @param now in milliseconds since the epoch. */
export function versionLife(version: string, now: number): VersionLife {
  const until = API_VERSIONS[version]
  if (until === null) return { kind: 'served', until }
  if (until === undefined) {
    const oldest = Math.min(...Object.keys(API_VERSIONS).map(numberOf))
    return numberOf(version) < oldest ? { kind: 'expired', until: null } : { kind: 'unfamiliar' }
  }
  const end = Date.parse(until)
  if (end <= now) return { kind: 'expired', until }
  return end - now <= NOTICE_MS ? { kind: 'ending', until } : { kind: 'served', until }
}
