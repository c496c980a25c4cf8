/** Runs `work` over the items, at most `limit` at a time. The first error stops the start of new ones and is thrown when those under way have ended. */
export const inParallel = async <Item>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const waiting = items[Symbol.iterator]()
  const errors: unknown[] = []
  const runner = async () => {
    for (let next = waiting.next(); !next.done && errors.length === 0; next = waiting.next())
      try {
        await work(next.value)
      } catch (error) {
        errors.push(error)
      }
  }
  await Promise.all(Array.from({ length: limit }, runner))
  if (errors.length > 0) throw errors[0]
}
