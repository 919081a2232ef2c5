// The upload action with a hostile LinkedIn and step debugging: no secret leaks, no command is forged, no other host is
// called, and the outputs are set.

import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors/error-codes.ts';
import type {
  SandboxHandler,
  SandboxRequest,
  SandboxResponse,
} from '../../src/sandbox/messages.ts';
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

const FILES = {
  'media/launch.mp4': { sample: 'launch.mp4' },
  'media/hero.png': { sample: 'hero.png' },
};
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
    sandboxOptions: { token: TOKEN, oauth: APP },
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
  expect(
    run.annotations.map(({ title }) => title).filter((title) => !titles.includes(title)),
  ).toEqual([]);
  expect(run.rawLog.filter((line) => SHAPING.test(line) && !line.startsWith('::debug::'))).toEqual(
    [],
  );
  expect(run.rawLog.join('\n')).not.toMatch(/^\s+at .+:\d+:\d+\)?$|node:internal/m);
  for (const name of ['asset-urns', 'image-urns', 'video-urns'])
    for (const urn of run.json<string[]>(name))
      expect(urn).toMatch(/^urn:li:[A-Za-z]+:[A-Za-z0-9_-]+$/);
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
  ])(
    'secrets that are echoed in every field of a %i at the %s are not shown',
    async (status, call) => {
      const run = await struck(() => ({ status, headers: ECHOING, body: ECHO }), call);
      if (call === 'register') expect(rowsOf(run)[0]?.error?.message).toContain('[redacted]');
    },
  );

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

  const FORGERY =
    '\n::set-output name=asset-urn::evil\r\n::add-mask::a\n##[error]x \u001b[31m\u202e::stop-commands::t';

  it.each(CALLS)('workflow commands in an error at the %s are escaped', async (call) => {
    const body = JSON.stringify({
      message: FORGERY,
      code: FORGERY,
      status: 400,
      serviceErrorCode: 1,
    });
    const headers = { 'x-li-uuid': '::error::x', 'content-type': '::error::x' };
    const run = await struck(() => ({ status: 400, headers, body }), call);
    expect(run.outputs['asset-urn']).not.toBe('evil');
    expect(run.masks.filter((mask) => mask.length < 8)).toEqual([]);
  });
});
