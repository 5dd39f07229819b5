import type { ResolvedAudience } from './audience.ts'

/** An audience and, each once and in the order in which they are met, all that it excludes or asks about, and what those ask about. */
export function withNamed(audience: ResolvedAudience): readonly ResolvedAudience[] {
  const met = new Map<string, ResolvedAudience>()
  const visit = (one: ResolvedAudience): void => {
    if (met.has(one.key)) return
    met.set(one.key, one)
    for (const named of [...one.exclude, ...Object.values(one.memberOf)]) visit(named)
  }
  visit(audience)
  return [...met.values()]
}
