/** The share of rows that find somebody at Meta. */
export const MATCH_SHARE = 0.7

/** Whether somebody at Meta has this identifier: always the same answer for the same text (FNV-1a). */
export function isMatched(mark: string): boolean {
  let hash = 0x811c9dc5
  for (let index = 0; index < mark.length; index += 1) {
    hash = Math.imul(hash ^ mark.charCodeAt(index), 0x01000193)
  }
  // The low bits of FNV-1a mix badly on short text, so the high ones decide.
  return ((hash ^ (hash >>> 15)) >>> 0) % 10_000 < MATCH_SHARE * 10_000
}
