// The built action among everything that knows its secrets (LinkedIn's token calls, GitHub, a proxy), good and bad, with
// step debugging and Node's own on: whatever they answer, no canary is in anything that the run tells or leaves.

import { basename } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxResponse } from '../../src/sandbox/messages.ts';
import { canary } from '../leaks/canaries.ts';
import { signed } from '../leaks/signed-linkedin.ts';
import { leaksOf } from '../leaks/step-leaks.ts';
import { type Answer, type Asset, startGitHub } from '../support/github.ts';
import { png } from '../support/media.ts';
import { endsOf, makeWorkspace, publish } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { publishSecurely } from '../support/secure-publishing.ts';
import { IN_A_HURRY } from './scenes.ts';

const [TOKEN, REFRESH, SECRET] = [canary('token'), canary('refresh token'), canary('client secret')];
const PASSWORD = canary('proxy password');
const APP = { clientId: '86leaky-app', clientSecret: SECRET, refreshToken: REFRESH, accessToken: TOKEN };
const CHECKED = { 'access-token': TOKEN, 'client-id': APP.clientId, 'client-secret': SECRET };
const RENEWED = { ...CHECKED, 'access-token': '', 'refresh-token': REFRESH };
const LOUD = { NODE_DEBUG: 'undici,http,net,tls' };

/** Where it was looked, by the names of files. */
function expectNoLeak(run: StepRun, workspace: string): readonly string[] {
  const { leaks, sinks } = leaksOf(run, [workspace]);
  expect(leaks).toEqual([]);
  return [...sinks].map((sink) => basename(sink));
}

const answer = (status: number, body: string, headers = {}): SandboxResponse => ({ status, headers, body });
/** Answers that repeat what the action knows, and no other can. */
function echoesOf(known: readonly string[]): [name: string, reply: SandboxResponse][] {
  const [first = '', last = ''] = [known[0], known.at(-1)];
  const said = `no use for ${known.map((one) => `${one}, ${encodeURIComponent(one)}`).join(' or ')}`;
  const echoing = { 'x-li-uuid': first, 'retry-after': last, 'www-authenticate': said, location: said };
  const refusal = (error: string) =>
    JSON.stringify({ error, error_description: said, message: said, [first]: known, status: last });
  const page = `<!DOCTYPE html><title>${first}</title><p>${said}</p>`;
  return [
    ['invalid_grant', answer(400, refusal('invalid_grant'), echoing)],
    ['invalid_client', answer(401, refusal('invalid_client'), echoing)],
    ['a secret as its error', answer(400, refusal(first), echoing)],
    ['a page', answer(403, page, echoing)],
    ['a page as its success', answer(200, page, { 'content-type': 'text/html' })],
    ['its fields spoilt', answer(200, JSON.stringify({ access_token: known, active: first, scope: said }))],
    [
      'its scopes spoilt',
      answer(200, JSON.stringify({ access_token: 'AQX-other', active: true, scope: said })),
    ],
    [
      'a secret in its place',
      answer(200, JSON.stringify({ access_token: first, active: true, status: last })),
    ],
    ['a redirect', answer(307, '', { location: `http://127.0.0.1:9/?secret=${first}&token=${last}` })],
    ['the form that it was sent', answer(400, `client_secret=${first}&token=${last}`, echoing)],
  ];
}

describe.each([
  ['a refresh', RENEWED, [SECRET, REFRESH]],
  ['an introspection', CHECKED, [SECRET, TOKEN]],
])('%s', (_, inputs, known) => {
  const run = async (given: SandboxResponse | null) => {
    const workspace = await makeWorkspace({ 'media/a.mp4': { sample: 'launch.mp4' }, 'media/b.png': png() });
    const { run: step } = await publish({
      workspace,
      debug: true,
      env: LOUD,
      sandboxOptions: { token: TOKEN, oauth: APP },
      inputs: { ...inputs, api: 'media', 'media-artifacts': 'true', manifest: 'manifest.json' },
      around: (handle) => {
        const honest = signed(handle);
        return (request) =>
          given !== null && request.path.startsWith('/oauth/') ? Promise.resolve(given) : honest(request);
      },
    });
    return { step, searched: expectNoLeak(step, workspace) };
  };

  it('that goes well leaves no secret in any file', async () => {
    const { step, searched } = await run(null);
    expect(endsOf(step)).toEqual({ 'media/a.mp4': 'available', 'media/b.png': 'available' });
    expect(searched).toEqual(expect.arrayContaining(['results-file', 'posts.json', 'manifest.json', 'log']));
    expect(step.masks).toEqual(expect.arrayContaining([...known, TOKEN]));
    expect(step.rawLog.join('\n')).toMatch(/UNDICI \d+:/);
  });

  it.each(echoesOf(known))('that is answered with %s', async (__, reply) => {
    await run(reply);
  });
});

describe('a secret that is too short to be one', () => {
  const SHORT = { 'access-token': 'a', 'client-id': 'e', 'client-secret': 'n', 'refresh-token': 't' };
  const shortMasks = (run: StepRun) => run.masks.filter((mask) => mask.length < 8);

  it.each(['plan', 'simulate'])('hides nothing in mode: %s', async (mode) => {
    const { run } = await publish({ inputs: { ...SHORT, mode } });
    expect([run.exitCode, shortMasks(run), run.maskedOutputs]).toEqual([0, [], []]);
    expect(run.log.join('\n')).toContain('media/hero.png');
  });

  it('hides nothing when LinkedIn gives it', async () => {
    const reply = answer(200, JSON.stringify({ access_token: TOKEN, refresh_token: 'e', scope: 'a' }));
    const { run } = await publish({
      sandboxOptions: { token: TOKEN, oauth: APP },
      inputs: RENEWED,
      around: (handle) => (request) =>
        request.path.startsWith('/oauth/') ? Promise.resolve(reply) : handle(request),
    });
    expect(Object.values(endsOf(run))).toEqual(['available', 'available', 'available', 'available']);
    expect([shortMasks(run), run.maskedOutputs]).toEqual([[], []]);
  });

  it.each<[token: string, fix: string]>([
    ['a', 'has fewer than 8 characters, which is too short for it; store the secret again'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the workflow's own.
    ['secrets.LINKEDIN_TOKEN', 'not its value; write it in braces: ${{ secrets.NAME }}'],
  ])('is refused by its input before anything is sent: %s', async (token, fix) => {
    const { run, sandbox } = await publish({ inputs: { 'access-token': token } });
    expect(run.annotations).toMatchObject([{ level: 'error', title: 'input access-token' }]);
    expect(run.messages('error')[0]).toContain(fix);
    expect(sandbox.model.calls().register).toBe(0);
  });
});

it.each(['owner', 'mode', 'api', 'api-url', 'linkedin-version', 'shard', 'concurrency'])(
  'a token that is given as %s is shown by 20 of its characters at most',
  async (name) => {
    const workspace = await makeWorkspace({ 'media/b.png': png() });
    const { run } = await publish({ workspace, secrets: [TOKEN], inputs: { [name]: TOKEN } });
    expect(run.annotations).toMatchObject([{ level: 'error', title: `input ${name}` }]);
    const told = [...run.rawLog, run.rawSummary, JSON.stringify(run.outputs)].join('\n');
    expect(told).toContain(TOKEN.slice(0, 20));
    expect(told).not.toContain(TOKEN.slice(0, 21));
  },
);

describe('a release', () => {
  const GITHUB_TOKEN = canary('github token');
  const SIGNATURE = canary('download signature');
  const TELLING = JSON.stringify({ message: `Bad credentials: ${GITHUB_TOKEN} (token ${GITHUB_TOKEN})` });
  const away = { location: `https://evil.example/?sig=${SIGNATURE}` };

  it.each<[name: string, answers: readonly Answer[], asset: Partial<Asset>]>([
    ['that can be read', [], {}],
    ['that is refused with the token in the words', [{ status: 401, body: TELLING }], {}],
    ['that is answered by a page', [{ status: 403, body: `<html>${TELLING}${SIGNATURE}` }], {}],
    ['that is answered with what it is not', [{ status: 200, body: TELLING }], {}],
    ['whose download is refused', [], { api: [{ status: 403, body: TELLING }] }],
    ['whose download leads away', [], { api: [{ status: 302, headers: away }] }],
    ['whose storage refuses', [], { storage: [{ status: 403, body: `<Error>${SIGNATURE}</Error>` }] }],
    ['whose storage leads on', [], { storage: [{ status: 302, headers: away }] }],
    ['whose asset is another', [], { digest: `sha256:${'0'.repeat(64)}` }],
  ])('%s', async (_, answers, asset) => {
    const github = await startGitHub({ assets: [{ name: 'a.png', content: png(), ...asset }], answers });
    onTestFinished(() => github.close());
    const workspace = await makeWorkspace({});
    const { run } = await publish({
      workspace,
      debug: true,
      sandboxOptions: { token: TOKEN },
      inputs: { 'access-token': TOKEN, files: '', 'release-tag': 'v1.0', 'release-assets': '*' },
      env: { ...LOUD, GITHUB_API_URL: github.apiUrl },
    });
    expect(github.requests.length).toBeGreaterThan(0);
    expectNoLeak(run, workspace);
  });
});

describe('a proxy', () => {
  it.each<[name: string, password: string, options: { answer?: number }, hurry?: Record<string, string>]>([
    ['that opens the way', PASSWORD, {}],
    ['that takes another password', `${PASSWORD}-of-old`, {}],
    ['that opens no way', PASSWORD, { answer: 403 }],
    ['that is broken', PASSWORD, { answer: 502 }, IN_A_HURRY],
  ])('%s', async (_, password, options, hurry = {}) => {
    const workspace = await makeWorkspace({ 'media/a.png': png(), 'media/b.mp4': { sample: 'launch.mp4' } });
    const { run, proxy } = await publishSecurely({
      workspace,
      debug: true,
      sandboxOptions: { token: TOKEN },
      inputs: { 'access-token': TOKEN, manifest: 'manifest.json', api: 'media' },
      proxyOptions: () => ({ credentials: `me:${PASSWORD}`, ...options }),
      env: ({ proxyPort, caFile }) => ({
        ...LOUD,
        ...hurry,
        NODE_EXTRA_CA_CERTS: caFile,
        https_proxy: `http://me:${password}@127.0.0.1:${proxyPort}`,
      }),
    });
    expect(proxy.seen()).toContain(btoa(`me:${password}`));
    expect(proxy.seen()).not.toContain(TOKEN);
    expectNoLeak(run, workspace);
  });

  it('that is not there', async () => {
    const workspace = await makeWorkspace({ 'media/a.png': png() });
    const env = { ...LOUD, ...IN_A_HURRY, https_proxy: `http://me:${PASSWORD}@127.0.0.1:9` };
    const { run } = await publishSecurely({ workspace, debug: true, env: () => env });
    expectNoLeak(run, workspace);
  });
});
