/** Everything that is not the same twice, handed in by the entry points, so that a test can tell the same story again. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** In [0, 1). */
  random(): number
  fetch(request: Request): Promise<Response>
}
