// The inputs that name a release: the tag and its source, the patterns, the token, and the GitHub API.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { envOf, readGood, type With } from './step-inputs.ts';

const TOKEN = 'ghs_canary-token-of-github';
const GITHUB = { GITHUB_REPOSITORY: 'octocat/media', GITHUB_API_URL: 'https://api.github.com' };

type Variables = Readonly<Record<string, string | undefined>>;

function environment(given: With, variables: Variables = {}) {
  const inputs = {
    files: '',
    'release-assets': '*.mp4',
    'release-tag': 'v1.0',
    'github-token': TOKEN,
    ...given,
  };
  return { ...envOf(inputs), ...GITHUB, ...variables };
}

function read(given: With = {}, variables?: Variables) {
  return readGood(environment(given, variables), () => {});
}

function errorsOf(given: With = {}, variables?: Variables): readonly InputError[] {
  try {
    read(given, variables);
  } catch (error) {
    if (error instanceof InputError) return error.errors;
    throw error;
  }
  return [];
}

/** The variables of an event whose payload is in a file, as the runner sets them. */
function event(content: unknown): Variables {
  const path = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return { GITHUB_EVENT_NAME: 'release', GITHUB_EVENT_PATH: path };
}

const PROXY = 'http://proxy.corp:3128/';

describe('release settings', () => {
  it('a release has a tag, patterns, a repository and an API URL, and `files` may be empty', () => {
    const { release, github } = read({ 'release-assets': '*.mp4\n!draft*' });
    expect(release).toMatchObject({
      tag: 'v1.0',
      patterns: [{ text: '*.mp4' }, { text: '!draft*', isExclude: true }],
    });
    expect(github).toMatchObject({ repository: { owner: 'octocat', repo: 'media' }, proxy: 'direct' });
    expect(github?.apiUrl.href).toBe('https://api.github.com/');
    expect(github?.token.reveal()).toBe(TOKEN);
    expect(JSON.stringify(github)).not.toContain(TOKEN);
  });

  it('the tag of the release event is used when no tag is given', () => {
    const started = event({ release: { tag_name: 'release/2.0' } });
    expect(read({ 'release-tag': '' }, started).release?.tag).toBe('release/2.0');
    expect(read({ 'release-tag': 'v1.0' }, started).release?.tag).toBe('v1.0');
  });

  it.each<[name: string, url: string | undefined, href: string, route: string]>([
    ['api.github.com when the runner names no API', undefined, 'https://api.github.com/', PROXY],
    [
      'the GitHub server that the runner names',
      'https://github.corp/api/v3',
      'https://github.corp/api/v3',
      PROXY,
    ],
    ['a loopback address without the proxy', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080/', 'direct'],
  ])('the GitHub API is at %s', (_, url, href, route) => {
    const { github } = read({}, { GITHUB_API_URL: url, https_proxy: PROXY });
    const way = github?.proxy ?? expect.fail('no way to GitHub');
    expect([github?.apiUrl.href, way === 'direct' ? way : way.url.reveal()]).toEqual([href, route]);
  });
});

describe('release input errors', () => {
  it.each<[name: string, given: With, variables: Variables, input: string, text: RegExp]>([
    [
      'a missing tag when no release started the run',
      { 'release-tag': '' },
      { GITHUB_EVENT_NAME: 'push' },
      'release-tag',
      /is empty, and no release triggered this run: its event is push$/,
    ],
    [
      'a missing tag when no event started the run',
      { 'release-tag': '' },
      {},
      'release-tag',
      /its event is not known$/,
    ],
    [
      'an event without a tag',
      { 'release-tag': '' },
      event({ release: {} }),
      'release-tag',
      /its event has no tag$/,
    ],
    [
      'an event that is not JSON',
      { 'release-tag': '' },
      event('no json'),
      'release-tag',
      /its event has no tag$/,
    ],
    [
      'a missing tag when another event holds a release',
      { 'release-tag': '' },
      { ...event({ release: { tag_name: 'v1' } }), GITHUB_EVENT_NAME: 'push' },
      'release-tag',
      /push$/,
    ],
    ['a pattern with a folder', { 'release-assets': 'media/*.mp4' }, {}, 'release-assets', /slash/],
    [
      'a missing token',
      { 'github-token': '' },
      {},
      'github-token',
      /is empty, so the job has no token .*: leave the input out .*; with act, .*`-s GITHUB_TOKEN`/,
    ],
    ['a malformed token', { 'github-token': `"${TOKEN}"` }, {}, 'github-token', /quotes/],
    [
      'a repository without an owner',
      {},
      { GITHUB_REPOSITORY: 'media' },
      'release-assets',
      /GITHUB_REPOSITORY/,
    ],
    [
      'a repository with a path traversal',
      {},
      { GITHUB_REPOSITORY: 'a/../b' },
      'release-assets',
      /GITHUB_REPOSITORY/,
    ],
    [
      'an API URL without https',
      {},
      { GITHUB_API_URL: 'http://github.corp' },
      'release-assets',
      /GITHUB_API_URL to be an https/,
    ],
    [
      'an API URL with a password',
      {},
      { GITHUB_API_URL: 'https://me:pw@github.corp' },
      'release-assets',
      /GITHUB_API_URL/,
    ],
  ])('the release inputs are rejected for %s', (_, given, variables, input, text) => {
    const errors = errorsOf(given, variables);
    expect(errors).toMatchObject([{ input }]);
    expect(errors[0]?.message).toMatch(text);
    expect(errors[0]?.message).not.toMatch(/canary|pw/);
  });

  it('all errors of the release inputs are reported in one run, with one for each invalid pattern', () => {
    expect(
      errorsOf({ 'release-assets': 'a/b\n!\nc/d', 'release-tag': '', owner: '' }).map(({ input }) => input),
    ).toEqual(['owner', 'release-tag', 'release-assets', 'release-assets', 'release-assets']);
  });

  it('an error of `files` is reported when neither files nor release assets are given', () => {
    expect(errorsOf({ 'release-assets': '', 'release-tag': '' })).toMatchObject([
      { input: 'files', code: 'INPUT_MISSING' },
    ]);
  });
});

describe('GitHub token', () => {
  it.each([
    ['the token is masked, and removed from the environment', { 'release-assets': '*' }, [TOKEN]],
    [
      'the token is masked, and removed from the environment, even if no input needs it',
      { 'release-assets': '', 'release-tag': '', files: '*' },
      [TOKEN],
    ],
  ])('%s', (_, given, masked) => {
    const env = environment({ 'access-token': '', mode: 'plan', ...given });
    const masks: string[] = [];
    readGood(env, (secret) => void masks.push(secret));
    expect(masks).toEqual(masked);
    expect(env).not.toHaveProperty(['INPUT_GITHUB-TOKEN']);
  });
});
