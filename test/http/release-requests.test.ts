// Reproduces why `releaseRequests` exists: undici alone keeps ended requests in memory.

import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent, type Dispatcher } from 'undici';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import { releaseRequests } from '../../src/http/release-requests.ts';
import { HttpFixture } from './http-fixture.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

setFlagsFromString('--expose-gc');
const gc: (options?: { type: 'minor' }) => void = runInNewContext('gc');

const REQUESTS = 20;

/** The number of responses that outlive a minor GC, of `REQUESTS` that were read to their end and dropped. */
async function survivors(dispatcher: Dispatcher): Promise<number> {
  onTestFinished(() => dispatcher.destroy());
  const { origin } = await fixture.http((_, response) => response.end('{}'));
  const responses = new WeakMap<object, boolean>();
  const ask = async () => {
    const { body } = await dispatcher.request({ origin, path: '/', method: 'GET' });
    responses.set(body, true);
    await body.text();
  };
  await ask();
  gc();
  for (let count = 0; count < REQUESTS; count += 1) await ask();
  for (let count = 0; count < 3; count += 1) {
    await setImmediate();
    gc({ type: 'minor' });
  }
  return inspect(responses, { showHidden: true, depth: 0, maxArrayLength: null }).split('=> true').length - 1;
}

it('a minor GC frees responses that were read', async () => {
  expect(await survivors(createDispatcher('direct'))).toBeLessThan(REQUESTS / 4);
});

// When this fails, undici has fixed the leak, and the interceptor can be removed.
it('undici alone keeps all responses until a major GC', async () => {
  expect(await survivors(new Agent())).toBeGreaterThanOrEqual(REQUESTS);
});

it('an abort reaches a request that is under way, and not one that has ended', () => {
  const reasons: Error[] = [];
  const controller = {
    ...{ aborted: false, paused: false, reason: null, pause: () => {}, resume: () => {} },
    abort: (reason: Error) => reasons.push(reason),
  };
  const seen: Dispatcher.DispatchController[] = [];
  const own = { onRequestStart: (given: Dispatcher.DispatchController) => void seen.push(given) };
  const handlers: Dispatcher.DispatchHandler[] = [];
  const dispatch = releaseRequests((_, handler) => handlers.push(handler) > 0);
  dispatch({ path: '/', method: 'GET' }, own);
  handlers[0]?.onRequestStart?.(controller, null);
  const [early, late] = [new Error('early'), new Error('late')];
  seen[0]?.abort(early);
  handlers[0]?.onResponseEnd?.(controller, {});
  seen[0]?.abort(late);
  expect(reasons).toEqual([early]);
});
