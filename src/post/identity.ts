// Which post is this? Content decides: what was published, and what a run has seen in the file of a post, is that post under any
// name. Entries are compared within one author and API base. Pure.

import type { KeyPath } from './file/finding.ts';
import type { WrittenPost } from './file/post.ts';
import {
  asPosted,
  type ClaimedEntry,
  describeClaim,
  entryName,
  hasUrn,
  MAX_IDS,
  MAX_SEEN,
  type PostEntry,
  type Posts,
  recognition,
  withContent,
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
  return new Identification(files, memory).run();
}

class Identification {
  readonly #files: readonly PostFile[];
  readonly #memory: KnownPosts;
  readonly #candidates: readonly Candidate[];
  readonly #ids: ReadonlySet<string>;

  constructor(files: readonly PostFile[], memory: KnownPosts) {
    this.#files = files;
    this.#memory = memory;
    this.#candidates = [...memory.posts].map(([key, entry]) => {
      return { key, entry, contents: new Set([entry.content, ...entry.seen]), file: null };
    });
    this.#ids = new Set(files.map(({ id }) => id));
  }

  run(): Identity[] {
    const owners = this.#pairById();
    const identities = this.#identifyMoved(owners);
    const byContent = groupBy(this.#candidates, ({ contents }) => contents);
    for (const file of this.#files) {
      if (identities.has(file)) continue;
      const own = owners.get(file);
      const known = file.content === null ? [] : (byContent.get(file.content) ?? []);
      const byFile = () => (own === undefined ? this.#identifyByContent(file, known) : toOwn(own, file));
      identities.set(file, file.urn === null ? byFile() : this.#identifyByUrn(file, file.urn, byFile));
    }
    refuseClashes(this.#files, identities);
    return this.#files.map((file) => identities.get(file) ?? NEW);
  }

  /** One to one: by content, then by the newest id, then by the others. */
  #pairById(): ReadonlyMap<PostFile, Candidate> {
    const byId = groupBy(this.#candidates, ({ entry }) => entry.ids);
    const pairs = this.#files.flatMap((file) =>
      (byId.get(file.id) ?? []).map((one) => ({ file, one, rank: rankOf(one, file) })),
    );
    const owners = new Map<PostFile, Candidate>();
    for (const { file, one } of pairs.sort((a, b) => b.rank - a.rank)) {
      if (one.file !== null || owners.has(file)) continue;
      one.file = file;
      owners.set(file, one);
    }
    return owners;
  }

  /** What the file of an entry holds counts as seen, unless its post has moved to another file, which is an error. */
  #identifyMoved(owners: ReadonlyMap<PostFile, Candidate>): Map<PostFile, Identity> {
    const errors = new Map<PostFile, Identity>();
    const others = this.#files.filter((file) => !owners.has(file));
    const byContent = Map.groupBy(others, ({ content }) => content);
    for (const [file, { contents }] of owners) {
      const { content, isIdGiven } = file;
      const isSeen = content === null || contents.has(content);
      const [moved] = isSeen ? [] : [...contents].flatMap((known) => byContent.get(known) ?? []);
      if (moved === undefined) {
        if (content !== null) contents.add(content);
        continue;
      }
      const id = isIdGiven ? 'another `id`' : 'an `id` of its own';
      const problem = `the post that was here is now in ${moved.file}, and this text is another post: give it ${id}`;
      errors.set(file, refused('id', problem));
    }
    return errors;
  }

  /** A file without an entry of its own. `known`: the entries that have its content. */
  #identifyByContent(file: PostFile, known: readonly Candidate[]): Identity {
    const { content, id, isIdGiven } = file;
    const sharing = known.find(({ entry }) => entry.ids.includes(id));
    if (sharing !== undefined) return toCopy(sharing, file);
    // A given id names an occasion: another one is another post, such as a weekly reminder.
    const isOther = ({ entry }: Candidate) => entry.isIdGiven && isIdGiven;
    const likely = known.filter((one) => !isOther(one) && one.entry.isFromInputs === (file.file === null));
    const edited = likely.find((one) => isIdGiven && one.entry.content !== content && !this.#hasFile(one));
    if (edited !== undefined) return refused('id', askWhich(edited.entry));
    const same = likely.filter(({ entry }) => entry.content === content || !isIdGiven);
    const renamed = same.find((one) => !this.#hasFile(one));
    if (renamed !== undefined) return toOwn(renamed, file);
    if (same[0] !== undefined) return toCopy(same[0], file);
    return { kind: 'new', sentAs: known.find(isOther)?.entry.ids.at(-1) ?? null };
  }

  /** A person has looked: the URN outranks the content. */
  #identifyByUrn(file: PostFile, urn: string, byFile: () => Identity): Identity {
    const named = this.#candidates.find(({ entry }) => hasUrn(entry, urn));
    if (named !== undefined) {
      if (named.file === file || !this.#hasFile(named)) return toOwn(named, file);
      if (file.content !== null && named.contents.has(file.content)) return toCopy(named, file);
      return refused('urn', `the \`urn\` ${urn} is that of ${nameOf(named)}: ${REMOVE_URN}`);
    }
    const known = byFile();
    if (known.kind !== 'own') return { kind: 'by-hand', urn };
    if (known.entry.state === 'posted' || !this.#memory.isActive(known.entry)) return { ...known, urn };
    return refused('urn', `the post has a \`urn\`, but ${describeClaim(known.entry)}`);
  }

  /** A file at the path of an entry keeps it, even if no pattern matches it any more. */
  #hasFile({ file, entry: { ids, isIdGiven, isFromInputs } }: Candidate): boolean {
    if (file !== null) return true;
    const isFree = isIdGiven || isFromInputs || ids.some((id) => this.#ids.has(id));
    return !isFree && this.#memory.isUnmatchedFile(ids.at(-1) ?? '');
  }
}

const NEW: Identity = { kind: 'new', sentAs: null };
const REMOVE_URN = 'remove it from the post that it does not belong to';

function toOwn(one: Candidate, file: PostFile): Identity {
  const { key, entry } = one;
  const isRenamed = one.file !== file;
  one.file = file;
  return { kind: 'own', key, entry, isRenamed, urn: null };
}

function toCopy(one: Candidate, { content }: PostFile): Identity {
  const { key, entry } = one;
  return { kind: 'copy', key, entry, original: nameOf(one), isEdit: entry.content !== content };
}

function refused(key: 'id' | 'urn', problem: string): Identity {
  return { kind: 'error', path: [key], problem };
}

function refuseClashes(files: readonly PostFile[], identities: Map<PostFile, Identity>): void {
  const kindOf = (file: PostFile) => (file.content === null ? null : identities.get(file)?.kind);
  const isNew = (file: PostFile) => kindOf(file) === 'new';
  const byContent = Map.groupBy(files, ({ content }) => content);
  // Publishing one of two such posts would make the other one known, or a copy.
  for (const group of byContent.values()) {
    const others = group.filter((file) => kindOf(file) === 'by-hand');
    for (const file of group.filter(isNew)) {
      const other = others.find(({ isIdGiven }) => !(isIdGiven && file.isIdGiven));
      others.push(file);
      if (other === undefined) continue;
      const problem = `the post has the text and media of ${other.file}: change them, or give each of the two an \`id\``;
      identities.set(file, refused('id', problem));
    }
  }
  const byUrn = Map.groupBy(files, ({ urn, content }) => (content === null ? null : urn));
  byUrn.delete(null);
  for (const [urn, group] of byUrn)
    for (const file of group) {
      const other = group.find(({ content }) => content !== file.content);
      const problem = `the \`urn\` ${urn} is also that of ${other?.file}: ${REMOVE_URN}`;
      if (other !== undefined) identities.set(file, refused('urn', problem));
    }
  for (const [id, group] of Map.groupBy(files, (file) => file.id))
    for (const file of group) {
      const other = group.find((one) => one !== file);
      const problem = `the id ${id} is also the id of ${other?.file}: give one of them another \`id\``;
      if (other !== undefined) identities.set(file, refused('id', problem));
    }
}

function groupBy<T>(items: readonly T[], keysOf: (item: T) => Iterable<string>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const key of keysOf(item)) groups.set(key, [...(groups.get(key) ?? []), item]);
  return groups;
}

/**
 * What is published outranks what was seen, and that the newest id. Of two equal ones, the one that is on LinkedIn, and then the
 * one that never had another id.
 */
function rankOf({ entry, contents }: Candidate, { id, content, urn }: PostFile): number {
  const { ids, state } = entry;
  const isSeen = content !== null && contents.has(content);
  const contentRank = entry.content === content ? 200 : isSeen ? 100 : 0;
  const namedRank = hasUrn(entry, urn) ? 1000 : 0;
  const tieRank = (state === 'posted' ? 0.5 : 0) + 0.1 / ids.length;
  return namedRank + contentRank + ids.lastIndexOf(id) - ids.length + tieRank;
}

function nameOf({ file, entry }: Candidate): string {
  return file?.file ?? entryName(entry);
}

function askWhich(entry: PostEntry): string {
  const same = entry.state === 'posted' ? `set \`urn: ${entry.urn}\`` : 'remove the `id`';
  return `this text counts as an edit of ${entryName(entry)}, whose file is gone: if it is the same post, ${same}; if it is another post, change its text`;
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
  // Another run may have claimed it meanwhile.
  const isSending = stored.state === 'sending' && !('nonce' in entry && entry.nonce === stored.nonce);
  const isNamed = urn !== null && !isSending && !hasUrn(stored, urn);
  if (isNamed) posts.set(key, asPosted(learned, { urn }, now));
  else if (learned !== stored) posts.set(key, learned);
  return isNamed || learned !== stored;
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
  const revision = Math.max(known.revision, post.revision);
  // What an earlier attempt sent may be on LinkedIn.
  return {
    ...recognition(withContent(known, content)),
    revision,
    updatedAt: now,
    state: 'sending',
    ...claim,
  };
}
