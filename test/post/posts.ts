// Posts and entries of the memory for tests: valid ones, changed where the test asks.

import { ActionError } from '../../src/errors/action-error.ts';
import { NO_MEDIA, type Post, type PostMediaFile, type WrittenPost } from '../../src/post/file/post.ts';
import type { PostEntry } from '../../src/post/memory/post-entry.ts';
import { digestPost, type PlannedPost, type PostPlan } from '../../src/post/plan.ts';
import { UNDECIDED } from '../../src/post/post-decision.ts';
import { PostLedger } from '../../src/post/post-ledger.ts';
import { picture } from '../support/ledgers.ts';

export const PAGE = 'urn:li:organization:123';
export const PERSON = 'urn:li:person:ab-C_1';

export function makePost(changes: Partial<Post> = {}): Post {
  return {
    file: 'posts/launch.md',
    id: changes.file ?? 'posts/launch.md',
    author: PAGE,
    text: 'Version 2 is out. #opensource',
    media: [],
    title: null,
    link: null,
    poll: null,
    visibility: 'public',
    atMs: null,
    at: changes.atMs == null ? null : new Date(changes.atMs).toISOString().replace('.000', ''),
    comment: null,
    draft: false,
    urn: null,
    resend: 0,
    ...changes,
  };
}

/** The file of a post without media. */
export function postFile({ text, comment, urn, resend, at }: Post): string {
  const keys = Object.entries({ comment, urn, at, resend: resend || null });
  const lines = keys.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${JSON.stringify(value)}`]));
  return ['---', ...lines, '---', text, ''].join('\n');
}

/** The post as it would be written in its file. */
export function makeWritten(changes: Partial<Post> = {}, more: Partial<WrittenPost> = {}): WrittenPost {
  const post = makePost(changes);
  const { file, id, author, text } = post;
  return {
    ...{ file, id, author, text, post, readable: post, errors: [], warnings: [] },
    errorAt: ({ code, problem }) => new ActionError(code, problem),
    warningAt: ({ problem }) => ({ text: problem, line: 2 }),
    lineOf: () => 2,
    ...NO_MEDIA,
    ...more,
  };
}

/** A valid post after the plan. */
export function makePlanned(more: Partial<PlannedPost> = {}): PlannedPost {
  const written = more.written ?? makeWritten();
  const digest = digestOf(written.post ?? makePost());
  return { ...UNDECIDED, written, digest, state: 'due', ...more };
}

/** A picture of a post. */
export function pictureOf(file: string, entry = 0): PostMediaFile {
  return { file, kind: 'image', entry, alt: null, altFile: null, source: picture(file) };
}

export function ledgerOf(posts: readonly PlannedPost[], plan: Partial<PostPlan> = {}): PostLedger {
  const decide = () => makePlanned();
  return new PostLedger({ posts, stop: null, maxPosts: 50, nextAtMs: null, decide, ...plan });
}

/** The time of the tests. */
export const NOW_MS = Date.parse('2026-12-03T12:00:00Z');
const MINUTE_MS = 60_000;

interface EntryChanges {
  readonly state: PostEntry['state'];
  readonly id?: string;
  readonly file?: string | null;
  readonly digest?: string;
  readonly attempt?: number;
  readonly nonce?: string;
  /** Of the claim, and of the entry. */
  readonly minutesAgo?: number;
  readonly comment?: Extract<PostEntry, { state: 'posted' }>['comment'];
}

/** An entry of the valid post. */
export function makeEntry({
  state,
  minutesAgo = 60,
  attempt = 1,
  comment,
  ...changes
}: EntryChanges): PostEntry {
  const file = changes.file === undefined ? 'posts/launch.md' : changes.file;
  const time = new Date(NOW_MS - minutesAgo * MINUTE_MS).toISOString();
  const identity = {
    id: changes.id ?? file ?? 'launch',
    author: PAGE,
    apiUrl: 'https://api.linkedin.com',
    file,
    digest: changes.digest ?? digestOf(makePost()),
    updatedAt: time,
  };
  if (state === 'posted')
    return {
      ...identity,
      state,
      urn: 'urn:li:share:7123',
      urnSource: 'linkedin',
      ...(comment && { comment }),
    };
  const claim = {
    attempt,
    // A post of another file was sent by another process.
    nonce: changes.nonce ?? `nonce-of-${identity.id}`.replace(/\W/g, '-').padEnd(16, '-'),
    run: 'https://github.com/a/b/actions/runs/1',
    claimedAt: time,
  };
  return { ...identity, state, ...claim };
}

/** Of a post without media. */
export function digestOf(post: Post): string {
  return digestPost(post, { media: [], linkImage: null });
}
