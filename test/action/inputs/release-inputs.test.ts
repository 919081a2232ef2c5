// The inputs that name a release: the tag and where it comes from, the patterns, the token, and where GitHub is.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AggregateInputError, type InputError } from '../../../src/errors.ts';
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
  return readGood(environment(given, variables), () => {}).release;
}

function faultsOf(given: With = {}, variables?: Variables): readonly InputError[] {
  try {
    read(given, variables);
  } catch (error) {
    if (error instanceof AggregateInputError) return error.errors;
    throw error;
  }
  return [];
}

/** The event of a run, as the runner leaves it in a file. */
function event(content: unknown): Variables {
  const path = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return { GITHUB_EVENT_NAME: 'release', GITHUB_EVENT_PATH: path };
}

const PROXY = 'http://proxy.corp:3128/';

describe('a release', () => {
  it('has its tag, its repository and where GitHub is; `files` may then be empty', () => {
    const release = read({ 'release-assets': '*.mp4\n!draft*' });
    expect(release).toMatchObject({
      tag: 'v1.0',
      repository: { owner: 'octocat', repo: 'media' },
      proxy: 'direct',
      patterns: [{ text: '*.mp4' }, { text: '!draft*', isExclude: true }],
    });
    expect(release?.apiUrl.href).toBe('https://api.github.com/');
    expect(release?.token.reveal()).toBe(TOKEN);
    expect(JSON.stringify(release)).not.toContain(TOKEN);
  });

  it('is that of the event, when no tag is given', () => {
    const started = event({ release: { tag_name: 'release/2.0' } });
    expect(read({ 'release-tag': '' }, started)?.tag).toBe('release/2.0');
    expect(read({ 'release-tag': 'v1.0' }, started)?.tag).toBe('v1.0');
  });

  it.each<[name: string, url: string | undefined, href: string, route: string]>([
    ['the public GitHub, when the runner names none', undefined, 'https://api.github.com/', PROXY],
    ['a server of its own', 'https://github.corp/api/v3', 'https://github.corp/api/v3', PROXY],
    ['this machine, past any proxy', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080/', 'direct'],
  ])('is at %s', (_, url, href, route) => {
    const release = read({}, { GITHUB_API_URL: url, https_proxy: PROXY });
    const way = release?.proxy ?? expect.fail('no release');
    expect([release?.apiUrl.href, way === 'direct' ? way : way.url.reveal()]).toEqual([href, route]);
  });
});

describe('its faults', () => {
  it.each<[name: string, given: With, variables: Variables, input: string, text: RegExp]>([
    [
      'no tag, and no release that started the run',
      { 'release-tag': '' },
      { GITHUB_EVENT_NAME: 'push' },
      'release-tag',
      /is empty.*started by push$/,
    ],
    ['no tag, and a run without an event', { 'release-tag': '' }, {}, 'release-tag', /started by no event$/],
    [
      'no tag in the event',
      { 'release-tag': '' },
      event({ release: {} }),
      'release-tag',
      /its event names no tag$/,
    ],
    [
      'an event that is no JSON',
      { 'release-tag': '' },
      event('no json'),
      'release-tag',
      /its event names no tag$/,
    ],
    [
      'the event of another kind',
      { 'release-tag': '' },
      { ...event({ release: { tag_name: 'v1' } }), GITHUB_EVENT_NAME: 'push' },
      'release-tag',
      /push$/,
    ],
    ['a pattern with a folder', { 'release-assets': 'media/*.mp4' }, {}, 'release-assets', /slash/],
    ['no token', { 'github-token': '' }, {}, 'github-token', /is empty; leave the input out/],
    ['a token that is none', { 'github-token': `"${TOKEN}"` }, {}, 'github-token', /quotes/],
    ['no repository', {}, { GITHUB_REPOSITORY: 'media' }, 'release-assets', /GITHUB_REPOSITORY/],
    [
      'a repository out of its place',
      {},
      { GITHUB_REPOSITORY: 'a/../b' },
      'release-assets',
      /GITHUB_REPOSITORY/,
    ],
    [
      'a GitHub without https',
      {},
      { GITHUB_API_URL: 'http://github.corp' },
      'release-assets',
      /GITHUB_API_URL to hold an https/,
    ],
    [
      'a GitHub with a password',
      {},
      { GITHUB_API_URL: 'https://me:pw@github.corp' },
      'release-assets',
      /GITHUB_API_URL/,
    ],
  ])('%s', (_, given, variables, input, text) => {
    const faults = faultsOf(given, variables);
    expect(faults).toMatchObject([{ input }]);
    expect(faults[0]?.message).toMatch(text);
    expect(faults[0]?.message).not.toMatch(/canary|pw/);
  });

  it('are told together: one pattern hides no other', () => {
    expect(
      faultsOf({ 'release-assets': 'a/b\n!\nc/d', 'release-tag': '', owner: '' }).map(({ input }) => input),
    ).toEqual(['owner', 'release-tag', 'release-assets', 'release-assets', 'release-assets']);
  });

  it('is `files`, when nothing at all is asked for', () => {
    expect(faultsOf({ 'release-assets': '', 'release-tag': '' })).toMatchObject([
      { input: 'files', code: 'INPUT_MISSING' },
    ]);
  });
});

describe('the token', () => {
  it.each([
    ['is masked, and leaves the environment', { 'release-assets': '*' }, [TOKEN]],
    ['is not looked at, but for a release', { 'release-assets': '', 'release-tag': '', files: '*' }, []],
  ])('%s', (_, given, masked) => {
    const env = environment({ 'access-token': '', mode: 'plan', ...given });
    const heard: string[] = [];
    readGood(env, (secret) => void heard.push(secret));
    expect(heard).toEqual(masked);
    expect(env).not.toHaveProperty(['INPUT_GITHUB-TOKEN']);
  });
});
