// Posts and entries of the memory for tests: valid ones, changed where the test asks.

import type { PostMediaFile, WrittenPost } from '../../src/post/file/post.ts';
import type { PostTime } from '../../src/post/file/post-time.ts';
import { contentOf } from '../../src/post/identity.ts';
import type { PostEntry, Posts } from '../../src/post/memory/post-entry.ts';
import type { PostPlan } from '../../src/post/plan.ts';
import { NOTHING, type PlannedPost } from '../../src/post/planned-post.ts';
import { PostLedger } from '../../src/post/post-ledger.ts';
import { PNG, picture } from '../support/ledgers.ts';

export const PAGE = 'urn:li:organization:123';
export const PERSON = 'urn:li:person:ab-C_1';

/** A valid post, as it would be written in its file. */
export function makePost(changes: Partial<WrittenPost> = {}): WrittenPost {
  return {
    file: 'posts/launch.md',
    id: changes.file ?? 'posts/launch.md',
    author: PAGE,
    text: 'Version 2 is out. #opensource',
    entries: [],
    title: null,
    link: null,
    poll: null,
    visibility: 'public',
    at: null,
    comment: null,
    draft: false,
    revision: 0,
    urn: null,
    resend: 0,
    ...{ errors: [], warnings: [], altTexts: [], media: [], linkImage: null },
    subjectOf: () => ({ file: changes.file ?? 'posts/launch.md', line: 2 }),
    ...changes,
  };
}

/** The value of `at` for a moment, with the offset Z. */
export function timeAt(epochMs: number): PostTime {
  const isoAt = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '');
  return { epochMs, iso: isoAt(epochMs), zone: null, content: epochMs, isoAt };
}

/** The file of a post without media. */
export function postFile({
  file,
  id,
  text,
  comment,
  urn,
  resend,
  at,
  revision,
}: WrittenPost): string {
  const given = id === file ? null : id;
  const keys = Object.entries({
    id: given,
    comment,
    urn,
    at: at?.iso ?? null,
    resend: resend || null,
    revision: revision || null,
  });
  const lines = keys.flatMap(([key, value]) =>
    value === null ? [] : [`${key}: ${JSON.stringify(value)}`],
  );
  return ['---', ...lines, '---', text, ''].join('\n');
}

/** A valid post after the plan. */
export function makePlanned({
  entry,
  ...more
}: Partial<PlannedPost> & { readonly entry?: PostEntry } = {}): PlannedPost {
  const post = makePost(more);
  const content = { isFirstSeen: false, other: null, sameUrn: null };
  const known = { kind: 'own', key: 'key', isRenamed: false, ...content } as const;
  const identity =
    entry === undefined ? ({ kind: 'new', sentAs: null } as const) : { ...known, entry };
  const found = {
    apiUrl: 'https://api.linkedin.com',
    isIdGiven: false,
    content: contentOf(post),
    identity,
  };
  const {
    urn = null,
    urnSource = null,
    commentUrn = null,
  } = entry?.state === 'posted' ? entry : {};
  const facts = { ...NOTHING, urn, urnSource, commentUrn };
  return { ...post, ...facts, ...found, expiresMs: null, attempt: 1, state: 'due', ...more };
}

/** A picture of a post. */
export function pictureOf(file: string, entry = 0): PostMediaFile {
  return { ...picture(file), media: PNG, place: ['media', entry], alt: null, altFile: null };
}

export function ledgerOf(posts: readonly PlannedPost[], plan: Partial<PostPlan> = {}): PostLedger {
  const turns = { maxPosts: 50, maxAgeHours: 48, isKnown: true, isMemoryEmpty: false };
  const nothing = { stop: null, nextAt: null, decideAll: () => posts, decide: () => makePlanned() };
  return new PostLedger({ posts, turns, ...nothing, ...plan });
}

/** The time of the tests. */
export const NOW_MS = Date.parse('2026-12-03T12:00:00Z');
const MINUTE_MS = 60_000;

interface EntryChanges {
  readonly state: PostEntry['state'];
  /** The newest last. By default the path of the post. */
  readonly ids?: readonly string[];
  readonly isIdGiven?: boolean;
  readonly isFromInputs?: boolean;
  readonly content?: string;
  readonly seen?: readonly string[];
  readonly urn?: string;
  readonly attempt?: number;
  readonly nonce?: string;
  /** Of the claim, and of the entry. */
  readonly minutesAgo?: number;
  readonly commentUrn?: string;
}

/** An entry of the valid post. */
export function makeEntry({
  state,
  minutesAgo = 60,
  attempt = 1,
  ...changes
}: EntryChanges): PostEntry {
  const time = new Date(NOW_MS - minutesAgo * MINUTE_MS).toISOString();
  const { ids = ['posts/launch.md'], seen = [], isIdGiven = false, isFromInputs = false } = changes;
  const identity = {
    ...{ author: PAGE, apiUrl: 'https://api.linkedin.com', ids: [...ids], isIdGiven, isFromInputs },
    ...{
      content: changes.content ?? contentOf(makePost()),
      seen: [...seen],
      revision: 0,
      updatedAt: time,
    },
  };
  if (state === 'posted') {
    const { urn = 'urn:li:share:7123', commentUrn } = changes;
    return { ...identity, state, urn, urnSource: 'linkedin', ...(commentUrn && { commentUrn }) };
  }
  const claim = {
    attempt,
    // A post of another file was sent by another process.
    nonce: changes.nonce ?? `nonce-of-${ids.at(-1)}`.replace(/\W/g, '-').padEnd(16, '-'),
    run: 'https://github.com/a/b/actions/runs/1',
    claimedAt: time,
  };
  return { ...identity, state, ...claim };
}

export function postsOf(...entries: readonly PostEntry[]): Posts {
  return new Map(entries.map((entry, index) => [`key-${index}`, entry]));
}
