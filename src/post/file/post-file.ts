// Parses a post file: front matter between two lines `---`, and the text below it. Every error has its line. Pure.

import { formatNumber } from '../../format.ts';
import { normalizeOwner } from '../../linkedin/urn.ts';
import { findMarkdown } from '../text/markdown-marks.ts';
import { findMalformedMentions, MAX_TEXT_CHARS, toLittleText } from '../text/text.ts';
import { findConflicts } from './conflicts.ts';
import {
  describeMalformedField,
  fillFields,
  findFields,
  findMalformedFields,
  type ReleaseFields,
} from './fields.ts';
import { codeOf, type FrontMatter, nameOf, parseFrontMatter } from './front-matter.ts';
import { type Post, toPost } from './post.ts';
import { byLine, type KeyPath, PostError, type PostIssue, type PostWarning } from './post-error.ts';
import { parseReadableKeys } from './readable-keys.ts';
import { parseYamlMap, type YamlError, type YamlMap } from './yaml-map.ts';

export interface PostContext {
  /** The input `owner`: the author, unless the file names one. */
  readonly owner: string;
  /** Null without a release. */
  readonly release: ReleaseFields | null;
}

export interface PostFile {
  /** Relative to the workspace, with `/` on every system. */
  readonly file: string;
  /** As far as they are known, even with errors: the row of a failed post has them. */
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** Null when there are errors. */
  readonly post: Post | null;
  /** With errors, the part that could be read, only to find further errors. Null if nothing could be read. */
  readonly readable: Post | null;
  /** In the order of the lines. */
  readonly errors: readonly PostError[];
  readonly warnings: readonly PostWarning[];
  /** The line of a key, for errors that show later, such as a missing media file. */
  lineOf(path: KeyPath): number;
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
  const errorAt = ({ code, path, message }: PostIssue) =>
    new PostError(code, { file, line: lineOf(path) }, message);
  const frontMatter = readFrontMatter(yaml, context);
  const text = readText(lines, end + 1, context);
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
    lineOf,
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
  const error = new PostError('POST_KEY', { file, line }, message);
  const author = normalizeOwner(owner);
  const nothing = { text: '', post: null, readable: null, warnings: [] };
  return { ...nothing, file, id: file, author, errors: [error], lineOf: () => line };
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

/** Lets the other rules be checked when there is no release. */
export const PLACEHOLDER_RELEASE: ReleaseFields = { tag: 'v1', name: 'v1', url: 'https://github.com/' };

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

interface PostText {
  /** Without blank lines around it, with its fields filled in. */
  readonly value: string;
  readonly issues: readonly PostWarning[];
  readonly warnings: readonly PostWarning[];
}

/** `first` is the index of the line below the front matter. */
function readText(lines: readonly string[], first: number, { release }: PostContext): PostText {
  const written = lines.slice(first).join('\n');
  const text = written.trim();
  // Without any text, the error is at the end of the front matter.
  const line = text === '' ? first : first + 1 + lineBreaksIn(written.slice(0, written.search(/\S/)));
  const lineAt = ({ index }: { readonly index: number }) => line + lineBreaksIn(text.slice(0, index));
  const fields = release === null ? findFields(text) : [];
  const value = fillFields(text, release ?? PLACEHOLDER_RELEASE);
  const missing = fields.map((field) => ({
    line: lineAt(field),
    text: `the text has ${field.text}, but there is no release`,
  }));
  const malformed = findMalformedFields(text).map((field) => ({
    line: lineAt(field),
    text: describeMalformedField(field),
  }));
  const checked = checkText(value);
  const at = (message: string) => ({ line, text: message });
  // Only of a text that is not too long: the search takes a time that grows with the square of its length.
  const markdown = checked.issues.length > 0 ? [] : findMarkdown(text);
  const marks = markdown.map((found) => ({ line: lineAt(found), text: found.message }));
  return {
    value,
    issues: [...missing, ...checked.issues.map(at)],
    warnings: [...malformed, ...checked.warnings.map(at), ...marks],
  };
}

function lineBreaksIn(text: string): number {
  return text.split('\n').length - 1;
}

/** For a text with its fields filled in. Sentences without their full stop. */
export function checkText(text: string): {
  readonly issues: readonly string[];
  readonly warnings: readonly string[];
} {
  if (!/[^\s\p{Default_Ignorable_Code_Point}]/u.test(text))
    return { issues: ['the post has no text'], warnings: [] };
  const max = formatNumber(MAX_TEXT_CHARS);
  if (text.length > MAX_TEXT_CHARS) {
    const issue = `the text has ${formatNumber(text.length)} characters, but LinkedIn takes at most ${max}`;
    return { issues: [issue], warnings: [] };
  }
  const warnings = findMalformedMentions(text).map(
    (mention) =>
      `${mention} is posted as it reads: a mention is @[Name](urn:li:organization:1) or @[Name](urn:li:person:x)`,
  );
  const sentChars = toLittleText(text).length;
  if (sentChars <= MAX_TEXT_CHARS) return { issues: [], warnings };
  const warning = `the text has ${formatNumber(sentChars)} characters once its reserved characters are escaped; LinkedIn may refuse more than ${max}`;
  return { issues: [], warnings: [...warnings, warning] };
}
