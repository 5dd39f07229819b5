/** A mapping as it was written, nothing known of it yet. */
export type Written = Readonly<Record<string, unknown>>

export function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
