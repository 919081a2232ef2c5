// Tells many short calls when one of a few long-lived signals aborts. A listener that an EventTarget has let go still
// points to the next one, and so keeps all that came after it in memory until a slow collection: here nothing does.

type Hear = (reason: unknown) => void;

const hubs = new WeakMap<AbortSignal, Hub>();

/** Calls `hear` once for each of `signals` that aborts from now on; the returned function ends that. */
export function whenAborted(signals: readonly AbortSignal[], hear: Hear): () => void {
  const ends = signals.map((signal) => hubOf(signal).add(hear));
  return () => {
    for (const end of ends) end();
  };
}

function hubOf(signal: AbortSignal): Hub {
  const hub = hubs.get(signal) ?? new Hub(signal);
  hubs.set(signal, hub);
  return hub;
}

class Hub {
  readonly #hearers: Hear[] = [];

  constructor(signal: AbortSignal) {
    const tell = () => {
      for (const hear of [...this.#hearers]) hear(signal.reason);
    };
    signal.addEventListener('abort', tell, { once: true });
  }

  add(hear: Hear): () => void {
    this.#hearers.push(hear);
    return () => this.#remove(hear);
  }

  #remove(hear: Hear): void {
    const index = this.#hearers.indexOf(hear);
    if (index >= 0) this.#hearers.splice(index, 1);
  }
}
