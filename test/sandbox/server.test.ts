// The HTTP server: rejections while a body still arrives, aborted uploads, closing; and the command line of its process.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Caller, IMAGE_HEADERS, inOne, inParts, REGISTER, registration, VIDEO_HEADERS } from './caller.ts';

import { findPosts, makePost, postBody } from './posts/post-caller.ts';

const MIB = 1024 * 1024;

async function* zeros(mebibytes: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(MIB);
  for (let sent = 0; sent < mebibytes; sent += 1) yield chunk;
}

async function using(
  options: Parameters<typeof startSandbox>[0],
  run: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await startSandbox(options);
  try {
    await run(sandbox);
  } finally {
    await sandbox.close();
  }
}

describe('Sandbox server', () => {
  test('the server answers a rejected upload while its bytes still arrive', () =>
    using({}, async ({ url }) => {
      const caller = new Caller(url);
      const { addresses } = await caller.register(inOne);
      const headers = { ...VIDEO_HEADERS, authorization: 'Bearer x', 'content-length': String(64 * MIB) };
      for (let turn = 0; turn < 10; turn += 1) {
        expect(await caller.put(addresses[0]?.path ?? '', headers, zeros(64))).toMatchObject({ status: 400 });
      }
    }));

  test('an aborted upload stores nothing, and the file can be sent again', () =>
    using({}, async ({ url, model }) => {
      const caller = new Caller(url);
      const { addresses } = await caller.register();
      const path = addresses[0]?.path ?? '';
      async function* breaking(): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(MIB);
        throw new Error('disk gone');
      }
      const headers = { ...IMAGE_HEADERS, 'content-length': String(2 * MIB) };
      await expect(caller.put(path, headers, breaking())).rejects.toThrow('disk gone');
      expect(model.assets()[0]).toMatchObject({ sizeBytes: 0, status: 'WAITING_UPLOAD' });
      expect(await caller.put(path, headers, zeros(2))).toMatchObject({ status: 201 });
    }));

  test('close() ends at once with idle sockets and open uploads', async () => {
    const sandbox = await startSandbox();
    const agent = new Agent({ keepAliveTimeout: 60_000 });
    await new Caller(sandbox.url, agent).register();
    const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
    socket.write('PUT /dms-uploads/x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    await sandbox.close();
    await closed;
    await agent.close();
    await expect(new Caller(sandbox.url).get('/rest/assets/x')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('an internal error, here by wrong options, is answered with 500 and its message', () =>
    using({ partSizeBytes: 0 }, async ({ url }) => {
      const answer = await new Caller(url).post(REGISTER, registration(inParts(9)));
      expect(answer.status).toBe(500);
      expect(answer.text).toContain('The part size must be a positive integer, but is 0');
    }));

  test('/sandbox/assets is not served by default', () =>
    using({}, async ({ url }) => {
      expect(await new Caller(url).get('/sandbox/assets')).toMatchObject({ status: 404 });
    }));
});

const inProcess = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/sandbox.ts', ...args], { encoding: 'utf8', timeout: 300_000 });

describe('Sandbox command line', () => {
  test('the command line prints its usage with every option, and exits', () => {
    const { status, stdout, stderr } = inProcess('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm run sandbox -- \[options\]\n/);
    const options = [
      ...readFileSync('scripts/sandbox.ts', 'utf8').matchAll(/^ {4}'?([a-z-]+)'?: \{ type:/gm),
    ];
    expect(options.map(([, name]) => name)).toContain('port');
    for (const [, name] of options) expect(stdout).toMatch(new RegExp(`^ {2}--${name} `, 'm'));
  });

  test.each([
    ['--port', 'any'],
    ['--scopes', 'w_member_social,everything'],
  ])('the command line rejects %s %s, and prints the accepted values', (option, value) => {
    const { status, stdout, stderr } = inProcess(option, value);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`${option} must be `);
  });
});

// Windows has no SIGTERM that a process can catch.
describe.skipIf(process.platform === 'win32')('Sandbox process', () => {
  test('the process prints its address, serves its state at /sandbox/assets, and exits with 0 on SIGTERM', async () => {
    const options = ['--port', '0', '--processing-ms', '0', '--part-size', '7', '--duplicate-window-ms', '0'];
    const args = ['scripts/sandbox.ts', ...options, '--scopes', 'w_organization_social'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const { url } = JSON.parse(String(line)) as { url: string };
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const caller = new Caller(url);
      const { addresses } = await caller.register();
      await caller.put(addresses[0]?.path ?? '', IMAGE_HEADERS, 'bytes');
      for (let turn = 0; turn < 2; turn += 1) await makePost(caller);
      expect(await findPosts(caller)).toMatchObject({ status: 403 });
      const { json } = await caller.get('/sandbox/assets');
      expect(json).toMatchObject({
        assets: [{ sizeBytes: 5, status: 'AVAILABLE' }],
        calls: { register: 1, upload: 1, complete: 0, status: 0 },
        batchReads: 0,
        posts: [postBody(), postBody()],
        peakUploads: 1,
        log: [{ kind: 'postRead', status: 403 }],
      });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
