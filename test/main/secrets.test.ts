// The upload action with servers that know its secrets (LinkedIn's token calls, GitHub), honest and hostile, with step
// debugging: no secret is in the log or in any file, whatever they answer.

import { basename } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxResponse } from '../../src/sandbox/messages.ts';
import { canary } from '../leaks/canaries.ts';
import { signed } from '../leaks/signed-linkedin.ts';
import { leaksOf } from '../leaks/step-leaks.ts';
import { png } from '../support/media.ts';
import { endsOf, makeWorkspace, publish } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import { type Asset, type DownloadAnswer, startReleases } from '../world/github/releases.ts';

const [TOKEN, REFRESH, SECRET] = [
  canary('token'),
  canary('refresh token'),
  canary('client secret'),
];
const APP = {
  clientId: '86leaky-app',
  clientSecret: SECRET,
  refreshToken: REFRESH,
  accessToken: TOKEN,
};
const CHECKED = { 'access-token': TOKEN, 'client-id': APP.clientId, 'client-secret': SECRET };
const RENEWED = { ...CHECKED, 'access-token': '', 'refresh-token': REFRESH };

/** Returns the names of the searched files. */
function expectNoLeak(run: StepRun, workspace: string): readonly string[] {
  const { leaks, sinks } = leaksOf(run, [workspace]);
  expect(leaks).toEqual([]);
  return [...sinks].map((sink) => basename(sink));
}

const answer = (status: number, body: string, headers = {}): SandboxResponse => ({
  status,
  headers,
  body,
});
/** Answers that echo the secrets of the action. */
function echoesOf(known: readonly string[]): [name: string, reply: SandboxResponse][] {
  const [first = '', last = ''] = [known[0], known.at(-1)];
  const echo = `no use for ${known.map((one) => `${one}, ${encodeURIComponent(one)}`).join(' or ')}`;
  const echoing = {
    'x-li-uuid': first,
    'retry-after': last,
    'www-authenticate': echo,
    location: echo,
  };
  const refusal = (error: string) =>
    JSON.stringify({ error, error_description: echo, message: echo, [first]: known, status: last });
  const page = `<!DOCTYPE html><title>${first}</title><p>${echo}</p>`;
  return [
    ['invalid_grant', answer(400, refusal('invalid_grant'), echoing)],
    ['invalid_client', answer(401, refusal('invalid_client'), echoing)],
    ['a secret as its error', answer(400, refusal(first), echoing)],
    ['a web page', answer(403, page, echoing)],
    ['a web page with 200', answer(200, page, { 'content-type': 'text/html' })],
    [
      'secrets in its fields',
      answer(200, JSON.stringify({ access_token: known, active: first, scope: echo })),
    ],
    [
      'secrets in its scopes',
      answer(200, JSON.stringify({ access_token: 'AQX-other', active: true, scope: echo })),
    ],
    [
      'a secret as the access token',
      answer(200, JSON.stringify({ access_token: first, active: true, status: last })),
    ],
    [
      'a redirect',
      answer(307, '', { location: `http://127.0.0.1:9/?secret=${first}&token=${last}` }),
    ],
    ['the form that it was sent', answer(400, `client_secret=${first}&token=${last}`, echoing)],
  ];
}

describe.each([
  ['a refresh', RENEWED, [SECRET, REFRESH]],
  ['an introspection', CHECKED, [SECRET, TOKEN]],
])('Secrets of %s', (_, inputs, known) => {
  const run = async (given: SandboxResponse | null) => {
    const workspace = await makeWorkspace({
      'media/a.mp4': { sample: 'launch.mp4' },
      'media/b.png': png(),
    });
    const { run: step } = await publish({
      workspace,
      debug: true,
      sandboxOptions: { token: TOKEN, oauth: APP },
      inputs: { ...inputs, api: 'media', 'media-artifacts': 'true', manifest: 'manifest.json' },
      around: (handle) => {
        const honest = signed(handle);
        return (request) =>
          given !== null && request.path.startsWith('/oauth/')
            ? Promise.resolve(given)
            : honest(request);
      },
    });
    return { step, searched: expectNoLeak(step, workspace) };
  };

  it('a token call that succeeds leaves no secret in any file', async () => {
    const { step, searched } = await run(null);
    expect(endsOf(step)).toEqual({ 'media/a.mp4': 'available', 'media/b.png': 'available' });
    expect(searched).toEqual(expect.arrayContaining(['results-file', 'manifest.json', 'log']));
    expect(step.masks).toEqual(expect.arrayContaining([...known, TOKEN]));
  });

  it.each(echoesOf(known))(
    'a token call that is answered with %s leaks no secret',
    async (__, reply) => {
      await run(reply);
    },
  );
});

const GITHUB_TOKEN = canary('github token');
const SIGNATURE = canary('download signature');
const ECHO = JSON.stringify({
  message: `Bad credentials: ${GITHUB_TOKEN} (token ${GITHUB_TOKEN})`,
});
const away = { location: `https://evil.example/?sig=${SIGNATURE}` };

it.each<[name: string, answers: readonly DownloadAnswer[], asset: Partial<Asset>]>([
  ['that can be read', [], {}],
  ['that is refused with the token in the message', [{ status: 401, body: ECHO }], {}],
  ['that is answered by a web page', [{ status: 403, body: `<html>${ECHO}${SIGNATURE}` }], {}],
  ['that is answered with an error object and 200', [{ status: 200, body: ECHO }], {}],
  ['whose download is refused', [], { api: [{ status: 403, body: ECHO }] }],
  ['whose download is redirected to a foreign host', [], { api: [{ status: 302, headers: away }] }],
  [
    'whose storage refuses',
    [],
    { storage: [{ status: 403, body: `<Error>${SIGNATURE}</Error>` }] },
  ],
  ['whose storage redirects to a foreign host', [], { storage: [{ status: 302, headers: away }] }],
  ['whose asset has another digest', [], { digest: `sha256:${'0'.repeat(64)}` }],
])('a release %s leaks no secret', async (_, answers, asset) => {
  const github = await startReleases({
    assets: [{ name: 'a.png', content: png(), ...asset }],
    answers,
  });
  onTestFinished(() => github.close());
  const workspace = await makeWorkspace({});
  const { run } = await publish({
    workspace,
    debug: true,
    sandboxOptions: { token: TOKEN },
    inputs: { 'access-token': TOKEN, files: '', 'release-tag': 'v1.0', 'release-assets': '*' },
    env: { GITHUB_API_URL: github.apiUrl },
  });
  expect(github.requests.length).toBeGreaterThan(0);
  expectNoLeak(run, workspace);
});
