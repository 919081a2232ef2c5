// Which post is this? The rules one by one.

import { expect, it } from 'vitest';
import { type Identity, identify, type KnownPosts, learnChange } from '../../src/post/identity.ts';
import type { PostEntry, PostFile, Posts } from '../../src/post/memory/post-entry.ts';
import { makeEntry, NOW_MS, PAGE, postsOf } from './posts.ts';

const [A, B, C] = ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)] as const;
const URN = 'urn:li:share:7123';
const LATER = new Date(NOW_MS).toISOString();
const SEEN = { isFirstSeen: false, other: null, sameUrn: null };

function file(path: string, content: string | null, more: Partial<PostFile> = {}): PostFile {
  const id = more.id ?? path;
  const known = { author: PAGE, apiUrl: 'x', revision: 0, urn: null };
  return { ...known, file: path, id, isIdGiven: id !== path, content, ...more };
}

function entry(
  id: string,
  content: string,
  more: Partial<Parameters<typeof makeEntry>[0]> = {},
): PostEntry {
  return makeEntry({
    state: 'posted',
    ids: [id],
    isIdGiven: !id.endsWith('.md'),
    content,
    ...more,
  });
}

function identitiesOf(
  files: readonly PostFile[],
  entries: readonly PostEntry[],
  more: Partial<KnownPosts> = {},
): Identity[] {
  const memory = { isUnmatchedFile: () => false, countsAsSeen: () => true, nowMs: NOW_MS, ...more };
  const identities = identify(files, { posts: postsOf(...entries), ...memory });
  return files.map((one) => identities.get(one) ?? { kind: 'other-owner' });
}

const kindsOf = (...given: Parameters<typeof identitiesOf>) =>
  identitiesOf(...given).map(({ kind }) => kind);

it('the file of an entry is its post, whatever it holds now', () => {
  expect(
    kindsOf([file('a.md', B), file('b.md', null)], [entry('a.md', A), entry('b.md', C)]),
  ).toEqual(['own', 'own']);
});

it('entries and files that share an id are paired by content first, by what was published before what was seen', () => {
  const posts = [entry('b.md', A, { ids: ['a.md', 'b.md'], seen: [B] })];
  expect(identitiesOf([file('a.md', A), file('b.md', B)], posts)).toMatchObject([
    { kind: 'own' },
    { kind: 'copy', warning: expect.stringContaining('an edit of a.md') },
  ]);
});

it('entries and files that share an id are paired by the newest id next, then by the others, the newest first, and an id that is left over is free for a new post', () => {
  const posts = [entry('b.md', A, { ids: ['a.md', 'b.md'] })];
  expect(kindsOf([file('a.md', B), file('b.md', C)], posts)).toEqual(['new', 'own']);
  const older = [entry('w3', A, { ids: ['w1', 'w2', 'w3'] })];
  const files = [file('a.md', B, { id: 'w1' }), file('b.md', C, { id: 'w2' })];
  expect(kindsOf(files, older)).toEqual(['new', 'own']);
});

it('two entries with one newest id: the one that never had another has the file', () => {
  const posts = [entry('w3', A, { ids: ['w2', 'w3'] }), entry('w3', B)];
  const files = [file('b.md', C, { id: 'w2' }), file('c.md', 'd'.repeat(64), { id: 'w3' })];
  expect(kindsOf(files, posts)).toEqual(['own', 'own']);
});

it('a file at the path of an entry that no pattern matches keeps it', () => {
  const isUnmatchedFile = (path: string) => path === 'a.md';
  const posts = [entry('a.md', A)];
  expect(kindsOf([file('b.md', A)], posts, { isUnmatchedFile })).toEqual(['copy']);
  expect(kindsOf([file('b.md', A)], posts)).toEqual(['own']);
  expect(kindsOf([file('b.md', A)], [entry('w1', A)], { isUnmatchedFile: () => true })).toEqual([
    'own',
  ]);
});

it('what the file of an entry holds now counts as seen, for the other files of this run too', () => {
  const found = identitiesOf([file('a.md', B), file('b.md', B)], [entry('a.md', A)]);
  expect(found).toMatchObject([
    { kind: 'own' },
    { kind: 'copy', warning: expect.stringContaining('an edit of a.md') },
  ]);
});

it('a new text in the file of an entry is another post that needs an `id`, if the text of the entry is in a file without an entry', () => {
  const [left, moved] = identitiesOf([file('a.md', B), file('b.md', A)], [entry('a.md', A)]);
  expect(left).toMatchObject({ kind: 'error', path: ['id'] });
  expect(left).toMatchObject({ problem: expect.stringContaining('is now in b.md') });
  expect(moved?.kind).toBe('copy');
});

it('a new text in the file of an entry is no error once it has an `id`, and the post that moved is known under its new name', () => {
  const files = [file('a.md', B, { id: 'w1' }), file('b.md', A)];
  expect(identitiesOf(files, [entry('a.md', A)])).toMatchObject([
    { kind: 'new' },
    { kind: 'own', isRenamed: true },
  ]);
});

it.each<[string, PostFile, PostEntry, object, boolean]>([
  [
    'with an id and the content of an entry is a copy',
    file('b.md', A, { id: 'w1' }),
    entry('w1', A, { ids: ['x.md', 'w1', 'a.md'], isIdGiven: false }),
    { kind: 'copy' },
    true,
  ],
  [
    'with another given id than the entry is another post',
    file('b.md', A, { id: 'w2' }),
    entry('w1', A),
    { kind: 'new', sentAs: 'w1' },
    false,
  ],
  [
    'with a given id and a content that was only seen is an error that asks',
    file('b.md', B, { id: 'w1' }),
    entry('a.md', A, { seen: [B] }),
    { kind: 'error', path: ['id'] },
    false,
  ],
  [
    'with the published content, and no other file of the entry, is that post under a new name',
    file('b.md', A, { id: 'w1' }),
    entry('a.md', A),
    { kind: 'own', isRenamed: true },
    false,
  ],
  [
    'with a content that was seen is that post under a new name',
    file('b.md', B),
    entry('a.md', A, { seen: [B] }),
    { kind: 'own', isRenamed: true },
    false,
  ],
  [
    'from which the author has removed the `id` is that post',
    file('b.md', A),
    entry('w1', A),
    { kind: 'own', isRenamed: true },
    false,
  ],
  [
    'with the content of a post whose file is there is a copy',
    file('b.md', A),
    entry('a.md', A),
    { kind: 'copy', warning: expect.stringContaining('the text of a.md') },
    true,
  ],
  [
    'with an edit of a post whose file is there, and a given id, is new',
    file('b.md', B, { id: 'w1' }),
    entry('a.md', A, { seen: [B] }),
    { kind: 'new', sentAs: null },
    true,
  ],
  [
    'with another content is new',
    file('b.md', B),
    entry('a.md', A),
    { kind: 'new', sentAs: null },
    true,
  ],
  [
    'with errors is new',
    file('b.md', null),
    entry('a.md', A),
    { kind: 'new', sentAs: null },
    false,
  ],
])('a file without an entry %s', (_, one, known, expected, isThere) => {
  const own = isThere ? [file('a.md', A)] : [];
  expect(identitiesOf([...own, one], [known]).at(-1)).toMatchObject(expected);
});

it('one hole is left: a file that is renamed or gets its first `id`, and is edited, before a run has seen either is new', () => {
  const posts = [entry('a.md', A)];
  expect(kindsOf([file('b.md', B)], posts)).toEqual(['new']);
  expect(kindsOf([file('a.md', B, { id: 'w1' })], posts)).toEqual(['new']);
});

it.each<[string, PostFile, PostEntry]>([
  ['only renamed', file('b.md', A), entry('a.md', A)],
  ['given its first `id` only', file('a.md', A, { id: 'w1' }), entry('a.md', A)],
  ['only edited', file('a.md', B), entry('a.md', A)],
  ['renamed after a run has seen the edit', file('b.md', B), entry('a.md', A, { seen: [B] })],
  [
    'edited after a run has seen its new name',
    file('b.md', B),
    entry('b.md', A, { ids: ['a.md', 'b.md'] }),
  ],
  [
    'edited after a run has seen its first `id`',
    file('a.md', B, { id: 'w1' }),
    entry('w1', A, { ids: ['a.md', 'w1'] }),
  ],
  [
    'renamed and edited, and had an `id` from the start',
    file('b.md', B, { id: 'w1' }),
    entry('w1', A),
  ],
])('the hole is no wider: a file that was %s is its post', (_, one, known) => {
  expect(kindsOf([one], [known])).toEqual(['own']);
});

it('of several renamed files, the first is the post, and the others are copies', () => {
  expect(identitiesOf([file('b.md', A), file('c.md', A)], [entry('a.md', A)])).toMatchObject([
    { kind: 'own', isRenamed: true },
    { kind: 'copy', warning: expect.stringContaining('the text of b.md') },
  ]);
});

it('two new files with one content are an error, unless both ids are given', () => {
  expect(identitiesOf([file('a.md', A), file('b.md', A)], [])).toMatchObject([
    { kind: 'new' },
    { kind: 'error', path: ['id'], problem: expect.stringContaining('a.md') },
  ]);
  expect(kindsOf([file('a.md', A, { id: 'w1' }), file('b.md', A, { id: 'w2' })], [])).toEqual([
    'new',
    'new',
  ]);
  expect(kindsOf([file('a.md', A), file('b.md', A, { urn: URN })], [])).toEqual([
    'error',
    'by-hand',
  ]);
});

it('a post from inputs is never a new name or a copy of a post file, nor the other way round', () => {
  const fromInputs = file('x', A, { file: null, isIdGiven: false });
  expect(kindsOf([fromInputs], [entry('a.md', A)])).toEqual(['new']);
  expect(
    kindsOf([file('a.md', A)], [entry('x', A, { isFromInputs: true, isIdGiven: false })]),
  ).toEqual(['new']);
  expect(kindsOf([fromInputs], [entry('x', A, { isFromInputs: true, isIdGiven: false })])).toEqual([
    'own',
  ]);
});

it('two files with one id are an error in both', () => {
  const files = [file('a.md', A, { id: 'x' }), file('b.md', B, { id: 'x' })];
  expect(identitiesOf(files, [])).toMatchObject([
    { kind: 'error', problem: 'the id x is also the id of b.md: give one of them another `id`' },
    { kind: 'error', problem: 'the id x is also the id of a.md: give one of them another `id`' },
  ]);
});

it('a `urn` of the file itself, of a post with this content, or of a post without a file is that post', () => {
  const posts = [entry('a.md', A)];
  expect(kindsOf([file('a.md', A, { urn: URN })], posts)).toEqual(['own']);
  expect(kindsOf([file('a.md', A), file('b.md', A, { urn: URN })], posts)).toEqual(['own', 'copy']);
  expect(identitiesOf([file('b.md', B, { urn: URN })], posts)).toMatchObject([
    { kind: 'own', isRenamed: true },
  ]);
});

it('a `urn` that was copied along with its file, above a new text, is an error', () => {
  const copied = file('b.md', B, { urn: URN });
  const problem = expect.stringContaining(`the \`urn\` ${URN} is that of a.md`);
  const error = { kind: 'error', path: ['urn'], problem };
  expect(identitiesOf([file('a.md', A), copied], [entry('a.md', A)])[1]).toMatchObject(error);
  const isUnmatchedFile = (path: string) => path === 'a.md';
  expect(identitiesOf([copied], [entry('a.md', A)], { isUnmatchedFile })).toMatchObject([error]);
});

it('two posts with one `urn` and two contents are an error in both files', () => {
  const posts = [file('a.md', A, { urn: URN }), file('b.md', B, { urn: URN })];
  const problem = `the \`urn\` ${URN} is also that of b.md: remove it from the post that it does not belong to`;
  expect(identitiesOf(posts, [])).toMatchObject([{ kind: 'error', problem }, { kind: 'error' }]);
});

it('a `urn` that no entry has is given to the entry of the file, whatever its state, but not during a claim', () => {
  const one = file('a.md', A, { urn: 'urn:li:activity:8' });
  for (const state of ['posted', 'unknown', 'sending'] as const) {
    const posts = [entry('a.md', A, { state })];
    const [identity] = identitiesOf([one], posts);
    expect(identity).toMatchObject({ kind: 'by-hand', entry: { ids: ['a.md'] } });
    const learned = identity && learnt(identity, one);
    expect(learned).toMatchObject({ state: 'posted', urn: 'urn:li:activity:8', content: A });
    expect(learned).not.toHaveProperty('nonce');
  }
  const posts = [entry('a.md', A, { state: 'sending', minutesAgo: 0 })];
  expect(identitiesOf([one], posts)).toMatchObject([
    {
      kind: 'error',
      problem: expect.stringMatching(
        /another run \(https:.*\) is sending it; a run after 20\S+Z would look again$/,
      ),
    },
  ]);
  expect(identitiesOf([one], [])).toMatchObject([{ kind: 'by-hand', entry: null }]);
});

/** The entry of the file after the run; null if nothing is new. */
function learnt(identity: Identity, one: PostFile): PostEntry | null {
  const posts: Posts = new Map(
    'key' in identity && identity.entry ? [[identity.key, identity.entry]] : [],
  );
  return learnChange({ ...one, identity }, LATER)(posts) ? ([...posts.values()][0] ?? null) : null;
}

it('an entry keeps the newest 20 ids and contents', () => {
  let known = entry('a.md', A);
  for (let number = 0; number < 30; number += 1) {
    const content = String(number).padStart(64, '0');
    const one = file(`${number}.md`, content);
    const identity = { kind: 'own', key: 'k', entry: known, isRenamed: true, ...SEEN } as const;
    known = learnt(identity, one) ?? known;
  }
  expect([known.ids.length, known.ids.at(-1), known.seen.length]).toEqual([20, '29.md', 20]);
  expect(known.content).toBe(A);
});

it('an entry learns nothing where nothing is new', () => {
  const known = {
    kind: 'own',
    key: 'k',
    entry: entry('a.md', A),
    isRenamed: false,
    ...SEEN,
  } as const;
  expect(learnt(known, file('a.md', A))).toBeNull();
});

it('800 published posts with one text are identified at once', () => {
  const files = Array.from({ length: 800 }, (_, index) =>
    file(`${index}.md`, A, { id: `w${index}` }),
  );
  const entries = files.map(({ id }) => entry(id, A));
  const more = [...files, file('copy.md', A)];
  let looked = 0;
  const memory = {
    posts: postsOf(...entries),
    nowMs: NOW_MS,
    countsAsSeen: () => true,
    isUnmatchedFile: () => {
      looked += 1;
      return false;
    },
  };
  const identities = [...identify(more, memory).values()];
  expect(identities.filter(({ kind }) => kind === 'own')).toHaveLength(800);
  expect([identities.at(-1)?.kind, looked]).toEqual(['copy', 0]);
});
