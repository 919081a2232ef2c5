// Listeners of long-lived abort signals: each is called once, and not after its removal.

import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onAbort } from '../../src/http/abort-listeners.ts';

describe('abort listeners', () => {
  it.each([0, 1])('an abort of any of the signals calls the listener with its reason: signal %i', (index) => {
    const controllers = [new AbortController(), new AbortController()];
    const reasons: unknown[] = [];
    const signals = controllers.map(({ signal }) => signal);
    onAbort(signals, (reason) => reasons.push(reason));
    controllers[index]?.abort('on purpose');
    expect(reasons).toEqual(['on purpose']);
  });

  it('an abort calls each listener once, even when one listener removes another meanwhile', () => {
    const controller = new AbortController();
    const called: string[] = [];
    const removals = ['a', 'b', 'c'].map((name) =>
      onAbort([controller.signal], () => {
        called.push(name);
        removals[2]?.();
      }),
    );
    controller.abort();
    expect(called.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('an abort calls no removed listener, even when it was removed twice', () => {
    const orders = fc.array(fc.tuple(fc.boolean(), fc.nat(7)), { maxLength: 30 });
    fc.assert(
      fc.property(orders, (steps) => {
        const controller = new AbortController();
        const called = new Set<number>();
        const removals = new Map<number, () => void>();
        for (const [isAdded, number] of steps) {
          if (isAdded && !removals.has(number))
            removals.set(
              number,
              onAbort([controller.signal], () => called.add(number)),
            );
          if (!isAdded) {
            removals.get(number)?.();
            removals.get(number)?.();
            removals.delete(number);
          }
        }
        controller.abort();
        expect([...called].toSorted()).toEqual([...removals.keys()].toSorted());
      }),
    );
  });
});

it('a signal has one event listener, however often `onAbort` is called', () => {
  const { signal } = new AbortController();
  for (let calls = 0; calls < 100; calls += 1) onAbort([signal], () => {})();
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
});
