// Checks the keys and the text of a post. The same rules hold for a post file and for the inputs. With errors, reads what it can,
// so that all errors are found in one run. Pure.

import { normalizeOwner, ownerKind } from '../../linkedin/urn.ts';
import { codeOf, type FrontMatter, isMediaWord, parseFrontMatter } from './front-matter.ts';
import { isAltKey, isMediaKey, MEDIA_PROBLEM, mediaHint } from './media-lines.ts';
import { type PostPlaces, toPost, type WrittenPost } from './post.ts';
import { byLine, type KeyPath, type PostIssue, type PostNote } from './post-issue.ts';
import {
  describeMalformedField,
  describeMissingRelease,
  fillFields,
  findFields,
  findMalformedFields,
  PLACEHOLDER_RELEASE,
  type ReleaseFields,
  readText,
} from './text-rules.ts';

export interface PostContext {
  /** The input `owner`: the author, unless the file names one. */
  readonly owner: string;
  /** Null without a release. */
  readonly release: ReleaseFields | null;
}

/** A post as its author wrote it, before its keys and its text are checked. */
export interface UnparsedPost extends PostPlaces {
  readonly keys: unknown;
  /** Has no blank lines around it. */
  readonly text: string;
  /** The patterns of `media` in the inputs, with their fields. They are checked when they are searched. */
  readonly patterns: readonly string[];
  /** The lines of the input `alt`, with their fields. */
  readonly altTexts: readonly string[];
  /** The files that the lines of `media` name, even if it is not a list. */
  readonly mediaFiles: () => readonly string[];
  readonly commentValues: readonly KeyPath[];
  readonly issues: readonly PostIssue[];
  readonly warnings: readonly PostNote[];
  /** The id of a post without the key `id`. */
  readonly defaultId: (author: string, text: string) => string;
}

/** Never throws. */
export function parsePost(source: UnparsedPost, context: PostContext): WrittenPost {
  const { file, lineOf, errorAt, warningAt } = source;
  const { owner, release } = context;
  const keys = readKeys(source, context);
  const place = file === null ? 'in the input' : 'below the second `---`';
  const text = readText(source.text, release, place);
  const issues = [...source.issues, ...keys.issues, ...text.issues];
  const { data } = keys;
  const author = normalizeOwner(data?.owner ?? owner);
  const post = toPost(data, { id: source.defaultId(author, text.value), text: text.value, owner });
  const fields = release ?? PLACEHOLDER_RELEASE;
  const patterns = source.patterns.map((pattern) => ({ file: fillFields(pattern, fields), alt: null }));
  return {
    ...post,
    ...{ file, lineOf, errorAt, warningAt },
    entries: patterns.length > 0 && data !== null ? patterns : post.entries,
    errors: issues.map(errorAt).sort(byLine),
    warnings: [...source.warnings, ...keys.warnings, ...text.warnings].map(warningAt),
  };
}

interface PostKeys {
  /** If there are issues, the part that can be read. */
  readonly data: FrontMatter | null;
  readonly issues: readonly PostIssue[];
  readonly warnings: readonly PostNote[];
}

function readKeys(source: UnparsedPost, context: PostContext): PostKeys {
  const { keys, patterns, altTexts, commentValues } = source;
  const { owner, release } = context;
  const missing: PostIssue[] = [];
  const warnings: PostNote[] = [];
  const read = (text: string, path: KeyPath) => {
    const [field] = findFields(text);
    if (field !== undefined && release === null)
      missing.push({ code: codeOf(path), path, problem: describeMissingRelease(field) });
    for (const one of findMalformedFields(text))
      warnings.push({ path, problem: describeMalformedField(one), isSentence: true });
    return fillFields(text, release ?? PLACEHOLDER_RELEASE);
  };
  for (const pattern of patterns) read(pattern, ['media']);
  for (const text of altTexts) read(text, ['alt']);
  const value = mapTexts(keys, [], read);
  const parsed = parseFrontMatter(value);
  const misplaced = parsed.issues.find((one) => one.isMediaShape);
  const isOfMedia = (key: unknown) => typeof key === 'string' && (isMediaKey(key) || isAltKey(key));
  // The media are then not searched, and each error of theirs would be another one.
  const own = misplaced === undefined ? [] : Object.keys(keys as object).filter(isOfMedia);
  const isComment = ({ path }: PostIssue) => commentValues.some((one) => one.join() === path.join());
  const issues = [
    ...missing,
    ...(misplaced === undefined ? [] : [misplacedMedia(misplaced, own, source.mediaFiles())]),
    ...parsed.issues
      .filter(({ path: [key] }) => misplaced === undefined || !isOfMedia(key))
      .map((issue) => (isComment(issue) ? { ...issue, problem: STARTS_COMMENT } : issue)),
  ];
  const readable = [...issues, ...own.map((key) => ({ path: [key] }))];
  const data = issues.length === 0 ? parsed.data : parseReadableKeys(value, readable);
  if (data === null) return { data, issues, warnings };
  const given = {
    ...(keys as object),
    ...(patterns.length > 0 && { media: patterns }),
    ...(own.length > 0 && { media: own }),
  };
  return { data, issues: [...issues, ...conflictsIn(data, given, data.owner ?? owner)], warnings };
}

/** The one error about media that are not the list that they must be, with the lines to write in place of those of `own`. */
function misplacedMedia({ path }: PostIssue, own: readonly string[], files: readonly string[]): PostIssue {
  const word = own.find(isMediaWord);
  return {
    code: 'POST_MEDIA',
    path: word === undefined ? path : [word],
    problem: word === undefined ? MEDIA_PROBLEM : `\`${word}\` is not a key of a post; write \`media\``,
    hint: mediaHint(files, own),
    isSentence: true,
  };
}

const STARTS_COMMENT =
  'is empty, because a `#` after a blank starts a comment in YAML: put the value in quotes, or remove the key';

function mapTexts(value: unknown, path: KeyPath, map: (text: string, path: KeyPath) => string): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, [...path, index], map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], map)]);
  return Object.fromEntries(entries);
}

/**
 * Which keys are valid alone, but not together. What the media are is checked later. A key counts as present even if its
 * value is invalid. Without a valid owner, no rule about the owner applies.
 */
function conflictsIn(
  { visibility, owner, revision, urn }: FrontMatter,
  given: Readonly<Record<string, unknown>>,
  author: string,
): PostIssue[] {
  const has = (key: string) => Object.hasOwn(given, key);
  const hasMedia = has('media') && !(Array.isArray(given.media) && given.media.length === 0);
  const isOwnerKnown = !has('owner') || owner !== undefined;
  const conflicts: PostIssue[] = [];
  const attached = ['media', 'link', 'poll'].filter((key) => (key === 'media' ? hasMedia : has(key)));
  for (const key of attached.slice(1)) {
    const problem = `cannot be combined with ${attached[0]}: remove \`${key}\` or \`${attached[0]}\``;
    conflicts.push({ code: 'POST_MEDIA', path: [key], problem });
  }
  if (has('title') && !hasMedia)
    conflicts.push({
      code: 'POST_MEDIA',
      path: ['title'],
      problem: 'is for a video or document, but the post has no media: remove `title`, or write `media`',
    });
  if (visibility === 'connections' && isOwnerKnown && ownerKind(author) !== 'person')
    conflicts.push({
      code: 'POST_KEY',
      path: ['visibility'],
      problem:
        'is `connections`, which is for persons only, but the author is a page: remove it, or write `logged-in`',
    });
  if (revision > 0 && urn?.startsWith('urn:li:activity:'))
    conflicts.push({
      code: 'POST_KEY',
      path: ['revision'],
      problem:
        'asks for an edit, but LinkedIn edits only a post whose `urn` is urn:li:share:… or urn:li:ugcPost:…: write that `urn`, or remove `revision`',
    });
  return conflicts;
}

/** Placeholders for an invalid alternative text, and for an invalid entry of `media`, which is not searched. Never shown. */
export const UNREADABLE_ALT = '\u{FFFD}';
export const UNREADABLE_ENTRY = '\u{FFFD}';

/** Placeholders for invalid values of keys whose absence would be reported as a second error. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  title: 'x',
  'media.*': UNREADABLE_ENTRY,
  'media.*.alt': UNREADABLE_ALT,
  'link.url': 'https://github.com/',
  'link.title': 'x',
  'link.description': 'x',
};

/** The values that have no `issues`. An entry of `media` with an invalid file keeps its place. Null if nothing can be read. */
function parseReadableKeys(
  value: unknown,
  issues: readonly Pick<PostIssue, 'path' | 'meantPath'>[],
): FrontMatter | null {
  const copy: unknown = structuredClone(value);
  const paths = issues.flatMap(({ path, meantPath }) =>
    meantPath === undefined ? [path] : [path, meantPath],
  );
  for (const path of paths) {
    const [first, index, last] = path;
    const isFile = first === 'media' && typeof index === 'number' && (last === undefined || last === 'file');
    // Nothing is searched in a poll, so it is left out as a whole.
    const broken = isFile ? path.slice(0, 2) : first === 'poll' ? ['poll'] : path;
    const key = broken.at(-1);
    let parent: unknown = copy;
    for (const one of broken.slice(0, -1))
      parent = isMap(parent) && Object.hasOwn(parent, one) ? parent[one] : undefined;
    if (key === undefined || !isMap(parent)) continue;
    const name = broken.map((one) => (typeof one === 'number' ? '*' : one)).join('.');
    const placeholder = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
    if (placeholder === undefined) delete parent[key];
    else parent[key] = placeholder;
  }
  return parseFrontMatter(copy).data;
}

function isMap(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
