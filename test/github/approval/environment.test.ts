// `approval: environment` against a strict GitHub: every way around the reviewers of an environment.

import { expect, it } from 'vitest';
import type { GitHubReviews } from '../../world/github/reviews.ts';
import { ApprovalFixture, POST } from './approval-fixture.ts';

type Entry = GitHubReviews['approvals'][number];

const entry = (state: Entry['state'], environments = ['linkedin'], login = 'bob'): Entry => ({
  ...{ state, environments, login },
});
const APPROVED = entry('approved');

async function runWith(...entries: readonly Entry[]): Promise<ApprovalFixture> {
  const run = new ApprovalFixture();
  run.hub.approvals.push(...entries);
  return run;
}

it('an approved environment approves all posts of the run, with one request', async () => {
  const run = await runWith(APPROVED);
  expect(await run.checkEnvironment()).toBeNull();
  expect(await run.checkEnvironment()).toBeNull();
  // Also one without a post file, and one with assets of a release.
  expect(await run.checkEnvironment('linkedin', { file: null, paths: [] })).toBeNull();
  expect(await run.checkEnvironment('linkedin', { paths: ['release:v1/a.png'] })).toBeNull();
  expect(run.hub.requests).toEqual(['GET /actions/runs/4711/approvals']);
});

const AMONG_OTHERS = [entry('approved', ['staging']), entry('approved', ['Docs', 'LINKEDIN'])];
it.each<[what: string, entries: Entry[], name?: string]>([
  ['found among others', AMONG_OTHERS],
  ['in other letters', AMONG_OTHERS, 'LinkedIn'],
  [
    'by an app, if a rule of the environment lets it decide',
    [entry('approved', ['linkedin'], 'renovate[bot]')],
  ],
  // GitHub lists the approvals of all attempts of a run.
  ['in a later attempt', [entry('rejected'), APPROVED]],
  ['in an earlier attempt', [APPROVED, entry('rejected')]],
])('an environment approves a post: %s', async (_, entries, name) => {
  expect(await (await runWith(...entries)).checkEnvironment(name)).toBeNull();
});

const NOBODY = 'nobody has approved the environment linkedin in this run';
it.each<[what: string, entries: Entry[], lack: string, runId?: string]>([
  [
    'without reviewers, since its jobs do not wait',
    [],
    `the post is not approved: ${NOBODY}: name it in \`environment:\` of the job, and check that it has required reviewers`,
  ],
  [
    'if another one is approved',
    [entry('approved', ['staging'])],
    `${NOBODY} (this run has approvals for staging)`,
  ],
  [
    'if one with a longer name is approved',
    [entry('approved', ['linkedin-staging'])],
    `${NOBODY} (this run has approvals for linkedin-staging)`,
  ],
  [
    'if several others are approved',
    [entry('approved', ['staging', 'docs'])],
    `${NOBODY} (this run has approvals for staging, docs)`,
  ],
  ...(['rejected', 'pending'] as const).map((state): [string, Entry[], string] => [
    `that is ${state}`,
    [entry(state), entry('approved', ['staging'])],
    `${NOBODY} (this run has approvals for staging)`,
  ]),
  ...['', '4711/../4712', '4712'].map((runId): [string, Entry[], string, string] => [
    `of another run than "${runId}"`,
    [APPROVED],
    'its approval cannot be determined: the job needs `permissions: actions: read`',
    runId,
  ]),
])('an environment does not approve a post %s', async (_, entries, lack, runId) => {
  const error = await (await runWith(...entries)).checkEnvironment('linkedin', {}, runId);
  expect(error).toMatchObject({ code: 'POST_UNAPPROVED', subject: { file: POST, line: 1 } });
  expect(error?.problem).toContain(lack);
});
