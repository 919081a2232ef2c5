// The text of a post: fills in `{{tag}}`, `{{name}}` and `{{url}}` from the release, and finds what LinkedIn does not take. Pure.

import type { ErrorCode } from '../../errors/error-codes.ts';
import { formatFirst, formatNumber, quoted } from '../../format.ts';
import { RELEASE_ADVICE } from '../../media/find/assets.ts';
import { type DeadMark, findDeadMarks, MAX_TEXT_CHARS, toLittleText } from '../text/little-text.ts';
import { codeOf, type Finding, type Place } from './finding.ts';

/** The fields of a release that a post may use. */
export interface ReleaseFields {
  readonly tag: string;
  readonly name: string;
  /** The page of the release. */
  readonly url: string;
}

/** GitHub gives a run the notes as they were when the release started it, even if `release-tag` names its tag. */
export function releaseNotesHint(tag: string): string {
  return `Edit the notes of the release ${tag} on GitHub. A run that the release started keeps the old notes, also when you run it again: start the workflow by hand (\`workflow_dispatch\`) with \`release-tag: ${tag}\`, or publish a new release.`;
}

type Report = (finding: Finding) => void;

/** A field, or text that looks like one. `${{ … }}` with a space is an expression of a workflow. */
const FIELD = /(?<!\$(?=\{\{\s))\{\{\s*(tag|name|url)\s*\}\}/gi;

/** Lets the other rules be checked when there is no release. */
export const PLACEHOLDER_RELEASE: ReleaseFields = {
  tag: '{{tag}}',
  name: '{{name}}',
  url: 'https://github.com/',
};

/**
 * Fills in the fields of a value, or of the text of the post if `place` has an offset. Reports each name once without a release, and
 * once in another spelling.
 */
export function fillFields(
  text: string,
  place: Place,
  { release, report }: { readonly release: ReleaseFields | null; readonly report: Report },
): string {
  const reported = new Set<string>();
  const reportOnce = (name: string, finding: Finding) => {
    const kind = `${finding.code} ${name.toLowerCase()}`;
    if (!reported.has(kind)) report(finding);
    reported.add(kind);
  };
  return text.replace(FIELD, (found: string, name: string, index: number) => {
    const at = place.offset === undefined ? place : { ...place, offset: index };
    if (found !== `{{${name.toLowerCase()}}}`) {
      const problem = `has ${quoted(found)}, which is posted literally: the fields are {{tag}}, {{name}} and {{url}}, without spaces`;
      reportOnce(name, { ...at, code: null, problem });
      return found;
    }
    const problem = `has ${found}, but there is no release: ${RELEASE_ADVICE}`;
    if (release === null) reportOnce(name, { ...at, code: codeOf(at), problem });
    return (release ?? PLACEHOLDER_RELEASE)[name as keyof ReleaseFields];
  });
}

export const TEXT = { path: [], offset: 0 };

/** Reports what LinkedIn does not take of `text`, or takes in another way. `written`: before its fields are filled in. */
export function checkText(written: string, text: string, report: Report): void {
  const add = (code: ErrorCode | null, problem: string) => report({ ...TEXT, code, problem });
  const max = formatNumber(MAX_TEXT_CHARS);
  if (text.length > MAX_TEXT_CHARS) {
    add('POST_TEXT', `has ${formatNumber(text.length)} characters, but LinkedIn takes at most ${max}`);
    return;
  }
  findMarks(written).forEach(report);
  const sentChars = toLittleText(text).length;
  if (sentChars > MAX_TEXT_CHARS)
    add(
      null,
      `has ${formatNumber(sentChars)} characters once its reserved characters are escaped; LinkedIn may refuse more than ${max}`,
    );
}

/** One warning for all marks of a kind, at the first. */
function findMarks(written: string): Finding[] {
  return MARKS.flatMap(([kind, adviceOn]) => {
    const found = typeof kind === 'string' ? findDeadMarks(written, kind) : [...written.matchAll(kind)];
    const [first] = found;
    if (first === undefined) return [];
    const shown = [...new Set(found.map(([mark]) => showMark(mark)))];
    const verb = shown.length === 1 ? 'goes' : 'go';
    const problem = `${formatFirst(shown, MAX_PLACES)} ${verb} out as ${adviceOn(first[0])}`;
    return { path: [], offset: first.index, code: null, problem, isSentence: true };
  });
}

const inMarkdown = (fix: string) => () => `written, because LinkedIn shows no Markdown; ${fix}`;

/** What goes out as it is, and what to write in its place. */
const MARKS: readonly (readonly [kind: DeadMark | RegExp, adviceOn: (mark: string) => string])[] = [
  ['malformed', () => 'written: a mention is @[Name](urn:li:organization:1) or @[Name](urn:li:person:x)'],
  [
    'handle',
    (mention) =>
      `plain text: a mention is \`@[${quoted(mention.slice(1))}](urn:li:organization:1)\`, with the number of the page; write \`\\${quoted(mention)}\` if it is none`,
  ],
  [
    'cut',
    (tag) =>
      `written: LinkedIn ends a tag at a hyphen, so this one is ${quoted(tag.split('-', 1).join())}; write ${quoted(tag.replaceAll('-', ''))}`,
  ],
  [/(\*\*|__)(?=\S)[^\n]+?(?<=\S)\1/g, inMarkdown('remove the marks of bold text')],
  [/!\[[^[\]\n]*\]\([^()\s]+\)/g, inMarkdown('remove it here, and write the picture in `media`')],
  // With an @ before it, it is a mention.
  [/(?<![@\\!])\[[^[\]\n]+\]\((?!urn:)[^()\s]+\)/g, inMarkdown('write the address alone')],
  [/^#{1,6}[ \t]+\S[^\n]*/gm, inMarkdown('remove the mark of the heading')],
  [/```|`[^`\n]+`/g, inMarkdown('remove the marks of code')],
  [/<!--/g, inMarkdown('remove the comment')],
];

const SHOWN_CHARS = 40;

/** The most places that a warning quotes. */
const MAX_PLACES = 5;

/** Replaces a backtick without a partner, which would start code in our own text. */
function showMark(mark: string): string {
  if (mark.startsWith('```')) return 'a code fence (three backticks)';
  const shown = mark.length > SHOWN_CHARS ? `${mark.slice(0, SHOWN_CHARS)}…` : mark;
  return shown.split('`').length % 2 === 0 ? shown.replaceAll('`', "'") : shown;
}
