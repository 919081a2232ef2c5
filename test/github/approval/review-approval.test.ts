// `approval: review` against a strict GitHub: every way around the review of a person.

import { describe, expect, it } from 'vitest';
import { ApprovalFixture, expectApproved, expectUnapproved, FILES, POST } from './approval-fixture.ts';

describe('a reviewed post', () => {
  it.each(['merge', 'squash', 'rebase'] as const)(
    'a reviewed post is approved after a %s of its pull request',
    async (how) => {
      const post = ApprovalFixture.propose();
      post.hub.review(1, 'bob', 'APPROVED');
      await post.merge(how);
      await expectApproved(post);
    },
  );

  it.each([
    ['write', 'write'],
    ['maintain', 'write'],
    ['admin', 'admin'],
    ['a custom role', 'write'],
  ] as const)('a post is approved by a review of a person with the role %s', async (role, access) => {
    const post = ApprovalFixture.propose();
    post.hub.accounts.set('dave', { type: 'User', access, role });
    post.hub.review(1, 'dave', 'APPROVED');
    await post.merge();
    await expectApproved(post);
  });

  it('a reviewed post is approved in a workspace without git, as a shallow checkout is', async () => {
    const post = await ApprovalFixture.approved();
    for (let n = 0; n < 3; n += 1) post.hub.push({ 'README.md': `# Change ${n}\n` });
    await expectApproved(post);
  });

  it('a post is approved in a pull request from a fork that was deleted since', async () => {
    const post = new ApprovalFixture();
    post.hub.git.commit('launch', FILES);
    post.hub.open('launch', 'mallory', { isFromFork: true });
    post.hub.review(1, 'bob', 'APPROVED');
    await post.merge();
    await expectApproved(post);
  });

  it('a post is approved by a review after the merge', async () => {
    const post = ApprovalFixture.propose();
    await post.merge();
    await expectUnapproved(post, 'nobody has approved pull request #1');
    const again = ApprovalFixture.propose();
    await again.merge();
    again.hub.review(1, 'bob', 'APPROVED');
    await expectApproved(again);
  });

  it('a post is approved when a comment follows the approval', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.review(1, 'bob', 'COMMENTED');
    post.hub.review(1, 'carol', 'PENDING');
    await post.merge();
    await expectApproved(post);
  });

  it('a post is approved if commits after the approval change other files only', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.git.commit('launch', { 'README.md': '# Better media\n' });
    await post.merge();
    await expectApproved(post);
  });

  it('a post is approved although others approved an earlier version', async () => {
    const post = new ApprovalFixture();
    post.hub.git.commit('launch', { ...FILES, [POST]: 'a draft' });
    post.hub.open('launch', 'alice');
    post.hub.review(1, 'carol', 'APPROVED');
    post.hub.git.commit('launch', FILES);
    post.hub.review(1, 'bob', 'APPROVED');
    await post.merge();
    await expectApproved(post);
  });

  it('a reviewed post is approved on a GitHub Enterprise Server', async () => {
    const post = await ApprovalFixture.approved({ basePath: '/api/v3' });
    await expectApproved(post);
  });

  it('a post is approved if its file was renamed in an approved pull request', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.git.commit('rename', { [POST]: null, 'posts/2026.md': FILES[POST] ?? '' });
    post.hub.open('rename', 'alice');
    post.hub.review(2, 'carol', 'APPROVED');
    post.hub.merge(2);
    await post.write({ 'posts/2026.md': FILES[POST] ?? '' });
    await expectApproved(post, { file: 'posts/2026.md' });
  });

  it('a reviewed post is approved in a checkout on Windows, which has CRLF line ends in text files', async () => {
    const post = await ApprovalFixture.approved();
    const withCrlf = (text: unknown) => String(text).replaceAll('\n', '\r\n');
    await post.write({ [POST]: withCrlf(FILES[POST]), 'media/clip.srt': withCrlf(FILES['media/clip.srt']) });
    await expectApproved(post);
  });
});

describe('reviewers that do not count', () => {
  it.each([
    ['alice', 'alice is the author of #1'],
    ['renovate[bot]', 'renovate\\[bot\\] is not a person but of the type Bot'],
    ['mallory', 'mallory has no write access'],
  ])('an approval by %s is not one', async (login, reason) => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, login, 'APPROVED');
    await post.merge();
    await expectUnapproved(post, new RegExp(`#1, .+ has no approval that counts: ${reason}$`));
  });

  it.each(['read', 'none'] as const)('an approval by a person with %s access is not one', async (access) => {
    const post = ApprovalFixture.propose();
    post.hub.accounts.set('dave', { type: 'User', access, role: 'triage' });
    post.hub.review(1, 'dave', 'APPROVED');
    await post.merge();
    await expectUnapproved(post, 'dave has no write access');
  });

  it('an approval by a person whom GitHub does not find is not one', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    await post.merge();
    post.hub.faults.push({
      on: /permission$/,
      response: { status: 404, body: { message: 'bob is not a user' } },
    });
    await expectUnapproved(post, 'bob has no write access');
  });

  it('an approval by somebody who lost write access since is not one', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.accounts.set('bob', { type: 'User', access: 'read' });
    await post.merge();
    await expectUnapproved(post, 'bob has no write access');
  });

  it('an approval by a bot that opened no pull request is not one, even with an approval of the author', async () => {
    const post = ApprovalFixture.propose();
    for (const login of ['renovate[bot]', 'alice', 'mallory']) post.hub.review(1, login, 'APPROVED');
    await post.merge();
    await expectUnapproved(post, /mallory has no write access; alice is the author of #1; renovate/);
  });

  it('an approval by a deleted account is not one', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, null, 'APPROVED');
    await post.merge();
    await expectUnapproved(post, 'an account that approved is deleted');
  });

  it.each([
    [5, 'stranger-1 has no write access$'],
    [6, 'stranger-2 has no write access; and 1 more$'],
    [8, 'stranger-4 has no write access; and 3 more$'],
  ])('the error names five of %i approvals that do not count', async (strangers, end) => {
    const post = ApprovalFixture.propose();
    for (let n = 1; n <= strangers; n += 1) {
      post.hub.accounts.set(`stranger-${n}`, { type: 'User', access: 'none' });
      post.hub.review(1, `stranger-${n}`, 'APPROVED');
    }
    await post.merge();
    await expectUnapproved(post, new RegExp(end));
  });

  it('an approval on the second page of reviews counts', async () => {
    const post = ApprovalFixture.propose();
    for (let n = 0; n < 100; n += 1) post.hub.review(1, 'mallory', 'COMMENTED');
    post.hub.review(1, 'bob', 'APPROVED');
    await post.merge();
    await expectApproved(post);
  });
});

describe('reviews that do not count', () => {
  it('a dismissed approval is not one', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.dismiss(1, 'bob');
    await post.merge();
    await expectUnapproved(post, 'the review of bob was dismissed');
  });

  it('a later request for changes by the same reviewer blocks the post', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.review(1, 'bob', 'CHANGES_REQUESTED');
    await post.merge();
    await expectUnapproved(post, 'bob requests changes in pull request #1');
  });

  it('a dismissed request for changes does not revive the earlier approval of that reviewer', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.review(1, 'bob', 'CHANGES_REQUESTED');
    post.hub.dismiss(1, 'bob');
    await post.merge();
    await expectUnapproved(post, 'the review of bob was dismissed');
  });

  it.each(['write', 'admin'] as const)(
    'a request for changes by a person with %s access blocks the post, whatever others approve',
    async (access) => {
      const post = ApprovalFixture.propose();
      post.hub.accounts.set('dave', { type: 'User', access });
      post.hub.review(1, 'dave', 'CHANGES_REQUESTED');
      post.hub.review(1, 'bob', 'APPROVED');
      await post.merge();
      await expectUnapproved(post, 'dave requests changes in pull request #1');
    },
  );

  it.each(['mallory', 'renovate[bot]', null])(
    'a request for changes by %s, who may not write or is no person, does not block the post',
    async (login) => {
      const post = ApprovalFixture.propose();
      post.hub.review(1, 'bob', 'APPROVED');
      post.hub.review(1, login, 'CHANGES_REQUESTED');
      await post.merge();
      await expectApproved(post);
    },
  );

  it('an objection is not ignored because GitHub does not tell who may write', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'carol', 'CHANGES_REQUESTED');
    post.hub.review(1, 'bob', 'APPROVED');
    await post.merge();
    post.hub.faults.push(
      { on: /permission$/, response: { status: 403 } },
      { on: /permission$/, response: { status: 403 } },
    );
    await expectUnapproved(post, 'its approval cannot be determined');
  });

  it('a request for changes after the merge blocks the post', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.review(1, 'carol', 'CHANGES_REQUESTED');
    await expectUnapproved(post, 'carol requests changes in pull request #1');
  });

  it.each([10, 100])(
    'a request for changes on a later page blocks the post, though a page has only %i reviews',
    async (perPage) => {
      const post = ApprovalFixture.propose();
      post.hub.reviewsPerPage = perPage;
      post.hub.review(1, 'bob', 'APPROVED');
      for (let n = 0; n < 99; n += 1) post.hub.review(1, 'mallory', 'COMMENTED');
      post.hub.review(1, 'carol', 'CHANGES_REQUESTED');
      await post.merge();
      await expectUnapproved(post, 'carol requests changes');
    },
  );

  it.each([
    ['that was dismissed', (post: ApprovalFixture) => post.hub.dismiss(1, 'carol')],
    ['that became an approval', (post: ApprovalFixture) => post.hub.review(1, 'carol', 'APPROVED')],
  ])('a request for changes %s does not block the post', async (_, withdraw) => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.review(1, 'carol', 'CHANGES_REQUESTED');
    withdraw(post);
    await post.merge();
    await expectApproved(post);
  });
});

describe('pull requests that do not count', () => {
  it.each(['', 'main', 'a'.repeat(39)])(
    'a run whose commit is %j approves nothing, and nothing is read',
    async (sha) => {
      const post = await ApprovalFixture.approved();
      expect((await post.checkReview({}, sha))?.message).toContain('GITHUB_SHA is not a commit');
      expect(post.hub.requests).toEqual([]);
    },
  );

  it('a post file without a pull request is not approved', async () => {
    const post = new ApprovalFixture();
    post.hub.push(FILES);
    await post.write(FILES);
    await expectUnapproved(
      post,
      'no pull request that was merged into main contains the commit that changed it last',
    );
  });

  it.each([
    ['open', () => {}],
    ['closed without a merge', (post: ApprovalFixture) => post.hub.close(1)],
  ])('an approved pull request that is %s is not merged', async (_, end) => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    end(post);
    await post.write(FILES);
    const error = await post.checkReview({}, post.hub.git.head('launch'));
    expect(error?.message).toContain(
      'no pull request that was merged into main contains the commit that changed it last',
    );
  });

  it('a pull request of another repository of the network is not ours, though ours has one of its number', async () => {
    const post = new ApprovalFixture();
    post.hub.git.commit('other', { 'README.md': 'x' });
    post.hub.open('other', 'alice');
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.git.commit('launch', FILES);
    post.hub.open('launch', 'alice', { repository: 'upstream/media' });
    post.hub.review(2, 'bob', 'APPROVED');
    post.hub.merge(2);
    await post.write(FILES);
    await expectUnapproved(
      post,
      'no pull request that was merged into main contains the commit that changed it last',
    );
  });

  it('a pull request into another branch is not one into the branch of the run', async () => {
    const post = new ApprovalFixture();
    post.hub.git.commit('staging', { 'README.md': '# Staging\n' });
    post.hub.git.commit('launch', FILES);
    post.hub.open('launch', 'alice', { base: 'staging' });
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.merge(1);
    post.hub.git.merge('main', 'staging');
    await post.write(FILES);
    await expectUnapproved(post, 'no pull request that was merged into main contains the commit');
    const sha = post.hub.git.head('staging');
    expect(await post.checkReview({}, sha, 'refs/heads/staging')).toBeNull();
  });

  it.each(['refs/pull/1/merge', '', 'main', 'refs/heads/'])(
    'a run for %j has no branch, and approves nothing',
    async (ref) => {
      const post = await ApprovalFixture.approved();
      await expectUnapproved(post, 'GITHUB_REF is not a branch or a tag', { ref });
    },
  );

  it('in a run for a tag, the pull request must be into the default branch', async () => {
    const post = await ApprovalFixture.approved();
    await expectApproved(post, {}, 'refs/tags/v1.0');
    const other = await ApprovalFixture.approved();
    other.hub.defaultBranch = 'trunk';
    await expectUnapproved(other, 'merged into trunk contains the commit', { ref: 'refs/tags/v1.0' });
  });

  it('a pull request that GitHub merged because its commits were pushed needs an approval too', async () => {
    const post = ApprovalFixture.propose();
    post.hub.pushBranch('launch');
    await post.write(FILES);
    await expectUnapproved(post, 'nobody has approved pull request #1');
  });

  it('one approval is enough for two merged pull requests with one commit', async () => {
    const post = ApprovalFixture.propose();
    post.hub.open('launch', 'carol');
    post.hub.review(2, 'bob', 'APPROVED');
    post.hub.pushBranch('launch');
    await post.write(FILES);
    await expectApproved(post);
  });

  it('a request for changes in either of two merged pull requests with one commit blocks the post', async () => {
    const post = ApprovalFixture.propose();
    post.hub.open('launch', 'carol');
    post.hub.review(1, 'bob', 'CHANGES_REQUESTED');
    post.hub.review(2, 'bob', 'APPROVED');
    post.hub.pushBranch('launch');
    await post.write(FILES);
    await expectUnapproved(post, 'bob requests changes in pull request #1');
  });

  it('the authors of two pull requests with one commit cannot approve for each other', async () => {
    const post = ApprovalFixture.propose();
    post.hub.open('launch', 'bob');
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.review(2, 'alice', 'APPROVED');
    post.hub.pushBranch('launch');
    await post.write(FILES);
    await expectUnapproved(
      post,
      /pull request #1, #2, .+: bob is the author of #2; alice is the author of #1$/,
    );
  });

  it('an approval in the pull request before the last one is not one', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.git.commit('fix', { [POST]: 'changed' });
    post.hub.open('fix', 'alice');
    post.hub.merge(2);
    await post.write({ [POST]: 'changed' });
    await expectUnapproved(post, 'nobody has approved pull request #2');
  });

  it('a file that was renamed without a review is not approved', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.push({ [POST]: null, 'posts/2026.md': FILES[POST] ?? '' });
    await post.write({ 'posts/2026.md': FILES[POST] ?? '' });
    await expectUnapproved(post, 'no pull request that was merged into main contains', {
      file: 'posts/2026.md',
    });
  });
});

describe('posts that no pull request shows', () => {
  it('a post with assets of a release is not approved by review, and nothing is read', async () => {
    const post = await ApprovalFixture.approved();
    await expectUnapproved(
      post,
      `${POST}, line 1: the post is not approved: approval by review is not available with assets`,
      {
        hasReleaseMedia: true,
      },
    );
    expect(post.hub.requests).toEqual([]);
  });

  it('a post without a post file is not approved by review, and nothing is read', async () => {
    const post = await ApprovalFixture.approved();
    await expectUnapproved(
      post,
      'the post is not approved: approval by review is not available for a post without',
      {
        file: null,
      },
    );
    expect(post.hub.requests).toEqual([]);
  });
});

describe('paths that GitHub may read as patterns', () => {
  it.each(['posts/*.md', 'posts/wh?t.md', 'posts/[a].md', 'posts/a\\b.md', ':posts/a.md'])(
    'a post file called %s is not approved, and nothing is read',
    async (file) => {
      const post = await ApprovalFixture.approved();
      expect((await post.checkReview({ file }))?.message).toContain(
        `${file}, line 1: the post is not approved: approval by review is not`,
      );
      expect(post.hub.requests).toEqual([]);
    },
  );
});

describe('the error', () => {
  it('the error of an unapproved post has its file, so that it is annotated there', async () => {
    const post = ApprovalFixture.propose();
    await post.merge();
    const error = await post.checkReview();
    expect(error).toMatchObject({ subject: { file: POST, line: 1 } });
    expect(error?.problem).toMatch(/^the post is not approved: nobody has approved pull request #1, /);
  });
});

describe('the number of API calls', () => {
  it('the number of API calls is small for a post, and smaller for each further post of the run', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.push({ 'posts/README.md': 'Not a post' });
    await expectApproved(post);
    // The trees of the reviewed commit (root, posts, media), and of the commit of the run, where media is the same.
    expect(post.hub.requests.map((line) => line.replace(/[0-9a-f]{40}/, 'SHA')).sort()).toEqual([
      'GET /collaborators/bob/permission',
      'GET /commits',
      'GET /commits/SHA/pulls',
      'GET /git/trees/SHA',
      'GET /git/trees/SHA',
      'GET /git/trees/SHA',
      'GET /git/trees/SHA',
      'GET /git/trees/SHA',
      'GET /pulls/1/reviews',
    ]);
    post.hub.requests.length = 0;
    await expectApproved(post);
    expect(post.hub.requests).toEqual([]);
  });
});
