// Checks the keys and the text of a post. The same rules hold for a post file and for the post of the inputs, whose errors name the inputs.
// Pure.

import { formatNumber, quoted, visibleForm } from '../../format.ts';
import { ownerKind } from '../../linkedin/urn.ts';
import {
  addFindings,
  codeOf,
  type Finding,
  type KeyPath,
  type Place,
  type WithFindings,
} from './finding.ts';
import { type FrontMatter, parseFrontMatter } from './front-matter.ts';
import { toPost, type WrittenPost } from './post.ts';
import { type PostTime, readPostTime } from './post-time.ts';
import { checkText, fillFields, type ReleaseFields, releaseNotesHint, TEXT } from './text-rules.ts';

export interface PostContext {
  /** The input `owner`: the author, unless the file names one. */
  readonly owner: string;
  /** The input `timezone`: the zone of an `at` that has none; null without it. */
  readonly timezone: string | null;
  /** Null without a release. */
  readonly release: ReleaseFields | null;
}

/** A post as its author wrote it, before its keys and its text are checked. */
interface UnparsedPost extends Pick<WithFindings, 'subjectOf'> {
  readonly file: string | null;
  readonly keys: unknown;
  /** Has no blank lines around it. */
  readonly text: string;
  /** The input `media`: patterns, which are checked when they are searched. A post file has the key. */
  readonly patterns?: readonly string[];
  /** The input `alt`. */
  readonly altTexts?: readonly string[];
  /** The hint of an error of the text. */
  readonly textHint?: string | undefined;
}

/** Never throws. */
export function parsePost(
  source: UnparsedPost,
  { owner, timezone, release }: PostContext,
): WrittenPost {
  const { file, subjectOf, patterns = [], textHint: hint } = source;
  const findings: Finding[] = [];
  const report = (finding: Finding) => {
    findings.push(finding);
  };
  const fill = (text: string, path: KeyPath) => fillFields(text, { path }, { release, report });
  const media = patterns.map((line) => ({ file: fill(line, ['media']), alt: null }));
  const altTexts = (source.altTexts ?? []).map((line) => fill(line, ['alt']));
  const { keys, errors: tooLong } = withoutLongValues(source.keys);
  const { data, mediaIndexes, errors: invalid } = parseFrontMatter(mapTexts(keys, [], fill));
  const errors = [...tooLong, ...invalid];
  findings.push(...errors);
  const reportText = (finding: Finding) => report({ ...finding, hint });
  const text = fillFields(source.text, TEXT, { release, report: reportText });
  if (visibleForm(text) === '') {
    const where = file === null ? 'in the input' : 'below the second `---`';
    const problem = `the post has no text: write it ${where}`;
    reportText({ ...TEXT, code: 'POST_TEXT', problem, isSentence: true });
  } else checkText(source.text, text, reportText);
  const at = readTime(data, timezone, report);
  const own = toPost(data, { file, text, at, subjectOf, owner });
  const entries = own.entries.map((entry, position) => {
    const index = mediaIndexes[position];
    return index === undefined ? entry : { ...entry, index };
  });
  const post = { ...own, entries: [...entries, ...media], altTexts };
  return addFindings(post, [...findings, ...conflictsIn(post, errors.length === 0)]);
}

/** The longest path has so many, and no text of a post more. The rules for single keys come later, and take longer. */
const MAX_VALUE_CHARS = 4096;

/** The keys of a post without those that hold a longer value, and the errors about them. */
function withoutLongValues(keys: unknown): { readonly keys: unknown; readonly errors: Finding[] } {
  const errors: Finding[] = [];
  mapTexts(keys, [], (text, path) => {
    if (text.length > MAX_VALUE_CHARS) {
      const problem = `has ${formatNumber(text.length)} characters, but a value has at most ${formatNumber(MAX_VALUE_CHARS)}`;
      errors.push({ code: codeOf({ path }), path, problem });
    }
    return text;
  });
  const invalid = new Set(errors.map(({ path }) => path[0]));
  if (invalid.size === 0) return { keys, errors };
  const valid = Object.entries(Object(keys)).filter(([key]) => !invalid.has(key));
  return { keys: invalid.has(undefined) ? {} : Object.fromEntries(valid), errors };
}

function readTime(
  { at }: FrontMatter,
  timezone: string | null,
  report: (finding: Finding) => void,
): PostTime | null {
  if (at === undefined) return null;
  const time = readPostTime(at, timezone);
  if (!('problem' in time)) return time;
  report({ code: 'POST_KEY', path: ['at'], problem: time.problem });
  return null;
}

function mapTexts(
  value: unknown,
  path: KeyPath,
  map: (text: string, path: KeyPath) => string,
): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value))
    return value.map((item, index) => mapTexts(item, [...path, index], map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    mapTexts(item, [...path, key], map),
  ]);
  return Object.fromEntries(entries);
}

/**
 * Which keys are valid alone, but not together. What the media are is checked later. `isComplete`: whether all keys are valid. Otherwise an
 * error says already which one is missing.
 */
function* conflictsIn(post: WrittenPost, isComplete: boolean): Generator<Finding> {
  const { entries, title, link, poll, visibility, revision, urn, author } = post;
  const hasMedia = entries.length > 0;
  const attached = Object.entries({ media: hasMedia, link, poll });
  const [first, ...others] = attached.flatMap(([key, value]) => (value ? key : []));
  for (const key of others) {
    const card = key === 'link' ? '; a link card has its picture in its key `image`' : '';
    const problem = `cannot be combined with ${first}: remove \`${key}\` or \`${first}\`${card}`;
    yield { code: 'POST_MEDIA', path: [key], problem };
  }
  if (title !== null && !hasMedia && isComplete)
    yield {
      code: 'POST_MEDIA',
      path: ['title'],
      problem:
        'is for a video or document, but the post has no media: remove `title`, or write `media`',
    };
  if (visibility === 'connections' && ownerKind(author) !== 'person')
    yield {
      code: 'POST_KEY',
      path: ['visibility'],
      problem:
        'is `connections`, which is for persons only, but the author is a page: remove it, or write `logged-in`',
    };
  if (revision > 0 && urn?.startsWith('urn:li:activity:'))
    yield {
      code: 'POST_KEY',
      path: ['revision'],
      problem:
        'asks for an edit, but LinkedIn edits only a post whose `urn` is urn:li:share:… or urn:li:ugcPost:…: write that `urn`, or remove `revision`',
    };
}

/** The inputs of a post as they are written, without blanks around them. Empty: not set. */
export interface InlineContent {
  /** The text, or `RELEASE_NOTES`. */
  readonly text: string;
  readonly textFile: string;
  readonly link: string;
  /** The title of the video or document, or with a link, of its card. */
  readonly title: string;
  readonly comment: string;
  readonly visibility: string;
  readonly id: string;
  readonly resend: number;
  /** Patterns of files and `release:PATTERN`, one for each line, with fields of the release. */
  readonly media: readonly string[];
  /** The alternative texts of the media, in display order, with fields of the release; empty without the input `alt`. */
  readonly alt: readonly string[];
}

/** The value of `text` that takes the text from the release. */
export const RELEASE_NOTES = 'release-notes';

/** `text`: that of the input, the file or the release notes. Never throws. */
export function parseInlinePost(
  content: InlineContent,
  { text, ...context }: PostContext & { readonly text: string },
): WrittenPost {
  const { release } = context;
  const isFromRelease =
    content.textFile === '' && content.text === RELEASE_NOTES && release !== null;
  const inputOf = ({ path, offset }: Place) => {
    if (offset !== undefined) return content.textFile === '' ? 'text' : 'text-file';
    return path.at(-1) === 'alt' ? 'alt' : (NAMES[path.join('.')] ?? String(path[0]));
  };
  const post = parsePost(
    {
      file: null,
      subjectOf: (place) => ({ input: inputOf(place) }),
      keys: toKeys(content),
      text: text.replace(LINE_END, '\n').trim(),
      patterns: content.media,
      altTexts: content.alt,
      textHint: isFromRelease ? releaseNotesHint(release.tag) : undefined,
    },
    context,
  );
  return release === null ? post : addFindings(post, findUnsafeFields(content.media, release));
}

/** The inputs whose names are not those of the keys. */
const NAMES: Readonly<Record<string, string>> = { 'link.url': 'link', 'link.title': 'title' };

/** The bodies that GitHub gives to workflows, and files of a checkout on Windows, have CR LF. */
const LINE_END = /\r\n?/g;

function toKeys({
  link,
  title,
  comment,
  visibility,
  id,
  resend,
}: InlineContent): Record<string, unknown> {
  const card = withoutEmpty({ url: link, title });
  return withoutEmpty({
    ...(link === '' ? { title } : { link: card }),
    ...{ comment: comment.replace(LINE_END, '\n'), visibility, id, resend },
  });
}

function withoutEmpty(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

// With such a value, the pattern would match other files than its author expects.
const UNSAFE_IN_PATTERN = /[*?[\]\\\r\n]|^[!#~/]|(?:^|\/)\.{1,2}(?:\/|$)/;

function findUnsafeFields(media: readonly string[], release: ReleaseFields): Finding[] {
  const isUsed = (name: string) => media.some((line) => line.includes(`{{${name}}}`));
  return (['tag', 'name', 'url'] as const)
    .filter((name) => isUsed(name) && UNSAFE_IN_PATTERN.test(release[name]))
    .map((name) => ({
      code: 'POST_MEDIA',
      path: ['media'],
      problem: `has {{${name}}}, but ${JSON.stringify(quoted(release[name]))} cannot be used in a pattern`,
    }));
}
