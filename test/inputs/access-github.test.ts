// The inputs that need GitHub: a release, a manifest on a branch, the token, and the address of the API.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestPath } from '../../src/inputs/read-inputs.ts';
import { envOf, GITHUB_TOKEN, inputErrorsOf, read, readGood, type With } from './step-inputs.ts';

const RELEASE = {
  files: '',
  'release-assets': '*.mp4',
  'release-tag': 'v1.0',
  'github-token': GITHUB_TOKEN,
};
const BRANCH = { 'manifest-branch': 'linkedin-media', 'github-token': GITHUB_TOKEN };
const NO_RELEASE = { ...RELEASE, 'release-tag': '' };

/** The variables of an event whose payload is in a file, as the runner sets them. */
function event(content: unknown, name = 'release'): NodeJS.ProcessEnv {
  const path = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path };
}

describe.each([
  ['release-assets', RELEASE],
  ['manifest-branch', BRANCH],
])('the way to GitHub, for %s', (input, given) => {
  it('has a repository, an API URL and the token, which no text shows', () => {
    const { github } = read(given);
    expect(github).toMatchObject({
      repository: { owner: 'octocat', repo: 'media' },
      proxy: 'direct',
    });
    expect(github?.apiUrl.href).toBe('https://api.github.com/');
    expect(github?.token.reveal()).toBe(GITHUB_TOKEN);
    expect(JSON.stringify(github)).not.toContain(GITHUB_TOKEN);
  });

  it.each<[name: string, url: string | undefined, href: string, isProxied: boolean]>([
    ['api.github.com when the runner names no API', undefined, 'https://api.github.com/', true],
    [
      'the server that the runner names',
      'https://github.corp/api',
      'https://github.corp/api',
      true,
    ],
    [
      'a loopback address without the proxy',
      'http://127.0.0.1:8080',
      'http://127.0.0.1:8080/',
      false,
    ],
  ])('leads to %s', (_, url, href, isProxied) => {
    const { github } = read(given, { GITHUB_API_URL: url, https_proxy: 'http://proxy.corp:3128/' });
    expect([github?.apiUrl.href, github?.proxy !== 'direct']).toEqual([href, isProxied]);
  });

  it.each<[name: string, more: With, variables: NodeJS.ProcessEnv, wrong: string, text: RegExp]>([
    [
      'no token',
      { 'github-token': '' },
      {},
      'github-token',
      /is empty, so the job .*; with act, .*`-s GITHUB_/,
    ],
    ['a malformed token', { 'github-token': `"${GITHUB_TOKEN}"` }, {}, 'github-token', /quotes/],
    [
      'a repository without an owner',
      {},
      { GITHUB_REPOSITORY: 'media' },
      input,
      /GITHUB_REPOSITORY/,
    ],
    [
      'a repository with a path traversal',
      {},
      { GITHUB_REPOSITORY: 'a/../b' },
      input,
      /GITHUB_REPOSITORY/,
    ],
    [
      'an API URL without https',
      {},
      { GITHUB_API_URL: 'http://g.corp' },
      input,
      /GITHUB_API_URL to be an https/,
    ],
    [
      'an API URL with a password',
      {},
      { GITHUB_API_URL: 'https://me:pw@g.corp' },
      input,
      /GITHUB_API_URL/,
    ],
  ])('is refused with %s, and no error shows a secret', (_, more, variables, wrong, text) => {
    const errors = inputErrorsOf({ ...given, ...more }, variables);
    expect(errors).toMatchObject([{ input: wrong }]);
    expect(errors[0]?.message).toMatch(text);
    expect(errors[0]?.message).not.toMatch(/canary|pw/);
  });
});

it('a run without a release and a branch does not use GitHub, but masks its token and removes it from the environment', () => {
  const env = envOf({ 'github-token': GITHUB_TOKEN, 'access-token': '', mode: 'plan' });
  const masks: string[] = [];
  expect(readGood(env, (secret) => void masks.push(secret)).github).toBeNull();
  expect(masks).toEqual([GITHUB_TOKEN]);
  expect(JSON.stringify(env)).not.toContain(GITHUB_TOKEN);
});

describe('a release', () => {
  it('has a tag and patterns, and `files` may be empty', () => {
    const { release, branch } = read({ ...RELEASE, 'release-assets': '*.mp4\n!draft*' });
    expect(release).toMatchObject({
      tag: 'v1.0',
      patterns: [{ text: '*.mp4' }, { text: '!draft*', isExclude: true }],
    });
    expect(branch).toBeNull();
  });

  it('the tag of the release event is used when no tag is given', () => {
    const started = event({ release: { tag_name: 'release/2.0' } });
    expect(read(NO_RELEASE, started).release?.tag).toBe('release/2.0');
    expect(read(RELEASE, started).release?.tag).toBe('v1.0');
  });

  it.each<[name: string, variables: NodeJS.ProcessEnv, text: RegExp]>([
    [
      'another event',
      { GITHUB_EVENT_NAME: 'push' },
      /no release triggered this run: its event is push$/,
    ],
    ['no event', {}, /its event is not known$/],
    ['an event without a tag', event({ release: {} }), /its event has no tag$/],
    ['an event that is not JSON', event('no json'), /its event has no tag$/],
    ['another event that holds a release', event({ release: { tag_name: 'v1' } }, 'push'), /push$/],
  ])('a tag is missing with %s', (_, variables, text) => {
    const errors = inputErrorsOf(NO_RELEASE, variables);
    expect(errors).toMatchObject([{ input: 'release-tag', code: 'INPUT_MISSING' }]);
    expect(errors[0]?.message).toMatch(text);
  });

  it('all errors of the release inputs are reported in one run, with one for each invalid pattern', () => {
    expect(
      inputErrorsOf({ ...NO_RELEASE, 'release-assets': 'a/b\n!\nc/d', owner: '' }).map(
        ({ input }) => input,
      ),
    ).toEqual(['owner', 'release-tag', 'release-assets', 'release-assets', 'release-assets']);
  });
});

describe('a manifest on a branch', () => {
  it('has a path there, and is no file in the workspace', () => {
    const { branch, manifestFile, manifest } = read(BRANCH);
    expect(branch).toMatchObject({ branch: 'linkedin-media', path: 'linkedin.json' });
    expect(manifestFile).toBeNull();
    expect(manifestPath(envOf({ ...BRANCH, manifest: 'm.json' }))).toBeNull();
    // The search leaves it out all the same.
    expect(manifest).toBe('linkedin.json');
  });

  it('`mode: simulate` does not use the branch, and needs no token for it; the other modes say what the job lacks', () => {
    const simulated = { ...BRANCH, mode: 'simulate' };
    expect(read(simulated).branch).toBeNull();
    expect(read({ ...simulated, 'github-token': '' }).branch).toBeNull();
    for (const mode of ['publish', 'plan'])
      expect(inputErrorsOf({ ...BRANCH, mode, 'github-token': '' })).toMatchObject([
        { input: 'github-token' },
      ]);
  });

  it.each([
    ['150', 150],
    [' 1 ', 1],
    ['08', 8],
    ['', null],
  ])('`max-calls: %s` is read as %s', (text, maxCalls) => {
    expect(read({ ...BRANCH, 'max-calls': text }).maxCalls).toBe(maxCalls);
  });

  it('all errors are reported together, and the token is not shown', () => {
    const variables = { GITHUB_REPOSITORY: '', GITHUB_API_URL: 'http://github.example' };
    const given = { ...BRANCH, manifest: '/m.json', 'github-token': 'a b c d e' };
    const errors = inputErrorsOf(given, variables).map(({ message }) => message);
    expect(errors).toEqual([
      expect.stringMatching(/^manifest is/),
      expect.stringMatching(/^manifest-branch needs the runner's variable GITHUB_API_URL/),
      expect.stringMatching(/^manifest-branch needs the runner's variable GITHUB_REPOSITORY/),
      expect.stringMatching(/^github-token /),
    ]);
    expect(errors.join()).not.toContain('a b c d e');
  });
});
