// What cannot be determined is not approved: responses of an unknown form.

import { describe, expect, it } from 'vitest';
import { ApprovalFixture } from './approval-fixture.ts';

async function approvedRun(): Promise<ApprovalFixture> {
  const run = await ApprovalFixture.approved();
  run.hub.approvals.push({ state: 'approved', environments: ['linkedin'], login: 'bob' });
  return run;
}

describe('responses of an unknown form', () => {
  const user = { login: 'bob', id: 1001, type: 'User' };
  const review = { user, state: 'APPROVED', commit_id: 'a'.repeat(40), submitted_at: '2026-11-25T12:00:00Z' };

  it.each([
    [/^\/commits$/, { sha: 'not a list' }],
    [/\/pulls$/, [{ number: 1, merged_at: '2026-11-25T12:00:00Z', user, base: {} }]],
    [/reviews$/, { message: 'x' }],
    [/reviews$/, [{ ...review, state: undefined }]],
    [/reviews$/, [{ ...review, submitted_at: undefined }]],
    [/reviews$/, [{ ...review, submitted_at: 'yesterday' }]],
    [/permission$/, { role_name: 'admin' }],
    [/\/trees\//, { tree: [] }],
  ])('the response to %s does not approve a post: %j', async (on, body) => {
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

  it('a folder that GitHub does not list completely does not approve a post', async () => {
    const run = await approvedRun();
    run.hub.isTruncating = true;
    expect((await run.checkReview())?.message).toContain('a folder has more entries than GitHub lists');
  });
});
