// What GitHub does not answer, or not in the known form, is not approved: an error names the missing permission, and an outage
// decides nothing.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../../src/errors/action-error.ts';
import { caught } from '../../support/caught.ts';
import type { GitHubOptions } from '../../world/github/api.ts';
import { ApprovalFixture, POST } from './approval-fixture.ts';

type Permissions = NonNullable<GitHubOptions['permissions']>;

async function approvedRun(permissions: Permissions = {}): Promise<ApprovalFixture> {
  const run = await ApprovalFixture.approved({ permissions });
  run.hub.approvals.push({ state: 'approved', environments: ['linkedin'], login: 'bob' });
  return run;
}

const UNKNOWN = `${POST}, line 1: the post is not approved: its approval cannot be determined: `;

describe('missing permissions', () => {
  const check = (run: ApprovalFixture, what: string) =>
    what === 'actions' ? run.checkEnvironment() : run.checkReview();

  it.each([
    ['contents', { contents: 'none' }],
    ['pull-requests', { pullRequests: 'none' }],
    ['actions', { actions: 'none' }],
  ] as const)(
    'without `%s: read`, a post is not approved, and the error names it',
    async (name, permissions) => {
      const error = await check(await approvedRun(permissions), name);
      expect(error).toMatchObject({ code: 'POST_UNAPPROVED', subject: { file: POST } });
      expect(error?.message).toContain(`${UNKNOWN}the job needs \`permissions: ${name}: read\``);
      expect(error?.message).toContain('"Resource not accessible by integration"');
    },
  );

  it('each kind of approval needs only its own permissions', async () => {
    expect(await (await approvedRun({ actions: 'none' })).checkReview()).toBeNull();
    const others = { contents: 'none', pullRequests: 'none' } as const;
    expect(await (await approvedRun(others)).checkEnvironment()).toBeNull();
  });

  it('a token that may not read who has write access is named as the reason', async () => {
    const run = await approvedRun();
    const message = 'Must have push access to view collaborator permission.';
    run.hub.faults.push({ on: /permission$/, response: { status: 403, body: { message } } });
    const error = await run.checkReview();
    expect(error?.message).toContain(`${UNKNOWN}the token may not read who has write access`);
    expect(error?.message).toContain(message);
  });

  it.each([
    ['/commits', /^\/commits$/],
    ['/pulls', /\/pulls$/],
    ['reviews', /reviews$/],
    ['actions', /approvals$/],
  ])(
    'a 404 to %s counts as a missing permission, because GitHub hides what a token may not see',
    async (what, on) => {
      const run = await approvedRun();
      run.hub.faults.push({ on, response: { status: 404 } });
      const text = /cannot be determined: the job needs `permissions: .+status 404/;
      expect((await check(run, what))?.message).toMatch(text);
    },
  );
});

it('an outage during the check of one post does not decide about the next one', async () => {
  const run = await approvedRun();
  for (let n = 0; n < 6; n += 1) run.hub.faults.push({ on: /reviews$/, response: { status: 502 } });
  const error = await run.checkReview();
  expect(error?.code).toBe('POST_UNAPPROVED');
  expect(error?.message).toMatch(
    /its approval cannot be determined: GET .+ failed with status 502/,
  );
  expect(await run.checkReview()).toBeNull();
});

it('a run that is cancelled ends with that, not with a post that is not approved', async () => {
  const run = await approvedRun();
  run.cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled'));
  expect((await caught(() => run.checkReview(), RunError)).code).toBe('RUN_CANCELLED');
  expect((await caught(() => run.checkEnvironment(), RunError)).code).toBe('RUN_CANCELLED');
});

const user = { login: 'bob', id: 1001, type: 'User' };
const review = {
  user,
  state: 'APPROVED',
  commit_id: 'a'.repeat(40),
  submitted_at: '2026-11-25T12:00:00Z',
};
const base = { ref: 'main', repo: { full_name: 'octocat/media' } };

it.each([
  [/^\/commits$/, { sha: 'not a list' }],
  [/\/pulls$/, [{ number: 1, merged_at: '2026-11-25T12:00:00Z', user, base: {} }]],
  [/\/pulls$/, [{ number: 1, user, base }]],
  [/reviews$/, { message: 'x' }],
  [/reviews$/, [{ ...review, state: undefined }]],
  [/permission$/, { role_name: 'admin' }],
  [/\/trees\//, { tree: [] }],
])('the answer to %s does not approve a post: %j', async (on, body) => {
  const run = await approvedRun();
  run.hub.faults.push({ on, response: { status: 200, body } });
  expect((await run.checkReview())?.code).toBe('POST_UNAPPROVED');
});

it.each([{ message: 'x' }, [{ state: 'approved' }]])(
  'the approvals %j do not approve a post',
  async (body) => {
    const run = await approvedRun();
    run.hub.faults.push({ on: /approvals$/, response: { status: 200, body } });
    expect((await run.checkEnvironment())?.code).toBe('POST_UNAPPROVED');
  },
);

it('a state that GitHub adds to reviews neither approves a post nor blocks it', async () => {
  const run = await approvedRun();
  const body = [{ ...review, state: 'DELEGATED', submitted_at: null }];
  run.hub.faults.push({ on: /reviews$/, response: { status: 200, body } });
  expect((await run.checkReview())?.message).toContain('nobody has approved pull request #1');
});
