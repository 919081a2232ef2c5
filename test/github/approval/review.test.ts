// `approval: review` against a strict GitHub: every way around the review of a person. `review-content.test.ts` has the files.

import { describe, expect, it } from 'vitest';
import type { Account, GitHubReviews } from '../../world/github/reviews.ts';
import {
  ApprovalFixture,
  expectApproved,
  expectUnapproved,
  FILES,
  POST,
} from './approval-fixture.ts';

/** A review or its dismissal, such as `bob APPROVED` or `bob APPROVED #2`, or what else happens. `ghost` is a deleted account. */
type Step =
  | `${string} ${'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING' | 'DISMISSED'}${'' | ' #2'}`
  | ((hub: GitHubReviews) => void);

function play(hub: GitHubReviews, steps: readonly Step[]): void {
  for (const step of steps) {
    if (typeof step !== 'string') step(hub);
    else {
      const [login = '', state, second] = step.split(' ');
      const number = second === undefined ? 1 : 2;
      if (state === 'DISMISSED') hub.dismiss(number, login);
      else hub.review(number, login === 'ghost' ? null : login, state as 'APPROVED');
    }
  }
}

type Files = Parameters<GitHubReviews['push']>[0];
const commit =
  (files: Files, branch = 'launch') =>
  (hub: GitHubReviews) => {
    hub.git.commit(branch, files);
  };
const open =
  (branch: string, author: string, options?: Parameters<GitHubReviews['open']>[2]) =>
  (hub: GitHubReviews) => {
    hub.open(branch, author, options);
  };
const merge =
  (number = 1, how?: 'merge' | 'squash' | 'rebase') =>
  (hub: GitHubReviews) => {
    hub.merge(number, how);
  };
const push = (files: Files) => (hub: GitHubReviews) => void hub.push(files);
const pushBranch = (hub: GitHubReviews) => hub.pushBranch('launch');
const comments = (n: number) => Array.from({ length: n }, (): Step => 'mallory COMMENTED');
const account =
  (login: string, access: Account['access'], role?: string) => (hub: GitHubReviews) => {
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
const BOT_OBJECTS: Step[] = [
  'bob APPROVED',
  'renovate[bot] CHANGES_REQUESTED',
  permissionIs(200, { permission: 'write' }),
];
const DRAFT: Step[] = [
  commit({ [POST]: 'a draft' }),
  'carol APPROVED',
  commit(FILES),
  'bob APPROVED',
];
const README = { 'README.md': '# Media\n' };

/** What happens to a pull request of alice, which adds the post, before it is merged. */
const APPROVALS: [what: string, steps: Step[]][] = [
  ['the review of a person', ['bob APPROVED']],
  ['a person with the role maintain', [account('dave', 'write', 'maintain'), 'dave APPROVED']],
  ['a person with a custom role', [account('dave', 'write', 'editors'), 'dave APPROVED']],
  ['an administrator', [account('dave', 'admin'), 'dave APPROVED']],
  ['a person, whatever is commented later', ['bob APPROVED', 'bob COMMENTED', 'carol PENDING']],
  ['a person, although later commits change other files', ['bob APPROVED', commit(README)]],
  ['one approval of what is published, although others approved an earlier version', DRAFT],
  [
    'an approval before a force push that keeps the files of the post',
    ['bob APPROVED', replace, commit({ ...FILES, ...README })],
  ],
  ['an approval on the second page of reviews', [...comments(100), 'bob APPROVED']],
  [
    'a person, although others without write access request changes',
    ['bob APPROVED', ...OTHERS_OBJECT],
  ],
  ['a person, although a bot that may write requests changes', BOT_OBJECTS],
  [
    'a person, after a request for changes was dismissed',
    ['bob APPROVED', 'carol CHANGES_REQUESTED', 'carol DISMISSED'],
  ],
  [
    'a person, after a request for changes became an approval',
    ['bob APPROVED', 'carol CHANGES_REQUESTED', 'carol APPROVED'],
  ],
];

const OBJECTS = 'carol requests changes in pull request #1';
const DISMISSED = 'the review of bob was dismissed';

const LACKS: [what: string, steps: Step[], lack: string | RegExp][] = [
  ['without a review', [], /nobody has approved pull request #1, which changed it last$/],
  ['by its author', ['alice APPROVED'], /no approval that counts: alice is the author of #1$/],
  ['by a bot', ['renovate[bot] APPROVED'], /counts: renovate\[bot\] is not a person$/],
  ['by a person without access', ['mallory APPROVED'], /counts: mallory has no write access$/],
  [
    'by a person who may only read',
    [account('dave', 'read', 'triage'), 'dave APPROVED'],
    'dave has no write access',
  ],
  [
    'by somebody who lost write access since',
    ['bob APPROVED', account('bob', 'read')],
    'bob has no write access',
  ],
  [
    'by a person whom GitHub does not find',
    ['bob APPROVED', permissionIs(404)],
    'bob has no write access',
  ],
  ['by a deleted account', ['ghost APPROVED'], 'a deleted account is not a person'],
  [
    'by several that do not count, which are named, the newest first',
    ['renovate[bot] APPROVED', 'alice APPROVED', 'mallory APPROVED'],
    /: mallory has no write access, alice is the author of #1, renovate\[bot\] is not a person$/,
  ],
  ['by a dismissed approval', ['bob APPROVED', 'bob DISMISSED'], DISMISSED],
  [
    'by an earlier approval of a reviewer whose last one was dismissed',
    ['bob APPROVED', 'bob APPROVED', 'bob DISMISSED'],
    DISMISSED,
  ],
  [
    'by an earlier approval of a reviewer whose request for changes was dismissed',
    ['bob APPROVED', 'bob CHANGES_REQUESTED', 'bob DISMISSED'],
    DISMISSED,
  ],
  [
    'if the reviewer requests changes later',
    ['bob APPROVED', 'bob CHANGES_REQUESTED'],
    'bob requests changes in pull request #1, and has not withdrawn that',
  ],
  [
    'if a person with write access requests changes, whatever others approve',
    ['carol CHANGES_REQUESTED', 'bob APPROVED'],
    OBJECTS,
  ],
  [
    'if an administrator requests changes, whatever others approve',
    [account('dave', 'admin'), 'dave CHANGES_REQUESTED', 'bob APPROVED'],
    'dave requests changes in pull request #1',
  ],
  [
    'and a request for changes is not named as an approval that does not count',
    ['alice APPROVED', ...OTHERS_OBJECT],
    /counts: alice is the author of #1$/,
  ],
  [
    'if GitHub does not tell whether one who requests changes may write',
    ['carol CHANGES_REQUESTED', 'bob APPROVED', permissionIs(403)],
    'its approval cannot be determined',
  ],
  ...[10, 100].map((perPage): [string, Step[], string] => [
    `if somebody requests changes on a later page of ${perPage} reviews`,
    [limitPages(perPage), 'bob APPROVED', ...comments(99), 'carol CHANGES_REQUESTED'],
    OBJECTS,
  ]),
];

it.each(APPROVALS)('a post is approved by %s', async (_, steps) => {
  const post = ApprovalFixture.propose();
  play(post.hub, steps);
  await post.merge();
  await expectApproved(post);
});

it.each(LACKS)('a post is not approved %s', async (_, steps, lack) => {
  const post = ApprovalFixture.propose();
  play(post.hub, steps);
  await post.merge();
  await expectUnapproved(post, lack);
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

const NOT_MERGED =
  'no pull request that was merged into main contains the commit that changed it last';
const NOBODY = 'nobody has approved pull request #1';
const proposed: Step[] = [commit(FILES), open('launch', 'alice')];

/** What happens to a repository without a post, and what is missing then; null if the post is approved. */
const HISTORIES: [title: string, steps: Step[], lack: string | RegExp | null][] = [
  ...(['merge', 'squash', 'rebase'] as const).map((how): [string, Step[], null] => [
    `a reviewed post is approved after a ${how} of its pull request`,
    [...proposed, 'bob APPROVED', merge(1, how)],
    null,
  ]),
  ['a post is approved by a review after the merge', [...proposed, merge(), 'bob APPROVED'], null],
  [
    'a request for changes after the merge blocks the post',
    [...proposed, 'bob APPROVED', merge(), 'carol CHANGES_REQUESTED'],
    OBJECTS,
  ],
  [
    'a post is approved after later commits to main, in a workspace without git, as a shallow checkout is',
    [...proposed, 'bob APPROVED', merge(), push(README), push({ 'README.md': '# Change\n' })],
    null,
  ],
  [
    'a post is approved in a pull request from a fork that was deleted since',
    [commit(FILES), open('launch', 'mallory', { isFromFork: true }), 'bob APPROVED', merge()],
    null,
  ],
  ['a post file without a pull request is not approved', [push(FILES)], NOT_MERGED],
  [
    'a pull request of another repository of the network is not ours, though ours has one of its number',
    [
      ...[commit(README, 'other'), open('other', 'alice'), 'bob APPROVED' as const, commit(FILES)],
      ...[
        open('launch', 'alice', { repository: 'upstream/media' }),
        'bob APPROVED #2' as const,
        merge(2),
      ],
    ],
    NOT_MERGED,
  ],
  [
    'a pull request that GitHub merged because its commits were pushed needs an approval too',
    [...proposed, pushBranch],
    NOBODY,
  ],
  [
    'an approval in a pull request into another pull request is not one',
    [
      ...[commit(README), open('launch', 'alice'), commit(FILES, 'text')],
      ...[open('text', 'alice', { base: 'launch' }), 'bob APPROVED #2' as const, merge(2), merge()],
    ],
    NOBODY,
  ],
  [
    'one approval is enough for two merged pull requests with one commit',
    [...proposed, open('launch', 'carol'), 'bob APPROVED #2', pushBranch],
    null,
  ],
  [
    'a request for changes in either of two merged pull requests with one commit blocks the post',
    [...proposed, open('launch', 'carol'), 'bob CHANGES_REQUESTED', 'bob APPROVED #2', pushBranch],
    'bob requests changes in pull request #1, #2',
  ],
  [
    'the authors of two pull requests with one commit cannot approve for each other',
    [...proposed, open('launch', 'bob'), 'bob APPROVED', 'alice APPROVED #2', pushBranch],
    /pull request #1, #2, .+: bob is the author of #2, alice is the author of #1$/,
  ],
];

describe('histories of the post file', () => {
  it.each(HISTORIES)('%s', async (_, steps, lack) => {
    const post = new ApprovalFixture();
    play(post.hub, steps);
    await post.write(FILES);
    await (lack === null ? expectApproved(post) : expectUnapproved(post, lack));
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

  it.each([
    ['was deleted', null, `it was withdrawn: main no longer has ${POST}`],
    ['is a draft now', '---\ndraft: true\n---\nOut.\n', `${POST} is another one on main now`],
  ])(
    'in a run for a tag, a post that %s on the default branch is not approved',
    async (_, now, lack) => {
      const post = await ApprovalFixture.approved();
      const sha = post.hub.git.head('main');
      post.hub.push({ [POST]: now });
      expect((await post.checkReview({}, sha, 'refs/tags/v1.0'))?.problem).toContain(lack);
      post.hub.push({ [POST]: FILES[POST] ?? '' });
      expect(await post.checkReview({}, sha, 'refs/tags/v1.1')).toBeNull();
    },
  );

  it.each(['refs/pull/1/merge', 'refs/heads/gh-readonly-queue/main/pr-1-abc', '', 'refs/heads/'])(
    'a run for %j is not for a branch with merged pull requests, and approves nothing',
    async (ref) => {
      await expectUnapproved(
        await ApprovalFixture.approved(),
        'no pull request that was merged into',
        {
          ref,
        },
      );
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

const NOT_AVAILABLE = 'the post is not approved: approval by review is not available';

it.each([
  {
    what: 'with assets of a release',
    post: { paths: ['release:v1/hero.png'] },
    message: `${POST}, line 1: ${NOT_AVAILABLE} with assets`,
  },
  {
    what: 'without a post file',
    post: { file: null },
    message: `${NOT_AVAILABLE} for a post without`,
  },
  ...['posts/*.md', 'posts/wh?t.md', 'posts/[a].md', 'posts/a\\b.md', ':posts/a.md'].map(
    (file) => ({
      what: `called ${file}`,
      post: { file },
      message: `${file}, line 1: ${NOT_AVAILABLE} for a path`,
    }),
  ),
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
  expect(error?.problem).toMatch(
    /^the post is not approved: nobody has approved pull request #1, /,
  );
});
