/** A message, and where its stream goes on after it. */
export interface Arrival<Item, Position> {
  readonly message: Item
  readonly next: Position
}

export interface BatchSettings {
  readonly size: number
  /** Of a stream that does not end: waits so long for more, then hands out what there is. Null for one that ends. */
  readonly linger: (() => Promise<void>) | null
}

/** Puts the chunks of a stream together to batches of at least `size`, the last one aside. */
export async function* batches<Item, Position>(
  chunks: AsyncIterable<readonly Arrival<Item, Position>[]>,
  { size, linger }: BatchSettings,
): AsyncGenerator<readonly Arrival<Item, Position>[]> {
  const iterator = chunks[Symbol.asyncIterator]()
  let batch: Arrival<Item, Position>[] = []
  let next = iterator.next()
  try {
    for (;;) {
      const isWaiting = linger !== null && batch.length > 0
      const result = isWaiting ? await Promise.race([next, linger().then(() => null)]) : await next
      if (result?.done === true) break
      if (result !== null) {
        for (const arrival of result.value) batch.push(arrival)
        next = iterator.next()
      }
      if (batch.length === 0 || (result !== null && batch.length < size)) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } finally {
    next.catch(() => null)
    const closing = Promise.resolve(iterator.return?.()).catch(() => null)
    // One that waits for more ends when more comes, or when whoever made it ends it.
    if (linger === null) await closing
  }
}
