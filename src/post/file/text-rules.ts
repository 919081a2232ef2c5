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

/** A field, or text that looks like one. */
const FIELD = /\$?\{\{([^{}]{1,100})\}\}/g;

const FIELDS = '{{tag}}, {{name}} and {{url}}';

/** The names that other tools give to the fields. */
const OTHER_FIELDS: readonly (readonly [name: RegExp, advice: string])[] = [
  [/^(?:release\.?)?(?:title|name)$/i, 'write {{name}} for the name of the release'],
  [/^(?:release\.?)?(?:tag|tagname|version)$/i, 'write {{tag}} for the tag of the release'],
  [/^(?:release\.?)?(?:htmlurl|url|link)$/i, 'write {{url}} for the page of the release'],
];

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
  return text.replace(FIELD, (found: string, inner: string, index: number) => {
    const at = place.offset === undefined ? place : { ...place, offset: index };
    const name = inner.trim();
    // A dollar sign before a field may be that of a price.
    const dollar = found.startsWith('$') ? '$' : '';
    if (found !== `${dollar}{{${name}}}` || !isField(name)) {
      if (NEVER_SHOWN.has(place.path[0])) return found;
      const problem = `has ${quoted(found)}, which is posted literally: ${adviceOnField(found, name)}`;
      reportOnce(name, { ...at, code: null, problem });
      return found;
    }
    const problem = `has {{${name}}}, but there is no release: ${RELEASE_ADVICE}`;
    if (release === null) reportOnce(name, { ...at, code: codeOf(at), problem });
    return dollar + (release ?? PLACEHOLDER_RELEASE)[name];
  });
}

/** The keys that readers never see. Such a value is an error there, which says what to write. */
const NEVER_SHOWN: ReadonlySet<unknown> = new Set(['owner', 'visibility', 'at', 'urn']);

function isField(name: string): name is keyof ReleaseFields {
  return Object.hasOwn(PLACEHOLDER_RELEASE, name);
}

/** What to write in place of `found`, which is no field. */
function adviceOnField(found: string, name: string): string {
  if (isField(name.toLowerCase()) && !/^\$\{\{\s/.test(found))
    return `the fields are ${FIELDS}, without spaces`;
  if (found.startsWith('$'))
    return `GitHub evaluates expressions only in workflow files; the fields of a post are ${FIELDS}, of the release`;
  const [, advice] = OTHER_FIELDS.find(([other]) => other.test(name.replaceAll(/[-_]/g, ''))) ?? [];
  return advice ?? `the fields are ${FIELDS}, of the release; write anything else itself`;
}

export const TEXT = { path: [], offset: 0 };

/** Reports what LinkedIn does not take of `text`, or takes in another way. `written`: before its fields are filled in. */
export function checkText(written: string, text: string, report: Report): void {
  const add = (code: ErrorCode | null, problem: string) => report({ ...TEXT, code, problem });
  const max = formatNumber(MAX_TEXT_CHARS);
  if (text.length > MAX_TEXT_CHARS) {
    add(
      'POST_TEXT',
      `has ${formatNumber(text.length)} characters, but LinkedIn takes at most ${max}`,
    );
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
    const found =
      typeof kind === 'string' ? findDeadMarks(written, kind) : [...written.matchAll(kind)];
    const [first] = found;
    if (first === undefined) return [];
    const shown = [...new Set(found.map(([mark]) => showMark(mark)))];
    const verb = shown.length === 1 ? 'goes' : 'go';
    const problem = `${formatFirst(shown, MAX_PLACES)} ${verb} out as ${adviceOn(first[0])}`;
    return { path: [], offset: first.index, code: null, problem, isSentence: true };
  });
}

/** Completes the sentence "write @[Acme](urn:li:organization:24141830), …". */
const WHERE_NUMBER_IS =
  'with the number in the address of the admin view of the page, linkedin.com/company/24141830/admin';

/** The number of a page in an address or in another URN. */
const PAGE_NUMBER = /\b(?:company|organization|showcase|school)[:/](\d{1,20})\b/i;

/** Completes the sentence "… goes out as" about `@[Name](…)` with something else than a URN of LinkedIn. */
function adviceOnMention(mention: string): string {
  const end = mention.lastIndexOf('](') + 1;
  const name = showMark(mention.slice(0, end));
  const [, number] = PAGE_NUMBER.exec(mention.slice(end)) ?? [];
  if (number !== undefined) return `written: write ${name}(urn:li:organization:${number})`;
  return `written: write ${name}(urn:li:organization:24141830), ${WHERE_NUMBER_IS}; or ${name}(urn:li:person:…), with the id of the person, which is not in the address of the profile`;
}

const inHtml = (fix: string) => `written, because LinkedIn shows no HTML; ${fix}`;

const TAGS =
  'a|abbr|b|blockquote|center|code|del|details|div|em|figure|font|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|picture|pre|s|script|small|span|strong|style|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|video';

/** The characters of HTML's names that authors copy most. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: 'a space',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  bull: '•',
  middot: '·',
  rarr: '→',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
};

/** The character of `&amp;`, `&#38;` or `&#x26;`. */
function entityText(entity: string): string {
  const name = entity.slice(1, -1);
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? 'the character itself';
  const point = Number(name.slice(1).replace(/^x/i, '0x'));
  const isVisible = point > 32 && point !== 160 && point <= 0x10ffff;
  return isVisible ? String.fromCodePoint(point) : 'the character itself';
}

const inMarkdown = (fix: string) => () => `written, because LinkedIn shows no Markdown; ${fix}`;

/** What goes out as it is, and what to write in its place. */
const MARKS: readonly (readonly [kind: DeadMark | RegExp, adviceOn: (mark: string) => string])[] = [
  ['malformed', adviceOnMention],
  [
    'handle',
    (mention) =>
      `plain text: a mention is \`@[${quoted(mention.slice(1))}](urn:li:organization:1)\`, with the number of the page; write \`\\${quoted(mention)}\` if it is none`,
  ],
  [
    /(?<!\\)@\[[^[\]\n]+\](?!\()/g,
    (name) =>
      `written: write ${quoted(name)}(urn:li:organization:24141830), ${WHERE_NUMBER_IS}; write \`\\${quoted(name)}\` if it is no mention`,
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
  [/<br\s*\/?>/gi, () => inHtml('begin a new line instead')],
  [/<\/?p(?:\s[^<>\n]*)?>/gi, () => inHtml('write an empty line between paragraphs instead')],
  [new RegExp(`</?(?:${TAGS})(?:\\s[^<>\\n]*)?/?>`, 'gi'), () => inHtml('remove the tags')],
  [
    new RegExp(`&(?:${Object.keys(ENTITIES).join('|')}|#\\d{1,7}|#x[\\da-f]{1,6});`, 'gi'),
    (entity) => inHtml(`write ${entityText(entity)} instead`),
  ],
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
