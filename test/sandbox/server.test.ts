// The HTTP server, which answers while a body still arrives, and the command line of its process.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import {
  Caller,
  COMPLETE,
  findPosts,
  IMAGE_HEADERS,
  inOne,
  makePost,
  PART_HEADERS,
  postBody,
  register,
} from './caller.ts';

const MIB = 1024 * 1024;

async function* zeros(mebibytes: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(MIB);
  for (let sent = 0; sent < mebibytes; sent += 1) yield chunk;
}

async function start(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ token: 'test-token', processingMs: 0, ...options });
  onTestFinished(() => sandbox.close());
  return { ...sandbox, caller: new Caller(sandbox.url) };
}

it('a rejected upload is answered while its bytes still arrive', async () => {
  const { caller } = await start();
  const { path } = await register(caller, inOne);
  const headers = {
    ...PART_HEADERS,
    authorization: 'Bearer x',
    'content-length': String(64 * MIB),
  };
  for (let turn = 0; turn < 10; turn += 1)
    expect(await caller.put(path, headers, zeros(64))).toMatchObject({ status: 400 });
});

it('an aborted upload stores nothing, and the file can be sent again', async () => {
  const { caller, model } = await start();
  const { path } = await register(caller);
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(MIB);
    throw new Error('disk gone');
  }
  const headers = { ...IMAGE_HEADERS, 'content-length': String(2 * MIB) };
  await expect(caller.put(path, headers, breaking())).rejects.toThrow('disk gone');
  expect(model.assets()[0]).toMatchObject({ sizeBytes: 0, status: 'WAITING_UPLOAD' });
  expect(await caller.put(path, headers, zeros(2))).toMatchObject({ status: 201 });
});

const inProcess = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/sandbox.ts', ...args], {
    encoding: 'utf8',
    timeout: 300_000,
  });

it('the command line prints its usage with every option, and exits', () => {
  const { status, stdout, stderr } = inProcess('--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: npm run sandbox -- \[options\]\n/);
  const options = [
    ...readFileSync('scripts/sandbox.ts', 'utf8').matchAll(/^ {4}'?([a-z-]+)'?: \{ type:/gm),
  ];
  expect(options.map(([, name]) => name)).toContain('port');
  for (const [, name] of options) expect(stdout).toMatch(new RegExp(`^ {2}--${name} `, 'm'));
});

it.each([
  ['--port', 'any'],
  ['--scopes', 'w_member_social,everything'],
  ['--limit', 'post,everything'],
])('the command line rejects %s %s, and prints the accepted values', (option, value) => {
  const { status, stdout, stderr } = inProcess(option, value);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(`${option} must be `);
});

// Windows has no SIGTERM that a process can catch.
it.skipIf(process.platform === 'win32')(
  'the process prints its address, serves its state at /sandbox/assets, refuses the calls of --limit, and exits with 0 on SIGTERM',
  async () => {
    const options = ['--processing-ms', '0', '--part-size', '7', '--duplicate-window-ms', '0'];
    const scopes = ['--scopes', 'w_organization_social', '--limit', 'complete'];
    const child = spawn(process.execPath, ['scripts/sandbox.ts', ...options, ...scopes], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const { url } = JSON.parse(String(line)) as { url: string };
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const caller = new Caller(url);
      await caller.put((await register(caller)).path, IMAGE_HEADERS, 'bytes');
      for (let turn = 0; turn < 2; turn += 1) await makePost(caller);
      expect(await findPosts(caller)).toMatchObject({ status: 403 });
      expect(await caller.post(COMPLETE, {})).toMatchObject({
        status: 429,
        json: { code: 'TOO_MANY_REQUESTS', message: expect.stringContaining('DAY limit') },
      });
      expect((await caller.get('/sandbox/assets')).json).toMatchObject({
        assets: [{ sizeBytes: 5, status: 'AVAILABLE' }],
        calls: { register: 1, upload: 1, complete: 0, status: 0 },
        posts: [postBody(), postBody()],
        comments: [],
        peakUploads: 1,
        log: [{ kind: 'postRead', status: 403 }],
      });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);
