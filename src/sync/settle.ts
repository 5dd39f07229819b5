/** A replacement that nobody ends is ended by the platform itself, so long after its first batch arrived. */
const REPLACE_SESSION_MS = 90 * 60_000

/** How long an unanswered batch of a replacement may still take effect: it may arrive late and open a session. */
export const replaceSettleMs = (settleMs: number): number => settleMs + REPLACE_SESSION_MS
