/** More names than this are read by nobody. */
const NAMES_MAX = 30

/** `one of id, email and 12 more`: what there is in place of a name that is not there. */
export function oneOf(names: Iterable<string>): string {
  const all = [...names]
  const more = all.length - NAMES_MAX
  return `one of ${all.slice(0, NAMES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
