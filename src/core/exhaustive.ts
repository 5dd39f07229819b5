/** Ends a switch over a closed union: a new kind then fails to compile at each place that must think about it. */
export function assertNever(value: never): never {
  throw new Error(`Cannot handle an unknown case: ${JSON.stringify(value)}`)
}
