// `approval: environment` against a strict GitHub: every way around the reviewers of an environment.

import { describe, expect, it } from 'vitest';
import type { GitHubReviews } from '../../world/github/reviews.ts';
import { ApprovalFixture, POST } from './approval-fixture.ts';

type Entry = GitHubReviews['approvals'][number];

async function runWith(...entries: readonly Entry[]): Promise<ApprovalFixture> {
  const run = new ApprovalFixture();
  run.hub.approvals.push(...entries);
  return run;
}

const entry = (
  state: Entry['state'],
  environments: readonly string[] = ['linkedin'],
  login = 'bob',
): Entry => ({
  state,
  environments,
  login,
});

describe('an approved environment', () => {
  it('an approved environment approves all posts of the run, with one request', async () => {
    const run = await runWith(entry('approved'));
    expect(await run.checkEnvironment()).toBeNull();
    expect(await run.checkEnvironment()).toBeNull();
    expect(run.hub.requests).toEqual(['GET /actions/runs/4711/approvals']);
  });

  it('an approved environment approves a post without a post file, and one with assets of a release', async () => {
    const run = await runWith(entry('approved'));
    expect(await run.checkEnvironment('linkedin', { file: null, paths: [] })).toBeNull();
    expect(await run.checkEnvironment('linkedin', { paths: ['release:v1/a.png'] })).toBeNull();
  });

  it.each(['linkedin', 'LinkedIn'])(
    'an approved environment is found among others, in any letter case: %s',
    async (name) => {
      const run = await runWith(entry('approved', ['staging']), entry('approved', ['Docs', 'LINKEDIN']));
      expect(await run.checkEnvironment(name)).toBeNull();
    },
  );

  it('an app may approve an environment if a rule of the environment lets it decide', async () => {
    const run = await runWith(entry('approved', ['linkedin'], 'renovate[bot]'));
    expect(await run.checkEnvironment()).toBeNull();
  });

  it('an approval counts in each attempt of a run, because GitHub lists the approvals of all attempts', async () => {
    const run = await runWith(entry('rejected'), entry('approved', ['linkedin'], 'carol'));
    expect(await run.checkEnvironment()).toBeNull();
    const reversed = await runWith(entry('approved', ['linkedin'], 'carol'), entry('rejected'));
    expect(await reversed.checkEnvironment()).toBeNull();
  });
});

describe('an environment that approves nothing', () => {
  it('an environment without reviewers does not approve a post, since its jobs do not wait', async () => {
    const run = await runWith();
    const error = await run.checkEnvironment();
    expect(error).toMatchObject({ code: 'POST_UNAPPROVED', subject: { file: POST, line: 1 } });
    expect(error?.problem).toBe(
      'the post is not approved: nobody has approved the environment linkedin in this run: name it in `environment:` of the job, and check that it has required reviewers',
    );
  });

  it.each([
    [['staging'], 'staging'],
    [['linkedin-staging'], 'linkedin-staging'],
    [['staging', 'docs'], 'staging, docs'],
  ])('the approval of %j does not approve a post, and the error names it', async (names, listed) => {
    const run = await runWith(entry('approved', names));
    const error = await run.checkEnvironment();
    expect(error?.message).toContain(
      `nobody has approved the environment linkedin in this run (this run has approvals for ${listed})`,
    );
  });

  it.each(['rejected', 'pending'] as const)('the state %s does not approve a post', async (state) => {
    const run = await runWith(entry(state), entry('approved', ['staging']));
    expect((await run.checkEnvironment())?.message).toContain(
      'nobody has approved the environment linkedin in this run (this run has approvals for staging)',
    );
  });

  it.each(['', '4711/../4712', '4712'])(
    'the approvals of another run than %j do not count',
    async (runId) => {
      const run = await runWith(entry('approved'));
      const error = await run.checkEnvironment('linkedin', {}, runId);
      expect(error?.message).toContain(
        'its approval cannot be determined: the job needs `permissions: actions: read`',
      );
    },
  );
});
