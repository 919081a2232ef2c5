// Maps items with an async function, with limited concurrency.

/** Returns the results in the order of the items. Rejects with the first error. At most `limit` calls run at a time. */
export async function mapConcurrent<In, Out>(
  items: readonly In[],
  limit: number,
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results = new Array<Out>(items.length);
  // All workers share one iterator: each worker takes the next item when it is free.
  const queue = items.entries();
  const workers = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  });
  await Promise.all(workers);
  return results;
}
