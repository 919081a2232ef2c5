// What is published is what was reviewed: changes after the approval, files of the workspace, and pointers of Git LFS.

import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ApprovalFixture,
  expectApproved,
  expectUnapproved,
  FILES,
  PICTURE,
  POST,
} from './approval-fixture.ts';

describe('changes after the approval', () => {
  it.each(Object.keys(FILES))(
    'a change of %s in the pull request needs another approval',
    async (path) => {
      const post = ApprovalFixture.propose();
      post.hub.review(1, 'bob', 'APPROVED');
      post.hub.git.commit('launch', { [path]: 'changed' });
      post.hub.merge(1);
      await post.write({ ...FILES, [path]: 'changed' });
      await expectUnapproved(post, `${path} was changed after the commit that bob approved`);
      post.hub.review(1, 'bob', 'APPROVED');
      const again = ApprovalFixture.propose();
      again.hub.git.commit('launch', { [path]: 'changed' });
      again.hub.review(1, 'bob', 'APPROVED');
      again.hub.merge(1);
      await again.write({ ...FILES, [path]: 'changed' });
      await expectApproved(again);
    },
  );

  it('a post file that a direct push changes after the merge is not approved, nor is its revert', async () => {
    const post = await ApprovalFixture.approved();
    const pushed = post.hub.push({ [POST]: 'changed' });
    await post.write({ [POST]: 'changed' });
    await expectUnapproved(
      post,
      `no pull request that was merged into main contains the commit that changed it last, ${pushed.slice(0, 7)}`,
    );
    post.hub.push({ [POST]: FILES[POST] ?? '' });
    await post.write(FILES);
    await expectUnapproved(
      post,
      'no pull request that was merged into main contains the commit that changed it last',
    );
  });

  it('a merge that changes the post file while it resolves a conflict is not approved', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.git.merge('main', 'launch', { [POST]: 'resolved' });
    await post.write({ ...FILES, [POST]: 'resolved' });
    await expectUnapproved(
      post,
      'no pull request that was merged into main contains the commit that changed it last',
    );
  });

  it('a picture that came to main from elsewhere after the reviewed commit is not approved', async () => {
    const post = new ApprovalFixture();
    post.hub.git.commit('launch', { [POST]: FILES[POST] ?? '' });
    post.hub.open('launch', 'alice');
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.push({ [PICTURE]: 'another picture', 'media/clip.mp4': 'a clip' });
    post.hub.merge(1);
    await post.write({
      [POST]: FILES[POST] ?? '',
      [PICTURE]: 'another picture',
      'media/clip.mp4': 'a clip',
    });
    await expectUnapproved(post, `${PICTURE} was added after the commit that bob approved`);
  });

  it('a force push that changes the post after the approval needs another one', async () => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    post.hub.git.branches.set('launch', post.hub.git.head('main'));
    post.hub.git.commit('launch', { ...FILES, [POST]: 'changed' });
    await post.merge();
    await post.write({ [POST]: 'changed' });
    await expectUnapproved(post, `${POST} was changed after the commit that bob approved`);
  });

  it.each([
    ['git no longer has', (post: ApprovalFixture, commit: string) => post.hub.git.forget(commit)],
    ['GitHub reports as null', (post: ApprovalFixture) => post.hub.loseReviewedCommits(1)],
  ])('an approval of a commit that %s is not one', async (_, lose) => {
    const post = ApprovalFixture.propose();
    post.hub.review(1, 'bob', 'APPROVED');
    const commit = post.hub.git.head('launch');
    await post.merge('squash');
    lose(post, commit);
    await expectUnapproved(post, 'the repository no longer has the commit that bob approved');
  });
});

type Written = Readonly<Record<string, string | Buffer | null>>;

describe('files of the workspace', () => {
  const CHANGED = Buffer.from('changed\0');
  const others = Object.keys(FILES).filter((path) => path !== POST);
  const added = [
    'media/clip.SRT',
    ...['png', 'jpg', 'jpeg'].map((end) => `media/clip.thumbnail.${end}`),
  ];
  const changedAfter = (path: string, what: string) =>
    `${path} was ${what} after the commit that bob approved`;
  const differs = (path: string) =>
    `${path} in the workspace is not that of the commit of this run`;
  const missing = (path: string) => `does not contain ${path} as a file`;
  const [captions, altText] = ['media/clip.srt', 'media/hero.alt.txt'];
  const [otherCaptions, thumbnail] = ['media/clip.SRT', 'media/clip.thumbnail.png'];

  /** What a direct push changes after the merge, and what is in the workspace then. Null deletes a file. */
  it.each<
    [what: string, pushed: Written | null, written: Written, lack: string | RegExp, file?: string]
  >([
    ...others.map((path): [string, Written, Written, string] => [
      `a direct push changes ${path} after the merge`,
      { [path]: 'changed' },
      { [path]: 'changed' },
      changedAfter(path, 'changed'),
    ]),
    ...[captions, altText].map((path): [string, Written, Written, string] => [
      `${path} is deleted after the approval`,
      { [path]: null },
      { [path]: null },
      changedAfter(path, 'deleted'),
    ]),
    ...added.map((path): [string, Written, Written, string] => [
      `${path} is added after the approval, though no path names it`,
      { [path]: 'new' },
      { [path]: 'new' },
      changedAfter(path, 'added'),
    ]),
    ...Object.keys(FILES).map((path): [string, null, Written, string] => [
      `an earlier step changes ${path}`,
      null,
      { [path]: CHANGED },
      differs(path),
    ]),
    ...[captions, altText].map((path): [string, null, Written, string] => [
      `an earlier step deletes ${path}`,
      null,
      { [path]: null },
      differs(path),
    ]),
    ['an earlier step adds captions', null, { [otherCaptions]: 'new' }, missing(otherCaptions)],
    [
      'an earlier step copies a thumbnail from an approved picture',
      null,
      { [thumbnail]: FILES[PICTURE] ?? '' },
      missing(thumbnail),
    ],
    ['a picture is not committed', { [PICTURE]: null }, { [PICTURE]: 'made' }, missing(PICTURE)],
    [
      'a post file is not committed',
      null,
      { 'posts/new.md': 'new' },
      /the commit of this run, [0-9a-f]{7}, does not contain posts\/new.md: commit it, and check/,
      'posts/new.md',
    ],
    [
      'a post file is deleted from the repository, and is still in the workspace',
      { [POST]: null },
      {},
      `does not contain ${POST}: commit it`,
    ],
    [
      'a post file is deleted',
      { [POST]: null },
      { [POST]: null },
      `does not contain ${POST}: commit it`,
    ],
  ])('a post is not approved if %s', async (_, pushed, written, lack, file = POST) => {
    const post = await ApprovalFixture.approved();
    if (pushed !== null) post.hub.push(pushed);
    await post.write(written);
    await expectUnapproved(post, lack, { file });
  });

  it('a re-run with a newer checkout does not publish a file that changed after the commit of the run', async () => {
    const post = await ApprovalFixture.approved();
    const sha = post.hub.git.head('main');
    post.hub.push({ [POST]: 'changed' });
    await post.write({ [POST]: 'changed' });
    const error = await post.checkReview({}, sha);
    expect(error?.message).toContain(
      `${POST} in the workspace is not that of the commit of this run`,
    );
  });

  it.each([
    ['media/link.png', 'media/link.png', 'media/hero.png'],
    ['linked/hero.png', 'linked', 'media'],
  ])(
    '%s is not a file if %s is a link in the repository, whatever it leads to',
    async (path, link, linkTo) => {
      const post = new ApprovalFixture();
      post.hub.git.commit('launch', { ...FILES, [link]: { linkTo } });
      post.hub.open('launch', 'alice');
      post.hub.review(1, 'bob', 'APPROVED');
      await post.merge();
      await post.write({ [path]: linkTo });
      await expectUnapproved(post, `does not contain ${path} as a file`, { paths: [path] });
    },
  );

  it('a post file that is a link in the repository is not approved', async () => {
    const post = new ApprovalFixture();
    post.hub.git.commit('launch', { ...FILES, [POST]: { linkTo: 'other.md' } });
    post.hub.open('launch', 'alice');
    post.hub.review(1, 'bob', 'APPROVED');
    await post.merge();
    await post.write({ [POST]: 'other.md' });
    await expectUnapproved(post, `does not contain ${POST}`);
  });

  it('a link in the workspace in place of a file makes the post unapproved', async () => {
    const post = await ApprovalFixture.approved();
    await post.write({ [PICTURE]: null, 'elsewhere.png': FILES[PICTURE] ?? '' });
    await symlink(join(post.workspace, 'elsewhere.png'), join(post.workspace, PICTURE));
    await expectUnapproved(post, `its approval cannot be determined: ${PICTURE} cannot be read`);
  });
});

it.each([POST, 'media/hero.alt.txt', 'media/clip.srt'])(
  '%s is approved if only its line ends differ from the approved commit, as in a checkout on Windows',
  async (path) => {
    const post = await ApprovalFixture.approved();
    await post.write({ [path]: String(FILES[path]).replaceAll('\n', '\r\n') });
    await expectApproved(post);
  },
);

it('a document is not approved if git changed its line ends, which a pushed `.gitattributes` can ask for', async () => {
  const file = 'media/report.pdf';
  const post = new ApprovalFixture();
  post.hub.git.commit('launch', { ...FILES, [file]: '%PDF-1.7\n%%EOF\n' });
  post.hub.open('launch', 'alice');
  post.hub.review(1, 'bob', 'APPROVED');
  await post.merge();
  await post.write({ [file]: '%PDF-1.7\r\n%%EOF\r\n' });
  await expectUnapproved(post, '`-text` in `.gitattributes`', { paths: [file] });
  await post.write({ [file]: '%PDF-1.7\n%%EOF\n' });
  await expectApproved(post, { paths: [file] });
});

it('captions are approved that such a disk has under a second name too', async () => {
  const post = await ApprovalFixture.approved();
  await post.write({ 'media/clip.SRT': FILES['media/clip.srt'] ?? '' });
  await expectApproved(post);
});

it('an alternative text that is committed in another letter case is not approved', async () => {
  const post = ApprovalFixture.propose();
  post.hub.git.commit('launch', { 'media/hero.alt.txt': null });
  post.hub.review(1, 'bob', 'APPROVED');
  await post.merge();
  post.hub.push({ 'media/Hero.alt.txt': 'new' });
  await post.write({ 'media/Hero.alt.txt': 'new', 'media/hero.alt.txt': 'new' });
  await expectUnapproved(post, 'does not contain media/hero.alt.txt as a file');
});

const content = Buffer.from('a large picture\0');

/** The pointer that git stores in place of this content. */
const pointerTo = (bytes: Buffer) =>
  [
    'version https://git-lfs.github.com/spec/v1',
    `oid sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    `size ${bytes.length}\n`,
  ].join('\n');

async function approvedWith(pointer: string): Promise<ApprovalFixture> {
  const post = new ApprovalFixture();
  post.hub.git.commit('launch', { ...FILES, [PICTURE]: pointer });
  post.hub.open('launch', 'alice');
  post.hub.review(1, 'bob', 'APPROVED');
  await post.merge();
  await post.write({ [PICTURE]: content });
  return post;
}

it('a file whose digest and size are those of the approved pointer is approved', async () => {
  const post = await approvedWith(pointerTo(content));
  await expectApproved(post);
});

it('a file whose digest is not that of the approved pointer is not approved', async () => {
  const post = await approvedWith(pointerTo(Buffer.from('another picture')));
  await expectUnapproved(post, `${PICTURE} in the workspace is not that of the commit of this run`);
});

it('a pointer that changes after the approval needs another one', async () => {
  const post = await approvedWith(pointerTo(content));
  const changed = Buffer.from('another picture\0');
  post.hub.push({ [PICTURE]: pointerTo(changed) });
  await post.write({ [PICTURE]: changed });
  await expectUnapproved(post, `${PICTURE} was changed after the commit that bob approved`);
});
