// Several signals as one: whichever aborts first, whenever that was, and none remembers it afterwards.

import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { firstAbort } from '../../src/http/first-abort.ts';

const sources = () => [new AbortController(), new AbortController(), new AbortController()] as const;
const signalsOf = (controllers: readonly AbortController[]) => controllers.map(({ signal }) => signal);
const listenersOf = (controllers: readonly AbortController[]) =>
  controllers.map(({ signal }) => getEventListeners(signal, 'abort').length);

describe('the first of several signals', () => {
  it.each([0, 1, 2] as const)('aborts it with its own reason: number %i', (index) => {
    const controllers = sources();
    const { signal } = firstAbort(signalsOf(controllers));
    expect(signal.aborted).toBe(false);
    const reason = new RangeError('on purpose');
    controllers[index].abort(reason);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe(reason);
  });

  it('counts, not a later one', () => {
    const controllers = sources();
    const { signal } = firstAbort(signalsOf(controllers));
    controllers[2].abort('first');
    controllers[0].abort('second');
    expect(signal.reason).toBe('first');
  });

  it('counts also when it aborted before', () => {
    const controllers = sources();
    controllers[1].abort('before');
    expect(firstAbort(signalsOf(controllers)).signal.reason).toBe('before');
  });

  it('forgets it when it is released', () => {
    const controllers = sources();
    const { signal, release } = firstAbort(signalsOf(controllers));
    expect(listenersOf(controllers)).toEqual([1, 1, 1]);
    release();
    expect(listenersOf(controllers)).toEqual([0, 0, 0]);
    controllers[0].abort('too late');
    expect(signal.aborted).toBe(false);
  });
});
