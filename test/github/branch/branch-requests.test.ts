// Requests to the repository of a branch: what is received in part is read again, and an error names the permission or the
// rule that is missing.

import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { BranchRequests } from '../../../src/github/branch/branch-requests.ts';
import { blobSha } from '../../../src/github/git-blob.ts';
import type { GitHubCall } from '../../../src/github/github-client.ts';
import { caught } from '../../support/caught.ts';
import type { GitHubOptions } from '../../world/github/api.ts';
import { GitHub } from '../../world/github/github.ts';
import { connect } from '../github-fixture.ts';

const BRANCH = 'linkedin-media';

function setUp(options: GitHubOptions = {}) {
  const fake = new GitHub(options);
  const { github } = connect(fake);
  return { fake, github, requests: new BranchRequests({ github, branch: BRANCH, path: 'linkedin.json' }) };
}

describe('readBlob', () => {
  it('a blob that arrives incomplete is read again', async () => {
    const { fake, requests } = setUp({
      faults: [{ on: 'read blob', response: { status: 200, body: '{"sch' } }],
    });
    fake.commit(BRANCH, { 'linkedin.json': 'the manifest' });
    expect(String(await requests.readBlob(blobSha(Buffer.from('the manifest'))))).toBe('the manifest');
    expect(fake.count('read blob')).toBe(2);
  });
});

describe('head', () => {
  it('a repository that cannot be read is not taken for a missing branch', async () => {
    const { requests } = setUp({ permissions: { contents: 'none' } });
    const error = await caught(() => requests.head(), InputError);
    expect([error.code, error.input]).toEqual(['GITHUB_DENIED', 'manifest-branch']);
    expect(error.hint).toContain('contents: read');
  });

  it('a token that GitHub does not accept needs another token, not a permission', async () => {
    const { requests } = setUp({ faults: [{ on: 'list refs', response: { status: 401 } }] });
    const error = await caught(() => requests.head(), InputError);
    expect(error).toMatchObject({
      code: 'GITHUB_DENIED',
      hint: expect.stringMatching(/or set it to a valid token\.$/),
    });
  });
});

describe('store', () => {
  it.each([403, 404] as const)(
    'a token without contents: write (status %i) is an error that names the permission',
    async (denial) => {
      const { github, requests } = setUp({ permissions: { contents: 'read' }, denial });
      const create: GitHubCall<{ data: { sha: string } }> = ({ rest }, request) =>
        rest.git.createBlob({ ...github.repository, content: 'x', request });
      const error = await caught(() => requests.store(create), InputError);
      expect([error.code, error.input]).toEqual(['GITHUB_DENIED', 'manifest-branch']);
      expect(error.hint).toContain('permissions: contents: write');
    },
  );
});
