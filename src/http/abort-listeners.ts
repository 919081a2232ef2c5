// Calls many short-lived listeners when one of a few long-lived signals aborts. A listener removed from an EventTarget
// still points to the next one, so each would keep later ones in memory until a major GC. An array does not.

type Listener = (reason: unknown) => void;

const listenersBySignal = new WeakMap<AbortSignal, Listener[]>();

/** Calls `listener` once for each of `signals` that aborts from now on. The returned function removes it. */
export function onAbort(signals: readonly AbortSignal[], listener: Listener): () => void {
  const lists = signals.map(listOf);
  for (const list of lists) list.push(listener);
  return () => {
    for (const list of lists) remove(list, listener);
  };
}

function listOf(signal: AbortSignal): Listener[] {
  const known = listenersBySignal.get(signal);
  if (known !== undefined) return known;
  const list: Listener[] = [];
  listenersBySignal.set(signal, list);
  const callAll = () => {
    for (const listener of [...list]) listener(signal.reason);
  };
  signal.addEventListener('abort', callAll, { once: true });
  return list;
}

function remove(list: Listener[], listener: Listener): void {
  const index = list.indexOf(listener);
  if (index >= 0) list.splice(index, 1);
}
