// The text of a post: fills in `{{tag}}`, `{{name}}` and `{{url}}` from the release, and finds what LinkedIn does not take. Pure.

import { formatList, formatNumber, visibleForm } from '../../format.ts';
import {
  type DeadMark,
  findDeadMarks,
  findMalformedMentions,
  MAX_TEXT_CHARS,
  toLittleText,
} from '../text/little-text.ts';
import { fileIn } from './media-lines.ts';
import type { PostIssue, PostNote } from './post-issue.ts';

/** The fields of a release that a post may use. */
export interface ReleaseFields {
  readonly tag: string;
  readonly name: string;
  /** The page of the release. */
  readonly url: string;
}

const FIELD = /\{\{(tag|name|url)\}\}/g;

/** Text that looks like a field and is not one. `${{ … }}` is an expression of a workflow. */
const MALFORMED_FIELD = /(?<!\$)\{\{\s*(?:tag|name|url)\s*\}\}/gi;

export function fillFields(text: string, fields: ReleaseFields): string {
  return text.replace(FIELD, (_, name: keyof ReleaseFields) => fields[name]);
}

export interface FoundField {
  /** The field as written, with its braces. */
  readonly text: string;
  readonly index: number;
}

export function findFields(text: string): FoundField[] {
  return [...text.matchAll(FIELD)].map(({ 0: found, index }) => ({ text: found, index }));
}

/** `{{ tag }}` and `{{Tag}}`, which are posted literally. */
export function findMalformedFields(text: string): FoundField[] {
  const fields = new Set(findFields(text).map(({ index }) => index));
  return [...text.matchAll(MALFORMED_FIELD)]
    .filter(({ index }) => !fields.has(index))
    .map(({ 0: found, index }) => ({ text: found, index }));
}

export function describeMalformedField({ text }: FoundField): string {
  return `${text} is posted literally: the fields are {{tag}}, {{name}} and {{url}}, without spaces`;
}

export const RELEASE_ADVICE = 'set the input `release-tag`, or let a release start the job';

/** The rest of a sentence about a field that cannot be filled in. */
export function describeMissingRelease({ text }: FoundField): string {
  return `has ${text}, but there is no release: ${RELEASE_ADVICE}`;
}

/** Lets the other rules be checked when there is no release. */
export const PLACEHOLDER_RELEASE: ReleaseFields = { tag: 'v1', name: 'v1', url: 'https://github.com/' };

interface PostText {
  /** The text with its fields filled in. */
  readonly value: string;
  readonly issues: readonly PostIssue[];
  readonly warnings: readonly PostNote[];
}

/** `text` is as written, without blank lines around it. `place`: where its author writes it. */
export function readText(text: string, release: ReleaseFields | null, place: string): PostText {
  const value = fillFields(text, release ?? PLACEHOLDER_RELEASE);
  const missing = (release === null ? findFields(text) : []).map((field) =>
    issue(describeMissingRelease(field), field.index),
  );
  const malformed = findMalformedFields(text).map((field) =>
    sentence(describeMalformedField(field), field.index),
  );
  if (visibleForm(value) === '') {
    const blank = { ...issue(`the post has no text: write it ${place}`), isSentence: true };
    return { value, issues: [...missing, blank], warnings: malformed };
  }
  if (value.length > MAX_TEXT_CHARS) {
    const chars = formatNumber(value.length);
    const long = issue(`has ${chars} characters, but LinkedIn takes at most ${formatNumber(MAX_TEXT_CHARS)}`);
    return { value, issues: [...missing, long], warnings: malformed };
  }
  // Searches no text that is too long: the search takes a time that grows with the square of its length.
  return {
    value,
    issues: missing,
    warnings: [...malformed, ...findWarnings(value, text), ...findMarkdown(text)],
  };
}

function issue(problem: string, offset = 0): PostIssue {
  return { code: 'POST_TEXT', path: [], offset, problem };
}

function sentence(problem: string, offset = 0): PostNote {
  return { path: [], offset, problem, isSentence: true };
}

/** `written`: the text before its fields were filled in. */
function findWarnings(value: string, written: string): PostNote[] {
  const warnings = findMalformedMentions(value).map((mention) =>
    sentence(
      `${mention} is posted literally: a mention is @[Name](urn:li:organization:1) or @[Name](urn:li:person:x)`,
      // A field inside a mention is filled in, so the mention is not in the written text.
      Math.max(0, written.indexOf(mention)),
    ),
  );
  const { mentions, tags } = findDeadMarks(written);
  const [mention] = mentions;
  if (mention !== undefined) {
    const name = mention.text.slice(1);
    const advice = `a mention is \`@[${name}](urn:li:organization:1)\`, with the number of the page; write \`\\@${name}\` if it is none`;
    warnings.push(sentence(`${namesOf(mentions)} as plain text: ${advice}`, mention.index));
  }
  const [tag] = tags;
  if (tag !== undefined) {
    const [end = ''] = tag.text.split('-', 1);
    const advice = `LinkedIn ends a tag at a hyphen, so this one is ${end}; write ${tag.text.replaceAll('-', '')}`;
    warnings.push(sentence(`${namesOf(tags)} as written: ${advice}`, tag.index));
  }
  const sentChars = toLittleText(value).length;
  if (sentChars <= MAX_TEXT_CHARS) return warnings;
  const problem = `has ${formatNumber(sentChars)} characters once its reserved characters are escaped; LinkedIn may refuse more than ${formatNumber(MAX_TEXT_CHARS)}`;
  return [...warnings, { path: [], offset: 0, problem }];
}

function namesOf(marks: readonly DeadMark[]): string {
  return quoteMarks([...new Set(marks.map(({ text }) => text))]);
}

const PICTURE = /!\[([^[\]\n]*)\]\(([^()\s]+)\)/;

/** LinkedIn shows no Markdown: the marks go out as written. */
const MARKDOWN: readonly (readonly [kind: RegExp, fix: string])[] = [
  [/(\*\*|__)(?=\S)[^\n]+?(?<=\S)\1/, 'remove the marks of bold text'],
  [PICTURE, 'remove it here, and write the picture in `media`'],
  // With an @ before it, it is a mention.
  [/(?<![@\\!])\[[^[\]\n]+\]\((?!urn:)[^()\s]+\)/, 'write the address alone'],
  [/^#{1,6}[ \t]+\S[^\n]*/m, 'remove the mark of the heading'],
  [/```[\s\S]*?(?:```|$)|`[^`\n]+`/, 'remove the marks of code'],
  [/<!--/, 'remove the comment'],
];
const SHOWN_CHARS = 40;

/** The most places that a warning quotes. */
const MAX_PLACES = 5;

/** One warning for each kind, at its first place, and for each picture, which has lines of its own. */
function findMarkdown(text: string): PostNote[] {
  const found = MARKDOWN.flatMap(([kind, fix]) => {
    const places = [...text.matchAll(new RegExp(kind, `${kind.flags}g`))];
    const groups = kind === PICTURE ? places.map((place) => [place]) : [places];
    return groups.flatMap((group) => (group[0] === undefined ? [] : [{ first: group[0], group, fix }]));
  });
  return found
    .toSorted((a, b) => a.first.index - b.first.index)
    .map(({ first, group, fix }) => {
      const problem = `LinkedIn shows no Markdown: ${quoteMarks(group.map(([mark]) => mark))} as written; ${fix}`;
      return { ...sentence(problem, first.index), ...pictureIn(first[0]) };
    });
}

/** `**bold** goes out`, or `**bold**, __word__ and 3 more go out`. */
function quoteMarks(marks: readonly string[]): string {
  const shown = marks.slice(0, MAX_PLACES).map(showMark);
  const more = marks.length - shown.length;
  const list = formatList(more > 0 ? [...shown, `${more} more`] : shown);
  return `${list} ${marks.length === 1 ? 'goes' : 'go'} out`;
}

/** Replaces a backtick without a partner, which would start code in our own text. */
function showMark(mark: string): string {
  if (mark.startsWith('```')) return 'a code fence (three backticks)';
  const shown = mark.length > SHOWN_CHARS ? `${mark.slice(0, SHOWN_CHARS)}…` : mark;
  return shown.split('`').length % 2 === 0 ? shown.replaceAll('`', "'") : shown;
}

/** A picture of the repository can be one of the post. */
function pictureIn(mark: string): Pick<PostNote, 'picture'> {
  const [, alt = '', address = ''] = PICTURE.exec(mark) ?? [];
  const file = address.includes('//') ? null : fileIn(address);
  return file === null ? {} : { picture: { lead: ', as ', file, alt: alt.trim() || null } };
}
