/**
 * Fetches each item while the one before it is worked on, until there is none.
 * What is under way when its user stops is waited for, so that what it reads from can be closed.
 */
export async function* ahead<Item>(fetch: () => Promise<Item | null>): AsyncGenerator<Item> {
  const begin = async (): Promise<Item | null> => {
    const fetching = fetch()
    // A failure is told when its turn has come.
    fetching.catch(() => null)
    return fetching
  }
  let next = begin()
  try {
    for (;;) {
      const item = await next
      if (item === null) return
      next = begin()
      yield item
    }
  } finally {
    await next.catch(() => null)
  }
}
