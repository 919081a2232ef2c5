// Listeners of the run's abort signal, one for each request in flight. A listener that is removed from an EventTarget still
// refers to the next one, so old ones would keep all later requests in memory until a major GC: 30 MiB in a run of 10,000
// files. test/http/abort-listeners.test.ts reproduces it.

type Listener = () => void;

const listenersBySignal = new WeakMap<AbortSignal, Listener[]>();

/** Calls `listener` when the long-lived `signal` aborts. The returned function removes it. */
export function onAbort(signal: AbortSignal, listener: Listener): () => void {
  const listeners = listenersOf(signal);
  listeners.push(listener);
  return () => {
    const index = listeners.indexOf(listener);
    if (index >= 0) listeners.splice(index, 1);
  };
}

function listenersOf(signal: AbortSignal): Listener[] {
  const known = listenersBySignal.get(signal);
  if (known !== undefined) return known;
  const listeners: Listener[] = [];
  listenersBySignal.set(signal, listeners);
  const callAll = () => {
    for (const listener of [...listeners]) listener();
  };
  signal.addEventListener('abort', callAll, { once: true });
  return listeners;
}
