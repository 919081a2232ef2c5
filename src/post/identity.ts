// Which post is this? Content decides: what was published, and what a run has seen in the file of a post, is that post under any
// name. Entries are compared within one author and API base. Pure.

import type { WrittenPost } from './file/post.ts';
import type { KeyPath } from './file/post-issue.ts';
import {
  asPosted,
  type ClaimedEntry,
  describeClaim,
  entryName,
  hasUrn,
  MAX_IDS,
  MAX_SEEN,
  nonceOf,
  type PostEntry,
  type Posts,
  recognition,
} from './memory/post-entry.ts';

/** A post of this run, of the author of the entries. */
export interface PostFile extends Pick<WrittenPost, 'file' | 'id' | 'urn'> {
  /** Whether its author chose the id. */
  readonly isIdGiven: boolean;
  /** `contentOf`. Null while the post has errors. */
  readonly content: string | null;
}

export type Identity =
  /** The file of an entry. `urn`: by hand, in place of what the entry has. */
  | (Known & { readonly kind: 'own'; readonly isRenamed: boolean; readonly urn: string | null })
  /** Another file with a content of an entry, which keeps its file. `isEdit`: LinkedIn has another text. */
  | (Known & { readonly kind: 'copy'; readonly original: string; readonly isEdit: boolean })
  /** A post that a person published, and that has no entry. */
  | { readonly kind: 'by-hand'; readonly urn: string }
  /** `sentAs`: the given id of another post with this content. */
  | { readonly kind: 'new'; readonly sentAs: string | null }
  /** Completes the sentence about a key of the file. */
  | { readonly kind: 'error'; readonly path: KeyPath; readonly problem: string };

interface Known {
  readonly key: string;
  readonly entry: PostEntry;
}

export interface KnownPosts {
  /** Of one author and API base. */
  readonly posts: Posts;
  /** Whether the workspace has a file at this path that no pattern matches. */
  isUnmatchedFile(path: string): boolean;
  isActive(entry: PostEntry): boolean;
}

/** An entry while its file is being found. */
interface Candidate extends Known {
  /** What was published, and what a run has seen, this one included. */
  readonly contents: Set<string>;
  file: PostFile | null;
}

/** Returns one identity for each file, in their order. Files are in the order of their paths. */
export function identify(files: readonly PostFile[], memory: KnownPosts): Identity[] {
  const run = new Identification(files, memory);
  return files.map((file) => run.identityOf(file));
}

class Identification {
  readonly #memory: KnownPosts;
  readonly #candidates: readonly Candidate[];
  readonly #byContent: ReadonlyMap<string, readonly Candidate[]>;
  readonly #byUrn = new Map<string, Candidate>();
  readonly #ids: ReadonlySet<string>;
  readonly #identities = new Map<PostFile, Identity>();
  /** Paths of entries that no matched file has → whether the file is there. */
  readonly #unmatched = new Map<string, boolean>();

  constructor(files: readonly PostFile[], memory: KnownPosts) {
    this.#memory = memory;
    this.#candidates = [...memory.posts].map(([key, entry]) => {
      return { key, entry, contents: new Set([entry.content, ...entry.seen]), file: null };
    });
    for (const one of this.#candidates) if (one.entry.state === 'posted') this.#byUrn.set(one.entry.urn, one);
    this.#ids = new Set(files.map(({ id }) => id));
    this.#pairById(files);
    const owned = this.#identifyOwned(files);
    this.#byContent = groupBy(this.#candidates, ({ contents }) => contents);
    for (const file of files) {
      const own = owned.get(file) ?? null;
      if (own?.kind === 'error' || (own !== null && file.urn === null)) this.#identities.set(file, own);
      else
        this.#identities.set(
          file,
          file.urn === null ? this.#identifyByContent(file) : this.#identifyByUrn(file, file.urn),
        );
    }
    this.#markDuplicates(files);
  }

  identityOf(file: PostFile): Identity {
    return this.#identities.get(file) ?? { kind: 'new', sentAs: null };
  }

  /** One to one: by content, then by the newest id, then by the others. */
  #pairById(files: readonly PostFile[]): void {
    const byId = groupBy(this.#candidates, ({ entry }) => entry.ids);
    const pairs = files.flatMap((file) =>
      (byId.get(file.id) ?? []).map((one) => ({ file, one, rank: rankOf(one, file) })),
    );
    const paired = new Set<PostFile>();
    for (const { file, one } of pairs.sort((a, b) => b.rank - a.rank)) {
      if (one.file !== null || paired.has(file)) continue;
      one.file = file;
      paired.add(file);
    }
  }

  /** What the file of an entry holds counts as seen, unless its post has moved to another file. */
  #identifyOwned(files: readonly PostFile[]): ReadonlyMap<PostFile, Identity> {
    const owned = new Map<PostFile, Identity>();
    const owners = new Map(this.#candidates.flatMap((one) => (one.file === null ? [] : [[one.file, one]])));
    const others = files.filter((file) => !owners.has(file));
    const byContent = Map.groupBy(others, ({ content }) => content);
    for (const [file, one] of owners) {
      const { content, isIdGiven } = file;
      const isSeen = content === null || one.contents.has(content);
      const [moved] = isSeen ? [] : [...one.contents].flatMap((known) => byContent.get(known) ?? []);
      if (moved === undefined) {
        if (content !== null) one.contents.add(content);
        owned.set(file, { kind: 'own', key: one.key, entry: one.entry, isRenamed: false, urn: null });
        continue;
      }
      const id = isIdGiven ? 'another `id`' : 'an `id` of its own';
      const problem = `the post that was here is now in ${moved.file}, and this text is another post: give it ${id}`;
      owned.set(file, { kind: 'error', path: ['id'], problem });
    }
    return owned;
  }

  /** A file without an entry of its own. */
  #identifyByContent(file: PostFile): Identity {
    const { content, id, isIdGiven } = file;
    const known = content === null ? [] : (this.#byContent.get(content) ?? []);
    const sharing = known.find(({ entry }) => entry.ids.includes(id));
    if (sharing !== undefined) return this.#copy(sharing, file);
    // A given id names an occasion: another one is another post, such as a weekly reminder.
    const isOther = ({ entry }: Candidate) => entry.isIdGiven && isIdGiven;
    const likely = known.filter((one) => !isOther(one) && one.entry.isFromInputs === (file.file === null));
    const edited = likely.find((one) => isIdGiven && one.entry.content !== content && !this.#hasFile(one));
    if (edited !== undefined) return { kind: 'error', path: ['id'], problem: askWhich(edited.entry) };
    const same = likely.filter(({ entry }) => entry.content === content || !isIdGiven);
    const renamed = same.find((one) => !this.#hasFile(one));
    if (renamed !== undefined) return this.#take(renamed, file);
    if (same[0] !== undefined) return this.#copy(same[0], file);
    return { kind: 'new', sentAs: known.find(isOther)?.entry.ids.at(-1) ?? null };
  }

  /** A person has looked: the URN outranks the content. */
  #identifyByUrn(file: PostFile, urn: string): Identity {
    const named = this.#byUrn.get(urn);
    if (named === undefined) return this.#giveUrn(file, urn);
    const { key, entry } = named;
    if (named.file === file) return { kind: 'own', key, entry, isRenamed: false, urn: null };
    if (!this.#hasFile(named)) return this.#take(named, file);
    if (file.content !== null && named.contents.has(file.content)) return this.#copy(named, file);
    const problem = `the \`urn\` ${urn} is that of ${nameOf(named)}: remove it from the post that it does not belong to`;
    return { kind: 'error', path: ['urn'], problem };
  }

  #giveUrn(file: PostFile, urn: string): Identity {
    const own = this.#candidates.find((one) => one.file === file);
    const found = own === undefined ? this.#identifyByContent(file) : null;
    const known = own ?? (found?.kind === 'own' ? found : null);
    if (known === null) return { kind: 'by-hand', urn };
    const { key, entry } = known;
    if (entry.state === 'posted' || !this.#memory.isActive(entry))
      return { kind: 'own', key, entry, isRenamed: own === undefined, urn };
    const problem = `the post has a \`urn\`, but ${describeClaim(entry)}`;
    return { kind: 'error', path: ['urn'], problem };
  }

  #take(one: Candidate, file: PostFile): Identity {
    one.file = file;
    return { kind: 'own', key: one.key, entry: one.entry, isRenamed: true, urn: null };
  }

  #copy(one: Candidate, { content }: PostFile): Identity {
    const { key, entry } = one;
    return { kind: 'copy', key, entry, original: nameOf(one), isEdit: entry.content !== content };
  }

  /** A file at the path of an entry keeps it, even if no pattern matches it any more. */
  #hasFile({ file, entry: { ids, isIdGiven, isFromInputs } }: Candidate): boolean {
    if (file !== null) return true;
    if (isIdGiven || isFromInputs || ids.some((id) => this.#ids.has(id))) return false;
    const path = ids.at(-1) ?? '';
    const isThere = this.#unmatched.get(path) ?? this.#memory.isUnmatchedFile(path);
    this.#unmatched.set(path, isThere);
    return isThere;
  }

  /** Publishing one of two such posts would make the other one known, or a copy. */
  #markDuplicates(files: readonly PostFile[]): void {
    const fail = (file: PostFile, path: KeyPath, problem: string) =>
      this.#identities.set(file, { kind: 'error', path, problem });
    const kindOf = (file: PostFile) => (file.content === null ? null : this.identityOf(file).kind);
    const unknown = files.filter((file) => ['new', 'by-hand'].includes(kindOf(file) ?? ''));
    for (const group of Map.groupBy(unknown, ({ content }) => content).values())
      for (const [index, file] of group.entries()) {
        if (kindOf(file) === 'by-hand') continue;
        const other = group.find(
          (one, place) => (place < index || kindOf(one) === 'by-hand') && !(one.isIdGiven && file.isIdGiven),
        );
        if (other === undefined) continue;
        const problem = `the post has the text and media of ${other.file}: change them, or give each of the two an \`id\``;
        fail(file, ['id'], problem);
      }
    for (const group of Map.groupBy(files, ({ urn }) => urn).values())
      for (const file of group) {
        const isSame = (one: PostFile) => one.content === null || one.content === file.content;
        const other =
          file.urn === null || file.content === null ? undefined : group.find((one) => !isSame(one));
        if (other === undefined) continue;
        const problem = `the \`urn\` ${file.urn} is also that of ${other.file}: remove it from the post that it does not belong to`;
        fail(file, ['urn'], problem);
      }
    for (const group of Map.groupBy(files, ({ id }) => id).values())
      for (const file of group) {
        const other = group.find((one) => one !== file);
        if (other === undefined) continue;
        fail(
          file,
          ['id'],
          `the id ${file.id} is also the id of ${other.file}: give one of them another \`id\``,
        );
      }
  }
}

function groupBy<T>(items: readonly T[], keysOf: (item: T) => Iterable<string>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  return groups;
}

/**
 * What is published outranks what was seen, and that the newest id. Of two equal ones, the one that is on LinkedIn, and then the
 * one that never had another id.
 */
function rankOf({ entry, contents }: Candidate, { id, content, urn }: PostFile): number {
  const isPublished = entry.content === content;
  const isSeen = content !== null && contents.has(content);
  const idRank = MAX_IDS - (entry.ids.length - entry.ids.lastIndexOf(id));
  const isNamed = urn !== null && entry.state === 'posted' && entry.urn === urn;
  const contentRank = isPublished ? 200 : isSeen ? 100 : 0;
  return (
    (isNamed ? 1000 : 0) +
    contentRank +
    idRank +
    (entry.state === 'posted' ? 0.5 : 0) +
    0.1 / entry.ids.length
  );
}

function nameOf({ file, entry }: Candidate): string {
  return file?.file ?? entryName(entry);
}

function askWhich(entry: PostEntry): string {
  const name = entryName(entry);
  const same = entry.state === 'posted' ? `set \`urn: ${entry.urn}\`` : 'remove the `id`';
  return `this text counts as an edit of ${name}, whose file is gone: if it is the same post, ${same}; if it is another post, change its text`;
}

/** A post whose identity is known. */
export interface IdentifiedPost extends Omit<PostFile, 'urn'>, Pick<WrittenPost, 'author' | 'revision'> {
  /** The result of `apiBaseOf`. */
  readonly apiUrl: string;
  readonly identity: Identity;
}

/** Adds to the entry of a post what a run has found in its file. False: nothing is new, or the entry is gone. */
export function learn(post: IdentifiedPost, posts: Posts, now: string): boolean {
  const { identity, content } = post;
  if (identity.kind === 'by-hand') {
    const { urn } = identity;
    if (content === null || posts.has(urn)) return false;
    posts.set(urn, { ...newEntry(post, content, now), state: 'posted', urn });
    return true;
  }
  const stored = identity.kind === 'own' ? posts.get(identity.key) : undefined;
  if (identity.kind !== 'own' || stored === undefined) return false;
  const { key, urn, entry } = identity;
  const learned = withFile(stored, post, now);
  const isClaimed = stored.state === 'sending' && nonceOf(stored) !== nonceOf(entry);
  const isNamed = urn !== null && !isClaimed && !hasUrn(stored, urn);
  if (learned === stored && !isNamed) return false;
  posts.set(key, isNamed ? asPosted(learned, { urn }, now) : learned);
  return true;
}

/** The entry with the id and the content of its file; the same one if it has both. */
function withFile(
  entry: PostEntry,
  { file, id, isIdGiven, content }: IdentifiedPost,
  now: string,
): PostEntry {
  // An id that it had before does not become the newest one: a run on an older commit changes nothing.
  const hasId = entry.ids.includes(id);
  const isKnown = content === null || entry.content === content || entry.seen.includes(content);
  if (hasId && isKnown) return entry;
  return {
    ...entry,
    ...(!hasId && { ids: [...entry.ids, id].slice(-MAX_IDS), isIdGiven, isFromInputs: file === null }),
    seen: isKnown ? entry.seen : [...entry.seen, content].slice(-MAX_SEEN),
    updatedAt: now,
  };
}

function newEntry(post: IdentifiedPost, content: string, now: string) {
  const { file, id, isIdGiven, author, apiUrl, revision } = post;
  const isFromInputs = file === null;
  return { author, apiUrl, ids: [id], isIdGiven, isFromInputs, content, seen: [], revision, updatedAt: now };
}

/** The entry of a post that is about to be sent with this content. A new attempt sends the text of the file, with its number. */
export function claimEntry(
  post: IdentifiedPost & { readonly content: string },
  claim: Pick<ClaimedEntry, 'attempt' | 'nonce' | 'run' | 'claimedAt'>,
): ClaimedEntry {
  const { identity, content } = post;
  const now = claim.claimedAt;
  if (identity.kind !== 'own') return { ...newEntry(post, content, now), state: 'sending', ...claim };
  const known = withFile(identity.entry, post, now);
  // What an earlier attempt sent may be on LinkedIn.
  const seen = [...known.seen, known.content].filter((one) => one !== content).slice(-MAX_SEEN);
  const revision = Math.max(known.revision, post.revision);
  return { ...recognition(known), content, seen, revision, updatedAt: now, state: 'sending', ...claim };
}
