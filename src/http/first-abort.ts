// One signal for several. Not AbortSignal.any: it holds its sources weakly, and what is held weakly outlives the quick
// collections, so that a run of ten thousand files would take hundreds of megabytes.

export interface FirstAbort {
  /** Aborts with the reason of the first that does. */
  readonly signal: AbortSignal;
  /** To be called in the end: the sources forget it. */
  release(): void;
}

export function firstAbort(sources: readonly AbortSignal[]): FirstAbort {
  const first = new AbortController();
  const pass = () => first.abort(sources.find(({ aborted }) => aborted)?.reason);
  for (const source of sources) source.addEventListener('abort', pass);
  if (sources.some(({ aborted }) => aborted)) pass();
  return {
    signal: first.signal,
    release: () => {
      for (const source of sources) source.removeEventListener('abort', pass);
    },
  };
}
