// The tasks of the open posts: their bodies with the URNs of their media, and the posts that cannot be sent.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import type { Post } from '../../../src/post/file/post.ts';
import type { PlannedPost } from '../../../src/post/plan.ts';
import { PostLedger } from '../../../src/post/post-ledger.ts';
import {
  assertMayComment,
  buildTasks,
  filesOf,
  type PostMediaFiles,
} from '../../../src/post/send/build-tasks.ts';
import type { MediaResult } from '../../../src/post/send/due-media.ts';
import { picture } from '../../action/ledgers.ts';
import { digestOf, makeEntry, makePost } from '../posts.ts';

function planned(changes: Partial<Post> = {}, more: Partial<PlannedPost> = {}): PlannedPost {
  const post = makePost(changes);
  const { file, id, author } = post;
  const candidate = { file, id, author, post, digest: digestOf(post), errors: [], idLine: 1 };
  return { candidate, state: 'due', reason: null, errors: [], ...more };
}

function ledgerOf(...posts: PlannedPost[]): PostLedger {
  const decide = () => planned();
  return new PostLedger({ posts, stop: null, nextAtMs: null, decide });
}

function picturesOf(...paths: string[]): PostMediaFiles {
  const media = paths.map((path, entry) => ({
    file: path,
    kind: 'image' as const,
    entry,
    alt: null,
    source: picture(path),
  }));
  return { media, linkImage: null };
}

const ready = (name: string, readyAtMs = 0): [string, MediaResult] => [
  `${name}.png`,
  { urn: `urn:li:image:${name}`, readyAtMs },
];

describe('tasks of the open posts', () => {
  it('a body has the URNs of the media, and all tasks wait for the file that is ready last', () => {
    const ledger = ledgerOf(planned({ file: 'a.md' }), planned({ file: 'b.md', comment: 'More' }));
    const files = [picturesOf('a.png'), picturesOf('b.png', 'c.png')];
    const results = new Map([ready('a', 1000), ready('b', 5000), ready('c', 2000)]);
    const { tasks, readyAtMs } = buildTasks(ledger, { files, results });
    expect(tasks.map(({ json }) => JSON.parse(json ?? '{}').content)).toEqual([
      { media: { id: 'urn:li:image:a' } },
      { multiImage: { images: [{ id: 'urn:li:image:b' }, { id: 'urn:li:image:c' }] } },
    ]);
    expect(tasks.map(({ comment }) => comment)).toEqual([null, 'More']);
    expect(readyAtMs).toBe(5000);
  });

  it('a post whose media failed is settled with their error, and the others keep their tasks', () => {
    const error = new ActionError('MEDIA_REJECTED', 'a.png: LinkedIn rejected it');
    const ledger = ledgerOf(planned({ file: 'a.md' }), planned({ file: 'b.md' }));
    const files = [picturesOf('a.png'), picturesOf('b.png')];
    const results = new Map<string, MediaResult>([['a.png', { error }], ready('b')]);
    const { tasks } = buildTasks(ledger, { files, results });
    expect(tasks.map(({ planned: { candidate } }) => candidate.file)).toEqual(['b.md']);
    expect(ledger.at(0).outcome).toMatchObject({ state: 'failed', errors: [error] });
    expect(ledger.at(1).outcome).toBeNull();
  });

  it('a post that is not due has a task without a body, which waits for no media', () => {
    const ledger = ledgerOf(planned({}, { state: 'unknown' }));
    const results = new Map([ready('a', 1000)]);
    const { tasks, readyAtMs } = buildTasks(ledger, { files: [picturesOf('a.png')], results });
    expect(tasks).toMatchObject([{ json: null }]);
    expect(readyAtMs).toBe(0);
  });

  it('the files of a post are its media, then the picture of its link card', () => {
    const linkImage = picture('card.png');
    expect(filesOf({ ...picturesOf('a.png'), linkImage }).map(({ path }) => path)).toEqual([
      'a.png',
      'card.png',
    ]);
  });
});

describe('a token that may not comment', () => {
  it('no post is sent, and each one that needs a comment has the error', () => {
    const entry = makeEntry({ state: 'posted' });
    const ledger = ledgerOf(
      planned({ file: 'a.md', comment: 'More' }),
      planned({ file: 'b.md' }),
      planned({ file: 'c.md', comment: 'More' }, { state: 'known', entry }),
    );
    expect(() => assertMayComment(ledger, ['w_organization_social'])).toThrow('nothing was sent');
    expect(ledger.posts.map(({ outcome }) => outcome && [outcome.state, outcome.errors[0]?.code])).toEqual([
      ['failed', 'ACCESS_DENIED'],
      null,
      ['known', undefined],
    ]);
  });

  it.each([
    [null, 'More'],
    [['w_organization_social', 'w_organization_social_feed'], 'More'],
    [['w_organization_social'], null],
  ])('with the scopes %j, a post with the comment %j stays open', (scopes, comment) => {
    const ledger = ledgerOf(planned({ comment }));
    assertMayComment(ledger, scopes);
    expect(ledger.openIndices()).toEqual([0]);
  });
});
