// Lets a planted bug change what a program sends and gets, at its dispatcher.

import type { Dispatcher } from 'undici';
import type { Run } from '../../../src/run.ts';
import { readBody, type SandboxRequest } from '../../../src/sandbox/messages.ts';
import { type Answer, SandboxDispatcher } from '../../support/sandbox-dispatcher.ts';

/** A request with its whole body. */
export interface Sent extends Omit<SandboxRequest, 'body'> {
  readonly bytes: Buffer;
}

export type Forward = (sent: Sent) => Promise<Answer>;

/** `change` answers each request, with the help of the real network. */
export function intercept(run: Run, change: (sent: Sent, forward: Forward) => Promise<Answer>): Run {
  return {
    ...run,
    openDispatcher: (route) => {
      const inner = run.openDispatcher(route);
      return new SandboxDispatcher(async (request) =>
        change({ ...request, bytes: await readBody(request) }, (sent) => forward(inner, sent)),
      );
    },
  };
}

async function forward(inner: Dispatcher, { method, origin, path, headers, bytes }: Sent): Promise<Answer> {
  const own = headers.filter(
    ([name]) => !['content-length', 'transfer-encoding'].includes(name.toLowerCase()),
  );
  const response = await inner.request({
    ...{ method: method as Dispatcher.HttpMethod, origin, path },
    headers: own.flat(),
    body: method === 'GET' ? null : bytes,
  });
  const body = Buffer.from(await response.body.arrayBuffer());
  return { status: response.statusCode, headers: response.headers as Record<string, string>, body };
}
