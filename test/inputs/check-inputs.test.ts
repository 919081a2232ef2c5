// The inputs of `mode: check` in both actions: what is needed, what is ignored, and that the other modes stay as they are.

import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/deps.ts';
import type { CheckInputs } from '../../src/inputs/check-inputs.ts';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { readPostInputs } from '../../src/inputs/read-post-inputs.ts';
import { errorsOf as errorsIn, TOKEN, type With, WORKSPACE } from './step-inputs.ts';

const GITHUB_TOKEN = 'ghs-canary-token-of-a-job';
const ACTIONS = [
  { action: 'upload', read: readInputs },
  { action: 'post', read: readPostInputs },
] as const;
type Read = (typeof ACTIONS)[number]['read'];

function read(reader: Read, given: With = {}) {
  const inputs = { mode: 'check', 'access-token': TOKEN, 'github-token': GITHUB_TOKEN, ...given };
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const env: Env = {
    ...Object.fromEntries(variables),
    GITHUB_WORKSPACE: WORKSPACE,
    GITHUB_REPOSITORY: 'octocat/media',
  };
  return reader(env, () => {});
}

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
    expect(inputs.connect.token.reveal()).toBe(TOKEN);
  });

  it('an owner is read as in the other modes', () => {
    const owner = 'urn:li:organization:24141830';
    expect(readGood(reader, { owner }).owner).toEqual({ owner, ownerKind: 'organization' });
    expect(errorsOf(reader, { owner: 'acme' })).toEqual([expect.stringMatching(/^owner: .*must be a URN/)]);
  });

  it('a token is needed, and checked like that of a run that publishes', () => {
    expect(errorsOf(reader, { 'access-token': '' })).toEqual([
      expect.stringContaining('is empty, but `mode: check` needs it'),
    ]);
    expect(errorsOf(reader, { 'access-token': 'Bearer AQX-secret' })[0]).toContain('starts with "Bearer"');
    expect(errorsOf(reader, { 'client-id': 'client-id-1234' })).toEqual([
      expect.stringMatching(/^client-secret: .*is empty/),
    ]);
  });

  it('the app of the token needs no owner', () => {
    const app = { 'client-id': 'client-id-1234', 'client-secret': 'client-secret-1234' };
    expect(readGood(reader, app).connect.tokenOptions).toMatchObject({ ownerKind: null, refreshToken: null });
  });

  it('without a token of GitHub, a manifest on a branch is no error, but a finding', () => {
    const given = { 'manifest-branch': 'memory' };
    expect(readGood(reader, given).branch).toMatchObject({ branch: 'memory', path: 'linkedin.json' });
    expect(readGood(reader, { ...given, 'github-token': '' })).toMatchObject({
      github: null,
      githubError: { input: 'github-token' },
    });
  });

  it('the other modes still need an owner, once', () => {
    for (const mode of ['publish', 'plan', 'simulate']) {
      const errors = errorsOf(reader, { mode, files: 'media/**', posts: 'posts/*.md' });
      expect(errors.filter((error) => error.startsWith('owner'))).toEqual([
        expect.stringContaining('is empty'),
      ]);
    }
    expect(
      errorsOf(reader, { mode: 'publish', owner: 'acme' }).filter((one) => one.startsWith('owner')),
    ).toHaveLength(1);
  });
});

describe('what mode: check ignores', () => {
  it('files, releases and shards of the upload action', () => {
    const given = { files: '../x', 'release-tag': 'v1', shard: '1/2', 'fail-on': 'never' };
    expect(readGood(readInputs, given)).toMatchObject({ api: 'assets', branch: null });
    expect(readGood(readInputs, { api: 'media' }).api).toBe('media');
  });

  it('posts of the post action, which always uses the Media APIs', () => {
    const given = { posts: '../x', text: 'T', 'max-posts': '3' };
    expect(readGood(readPostInputs, given)).toMatchObject({
      api: 'media',
      branch: { branch: 'linkedin-media' },
    });
  });

  it('but not an error of another input', () => {
    const errors = errorsIn(() => read(readInputs, { concurrency: 'x' }));
    expect(errors?.map(({ input }) => input)).toEqual(['concurrency']);
  });
});
