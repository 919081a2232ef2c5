// Builds the post of the inputs: a post without a file. It has the rules of a post file, under the names of the inputs.
// Pure.

import type { ErrorCode } from '../../error-codes.ts';
import { normalizeOwner } from '../../linkedin/urn.ts';
import { digestId } from '../memory/memory.ts';
import { findMarkdown } from '../text/markdown-marks.ts';
import { findConflicts } from './conflicts.ts';
import {
  describeMalformedField,
  fillFields,
  findFields,
  findMalformedFields,
  PLACEHOLDER_RELEASE,
  type ReleaseFields,
} from './fields.ts';
import { nameOf, parseFrontMatter } from './front-matter.ts';
import { type Post, toPost } from './post.ts';
import type { PostIssue } from './post-error.ts';
import { checkText } from './post-text.ts';

/** The inputs of a post as they are written, without blanks around them. Empty: not set. */
export interface InlineContent {
  readonly link: string;
  /** The title of the video or document, or with a link, of its card. */
  readonly title: string;
  readonly comment: string;
  readonly visibility: string;
  readonly id: string;
  readonly resend: number;
  /** Patterns of files and `release:PATTERN`, one for each line, with fields of the release. */
  readonly media: readonly string[];
}

interface InlineContext {
  /** The text of the input, the file or the release notes. */
  readonly text: string;
  readonly owner: string;
  /** Null without a release. */
  readonly release: ReleaseFields | null;
}

type ContentInput = Exclude<keyof InlineContent, 'resend'> | 'text';

interface InlineIssue {
  readonly code: ErrorCode;
  readonly input: ContentInput;
  /** Continues after the name of the input: "is empty". */
  readonly message: string;
}

export interface InlinePost {
  /** As far as it is known, even with issues. */
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** Null when there are issues. */
  readonly post: Post | null;
  readonly issues: readonly InlineIssue[];
  readonly warnings: readonly string[];
}

/** Never throws. */
export function buildInlinePost(content: InlineContent, { text, owner, release }: InlineContext): InlinePost {
  const { link, title, comment, visibility, id, media, resend } = content;
  const fields = { text, media: media.join('\n'), link, title, comment, id };
  const missing =
    release === null ? Object.entries(fields).flatMap(missingFields) : unusableFields(media, release);
  const fill = (written: string) =>
    fillFields(written.replace(LINE_END, '\n'), release ?? PLACEHOLDER_RELEASE);
  const value = withoutEmpty({
    owner,
    visibility,
    comment: fill(comment),
    id: fill(id),
    resend,
    ...(link === ''
      ? { title: fill(title) }
      : { link: withoutEmpty({ url: fill(link), title: fill(title) }) }),
  });
  const { data, issues } = parseFrontMatter(value);
  const filled = fill(text).trim();
  const checked = checkText(filled);
  const textIssues = checked.issues.map((message) => issue('POST_TEXT', 'text', message));
  const all = [...missing, ...issues.map(toInlineIssue), ...conflictsIn(content, owner), ...textIssues];
  const author = normalizeOwner(owner);
  const base = {
    id: data?.id ?? digestId(author, filled),
    author,
    text: filled,
    warnings: [
      ...Object.values(fields).flatMap((written) => findMalformedFields(written).map(describeMalformedField)),
      ...checked.warnings,
      ...(checked.issues.length > 0 ? [] : findMarkdown(filled).map(({ message }) => message)),
    ],
  };
  if (data === null || all.length > 0) return { ...base, post: null, issues: all };
  const post = toPost(data, { file: base.id, text: filled, owner });
  const entries = media.map((file) => ({ file: fill(file), alt: null }));
  return { ...base, issues: [], post: { ...post, file: null, id: base.id, media: entries } };
}

/** The bodies that GitHub gives to workflows, and files of a checkout on Windows, have CR LF. */
const LINE_END = /\r\n?/g;

function issue(code: ErrorCode, input: ContentInput, message: string): InlineIssue {
  return { code, input, message };
}

const CODES: Readonly<Record<string, ErrorCode>> = { text: 'POST_TEXT', media: 'POST_MEDIA' };

function missingFields([input, written]: readonly [string, string]): InlineIssue[] {
  const [field] = findFields(written);
  if (field === undefined) return [];
  const code = CODES[input] ?? 'POST_KEY';
  return [issue(code, input as ContentInput, `has ${field.text}, but there is no release`)];
}

// With such a value, the pattern would match other files than its author expects.
const UNSAFE_IN_PATTERN = /[*?[\]\\\r\n]|^[!#~/]|(?:^|\/)\.{1,2}(?:\/|$)/;

function unusableFields(media: readonly string[], release: ReleaseFields): InlineIssue[] {
  const fields = media.flatMap(findFields);
  const field = fields.find(({ text }) => UNSAFE_IN_PATTERN.test(fillFields(text, release)));
  if (field === undefined) return [];
  const value = JSON.stringify(fillFields(field.text, release));
  return [issue('POST_MEDIA', 'media', `has ${field.text}, but ${value} cannot be used in a pattern`)];
}

function withoutEmpty(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

const NAMES: Readonly<Record<string, ContentInput>> = { 'link.url': 'link', 'link.title': 'title' };

function toInlineIssue({ code, path, message }: PostIssue): InlineIssue {
  const key = path.join('.');
  // Every message about a key starts with its name, which the error of an input has already.
  const text = message.replace(`${nameOf(path)} `, '');
  if (key === 'link.title' && text === 'is missing')
    return issue(code, 'title', 'is empty, but a link card needs a title: LinkedIn does not fetch the page');
  return issue(code, NAMES[key] ?? (key as ContentInput), text);
}

function conflictsIn({ link, title, media, visibility }: InlineContent, owner: string): InlineIssue[] {
  const given = { hasMedia: media.length > 0, hasLink: link !== '', hasTitle: title !== '' && link === '' };
  return findConflicts({ ...given, visibility, author: owner }).map(({ code, key, reason }) =>
    issue(code, key, key === 'title' ? TITLE_WITHOUT_USE : reason),
  );
}

/** The input is also the title of a link card. */
const TITLE_WITHOUT_USE = 'is for a video, a document or a link, but none of them is set';
