/** Hands on what an iterable yields while the next item is already being made; never more than one ahead. */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  const begin = (): Promise<IteratorResult<Item>> => {
    const next = iterator.next();
    // Whoever awaits it later hears the fault; until then it must not count as unheard.
    next.catch(() => undefined);
    return next;
  };
  let next = begin();
  try {
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = begin();
      yield result.value;
    }
  } finally {
    await iterator.return?.().catch(() => undefined);
  }
}
