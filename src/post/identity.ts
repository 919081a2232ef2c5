// Which post is this? Content decides: what was published, and what a run has seen in the file of a post, is that post under any
// name. Entries are compared within one author and API base. Pure.

import { quoted } from '../format.ts';
import { sha256Of } from '../media/media-file.ts';
import type { KeyPath } from './file/finding.ts';
import type { WrittenPost } from './file/post.ts';
import {
  asPosted,
  changeEntry,
  contentsOf,
  describeClaim,
  entryName,
  hasUrn,
  isActive,
  newEntry,
  type PostChange,
  type PostEntry,
  type PostFile,
  type Posts,
  withFile,
} from './memory/post-entry.ts';

/**
 * The content of a post whose files are inspected. Alternative texts and titles of media do not count: correcting one must send
 * nothing.
 */
export function contentOf({ author, text, link, poll, at, media, linkImage }: WrittenPost): string {
  const shown = text.normalize('NFC').replace(/[^\S\n]+$/gm, '');
  const files = media.map((file) => file.media.sha256 ?? '');
  const image = linkImage?.media?.sha256 ?? null;
  const card = link === null ? null : [link.url, link.title, link.description, image];
  const parts = [author, shown, files, card, at?.content ?? null];
  return sha256Of(JSON.stringify(poll === null ? parts : [...parts, poll]));
}

export type Identity =
  /** The author is not that of this job. */
  | { readonly kind: 'other-owner' }
  /** The file of an entry. */
  | (Known & OwnContent & { readonly kind: 'own'; readonly isRenamed: boolean })
  /** Another file with a content of an entry, which keeps its file. The warning completes a sentence about it. */
  | (Known & { readonly kind: 'copy'; readonly warning: string })
  /** A person gave the URN, in place of what the entry of the file has. `entry`: null without one. */
  | {
      readonly kind: 'by-hand';
      readonly key: string;
      readonly entry: PostEntry | null;
      readonly urn: string;
    }
  /** `sentAs`: the given id of another post with this content. */
  | { readonly kind: 'new'; readonly sentAs: string | null }
  /** Completes the sentence about a key of the file. */
  | { readonly kind: 'error'; readonly path: KeyPath; readonly problem: string };

interface Known {
  readonly key: string;
  readonly entry: PostEntry;
}

/** What the content of the file of an entry means for other posts. */
export interface OwnContent {
  /** Whether no run has seen the content in this file. */
  readonly isFirstSeen: boolean;
  /** Another entry that has the content; null without one. */
  readonly other: NamedEntry | null;
  /** Another entry with the URN of this one; null without one. */
  readonly sameUrn: NamedEntry | null;
}

/** An entry, and what an author calls it. */
export interface NamedEntry {
  readonly name: string;
  readonly urn: string | null;
}

export interface KnownPosts {
  /** Of one author and API base. */
  readonly posts: Posts;
  /** Whether the workspace has a file at this path that no pattern matches. */
  isUnmatchedFile(path: string): boolean;
  /** False for a file that nobody has approved, in a run that asks: what it holds must not decide about the others. */
  countsAsSeen(file: PostFile): boolean;
  readonly nowMs: number;
}

/** An entry while its file is being found. */
interface Candidate extends Known {
  /** What was published, what may have been, and what a run has seen, this one included. */
  readonly contents: Set<string>;
  /** Whether an earlier run has seen a content, or published it. */
  readonly wasSeen: (content: string) => boolean;
  file: PostFile | null;
  /** Whether its file, without a row, is one that no pattern matches. */
  readonly isUnmatched: () => boolean;
}

/** Returns the identity of each file. Files are in the order of their paths. */
export function identify(files: readonly PostFile[], memory: KnownPosts): Map<PostFile, Identity> {
  const candidates = toCandidates(files, memory);
  const owners = pairFiles(files, candidates);
  const identities = findMoved(files, { owners, candidates, countsAsSeen: memory.countsAsSeen });
  for (const file of files) {
    if (identities.has(file)) continue;
    const { urn } = file;
    // A person has looked: the URN outranks the content.
    const named = findByUrn(candidates, urn);
    if (named !== undefined) identities.set(file, identifyByUrn(file, { named, candidates }));
    else {
      const own = owners.get(file);
      const known =
        own === undefined ? identifyByContent(file, candidates) : toOwn(own, { file, candidates });
      identities.set(file, urn === null ? known : withUrn(known, urn, memory));
    }
  }
  return refuseClashes(files, identities);
}

function toCandidates(
  files: readonly PostFile[],
  { posts, isUnmatchedFile }: KnownPosts,
): Candidate[] {
  const used = new Set(files.map(({ id }) => id));
  return [...posts].map(([key, entry]) => {
    const { ids, isIdGiven } = entry;
    const isFree = isIdGiven || ids.some((id) => used.has(id));
    const isUnmatched = () => !isFree && isUnmatchedFile(ids.at(-1) ?? '');
    const stored = new Set(contentsOf(entry));
    const wasSeen = (content: string) => stored.has(content);
    return { key, entry, contents: new Set(stored), wasSeen, file: null, isUnmatched };
  });
}

function findByUrn(candidates: readonly Candidate[], urn: string | null): Candidate | undefined {
  return urn === null ? undefined : candidates.find(({ entry }) => hasUrn(entry, urn));
}

interface Pair {
  readonly file: PostFile;
  readonly one: Candidate;
}

/**
 * Entries and files that share an id, or of which the file names the URN and has a content of the entry, one to one. A file
 * that names the URN of an entry is that of no other entry.
 */
function pairFiles(
  files: readonly PostFile[],
  candidates: readonly Candidate[],
): Map<PostFile, Candidate> {
  const byId = Map.groupBy(files, ({ id }) => id);
  const namedBy = new Map(files.map((file) => [file, findByUrn(candidates, file.urn)]));
  const pairs: Pair[] = candidates.flatMap((one) =>
    one.entry.ids.flatMap((id) => (byId.get(id) ?? []).map((file) => ({ file, one }))),
  );
  for (const [file, named] of namedBy) if (named !== undefined) pairs.push({ file, one: named });
  const owners = new Map<PostFile, Candidate>();
  for (const { file, one } of pairs.toSorted(byRank)) {
    const named = namedBy.get(file);
    if (named !== undefined && named !== one) continue;
    if (!sharesId(one, file) && !hasContent(one, file)) continue;
    if (one.file !== null || owners.has(file)) continue;
    one.file = file;
    owners.set(file, one);
  }
  return owners;
}

/**
 * Which entry a file with several candidates gets: that of the URN a person gave, then of the published content, of a content
 * that was seen, of the newest id, of an older one. A tie goes to the one on LinkedIn, then to the one with the fewest ids.
 */
function byRank(a: Pair, b: Pair): number {
  const [first, second] = [ranksOf(a), ranksOf(b)];
  const index = first.findIndex((rank, place) => rank !== second[place]);
  return (second[index] ?? 0) - (first[index] ?? 0);
}

function ranksOf({ one, file }: Pair): number[] {
  const { ids, state } = one.entry;
  const isNamed = sharesId(one, file) && hasUrn(one.entry, file.urn);
  const idRank = ids.lastIndexOf(file.id) - ids.length;
  return [Number(isNamed), contentRank(one, file), idRank, Number(state === 'posted'), -ids.length];
}

/** A file of the entry that has its content is before a copy that names its URN. */
function contentRank(one: Candidate, file: PostFile): number {
  if (!hasContent(one, file)) return 0;
  if (!sharesId(one, file)) return 1;
  return one.entry.content === file.content ? 3 : 2;
}

function sharesId({ entry }: Candidate, { id }: PostFile): boolean {
  return entry.ids.includes(id);
}

function hasContent({ contents }: Candidate, { content }: PostFile): boolean {
  return content !== null && contents.has(content);
}

interface Paired extends Pick<KnownPosts, 'countsAsSeen'> {
  readonly owners: ReadonlyMap<PostFile, Candidate>;
  readonly candidates: readonly Candidate[];
}

/**
 * What the file of an entry holds counts as seen, unless it is an error: its post has moved to another file that is not the one of
 * its content, or only an earlier name says which post it is.
 */
function findMoved(
  files: readonly PostFile[],
  { owners, candidates, countsAsSeen }: Paired,
): Map<PostFile, Identity> {
  const isAtHome = (file: PostFile) => {
    const own = owners.get(file);
    return own !== undefined && hasContent(own, file);
  };
  const strangers = files.filter((file) => !isAtHome(file));
  const byContent = Map.groupBy(strangers, ({ content }) => content);
  const errors = new Map<PostFile, Identity>();
  for (const [file, one] of owners) {
    if (file.content === null || hasContent(one, file)) continue;
    const [moved] = [...one.contents].flatMap((known) => byContent.get(known) ?? []);
    if (isByOlderId(one, file)) errors.set(file, refused('id', askWhichPost(file, one)));
    else if (moved !== undefined)
      errors.set(file, refused('id', movedProblem(file, { moved, one, candidates })));
  }
  for (const [file, { contents }] of owners)
    if (file.content !== null && !errors.has(file) && countsAsSeen(file))
      contents.add(file.content);
  return errors;
}

/** Whether nothing but an earlier name of the post says that the file is the one of the entry. */
function isByOlderId({ entry }: Candidate, { id, isIdGiven, urn }: PostFile): boolean {
  return !isIdGiven && urn === null && entry.ids.at(-1) !== id;
}

function askWhichPost({ id }: PostFile, one: Candidate): string {
  const { entry } = one;
  const same =
    entry.state === 'posted'
      ? `set \`urn: ${entry.urn}\``
      : `give the file its name ${entryName(entry)} again`;
  return `${quoted(id)} is an earlier name of ${entryName(entry)}: if this is the same post, ${same}; if it is another post, give it an \`id\``;
}

interface Moved {
  readonly moved: PostFile;
  readonly one: Candidate;
  readonly candidates: readonly Candidate[];
}

function movedProblem(file: PostFile, { moved, one, candidates }: Moved): string {
  const gone = `the post that was here is now in ${moved.file}, and this text is`;
  const other = candidates.find((each) => each !== one && hasContent(each, file));
  if (other?.entry.state === 'posted')
    return `${gone} that of the post ${entryName(other.entry)}: set \`urn: ${other.entry.urn}\``;
  return `${gone} another post: give it ${file.isIdGiven ? 'another `id`' : 'an `id` of its own'}`;
}

/** `named` has the URN of the file. */
function identifyByUrn(
  file: PostFile,
  { named, candidates }: { readonly named: Candidate; readonly candidates: readonly Candidate[] },
): Identity {
  const { urn } = file;
  if (named.file === file || !hasFile(named)) return toOwn(named, { file, candidates });
  if (hasContent(named, file)) return toCopy(named, file);
  return refused('urn', `the \`urn\` ${urn} is that of ${nameOf(named)}: ${REMOVE_URN}`);
}

/** No entry has the URN of the file. */
function withUrn(known: Identity, urn: string, { nowMs }: KnownPosts): Identity {
  if (known.kind !== 'own') return { kind: 'by-hand', key: urn, entry: null, urn };
  const { key, entry } = known;
  if (!isActive(entry, nowMs)) return { kind: 'by-hand', key, entry, urn };
  return refused('urn', `the post has a \`urn\`, but ${describeClaim(entry)}`);
}

/** A file without an entry of its own. */
function identifyByContent(file: PostFile, candidates: readonly Candidate[]): Identity {
  const { content, id, isIdGiven } = file;
  const known = content === null ? [] : candidates.filter(({ contents }) => contents.has(content));
  const sharing = known.find(({ entry }) => entry.ids.includes(id));
  if (sharing !== undefined) return toCopy(sharing, file);
  // A given id names an occasion: another one is another post, such as a weekly reminder.
  const isOther = (one: Candidate) => isIdGiven && hasGivenId(one);
  const likely = known.filter(
    (one) => !isOther(one) && one.entry.isFromInputs === (file.file === null),
  );
  const edited = likely.find((one) => isIdGiven && one.entry.content !== content && !hasFile(one));
  if (edited !== undefined) return refused('id', askWhich(edited.entry));
  const same = likely.filter(({ entry }) => entry.content === content || !isIdGiven);
  const renamed = same.find((one) => !hasFile(one));
  if (renamed !== undefined) return toOwn(renamed, { file, candidates });
  if (same[0] !== undefined) return toCopy(same[0], file);
  return { kind: 'new', sentAs: known.find(isOther)?.entry.ids.at(-1) ?? null };
}

function hasFile({ file, isUnmatched }: Candidate): boolean {
  return file !== null || isUnmatched();
}

const REMOVE_URN = 'remove it from the post that it does not belong to';

/** Whether the entry has a given id, also if its file gets one in this run. */
function hasGivenId({ entry, file }: Candidate): boolean {
  return entry.isIdGiven || file?.isIdGiven === true;
}

interface FileAmong {
  readonly file: PostFile;
  readonly candidates: readonly Candidate[];
}

function toOwn(one: Candidate, { file, candidates }: FileAmong): Identity {
  const { key, entry } = one;
  const { content } = file;
  const isRenamed = one.file !== file || !sharesId(one, file);
  one.file = file;
  const others = candidates.filter((each) => each !== one);
  const other = others.find((each) => hasContent(each, file));
  const sameUrn = entry.state === 'posted' ? findByUrn(others, entry.urn) : undefined;
  return {
    kind: 'own',
    key,
    entry,
    isRenamed,
    isFirstSeen: content !== null && !one.wasSeen(content),
    other: other === undefined ? null : toNamed(other),
    sameUrn: sameUrn === undefined ? null : toNamed(sameUrn),
  };
}

function toNamed(one: Candidate): NamedEntry {
  const { entry } = one;
  return { name: entryName(entry), urn: entry.state === 'posted' ? entry.urn : null };
}

function toCopy(one: Candidate, { content }: PostFile): Identity {
  const { key, entry } = one;
  const has = entry.state === 'posted' ? 'has' : 'may have';
  const why =
    entry.content === content
      ? `it has the text of ${nameOf(one)}, and LinkedIn ${has} that; if it is another post, give each of the two files an \`id\`, or write another text`
      : `its text counts as an edit of ${nameOf(one)}; an \`id\` makes it another post`;
  return { kind: 'copy', key, entry, warning: `is not sent: ${why}` };
}

function nameOf({ file, entry }: Candidate): string {
  return file?.file ?? entryName(entry);
}

function askWhich(entry: PostEntry): string {
  const same = entry.state === 'posted' ? `set \`urn: ${entry.urn}\`` : 'remove the `id`';
  return `this text counts as an edit of ${entryName(entry)}, whose file is gone: if it is the same post, ${same}; if it is another post, change its text`;
}

function refused(key: 'id' | 'urn', problem: string): Identity {
  return { kind: 'error', path: [key], problem };
}

/** Errors: two files with one id; with one URN, but not one content; and new ones with one content, unless both ids are given. */
function refuseClashes(
  files: readonly PostFile[],
  identities: ReadonlyMap<PostFile, Identity>,
): Map<PostFile, Identity> {
  const byId = Map.groupBy(files, ({ id }) => id);
  const byContent = Map.groupBy(files, ({ content }) => content);
  const clashOf = (file: PostFile): Identity | null => {
    const { id, urn, content, isIdGiven } = file;
    const sameId = byId.get(id)?.find((one) => one !== file);
    if (sameId !== undefined)
      return refused(
        'id',
        `the id ${quoted(id)} is also the id of ${sameId.file}: give one of them another \`id\``,
      );
    if (content === null) return null;
    const differs = (one: PostFile) => one.content !== null && one.content !== content;
    const sameUrn = files.find((one) => urn !== null && one.urn === urn && differs(one));
    if (sameUrn !== undefined)
      return refused('urn', `the \`urn\` ${urn} is also that of ${sameUrn.file}: ${REMOVE_URN}`);
    if (identities.get(file)?.kind !== 'new') return null;
    // Publishing one of two such posts would make the other one known, or a copy.
    const group = byContent.get(content) ?? [];
    const place = group.indexOf(file);
    const same = group.find((one, index) => {
      const kind = identities.get(one)?.kind;
      const goesFirst = kind === 'by-hand' || (kind === 'new' && index < place);
      return goesFirst && !(one.isIdGiven && isIdGiven);
    });
    if (same === undefined) return null;
    const problem = `the post has the text and media of ${same.file}: change them, or give each of the two an \`id\``;
    return refused('id', problem);
  };
  return new Map([...identities].map(([file, identity]) => [file, clashOf(file) ?? identity]));
}

/** Whether `learnChange` has something to add to the memory. */
export function hasNews({
  identity,
  content,
  id,
}: PostFile & { readonly identity: Identity }): boolean {
  if (identity.kind !== 'own') return identity.kind === 'by-hand';
  const { entry } = identity;
  if (!entry.ids.includes(id)) return true;
  return content !== null && !contentsOf(entry).includes(content);
}

/** Adds to the entry of a post what a run has found in its file. A URN that a person gave makes an entry. */
export function learnChange(
  post: PostFile & { readonly identity: Identity },
  now: string,
): PostChange {
  const { identity, content } = post;
  if (identity.kind === 'own')
    return changeEntry(identity.key, (stored) => stored && withFile(stored, post, now));
  if (identity.kind !== 'by-hand') return () => false;
  const { key, entry, urn } = identity;
  return changeEntry(key, (stored) => {
    if (stored === null)
      return content === null ? null : asPosted(newEntry(post, content, now), { urn }, now);
    if (entry === null) return stored;
    const learned = withFile(stored, post, now);
    // Another run may have claimed it meanwhile.
    if (isActive(stored, Date.parse(now)) || hasUrn(stored, urn)) return learned;
    return { ...asPosted(learned, { urn }, now), revision: post.revision };
  });
}
