// The number of our functions that one PUT passes on its way to undici: a reader has to step through each of them.

import type { Dispatcher } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { Secret } from '../../src/secret.ts';
import { BufferPool, lazyFile } from '../../src/upload/file-body.ts';
import { RequestScheduler } from '../../src/upload/retry/request-scheduler.ts';
import { transfer } from '../../src/upload/transfer.ts';
import { TestClock } from '../support/clock.ts';
import { sourceOf } from '../support/media.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { OWNER, WIRE_TOKEN } from './over-wire.ts';

const SIZE = 1000;

const VIDEO: SessionRequest = {
  api: 'assets',
  owner: OWNER,
  kind: 'video',
  mediaType: 'video/mp4',
  sizeBytes: SIZE,
  recipe: 'urn:li:digitalmediaRecipe:feedshare-video',
  mechanism: 'multipart',
};

/** The frames below `src/` at the moment when undici gets each PUT, innermost first. */
class Watched extends SandboxDispatcher {
  readonly stacks: string[][] = [];

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const lines = new Error('the way here').stack?.split('\n') ?? [];
    if (options.method === 'PUT') this.stacks.push(lines.filter((line) => /[/\\]src[/\\]/.test(line)));
    return super.dispatch(options, handler);
  }
}

it('one PUT passes ten functions at most from transfer to undici', async () => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  onTestFinished(() => {
    Error.stackTraceLimit = limit;
  });
  const clock = new TestClock();
  const { signal } = new AbortController();
  const model = new SandboxModel({ clock: { now: () => clock.now() }, partSizeBytes: SIZE / 4 });
  const dispatcher = new Watched(createRoutes(model));
  const linkedin = openLinkedIn({
    ...{ dispatcher, signal, clock, version: '202609', token: new Secret(WIRE_TOKEN) },
    ...{ apiUrl: new URL('https://api.linkedin.com'), onRequest: () => {}, onSecret: () => {} },
  });
  const scheduler = new RequestScheduler({
    concurrency: 2,
    clock,
    signal,
    onFatal: () => {},
    onPause: () => {},
  });
  const file = { ...sourceOf(Buffer.alloc(SIZE)), verify: async () => {}, close: async () => {} };
  await transfer({
    session: await linkedin.openSession(VIDEO),
    ...{
      sizeBytes: SIZE,
      signal,
      pool: new BufferPool(),
      limiter: scheduler.puts,
      retrier: scheduler.retrier,
    },
    file: lazyFile(async () => file),
    openSidecar: () => Promise.reject(new RangeError('there is none')),
    serverNow: () => 0,
    isUploadStored: async () => false,
    onSent: () => {},
    onLastAcquired: () => {},
  });
  expect(dispatcher.stacks).toHaveLength(4);
  for (const stack of dispatcher.stacks) {
    expect(stack.join('\n')).toContain('client.ts');
    expect(stack.join('\n')).toContain('part-runner.ts');
    expect(stack.length, stack.join('\n')).toBeLessThanOrEqual(10);
  }
});
