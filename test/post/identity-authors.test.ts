// Authors at random: they create, edit, rename, copy, archive, restore and name post files, and runs publish in between, on the
// newest commit or an older one, alone or two at a time. Checks what an author wants: each post once, and none passed over in silence.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Identity, identify, learnChange } from '../../src/post/identity.ts';
import type { PostEntry, PostFile, Posts } from '../../src/post/memory/post-entry.ts';
import { fuzzed } from '../support/fuzz.ts';
import { PAGE } from './posts.ts';

type Kind =
  | 'create'
  | 'edit'
  | 'rename'
  | 'copy'
  | 'write beside'
  | 'replace'
  | 'archive'
  | 'delete'
  | 'id'
  | 'restore'
  | 'run'
  | 'run on an older commit'
  | 'two runs at a time';

/** The numbers choose among what is possible then. */
interface Step {
  readonly kind: Kind;
  readonly file: number;
  readonly place: number;
  readonly id: number;
}

const KINDS: readonly Kind[] = [
  ...(['create', 'create', 'edit', 'edit', 'rename', 'rename', 'copy', 'write beside', 'replace'] as const),
  ...(['archive', 'delete', 'id', 'restore', 'run', 'run', 'run', 'run', 'run'] as const),
  ...(['run on an older commit', 'two runs at a time'] as const),
];

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    file: fc.nat(20),
    place: fc.nat(20),
    id: fc.nat(20),
  }),
  { minLength: 2, maxLength: 30, size: 'max' },
);

/** A post file, and what its author knows about it. */
interface Written {
  readonly text: number;
  /** A given one. */
  readonly id: string | null;
  /** Whether a run has seen the file with this id. That of a copy does not count: it is not stored. */
  readonly isIdSeen: boolean;
  /** What is wanted on LinkedIn once. */
  readonly intent: number;
  /**
   * Whether it was renamed, or edited, since a run has seen it: with both, no run can know that it is the same post. A post that got
   * an earlier name back counts as renamed: a file at its newest name is paired before it.
   */
  readonly isRenamed: boolean;
  readonly isEdited: boolean;
  /** Whether another file has its text, because one of them is a copy. */
  readonly isCopied: boolean;
}

type Files = ReadonlyMap<string, Written>;

const PATHS = ['a.md', 'b.md', 'c.md', 'd.md', 'old/a.md', 'old/b.md', 'new/c.md'];
const IDS = ['w1', 'w2', 'w3', 'w4'];

/** A violation, with the story that led to it; null without one. */
function play(all: readonly Step[]): string | null {
  const author = new Author();
  for (const step of all) {
    author.take(step);
    if (author.violation !== null) return `${author.violation}\n  ${author.log.join('\n  ')}`;
  }
  return null;
}

class Author {
  violation: string | null = null;
  readonly log: string[] = [];
  #files: Files = new Map();
  /** The files of earlier runs. */
  readonly #commits: Files[] = [];
  readonly #posts: Posts = new Map();
  /** Intent → how often it is on LinkedIn. */
  readonly #published = new Map<number, number>();
  /** Intents that a run has told the author about: what follows is decided by the author. */
  readonly #told = new Set<number>();
  #texts = 0;
  #intents = 0;

  take(step: Step): void {
    const { kind } = step;
    const old = this.#commits[step.file % Math.max(1, this.#commits.length)];
    const last = this.#commits.at(-1) ?? this.#files;
    if (kind === 'run') this.#run([this.#files]);
    if (kind === 'two runs at a time') this.#run([last, this.#files]);
    if (kind === 'run on an older commit' && old !== undefined) this.#run([old]);
    const files = this.#change(step);
    if (files === null) return;
    this.#files = files;
    const shown = [...files].map(
      ([path, { text, id, intent }]) => `${path}:${text}${id ? ` ${id}` : ''} (${intent})`,
    );
    this.log.push(`${kind}: ${shown.join(', ')}`);
  }

  #change({ kind, file, place, id }: Step): Files | null {
    const files = new Map(this.#files);
    const free = PATHS.filter((path) => !files.has(path));
    const target = free[place % Math.max(1, free.length)];
    if (kind === 'create') {
      if (target === undefined) return null;
      return files.set(target, { ...this.#newPost(), id: this.#freeId(id % 8) });
    }
    if (kind === 'restore') {
      const last = this.#commits.at(-1);
      return last === undefined
        ? null
        : new Map([...last].map(([path, one]) => [path, { ...one, isRenamed: true }]));
    }
    const path = [...files.keys()][file % Math.max(1, files.size)];
    const post = path === undefined ? undefined : files.get(path);
    if (path === undefined || post === undefined) return null;
    switch (kind) {
      case 'edit': {
        // A copy with another text is another post.
        const intent = post.isCopied ? this.#nextIntent() : post.intent;
        return files.set(path, { ...post, text: this.#nextText(), intent, isCopied: false, isEdited: true });
      }
      case 'replace':
        return files.set(path, { ...this.#newPost(), id: post.id, isEdited: true });
      case 'rename':
        if (target === undefined) return null;
        files.delete(path);
        return files.set(target, { ...post, isRenamed: post.isRenamed || post.id === null });
      case 'copy':
        // A copy of a new occasion, without its id, is no occasion.
        if (target === undefined || (post.id !== null && !this.#published.has(post.intent))) return null;
        return files
          .set(path, { ...post, isCopied: true })
          .set(target, { ...post, id: null, isCopied: true, isRenamed: true });
      case 'write beside':
        return target === undefined ? null : files.set(target, { ...this.#newPost(), id: null });
      case 'archive':
        if (target === undefined) return null;
        return files
          .set(target, { ...post, isRenamed: post.isRenamed || post.id === null })
          .set(path, { ...this.#newPost(), id: null, isEdited: true });
      case 'delete':
        files.delete(path);
        return files;
      case 'id': {
        const given = this.#freeId(id % 4);
        if (given === null || post.isCopied) return null;
        // Another given id is another occasion.
        const intent = post.id !== null && post.isIdSeen ? this.#nextIntent() : post.intent;
        return files.set(path, { ...post, id: given, isIdSeen: false, intent, isRenamed: true });
      }
      default:
        return null;
    }
  }

  #newPost(): Written {
    const intent = this.#nextIntent();
    return {
      text: this.#nextText(),
      id: null,
      isIdSeen: false,
      intent,
      isRenamed: false,
      isEdited: false,
      isCopied: false,
    };
  }

  #nextText(): number {
    this.#texts += 1;
    return this.#texts;
  }

  #nextIntent(): number {
    this.#intents += 1;
    return this.#intents;
  }

  /** An id that no file and no entry has; null for most numbers. */
  #freeId(number: number): string | null {
    const id = IDS[number] ?? null;
    const isUsed = [...this.#files.values(), ...this.#commits.flatMap((one) => [...one.values()])].some(
      (one) => one.id === id,
    );
    return isUsed ? null : id;
  }

  /** Runs of these files, which all read the memory before any of them writes it. */
  #run(all: readonly Files[]): void {
    const planned = all.map((files) => ({ files, identities: identitiesOf(files, this.#posts) }));
    for (const { files, identities } of planned) {
      const isOld = files !== this.#files;
      this.log.push(
        `run${isOld ? ' on an older commit' : ''}: ${[...files.keys()].map((path) => `${path} ${identities.get(path)?.kind}`).join(', ')}`,
      );
      const hasError = [...identities.values()].some(({ kind }) => kind === 'error');
      for (const [path, post] of files) {
        const identity = this.#judge(path, post, { identity: identities.get(path), files, hasError });
        if (identity !== undefined) learnChange({ ...toFile(path, post), identity }, NOW)(this.#posts);
      }
      if (this.violation !== null) return;
    }
    if (all.at(-1) !== this.#files) return;
    const hasError = [...(planned.at(-1)?.identities.values() ?? [])].some(({ kind }) => kind === 'error');
    const identities = identitiesOf(this.#files, this.#posts);
    const seen = [...this.#files].map(([path, one]): [string, Written] => {
      const identity = identities.get(path);
      const isKnown = identity?.kind === 'own';
      const isNewestId = isKnown && identity.entry.ids.at(-1) === (one.id ?? path);
      return [
        path,
        {
          ...one,
          isIdSeen: one.isIdSeen || identity?.kind !== 'copy',
          isRenamed: one.isRenamed && !isNewestId && (isKnown || hasError),
          isEdited: one.isEdited && !isKnown && hasError,
        },
      ];
    });
    this.#files = new Map(seen);
    this.#commits.push(this.#files);
  }

  /** Returns what the run has recognized at last. */
  #judge(
    path: string,
    post: Written,
    { identity, files, hasError }: { identity: Identity | undefined; files: Files; hasError: boolean },
  ): Identity | undefined {
    const isSaid = identity?.kind === 'error' || identity?.kind === 'copy';
    if (isSaid) this.#told.add(post.intent);
    if (identity?.kind === 'own') {
      const isEdit = identity.entry.content !== contentOf(post);
      if (!this.#published.has(post.intent) && !isEdit && !this.#told.has(post.intent))
        this.violation = `${path} (${post.intent}) is passed over without a word`;
      if (isEdit) this.#told.add(post.intent);
    }
    if (identity?.kind !== 'new' || hasError) return identity;
    // The claim is stored only if the stored memory gives the same answer.
    const latest = identitiesOf(files, this.#posts).get(path);
    if (latest?.kind !== 'new') return latest;
    const times = (this.#published.get(post.intent) ?? 0) + 1;
    this.#published.set(post.intent, times);
    const isHole = post.isRenamed && post.isEdited;
    if (times > 1 && !isHole && !this.#told.has(post.intent))
      this.violation = `${path} (${post.intent}) goes out twice`;
    const file = toFile(path, post);
    const entry = { ...fields(file), state: 'posted', urn: `urn:li:share:${this.#posts.size + 1}` } as const;
    this.#posts.set(`key-${this.#posts.size}`, entry);
    if (isHole) this.#told.add(post.intent);
    return latest;
  }
}

const API = 'https://api.linkedin.com';
const NOW = '2026-12-03T12:00:00.000Z';

function contentOf({ text }: Written): string {
  return text.toString(16).padStart(64, '0');
}

function toFile(path: string, post: Written): PostFile {
  const { id } = post;
  const known = { author: PAGE, apiUrl: API, revision: 0, urn: null };
  return { ...known, file: path, id: id ?? path, isIdGiven: id !== null, content: contentOf(post) };
}

function fields({
  id,
  isIdGiven,
  content,
}: PostFile): Omit<Extract<PostEntry, { state: 'posted' }>, 'state' | 'urn'> {
  const known = { author: PAGE, apiUrl: API, ids: [id], isIdGiven, isFromInputs: false };
  return { ...known, content: content ?? '', seen: [], revision: 0, updatedAt: NOW };
}

function identitiesOf(files: Files, posts: Posts): Map<string, Identity> {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const memory = { posts, isUnmatchedFile: () => false, nowMs: Infinity };
  const identities = identify(
    sorted.map(([path, post]) => toFile(path, post)),
    memory,
  );
  return new Map([...identities].map(([{ file }, identity]) => [file ?? '', identity]));
}

it('no post goes out twice, and none is passed over without a word', () => {
  fc.assert(
    fc.property(steps, (all) => {
      expect(play(all)).toBeNull();
    }),
    fuzzed(3000),
  );
});
