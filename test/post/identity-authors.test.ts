// Authors at random: they create, edit, revise, rename, copy, archive, restore and name post files, move one over another, swap two and
// renumber all. Runs publish in between, on the newest commit or an older one, alone or two at a time. Checks what an author wants: each
// post once, none passed over in silence, and no edit that replaces the text of another post.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { learnChange } from '../../src/post/identity.ts';
import {
  asPosted,
  claimEdit,
  editChange,
  newEntry,
  type Posts,
} from '../../src/post/memory/post-entry.ts';
import { type PostPlan, planPosts } from '../../src/post/plan.ts';
import type { PlannedPost } from '../../src/post/planned-post.ts';
import { fuzzed } from '../support/fuzz.ts';
import { makePost, NOW_MS, PAGE } from './posts.ts';

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
  | 'revise'
  | 'overwrite'
  | 'swap'
  | 'renumber'
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
  ...([
    'create',
    'create',
    'edit',
    'edit',
    'rename',
    'rename',
    'copy',
    'write beside',
    'replace',
  ] as const),
  ...(['archive', 'delete', 'id', 'restore', 'run', 'run', 'run', 'run', 'run'] as const),
  ...(['revise', 'revise', 'overwrite', 'swap', 'renumber'] as const),
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
  readonly revision: number;
  /**
   * Whether a run has seen this post in its file. A `revision` of a post that no run has seen asks for the edit of the post whose name
   * it took: that is left to the author.
   */
  readonly isSeen: boolean;
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
  /** Key of an entry → the intent whose text LinkedIn shows. */
  readonly #shown = new Map<string, number>();
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
      ([path, { text, id, intent, revision }]) =>
        `${path}:${text}${id ? ` ${id}` : ''}${revision ? ` rev ${revision}` : ''} (${intent})`,
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
        const isCopied = this.#isCopied(post);
        const intent = isCopied ? this.#nextIntent() : post.intent;
        const isSeen = post.isSeen && !isCopied;
        const edited = { text: this.#nextText(), intent, isSeen };
        return files.set(path, { ...post, ...edited, isCopied: false, isEdited: true });
      }
      case 'revise': {
        const isCopied = this.#isCopied(post);
        const intent = isCopied ? this.#nextIntent() : post.intent;
        const isSeen = post.isSeen && !isCopied;
        const revised = { text: this.#nextText(), revision: post.revision + 1, intent, isSeen };
        return files.set(path, { ...post, ...revised, isCopied: false, isEdited: true });
      }
      case 'replace': {
        const { id: given, revision } = post;
        return files.set(path, { ...this.#newPost(), id: given, revision, isEdited: true });
      }
      case 'overwrite': {
        const [over] = [...files.keys()]
          .filter((other) => other !== path)
          .slice(place % files.size);
        if (over === undefined) return null;
        files.delete(path);
        return files.set(over, moved(post));
      }
      case 'swap': {
        const [with_] = [...files.keys()]
          .filter((other) => other !== path)
          .slice(place % files.size);
        const other = with_ === undefined ? undefined : files.get(with_);
        if (with_ === undefined || other === undefined) return null;
        return files.set(path, moved(other)).set(with_, moved(post));
      }
      case 'renumber': {
        if (target === undefined) return null;
        const names = [...files.keys()].toSorted();
        const posts = names.flatMap((name) => files.get(name) ?? []);
        for (const [index, one] of posts.entries())
          files.set(names[index + 1] ?? target, moved(one));
        return files.set(names[0] ?? target, this.#newPost());
      }
      case 'rename':
        if (target === undefined) return null;
        files.delete(path);
        return files.set(target, { ...post, isRenamed: post.isRenamed || post.id === null });
      case 'copy':
        // A copy of a new occasion, without its id, is no occasion.
        if (target === undefined || (post.id !== null && !this.#published.has(post.intent)))
          return null;
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

  /** A copy may have taken the place of its original, and is the post then. */
  #isCopied(post: Written): boolean {
    const others = [...this.#files.values()].filter((one) => one !== post);
    return post.isCopied && others.some(({ text }) => text === post.text);
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
      revision: 0,
      isSeen: false,
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
    const isUsed = [
      ...this.#files.values(),
      ...this.#commits.flatMap((one) => [...one.values()]),
    ].some((one) => one.id === id);
    return isUsed ? null : id;
  }

  /** Runs of these files, which all read the memory before any of them writes it. */
  #run(all: readonly Files[]): void {
    const plans = all.map((files) => ({ files, plan: planOf(files, this.#posts) }));
    for (const { files, plan } of plans) {
      const isOld = files !== this.#files;
      const states = plan.posts.map(
        ({ file, state, identity }) => `${file} ${state} (${identity.kind})`,
      );
      this.log.push(`run${isOld ? ' on an older commit' : ''}: ${states.join(', ')}`);
      for (const planned of plan.posts) {
        const post = files.get(planned.file ?? '');
        if (post === undefined) continue;
        const latest = this.#judge(post, { planned, plan });
        learnChange(latest, NOW)(this.#posts);
      }
      if (this.violation !== null) return;
    }
    if (all.at(-1) !== this.#files) return;
    this.#note(plans.at(-1)?.plan.stop !== null);
    this.#commits.push(this.#files);
  }

  /** What the author's files are for later runs, after one on the newest commit. */
  #note(hasError: boolean): void {
    const { posts } = planOf(this.#files, this.#posts);
    const planned = new Map(posts.map((one) => [one.file, one]));
    const seen = [...this.#files].map(([path, one]): [string, Written] => {
      const { identity, state } = planned.get(path) ?? {};
      const isKnown = identity?.kind === 'own';
      // An error elsewhere has stopped the edit.
      const isOpen = state === 'edit';
      const isNewestId = isKnown && identity.entry.ids.at(-1) === (one.id ?? path);
      return [
        path,
        {
          ...one,
          isIdSeen: one.isIdSeen || identity?.kind !== 'copy',
          isRenamed: one.isRenamed && (isOpen || (!isNewestId && (isKnown || hasError))),
          isEdited: one.isEdited && (isOpen || (!isKnown && hasError)),
          isSeen: one.isSeen || state === 'known',
        },
      ];
    });
    this.#files = new Map(seen);
  }

  /** Returns what the run has recognized at last. */
  #judge(
    post: Written,
    { planned, plan }: { readonly planned: PlannedPost; readonly plan: PostPlan },
  ): PlannedPost {
    const { state, identity, file } = planned;
    const { intent } = post;
    // An error names the file to which a post has moved.
    const isMovedTo = plan.stop !== null && identity.kind === 'own' && identity.isRenamed;
    if (state === 'failed' || identity.kind === 'copy' || isMovedTo) this.#told.add(intent);
    if (state === 'known' && identity.kind === 'own') {
      const isEdit = identity.entry.content !== planned.content;
      if (!this.#published.has(intent) && !isEdit && !this.#told.has(intent))
        this.violation = `${file} (${intent}) is passed over without a word`;
      if (isEdit) this.#told.add(intent);
    }
    if (plan.stop !== null || (state !== 'due' && state !== 'edit')) return planned;
    // The claim is stored only if the stored memory gives the same answer.
    const latest = plan.decide(planned, this.#posts, NOW_MS);
    if (latest.state === 'edit') this.#edit(post, latest);
    if (latest.state === 'due') this.#post(post, latest);
    return latest;
  }

  #edit(post: Written, { identity, file, content, revision }: PlannedPost): void {
    if (identity.kind !== 'own' || identity.entry.state !== 'posted' || content === null) return;
    const { key, entry } = identity;
    const { intent } = post;
    const lost = this.#shown.get(key);
    const isHole = post.isRenamed && post.isEdited;
    // Of two posts with one text, a file without an `id` may be either.
    const isTwice =
      [...this.#posts.values()].filter(({ content: of }) => of === entry.content).length > 1;
    const isAuthors = !post.isSeen || isHole || isTwice || this.#told.has(intent);
    if (lost !== intent && !isAuthors)
      this.violation = `${file} (${intent}) replaces the text of another post (${lost})`;
    if (lost !== intent) this.#told.add(intent);
    const nonce = `nonce-of-an-edit-${revision}`;
    const claim = claimEdit(key, entry, { revision, content, nonce, run: '', claimedAt: NOW });
    this.#posts.set(key, claim.entry);
    editChange(claim, NOW)(this.#posts);
    this.#shown.set(key, intent);
    this.#published.set(intent, this.#published.get(intent) ?? 1);
  }

  #post(post: Written, latest: PlannedPost): void {
    const { intent } = post;
    const times = (this.#published.get(intent) ?? 0) + 1;
    this.#published.set(intent, times);
    const isHole = post.isRenamed && post.isEdited;
    if (times > 1 && !isHole && !this.#told.has(intent))
      this.violation = `${latest.file} (${intent}) goes out twice`;
    const key = `key-${this.#posts.size}`;
    const urn = `urn:li:share:${this.#posts.size + 1}`;
    this.#posts.set(key, asPosted(newEntry(latest, latest.content ?? '', NOW), { urn }, NOW));
    this.#shown.set(key, intent);
    if (isHole) this.#told.add(intent);
  }
}

/** A post whose file has another name. */
function moved(post: Written): Written {
  return { ...post, isRenamed: post.isRenamed || post.id === null };
}

const NOW = new Date(NOW_MS).toISOString();

function planOf(files: Files, posts: Posts): PostPlan {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const written = sorted.map(([file, { id, text, revision }]) =>
    makePost({ file, id: id ?? file, text: `Text ${text}.`, revision }),
  );
  const settings = {
    owner: PAGE,
    apiUrl: 'https://api.linkedin.com',
    maxPosts: 50,
    maxAgeHours: 48,
    isKnown: true,
    knowsPublished: true,
    fileExists: () => false,
    countsAsSeen: () => true,
    waitedMs: () => null,
  };
  return planPosts(written, settings, { posts, nowMs: NOW_MS });
}

it('no post goes out twice, none is passed over without a word, and no edit replaces the text of another post', () => {
  fc.assert(
    fc.property(steps, (all) => {
      expect(play(all)).toBeNull();
    }),
    fuzzed(8000),
  );
});
