// The inputs of `mode: check` in both actions: what is needed, what is ignored, and that the other modes stay as they are.

import { describe, expect, it } from 'vitest';
import type { CheckInputs } from '../../src/inputs/access.ts';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { readPostInputs } from '../../src/inputs/read-post-inputs.ts';
import { errorsOf as errorsIn, GITHUB_TOKEN, stepOf, TOKEN, type With } from './step-inputs.ts';

const ACTIONS = [
  { action: 'upload', read: readInputs },
  { action: 'post', read: readPostInputs },
] as const;
type Read = (typeof ACTIONS)[number]['read'];

const read = (reader: Read, given: With) =>
  reader(
    stepOf({ mode: 'check', 'access-token': TOKEN, 'github-token': GITHUB_TOKEN, ...given }),
    () => {},
  );

function readGood(reader: Read, given: With = {}): CheckInputs {
  const inputs = read(reader, given);
  return inputs.mode === 'check' ? inputs : expect.fail('these are inputs of another mode');
}

const errorsOf = (reader: Read, given: With = {}) =>
  errorsIn(() => read(reader, given)).map(({ input, message }) => `${input}: ${message}`);

describe.each(ACTIONS)('mode: check of the $action action', ({ action, read: reader }) => {
  it('needs only a token, and neither an owner nor files or posts', () => {
    const inputs = readGood(reader);
    expect(inputs).toMatchObject({ action, owner: null });
    expect(inputs.token.reveal()).toBe(TOKEN);
  });

  it.each<[name: string, given: With, error: RegExp]>([
    ['an owner, if there is one', { owner: 'acme' }, /^owner: .*must be a URN/],
    ['that there is a token', { 'access-token': '' }, /is empty, but `mode: check` needs it/],
    [
      'the token like one that publishes',
      { 'access-token': 'Bearer AQX-x' },
      /starts with "Bearer"/,
    ],
    ['the app of the token', { 'client-id': 'client-id-1234' }, /^client-secret: .*is empty/],
    ['the inputs that it does not use', { concurrency: 'x' }, /^concurrency: /],
  ])('checks %s', (_, given, error) => {
    expect(errorsOf(reader, given)).toEqual([expect.stringMatching(error)]);
  });

  it('the app of the token needs no owner', () => {
    const app = { 'client-id': 'client-id-1234', 'client-secret': 'client-secret-1234' };
    expect(readGood(reader, app).tokenOptions).toMatchObject({
      ownerKind: null,
      refreshToken: null,
    });
  });

  it('without a token of GitHub, a manifest on a branch is no error, but a finding', () => {
    const given = { 'manifest-branch': 'memory' };
    expect(readGood(reader, given).branch).toMatchObject({
      branch: 'memory',
      path: 'linkedin.json',
    });
    expect(readGood(reader, { ...given, 'github-token': '' })).toMatchObject({
      github: null,
      githubError: { input: 'github-token' },
    });
  });

  it.each(['publish', 'plan', 'simulate'])('mode: %s still needs an owner, once', (mode) => {
    const errors = errorsOf(reader, { mode, files: 'media/**', posts: 'posts/*.md' });
    expect(errors.filter((error) => error.startsWith('owner'))).toEqual([
      expect.stringContaining('is empty'),
    ]);
  });
});

it('`mode: check` ignores files, releases and shards of the upload action', () => {
  const given = { files: '../x', 'release-tag': 'v1', shard: '1/2', 'fail-on': 'never' };
  expect(readGood(readInputs, given)).toMatchObject({ api: 'assets', branch: null });
  expect(readGood(readInputs, { api: 'media' }).api).toBe('media');
});

it('`mode: check` ignores posts of the post action, which always uses the Media APIs', () => {
  const given = { posts: '../x', text: 'T', 'max-posts': '3' };
  expect(readGood(readPostInputs, given)).toMatchObject({
    api: 'media',
    branch: { branch: 'linkedin-media' },
  });
});
