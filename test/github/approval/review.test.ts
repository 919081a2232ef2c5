// `approval: review` against a strict GitHub: every way around the review of a person. `review-content.test.ts` has the files.

import { describe, expect, it } from 'vitest';
import type { Account, GitHubReviews } from '../../world/github/reviews.ts';
import { ApprovalFixture, expectApproved, expectUnapproved, FILES, POST } from './approval-fixture.ts';

/** What is missing; null if the post is approved. */
type Lack = string | RegExp | null;

async function expectLack(post: ApprovalFixture, lack: Lack): Promise<void> {
  if (lack === null) await expectApproved(post);
  else await expectUnapproved(post, lack);
}

/** A review or its dismissal, such as `bob APPROVED`, or what else happens before the merge. `ghost` is a deleted account. */
type Step =
  | `${string} ${'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING' | 'DISMISSED'}`
  | ((hub: GitHubReviews) => void);

function play(hub: GitHubReviews, steps: readonly Step[]): void {
  for (const step of steps) {
    if (typeof step !== 'string') step(hub);
    else {
      const [login = '', state] = step.split(' ');
      if (state === 'DISMISSED') hub.dismiss(1, login);
      else hub.review(1, login === 'ghost' ? null : login, state as 'APPROVED');
    }
  }
}

const commit = (files: Parameters<GitHubReviews['push']>[0]) => (hub: GitHubReviews) => {
  hub.git.commit('launch', files);
};
const comments = (n: number) => Array.from({ length: n }, (): Step => 'mallory COMMENTED');
const account = (login: string, access: Account['access'], role?: string) => (hub: GitHubReviews) => {
  hub.accounts.set(login, { type: 'User', access, ...(role === undefined ? {} : { role }) });
};
/** As a force push does. */
const replace = (hub: GitHubReviews) => {
  hub.git.branches.set('launch', hub.git.head('main'));
};
const limitPages = (reviews: number) => (hub: GitHubReviews) => {
  hub.reviewsPerPage = reviews;
};
const permissionIs =
  (status: number, body = {}) =>
  (hub: GitHubReviews) => {
    hub.faults.push({ on: /permission$/, response: { status, body } });
  };

const OTHERS_OBJECT: Step[] = [
  'mallory CHANGES_REQUESTED',
  'renovate[bot] CHANGES_REQUESTED',
  'ghost CHANGES_REQUESTED',
];

/** What happens to a pull request of alice, which adds the post, before it is merged. */
const REVIEWS: [title: string, steps: Step[], lack: Lack][] = [
  ['a review of a person approves a post', ['bob APPROVED'], null],
  [
    'a post without a review is not approved',
    [],
    /nobody has approved pull request #1, which changed it last$/,
  ],
  [
    'a person with the role maintain may approve a post',
    [account('dave', 'write', 'maintain'), 'dave APPROVED'],
    null,
  ],
  [
    'a person with a custom role may approve a post',
    [account('dave', 'write', 'editors'), 'dave APPROVED'],
    null,
  ],
  ['an administrator may approve a post', [account('dave', 'admin'), 'dave APPROVED'], null],
  [
    'a comment after the approval does not change it',
    ['bob APPROVED', 'bob COMMENTED', 'carol PENDING'],
    null,
  ],
  [
    'commits after the approval may change other files',
    ['bob APPROVED', commit({ 'README.md': '# Media\n' })],
    null,
  ],
  [
    'one approval of what is published is enough, although others approved an earlier version',
    [commit({ [POST]: 'a draft' }), 'carol APPROVED', commit(FILES), 'bob APPROVED'],
    null,
  ],
  [
    'a force push after the approval may keep the files of the post',
    ['bob APPROVED', replace, commit({ ...FILES, 'README.md': '# Media\n' })],
    null,
  ],
  ['an approval on the second page of reviews counts', [...comments(100), 'bob APPROVED'], null],

  [
    'an approval by the author is not one',
    ['alice APPROVED'],
    /no approval that counts: alice is the author of #1$/,
  ],
  ['an approval by a bot is not one', ['renovate[bot] APPROVED'], /counts: renovate\[bot\] is not a person$/],
  [
    'an approval by a person without access is not one',
    ['mallory APPROVED'],
    /counts: mallory has no write access$/,
  ],
  [
    'an approval by a person who may only read is not one',
    [account('dave', 'read', 'triage'), 'dave APPROVED'],
    'dave has no write access',
  ],
  [
    'an approval by somebody who lost write access since is not one',
    ['bob APPROVED', account('bob', 'read')],
    'bob has no write access',
  ],
  [
    'an approval by a person whom GitHub does not find is not one',
    ['bob APPROVED', permissionIs(404)],
    'bob has no write access',
  ],
  ['an approval by a deleted account is not one', ['ghost APPROVED'], 'a deleted account is not a person'],
  [
    'the error names all approvals that do not count, the newest first',
    ['renovate[bot] APPROVED', 'alice APPROVED', 'mallory APPROVED'],
    /: mallory has no write access, alice is the author of #1, renovate\[bot\] is not a person$/,
  ],

  ['a dismissed approval is not one', ['bob APPROVED', 'bob DISMISSED'], 'the review of bob was dismissed'],
  [
    'a dismissed approval does not revive an earlier one of the same reviewer',
    ['bob APPROVED', 'bob APPROVED', 'bob DISMISSED'],
    'the review of bob was dismissed',
  ],
  [
    'a dismissed request for changes does not revive the earlier approval of that reviewer',
    ['bob APPROVED', 'bob CHANGES_REQUESTED', 'bob DISMISSED'],
    'the review of bob was dismissed',
  ],
  [
    'a later request for changes by the same reviewer blocks the post',
    ['bob APPROVED', 'bob CHANGES_REQUESTED'],
    'bob requests changes in pull request #1, and has not withdrawn that',
  ],
  [
    'a request for changes by a person with write access blocks the post, whatever others approve',
    ['carol CHANGES_REQUESTED', 'bob APPROVED'],
    'carol requests changes in pull request #1',
  ],
  [
    'a request for changes by an administrator blocks the post, whatever others approve',
    [account('dave', 'admin'), 'dave CHANGES_REQUESTED', 'bob APPROVED'],
    'dave requests changes in pull request #1',
  ],
  ['a request for changes by others does not block the post', ['bob APPROVED', ...OTHERS_OBJECT], null],
  [
    'a request for changes by a bot does not block the post, even if it may write',
    ['bob APPROVED', 'renovate[bot] CHANGES_REQUESTED', permissionIs(200, { permission: 'write' })],
    null,
  ],
  [
    'a request for changes is not named as an approval that does not count',
    ['alice APPROVED', ...OTHERS_OBJECT],
    /counts: alice is the author of #1$/,
  ],
  [
    'a request for changes that was dismissed does not block the post',
    ['bob APPROVED', 'carol CHANGES_REQUESTED', 'carol DISMISSED'],
    null,
  ],
  [
    'a request for changes that became an approval does not block the post',
    ['bob APPROVED', 'carol CHANGES_REQUESTED', 'carol APPROVED'],
    null,
  ],
  [
    'an objection is not ignored because GitHub does not tell who may write',
    ['carol CHANGES_REQUESTED', 'bob APPROVED', permissionIs(403)],
    'its approval cannot be determined',
  ],
  ...[10, 100].map((perPage): [string, Step[], Lack] => [
    `an objection on a later page blocks the post, though a page has only ${perPage} reviews`,
    [limitPages(perPage), 'bob APPROVED', ...comments(99), 'carol CHANGES_REQUESTED'],
    'carol requests changes',
  ]),
];

describe('reviews of the pull request', () => {
  it.each(REVIEWS)('%s', async (_, steps, lack) => {
    const post = ApprovalFixture.propose();
    play(post.hub, steps);
    await post.merge();
    await expectLack(post, lack);
  });

  it.each([
    [5, 'stranger-1 has no write access$'],
    [6, 'stranger-2 has no write access and 1 more$'],
  ])('the error names five of %i approvals that do not count', async (strangers, end) => {
    const post = ApprovalFixture.propose();
    for (let n = 1; n <= strangers; n += 1) {
      post.hub.accounts.set(`stranger-${n}`, { type: 'User', access: 'none' });
      post.hub.review(1, `stranger-${n}`, 'APPROVED');
    }
    await post.merge();
    await expectUnapproved(post, new RegExp(end));
  });
});

const NOT_MERGED = 'no pull request that was merged into main contains the commit that changed it last';

/** What happens to a repository without a post. */
type History = [title: string, happens: (hub: GitHubReviews) => void, lack: Lack];

const propose = (hub: GitHubReviews, author = 'alice') => {
  hub.git.commit('launch', FILES);
  hub.open('launch', author);
};

const HISTORIES: History[] = [
  ...(['merge', 'squash', 'rebase'] as const).map(
    (how): History => [
      `a reviewed post is approved after a ${how} of its pull request`,
      (hub) => {
        propose(hub);
        hub.review(1, 'bob', 'APPROVED');
        hub.merge(1, how);
      },
      null,
    ],
  ),
  [
    'a post is approved by a review after the merge',
    (hub) => {
      propose(hub);
      hub.merge(1);
      hub.review(1, 'bob', 'APPROVED');
    },
    null,
  ],
  [
    'a request for changes after the merge blocks the post',
    (hub) => {
      propose(hub);
      hub.review(1, 'bob', 'APPROVED');
      hub.merge(1);
      hub.review(1, 'carol', 'CHANGES_REQUESTED');
    },
    'carol requests changes in pull request #1',
  ],
  [
    'a post is approved after later commits to main, in a workspace without git, as a shallow checkout is',
    (hub) => {
      propose(hub);
      hub.review(1, 'bob', 'APPROVED');
      hub.merge(1);
      for (let n = 0; n < 3; n += 1) hub.push({ 'README.md': `# Change ${n}\n` });
    },
    null,
  ],
  [
    'a post is approved in a pull request from a fork that was deleted since',
    (hub) => {
      hub.git.commit('launch', FILES);
      hub.open('launch', 'mallory', { isFromFork: true });
      hub.review(1, 'bob', 'APPROVED');
      hub.merge(1);
    },
    null,
  ],
  ['a post file without a pull request is not approved', (hub) => hub.push(FILES), NOT_MERGED],
  [
    'a pull request of another repository of the network is not ours, though ours has one of its number',
    (hub) => {
      hub.git.commit('other', { 'README.md': 'x' });
      hub.open('other', 'alice');
      hub.review(1, 'bob', 'APPROVED');
      hub.git.commit('launch', FILES);
      hub.open('launch', 'alice', { repository: 'upstream/media' });
      hub.review(2, 'bob', 'APPROVED');
      hub.merge(2);
    },
    NOT_MERGED,
  ],
  [
    'a pull request that GitHub merged because its commits were pushed needs an approval too',
    (hub) => {
      propose(hub);
      hub.pushBranch('launch');
    },
    'nobody has approved pull request #1',
  ],
  [
    'an approval in a pull request into another pull request is not one',
    (hub) => {
      hub.git.commit('launch', { 'README.md': '# Launch\n' });
      hub.open('launch', 'alice');
      hub.git.commit('text', FILES);
      hub.open('text', 'alice', { base: 'launch' });
      hub.review(2, 'bob', 'APPROVED');
      hub.merge(2);
      hub.merge(1);
    },
    'nobody has approved pull request #1',
  ],
  [
    'one approval is enough for two merged pull requests with one commit',
    (hub) => {
      propose(hub);
      hub.open('launch', 'carol');
      hub.review(2, 'bob', 'APPROVED');
      hub.pushBranch('launch');
    },
    null,
  ],
  [
    'a request for changes in either of two merged pull requests with one commit blocks the post',
    (hub) => {
      propose(hub);
      hub.open('launch', 'carol');
      hub.review(1, 'bob', 'CHANGES_REQUESTED');
      hub.review(2, 'bob', 'APPROVED');
      hub.pushBranch('launch');
    },
    'bob requests changes in pull request #1, #2',
  ],
  [
    'the authors of two pull requests with one commit cannot approve for each other',
    (hub) => {
      propose(hub);
      hub.open('launch', 'bob');
      hub.review(1, 'bob', 'APPROVED');
      hub.review(2, 'alice', 'APPROVED');
      hub.pushBranch('launch');
    },
    /pull request #1, #2, .+: bob is the author of #2, alice is the author of #1$/,
  ],
];

describe('histories of the post file', () => {
  it.each(HISTORIES)('%s', async (_, happens, lack) => {
    const post = new ApprovalFixture();
    happens(post.hub);
    await post.write(FILES);
    await expectLack(post, lack);
  });

  it.each([
    ['open', () => {}],
    ['closed without a merge', (hub: GitHubReviews) => hub.close(1)],
  ])('an approved pull request that is %s is not merged', async (_, end) => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    end(post.hub);
    await post.write(FILES);
    const error = await post.checkReview({}, post.hub.git.head('launch'));
    expect(error?.message).toContain(NOT_MERGED);
  });

  it('an approval in the pull request before the last one is not one', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.git.commit('fix', { [POST]: 'changed' });
    post.hub.open('fix', 'alice');
    post.hub.merge(2);
    await post.write({ [POST]: 'changed' });
    await expectUnapproved(post, 'nobody has approved pull request #2');
  });

  const file = 'posts/2026.md';

  it('a post is approved if its file was renamed in an approved pull request', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.git.commit('rename', { [POST]: null, [file]: FILES[POST] ?? '' });
    post.hub.open('rename', 'alice');
    post.hub.review(2, 'carol', 'APPROVED');
    post.hub.merge(2);
    await post.write({ [file]: FILES[POST] ?? '' });
    await expectApproved(post, { file });
  });

  it('a file that was renamed without a review is not approved', async () => {
    const post = await ApprovalFixture.approved();
    post.hub.push({ [POST]: null, [file]: FILES[POST] ?? '' });
    await post.write({ [file]: FILES[POST] ?? '' });
    await expectUnapproved(post, NOT_MERGED, { file });
  });
});

describe('the run', () => {
  it('a reviewed post is approved on a GitHub Enterprise Server', async () => {
    await expectApproved(await ApprovalFixture.approved({ basePath: '/api/v3' }));
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
    await expectUnapproved(post, NOT_MERGED);
    const sha = post.hub.git.head('staging');
    expect(await post.checkReview({}, sha, 'refs/heads/staging')).toBeNull();
  });

  it('in a run for a tag, the pull request must be into the default branch', async () => {
    const post = await ApprovalFixture.approved();
    await expectApproved(post, {}, 'refs/tags/v1.0');
    const other = await ApprovalFixture.approved();
    other.hub.defaultBranch = 'trunk';
    await expectUnapproved(other, 'merged into the default branch contains the commit', {
      ref: 'refs/tags/v1.0',
    });
  });

  it.each(['refs/pull/1/merge', 'refs/heads/gh-readonly-queue/main/pr-1-abc', '', 'refs/heads/'])(
    'a run for %j is not for a branch with merged pull requests, and approves nothing',
    async (ref) => {
      await expectUnapproved(await ApprovalFixture.approved(), 'no pull request that was merged into', {
        ref,
      });
    },
  );

  it.each(['', 'main', 'a'.repeat(39)])(
    'a run whose commit is %j approves nothing, and nothing is read',
    async (sha) => {
      const post = await ApprovalFixture.approved();
      expect((await post.checkReview({}, sha))?.message).toContain('GITHUB_SHA is not a commit');
      expect(post.hub.requests).toEqual([]);
    },
  );

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

describe('posts that a review cannot approve', () => {
  const NOT_AVAILABLE = 'the post is not approved: approval by review is not available';

  it.each([
    {
      what: 'with assets of a release',
      post: { paths: ['release:v1/hero.png'] },
      message: `${POST}, line 1: ${NOT_AVAILABLE} with assets`,
    },
    { what: 'without a post file', post: { file: null }, message: `${NOT_AVAILABLE} for a post without` },
    ...['posts/*.md', 'posts/wh?t.md', 'posts/[a].md', 'posts/a\\b.md', ':posts/a.md'].map((file) => ({
      what: `called ${file}`,
      post: { file },
      message: `${file}, line 1: ${NOT_AVAILABLE} for a path`,
    })),
  ])('a post $what is not approved, and nothing is read', async ({ post, message }) => {
    const fixture = await ApprovalFixture.approved();
    const error = await fixture.checkReview(post);
    expect(error).toMatchObject({ code: 'POST_UNAPPROVED' });
    expect(error?.message).toContain(message);
    expect(fixture.hub.requests).toEqual([]);
  });

  it('the error of an unapproved post has its file, so that it is annotated there', async () => {
    const post = ApprovalFixture.propose();
    await post.merge();
    const error = await post.checkReview();
    expect(error).toMatchObject({ subject: { file: POST, line: 1 } });
    expect(error?.problem).toMatch(/^the post is not approved: nobody has approved pull request #1, /);
  });
});
