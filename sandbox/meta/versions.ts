/** The life of the Marketing API's versions: the first instant at which a version is no longer served as itself. */
const EXPIRY: ReadonlyMap<number, number> = new Map([
  [19, Date.UTC(2025, 1, 4)],
  [20, Date.UTC(2025, 4, 6)],
  [21, Date.UTC(2025, 8, 9)],
  [22, Date.UTC(2026, 1, 19)],
  [23, Date.UTC(2026, 5, 9)],
  [24, Date.UTC(2026, 9, 6)],
])
/** The oldest version that is still answered, by upgrading it. */
export const OLDEST_VERSION = 19
/** The version that the errors recommend. */
export const CURRENT_VERSION = 'v25.0'

/** The version that serves a request for `asked` at `now`: itself, or the oldest one that is still alive. */
export function servedVersion(asked: number, now: number): number {
  let version = asked
  while ((EXPIRY.get(version) ?? Infinity) <= now) version += 1
  return version
}
