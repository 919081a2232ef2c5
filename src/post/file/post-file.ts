// Parses a post file: front matter between two lines `---`, and the text below it. Every error has its line. Pure.

import type { ActionError } from '../../errors.ts';
import { normalizeOwner } from '../../linkedin/urn.ts';
import type { MediaFile } from '../../media/media-file.ts';
import { findConflicts } from './conflicts.ts';
import {
  describeMalformedField,
  fillFields,
  findFields,
  findMalformedFields,
  PLACEHOLDER_RELEASE,
  type ReleaseFields,
} from './fields.ts';
import { codeOf, type FrontMatter, nameOf, parseFrontMatter } from './front-matter.ts';
import type { FoundMedia } from './media-rules.ts';
import { type Post, toPost } from './post.ts';
import { byLine, type KeyPath, PostError, type PostIssue, type PostWarning } from './post-error.ts';
import { readText } from './post-text.ts';
import { parseReadableKeys } from './readable-keys.ts';
import { parseYamlMap, type YamlError, type YamlMap } from './yaml-map.ts';

export interface PostContext {
  /** The input `owner`: the author, unless the file names one. */
  readonly owner: string;
  /** Null without a release. */
  readonly release: ReleaseFields | null;
}

/** A picture, video or document of a post. */
export interface PostMediaFile extends FoundMedia {
  readonly source: MediaFile;
  /** The file that `alt` is from; null for the key `alt`. */
  readonly altFile: string | null;
}

/** A post as it is written: in a file, or in the inputs. */
export interface PostFile {
  /** Relative to the workspace, with `/` on every system; null for a post of inputs. */
  readonly file: string | null;
  /** As far as they are known, even with errors: the row of a failed post has them. */
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** Null when there are errors. */
  readonly post: Post | null;
  /** With errors, the part that could be read, only to find further errors. Null if nothing could be read. */
  readonly readable: Post | null;
  /** In the order of the lines. */
  readonly errors: readonly ActionError[];
  readonly warnings: readonly PostWarning[];
  /** An error that shows later, such as a missing media file. */
  errorAt(issue: PostIssue): ActionError;
  /** The line of a key; null without a file. */
  lineOf(path: KeyPath): number | null;
  /** In display order. Empty until the files are inspected. */
  readonly media: readonly PostMediaFile[];
  /** The picture of the link card. */
  readonly linkImage: MediaFile | null;
  /** All files of the workspace that the post consists of, relative to it. */
  readonly paths: readonly string[];
  readonly hasReleaseMedia: boolean;
}

/** The files of a post before they are inspected. */
export const NO_MEDIA = { media: [], linkImage: null, paths: [], hasReleaseMedia: false } as const;

/** The media of a post, and the picture of its link card. */
export function mediaFilesOf({ media, linkImage }: Pick<PostFile, 'media' | 'linkImage'>): MediaFile[] {
  return [...media.map(({ source }) => source), ...(linkImage === null ? [] : [linkImage])];
}

/** Never throws. `source` is the whole file. */
export function parsePostFile(source: string, file: string, context: PostContext): PostFile {
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  const problem = hasFrontMatter(source) ? (end < 0 ? UNCLOSED : null) : missingFrontMatter(file);
  if (problem !== null) return invalidFile(file, context, { line: 1, message: problem });
  const yaml = parseYamlMap(lines.slice(1, end).join('\n'));
  if ('message' in yaml) return invalidFile(file, context, { line: yaml.line + 1, message: yaml.message });
  const lineOf = (path: KeyPath) => yaml.lineOf(path) + 1;
  const errorAt = ({ code, path, message, hint }: PostIssue) =>
    new PostError(code, { file, line: lineOf(path) }, message, hint);
  const frontMatter = readFrontMatter(yaml, context);
  const text = readText(lines, end + 1, context.release);
  const textErrors = text.issues.map(
    ({ line, text: message }) => new PostError('POST_TEXT', { file, line }, message),
  );
  const errors = [...frontMatter.issues.map(errorAt), ...textErrors].sort(byLine);
  const cut = yaml.cutValues.map((path) => ({
    line: lineOf(path),
    text: `${nameOf(path)} ends before \` #\`, where YAML starts a comment; put the value in quotes to keep the rest`,
  }));
  const malformed = frontMatter.malformed.map(({ path, message }) => ({ line: lineOf(path), text: message }));
  const { data } = frontMatter;
  const readable = data === null ? null : toPost(data, { file, text: text.value, owner: context.owner });
  return {
    file,
    id: data?.id ?? file,
    author: normalizeOwner(data?.owner ?? context.owner),
    text: text.value,
    post: errors.length > 0 ? null : readable,
    readable,
    errors,
    warnings: [...cut, ...malformed, ...text.warnings],
    errorAt,
    lineOf,
    ...NO_MEDIA,
  };
}

/** Whether the file is meant to be a post. */
export function hasFrontMatter(source: string): boolean {
  return /^\uFEFF?---\s*?(?:[\r\n]|$)/.test(source);
}

function missingFrontMatter(file: string): string {
  return `the file has no front matter, so it is not a post: start it with a line \`---\`, the keys (or nothing), and a line \`---\`, or exclude it with the line \`!${file}\` in the input \`posts\``;
}

const UNCLOSED = 'the front matter has no end: add a line `---` after the last key';

function invalidFile(file: string, { owner }: PostContext, { line, message }: YamlError): PostFile {
  return unreadablePost(new PostError('POST_KEY', { file, line }, message), owner);
}

/** A post file that cannot be read, because of `error`. */
export function unreadablePost(error: PostError, owner: string): PostFile {
  const { file, line } = error;
  return {
    file,
    id: file,
    author: normalizeOwner(owner),
    text: '',
    post: null,
    readable: null,
    errors: [error],
    warnings: [],
    errorAt: () => error,
    lineOf: () => line,
    ...NO_MEDIA,
  };
}

function readFrontMatter(
  yaml: YamlMap,
  { owner, release }: PostContext,
): {
  /** What can be read, if there are issues. */
  readonly data: FrontMatter | null;
  readonly issues: readonly PostIssue[];
  /** Fields that are not filled in, because of how they are written. */
  readonly malformed: readonly Omit<PostIssue, 'code'>[];
} {
  const missing: PostIssue[] = [];
  const malformed: Omit<PostIssue, 'code'>[] = [];
  const value = mapTexts(yaml.value, [], (text, path) => {
    const [field] = findFields(text);
    if (field !== undefined && release === null)
      missing.push({
        code: codeOf(path),
        path,
        message: `${nameOf(path)} has ${field.text}, but there is no release`,
      });
    malformed.push(
      ...findMalformedFields(text).map((one) => ({ path, message: describeMalformedField(one) })),
    );
    return fillFields(text, release ?? PLACEHOLDER_RELEASE);
  });
  const parsed = parseFrontMatter(value);
  const isComment = ({ path }: PostIssue) => yaml.commentValues.some((one) => one.join() === path.join());
  const issues = [
    ...missing,
    ...parsed.issues.map((issue) =>
      isComment(issue) ? { ...issue, message: `${nameOf(issue.path)} ${STARTS_COMMENT}` } : issue,
    ),
  ];
  const data = issues.length === 0 ? parsed.data : parseReadableKeys(value, issues);
  if (data === null) return { data, issues, malformed };
  const written = value as Readonly<Record<string, unknown>>;
  return { data, issues: [...issues, ...conflictsIn(data, written, data.owner ?? owner)], malformed };
}

const STARTS_COMMENT =
  'is empty, because a `#` after a blank starts a comment in YAML: put the value in quotes, or remove the key';

/** Maps every text in a value of YAML. */
function mapTexts(value: unknown, path: KeyPath, map: (text: string, path: KeyPath) => string): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, [...path, index], map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], map)]);
  return Object.fromEntries(entries);
}

/** A key counts as present even if its value is invalid. Without a valid owner, no rule about the owner applies. */
function conflictsIn(
  { visibility, owner }: FrontMatter,
  written: Readonly<Record<string, unknown>>,
  author: string,
): PostIssue[] {
  const has = (key: string) => Object.hasOwn(written, key);
  const isEmptyList = Array.isArray(written.media) && written.media.length === 0;
  return findConflicts({
    hasMedia: has('media') && !isEmptyList,
    hasLink: has('link'),
    hasTitle: has('title'),
    visibility: has('owner') && owner === undefined ? undefined : visibility,
    author,
  }).map(({ code, key, reason }) => ({ code, path: [key], message: `${nameOf([key])} ${reason}` }));
}
