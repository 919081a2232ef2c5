// The upload action with a hostile LinkedIn and step debugging: no secret leaks, no command is forged, no other host is
// called, and the outputs are set.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ERROR_CODES } from '../../src/errors/error-codes.ts';
import type { SandboxHandler, SandboxRequest, SandboxResponse } from '../../src/sandbox/messages.ts';
import { canary } from '../leaks/canaries.ts';
import { signed } from '../leaks/signed-linkedin.ts';
import { leaksOf } from '../leaks/step-leaks.ts';
import { OUTPUTS } from '../report/declared-outputs.ts';
import { SHAPING } from '../support/hostile-names.ts';
import { makeWorkspace, publish, rowsOf } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { parseCommand } from '../support/workflow-commands.ts';

const TOKEN = canary('token');
/** The app behind the token. */
const APP = {
  clientId: '86hostile-app',
  clientSecret: canary('client secret'),
  refreshToken: canary('refresh token'),
  accessToken: TOKEN,
};
const CALLS = ['register', 'upload', 'complete', 'status'] as const;
type Call = (typeof CALLS)[number] | 'token';

function callOf({ method, path }: SandboxRequest): Call {
  if (path.startsWith('/oauth/')) return 'token';
  if (path.startsWith('/dms-uploads/')) return 'upload';
  if (method === 'GET') return 'status';
  return /[?&]action=(register|initialize)/.test(path) ? 'register' : 'complete';
}

type ChangeReply = (reply: SandboxResponse, exchange: SandboxRequest) => SandboxResponse;

/** A LinkedIn that carries out each call, and changes its answers to some calls. */
function changing(change: ChangeReply, calls: readonly Call[] = CALLS) {
  return (handle: SandboxHandler): SandboxHandler => {
    const honest = signed(handle);
    return async (request) => {
      const reply = await honest(request);
      return calls.includes(callOf(request)) ? change(reply, request) : reply;
    };
  };
}

/** Another server on this machine, under a host name that differs from that of `api-url`. */
async function startStranger(): Promise<{ url: string; received: string[] }> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    received.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, received };
}

const FILES = { 'media/launch.mp4': { sample: 'launch.mp4' }, 'media/hero.png': { sample: 'hero.png' } };
const APIS = ['assets', 'media'] as const;

/** Runs without a wait unless `waitMinutes` is given, so that a refused status read is not repeated. */
async function visit(
  around: (handle: SandboxHandler) => SandboxHandler,
  { api, waitMinutes = 0 }: { api: string; waitMinutes?: number },
): Promise<StepRun> {
  const workspace = await makeWorkspace(FILES);
  const { run } = await publish({
    workspace,
    around,
    debug: true,
    env: { https_proxy: `http://me:${canary('proxy password')}@127.0.0.1:9` },
    sandboxOptions: { token: TOKEN, uploadToken: 'opaque', oauth: APP },
    inputs: {
      api,
      'access-token': TOKEN,
      'client-id': APP.clientId,
      'client-secret': APP.clientSecret,
      'refresh-token': APP.refreshToken,
      'multipart-threshold-mb': '1',
      'wait-minutes': String(waitMinutes),
      'media-artifacts': 'true',
      manifest: 'manifest.json',
    },
  });
  expect(leaksOf(run, [workspace]).leaks).toEqual([]);
  expectNothingForged(run);
  return run;
}

const OURS = ['debug', 'add-mask', 'notice', 'warning', 'error', 'group', 'endgroup'];

function expectNothingForged(run: StepRun): void {
  expect(run.exitCode).toBeOneOf([0, 1]);
  expect(Object.keys(run.outputs).toSorted()).toEqual([...OUTPUTS].toSorted());
  expect(rowsOf(run).map(({ file }) => file)).toEqual(['media/hero.png', 'media/launch.mp4']);
  expect(run.maskedOutputs).toEqual([]);
  expect(run.others).toEqual(['', '', '']);
  const commands = run.rawLog.flatMap((line) => parseCommand(line)?.name ?? []);
  expect(commands.filter((name) => !OURS.includes(name))).toEqual([]);
  const titles = [...Object.keys(ERROR_CODES), 'LinkedIn upload', 'Status not readable', undefined];
  expect(run.annotations.map(({ title }) => title).filter((title) => !titles.includes(title))).toEqual([]);
  expect(run.rawLog.filter((line) => SHAPING.test(line) && !line.startsWith('::debug::'))).toEqual([]);
  expect(run.rawLog.join('\n')).not.toMatch(/^\s+at .+:\d+:\d+\)?$|node:internal/m);
  for (const name of ['asset-urns', 'image-urns', 'video-urns'])
    for (const urn of run.json<string[]>(name)) expect(urn).toMatch(/^urn:li:[A-Za-z]+:[A-Za-z0-9_-]+$/);
}

type Strike = readonly [status: number, call: Call];

describe.each(APIS)('Hostile LinkedIn, api: %s', (api) => {
  const struck = (change: ChangeReply, call: Call) =>
    visit(changing(change, [call]), { api, waitMinutes: call === 'status' ? 1 : 0 });

  it('a well-behaved LinkedIn gets all files, and its upload keys are masked', async () => {
    const run = await visit((handle) => signed(handle), { api, waitMinutes: 1 });
    expect(rowsOf(run).map(({ state }) => state)).toEqual(['available', 'available']);
    for (const name of ['signed query', api === 'assets' ? 'metadata' : 'upload token'] as const)
      expect(run.masks.some((mask) => mask.startsWith(canary(name)))).toBe(true);
    expect(run.outputs.results).toContain(canary('artifact address'));
  });

  it('an upload URL on a foreign host gets no byte', async () => {
    const foreign: ChangeReply = (reply, { origin }) => ({
      ...reply,
      body: reply.body.replaceAll(`${origin}/dms`, 'https://evil.example/dms'),
    });
    const run = await struck(foreign, 'register');
    expect(rowsOf(run).map(({ error }) => error?.code)).toEqual(['UPLOAD_URL', 'UPLOAD_URL']);
  });

  it.each<Strike>([
    [301, 'register'],
    [302, 'upload'],
    [303, 'complete'],
    [307, 'upload'],
    [308, 'status'],
  ])('a redirect with %i at the %s is not followed', async (status, call) => {
    const { url, received } = await startStranger();
    const redirect: ChangeReply = () => ({ status, headers: { location: `${url}/?${TOKEN}` }, body: '' });
    const run = await struck(redirect, call);
    expect(run.exitCode).toBe(1);
    expect(received).toEqual([]);
  });

  it('a redirect to a host name that holds a secret is reported without the secret', async () => {
    const headers = { location: `https://${APP.clientSecret}.evil.example/` };
    const run = await struck(() => ({ status: 302, headers, body: '' }), 'register');
    expect(rowsOf(run)[0]?.error?.message).toContain('was redirected (302) to [redacted].evil.example;');
  });

  const ECHOING = {
    'x-li-uuid': TOKEN,
    'retry-after': APP.clientSecret,
    location: `https://www.linkedin.com/?${TOKEN}`,
    'set-cookie': `li_at=${TOKEN}`,
    'www-authenticate': `Bearer ${TOKEN}`,
    date: TOKEN,
  };
  const ECHO = JSON.stringify({
    message: `no use for ${TOKEN} in Bearer ${TOKEN}, ${APP.clientSecret}&${encodeURIComponent(APP.refreshToken)}`,
    code: TOKEN,
    serviceErrorCode: TOKEN,
    status: TOKEN,
    [TOKEN]: { [TOKEN]: [APP.refreshToken, APP.clientSecret] },
  });

  it.each<Strike>([
    [400, 'register'],
    [401, 'upload'],
    [403, 'register'],
    [422, 'complete'],
    [403, 'status'],
    [400, 'upload'],
  ])('secrets that are echoed in every field of a %i at the %s are not shown', async (status, call) => {
    const run = await struck(() => ({ status, headers: ECHOING, body: ECHO }), call);
    if (call === 'register') expect(rowsOf(run)[0]?.error?.message).toContain('[redacted]');
  });

  const escaped = TOKEN.replaceAll(/./g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);

  it.each([
    ['as it is', TOKEN],
    ['with its first letter escaped', TOKEN.replace('A', '\\u0041')],
    ['with every letter escaped', escaped],
  ])('a token that is echoed in successful answers %s is not shown', async (_, text) => {
    const echo: ChangeReply = (reply) => ({
      ...reply,
      headers: { ...ECHOING, ...reply.headers },
      body: reply.body
        .replaceAll(/"(mediaType|protocol|artifactClass|name)":"[^"]*"/g, `"$1":"${text}"`)
        .replace(/^\{/, `{"${text}":"${text}",`),
    });
    await visit(changing(echo), { api, waitMinutes: 1 });
  });

  it.each([TOKEN.replace('A', '\\u0041'), escaped])(
    'a token that is echoed as %s in an error is redacted',
    async (text) => {
      const body = `{"status":403,"message":"no use for ${text}","code":"${text}"}`;
      const run = await struck(() => ({ status: 403, headers: {}, body }), 'register');
      expect(rowsOf(run)[0]?.error?.message).toContain(': "no use for [redacted]"');
    },
  );

  const FORGERY =
    '\n::set-output name=asset-urn::evil\r\n::add-mask::a\n##[error]x \u001b[31m\u202e::stop-commands::t';

  it.each(CALLS)('workflow commands in an error at the %s are escaped', async (call) => {
    const body = JSON.stringify({ message: FORGERY, code: FORGERY, status: 400, serviceErrorCode: 1 });
    const headers = { 'x-li-uuid': '::error::x', 'content-type': '::error::x' };
    const run = await struck(() => ({ status: 400, headers, body }), call);
    expect(run.outputs['asset-urn']).not.toBe('evil');
    expect(run.masks.filter((mask) => mask.length < 8)).toEqual([]);
  });

  const PAGE = `<!DOCTYPE html><script>alert("${TOKEN}")</script>`;
  const DEEP = '{"value":'.repeat(100_000);
  const MIB = 1024 * 1024;
  const LONG = 'x'.repeat(5 * MIB);
  const planning =
    (parts: string): ChangeReply =>
    (reply) => ({
      ...reply,
      body: reply.body.replace(/"(partUploadRequests|uploadInstructions)":\[[^\]]*\]/, `"$1":${parts}`),
    });
  const MANY = `[${'{},'.repeat(MIB / 4)}{}]`;
  const FLOOD = Object.fromEntries(
    Array.from({ length: 900 }, (_, index) => [`x-flood-${index}`, 'x'.repeat(60)]),
  );

  it.each<[name: string, call: Call, change: ChangeReply]>([
    [
      'a web page',
      'register',
      (reply) => ({ ...reply, headers: { 'content-type': 'text/html' }, body: PAGE }),
    ],
    ['a web page with 403', 'upload', () => ({ status: 403, headers: {}, body: PAGE })],
    ['5 MiB', 'register', (reply) => ({ ...reply, body: `{"a":"${LONG}"}` })],
    ['5 MiB with 400', 'register', () => ({ status: 400, headers: {}, body: LONG })],
    ['a quarter of a million parts', 'register', planning(MANY)],
    ['deeply nested JSON', 'register', (reply) => ({ ...reply, body: DEEP })],
    ['deeply nested JSON with 403', 'upload', () => ({ status: 403, headers: {}, body: DEEP })],
    ['900 headers', 'upload', (reply) => ({ ...reply, headers: { ...reply.headers, ...FLOOD } })],
  ])('an answer of %s fails the file without an internal error', async (_, call, change) => {
    const run = await struck(change, call);
    expect(run.exitCode).toBe(1);
    expect(rowsOf(run).map(({ error }) => error?.code)).not.toContain('INTERNAL');
  });

  it('an answer of more than 1 MiB is accepted only if it plans parts', async () => {
    const more = `{"more":"${LONG.slice(3 * MIB)}",`;
    const run = await struck((reply) => ({ ...reply, body: reply.body.replace('{', more) }), 'register');
    expect(rowsOf(run).map(({ error }) => error?.code)).toEqual(['HTTP_UNEXPECTED', undefined]);
    expect(rowsOf(run)[0]?.error?.message).toContain('is larger than 1 MiB');
  });
});
