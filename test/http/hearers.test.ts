// Who hears that a signal aborted, and who does not any more.

import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whenAborted } from '../../src/http/hearers.ts';

describe('an abort', () => {
  it.each([0, 1])('of any of the signals is heard with its reason: number %i', (index) => {
    const controllers = [new AbortController(), new AbortController()];
    const heard: unknown[] = [];
    whenAborted(
      controllers.map(({ signal }) => signal),
      (reason) => heard.push(reason),
    );
    controllers[index]?.abort('on purpose');
    expect(heard).toEqual(['on purpose']);
  });

  it('is heard by all that hear, once each, whatever one of them does meanwhile', () => {
    const controller = new AbortController();
    const heard: string[] = [];
    const ends = ['a', 'b', 'c'].map((name) =>
      whenAborted([controller.signal], () => {
        heard.push(name);
        ends[2]?.();
      }),
    );
    controller.abort();
    expect(heard.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('is not heard any more when that was ended, in any order and also twice', () => {
    const orders = fc.array(fc.tuple(fc.boolean(), fc.nat(7)), { maxLength: 30 });
    fc.assert(
      fc.property(orders, (steps) => {
        const controller = new AbortController();
        const heard = new Set<number>();
        const wanted = new Map<number, () => void>();
        for (const [isStart, number] of steps) {
          if (isStart && !wanted.has(number))
            wanted.set(
              number,
              whenAborted([controller.signal], () => heard.add(number)),
            );
          if (!isStart) {
            wanted.get(number)?.();
            wanted.get(number)?.();
            wanted.delete(number);
          }
        }
        controller.abort();
        expect([...heard].toSorted()).toEqual([...wanted.keys()].toSorted());
      }),
    );
  });
});

it('a signal is listened to once, however many hear', () => {
  const { signal } = new AbortController();
  for (let calls = 0; calls < 100; calls += 1) whenAborted([signal], () => {})();
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
});
