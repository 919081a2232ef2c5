// Listeners of the run's abort signal: each is called once, and not after its removal. Also reproduces why `onAbort` exists.

import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onAbort } from '../../src/http/abort-listeners.ts';

describe('onAbort', () => {
  it('an abort calls each listener once, even when one listener removes another meanwhile', () => {
    const controller = new AbortController();
    const called: string[] = [];
    const removals = ['a', 'b', 'c'].map((name) =>
      onAbort(controller.signal, () => {
        called.push(name);
        removals[2]?.();
      }),
    );
    controller.abort();
    expect(called.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('an abort calls no removed listener, even when it was removed twice', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(7)), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (orders) => {
        const controller = new AbortController();
        const called: number[] = [];
        const removals = new Map<number, () => void>();
        for (const [isAdded, number] of orders) {
          if (!isAdded) {
            removals.get(number)?.();
            removals.get(number)?.();
            removals.delete(number);
          } else if (!removals.has(number))
            removals.set(
              number,
              onAbort(controller.signal, () => called.push(number)),
            );
        }
        controller.abort();
        expect(called.toSorted()).toEqual([...removals.keys()].toSorted());
      }),
    );
  });

  it('a signal gets one event listener, however often `onAbort` is called', () => {
    const { signal } = new AbortController();
    for (let calls = 0; calls < 100; calls += 1) onAbort(signal, () => {})();
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  });
});

setFlagsFromString('--expose-gc');
const gc: (options?: { type: 'minor' }) => void = runInNewContext('gc');

type Add = typeof onAbort;
const REQUESTS = 20;

/** The number of listeners that outlive a minor GC, of `REQUESTS` of which each was removed after the next one was added. */
async function survivors(add: Add): Promise<number> {
  const { signal } = new AbortController();
  const listeners = new WeakMap<object, boolean>();
  let remove = add(signal, () => {});
  // From now on, only a major GC frees the first listener.
  gc();
  for (let count = 0; count < REQUESTS; count += 1) {
    const listener = () => {};
    listeners.set(listener, true);
    const removeNext = add(signal, listener);
    remove();
    remove = removeNext;
  }
  remove();
  remove = () => {};
  for (let count = 0; count < 3; count += 1) {
    await setImmediate();
    gc({ type: 'minor' });
  }
  return inspect(listeners, { showHidden: true, depth: 0, maxArrayLength: null }).split('=> true').length - 1;
}

it('a minor GC frees listeners that were removed', async () => {
  expect(await survivors(onAbort)).toBeLessThan(REQUESTS / 4);
});

// When this fails, Node has fixed the leak, and `onAbort` can be replaced with `addEventListener`.
it('an AbortSignal alone keeps removed listeners until a major GC', async () => {
  const add: Add = (signal, listener) => {
    signal.addEventListener('abort', listener);
    return () => signal.removeEventListener('abort', listener);
  };
  expect(await survivors(add)).toBeGreaterThanOrEqual(REQUESTS - 1);
});
