// Does one piece of work for each item, a few at a time, and keeps the items' order in the results.

/** Resolves with one result an item, in order; rejects with the first failure. At most `limit` run at once. */
export async function mapConcurrent<In, Out>(
  items: readonly In[],
  limit: number,
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results = new Array<Out>(items.length);
  // One iterator shared by all lanes: each lane takes the next item when it is free.
  const queue = items.entries();
  const lanes = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  });
  await Promise.all(lanes);
  return results;
}
