// The inputs for a manifest on a branch: its branch, its path there, and the way to GitHub.

import { describe, expect, it } from 'vitest';
import { manifestPath, readInputs } from '../../src/inputs/read-inputs.ts';
import { toPosixPath } from '../../src/media/find/workspace.ts';
import { envOf, errorsOf as errorsIn, readGood, type With, WORKSPACE } from './step-inputs.ts';

const TOKEN = 'ghs_canary-token-of-github';

function environment(given: With, variables: With = {}) {
  const inputs = { 'manifest-branch': 'linkedin-media', 'github-token': TOKEN, ...given };
  return { ...envOf(inputs), GITHUB_REPOSITORY: 'octocat/media', ...variables };
}

const read = (given: With = {}, variables: With = {}) => readGood(environment(given, variables));

function errorsOf(given: With, variables: With = {}) {
  return errorsIn(() => readInputs(environment(given, variables), () => {})).map(({ message }) => message);
}

describe('a manifest on a branch', () => {
  it('a branch has a path, a repository, an API URL and a token', () => {
    const { branch, github, manifest, find } = read();
    expect(branch).toMatchObject({ branch: 'linkedin-media', path: 'linkedin.json' });
    expect(github).toMatchObject({ repository: { owner: 'octocat', repo: 'media' }, proxy: 'direct' });
    expect(github?.apiUrl.href).toBe('https://api.github.com/');
    expect(github?.token.reveal()).toBe(TOKEN);
    expect(manifest).toBeNull();
    expect(find.manifest).toBe(toPosixPath(`${WORKSPACE}/linkedin.json`));
  });

  it('the API URL of a GitHub Enterprise Server is used', () => {
    const { github } = read({}, { GITHUB_API_URL: 'https://github.example/api/v3' });
    expect(github?.apiUrl.href).toBe('https://github.example/api/v3');
  });

  it('`mode: simulate` does not use the branch', () => {
    expect(read({ mode: 'simulate' }).branch).toBeNull();
  });

  it('`mode: simulate` needs no token for the branch, and the other modes say what the job lacks', () => {
    expect(read({ mode: 'simulate', 'github-token': '' }).branch).toBeNull();
    for (const mode of ['publish', 'plan'])
      expect(errorsOf({ mode, 'github-token': '' })).toEqual([
        'github-token is empty, so the job has no token for GitHub: leave the input out to use the token of the job; with act, pass one with `-s GITHUB_TOKEN`',
      ]);
  });

  it.each([
    ['150', 150],
    [' 1 ', 1],
    ['08', 8],
    ['', null],
  ])('with a branch, `max-calls: %s` is read as %s', (text, maxCalls) => {
    expect(read({ 'max-calls': text }).maxCalls).toBe(maxCalls);
    expect(read({ 'max-calls': text, mode: 'simulate' }).maxCalls).toBe(maxCalls);
  });

  it('no manifest in the workspace is reported with a branch', () => {
    expect(manifestPath(environment({ manifest: 'linkedin.json' }))).toBeNull();
  });

  it('a release without a branch needs the token too', () => {
    const release = { 'manifest-branch': '', 'release-assets': '*.mp4', 'release-tag': 'v1' };
    expect(read(release)).toMatchObject({ branch: null, release: { tag: 'v1' } });
    expect(read(release).github?.token.reveal()).toBe(TOKEN);
  });

  it('a run without a release and a branch does not use GitHub', () => {
    expect(read({ 'manifest-branch': '' }).github).toBeNull();
  });

  it('the token is removed from the environment', () => {
    const env = environment({});
    readGood(env);
    expect(JSON.stringify(env)).not.toContain(TOKEN);
  });
});

describe('errors', () => {
  it('all errors are reported together, and the token is not shown', () => {
    const variables = { GITHUB_REPOSITORY: '', GITHUB_API_URL: 'http://github.example' };
    const errors = errorsOf({ manifest: '/m.json', 'github-token': 'a b c d e' }, variables);
    expect(errors).toEqual([
      expect.stringMatching(/^manifest is/),
      expect.stringMatching(/^manifest-branch needs the runner's variable GITHUB_API_URL/),
      expect.stringMatching(/^manifest-branch needs the runner's variable GITHUB_REPOSITORY/),
      expect.stringMatching(/^github-token /),
    ]);
    expect(errors.join()).not.toContain('a b c d e');
  });
});
