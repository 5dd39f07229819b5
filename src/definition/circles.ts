/** Each circle of names once, from the one that comes first: the names along it, the first again at its end. */
export function circlesIn(
  names: readonly string[],
  usesOf: (name: string) => readonly string[],
): readonly (readonly string[])[] {
  const settled = new Set<string>()
  const found: (readonly string[])[] = []
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name)
    if (start !== -1) {
      found.push([...trail.slice(start), name])
      return
    }
    if (settled.has(name)) return
    for (const next of usesOf(name)) visit(next, [...trail, name])
    settled.add(name)
  }
  for (const name of names) visit(name, [])
  return found
}
