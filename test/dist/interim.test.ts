// The built action with a server that sends an unsolicited `100 Continue` before each answer.

import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.ts';
import { endsOf, MEDIA, makeWorkspace, OWNER, TOKEN } from '../support/publishing.ts';
import { runAction } from '../support/runner.ts';

/** Forwards each request to `target`, and returns its answer after a `100 Continue`. */
async function startFront(target: URL): Promise<string> {
  const front = createServer((request, response) => {
    response.writeContinue();
    const { method, url: path, headers } = request;
    const onward = ask({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void front.close());
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

it('an unsolicited 100 Continue before every answer fails no file', async () => {
  const sandbox = await startSandbox({ token: TOKEN, processingMs: 0 });
  onTestFinished(() => sandbox.close());
  const front = await startFront(new URL(sandbox.url));
  const run = await runAction({
    workspace: await makeWorkspace(MEDIA),
    inputs: { 'access-token': TOKEN, owner: OWNER, files: 'media/**', 'api-url': front },
  });
  expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
  expect(run.exitCode).toBe(0);
  expect(sandbox.model.calls().register).toBe(Object.keys(MEDIA).length);
});
