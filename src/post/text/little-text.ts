// The text of a post: from the text that an author writes to LinkedIn's "little text", in which reserved characters
// are escaped and hashtags and mentions are live. Unescaped, they would end the text silently. And back: what readers see. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format (read 2026-11-26)

/** UTF-16 units of the text as written. LinkedIn's refusals name this limit; whether backslashes count is unknown. */
export const MAX_TEXT_CHARS = 3000;

/** A piece of the text as its author means it. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'hashtag'; readonly tag: string }
  | { readonly kind: 'mention'; readonly name: string; readonly urn: string };

const RESERVED = /[\\|{}@[\]()<>#*_~]/g;

// A backslash makes the next # or @ literal; elsewhere it is a backslash.
const LITERAL = String.raw`\\(?<literal>[#@])`;
// The name may hold brackets in pairs, such as "Acme [Labs]".
const MENTION = String.raw`@\[(?<name>(?:[^[\]\n]|\[[^[\]\n]*\])+)\]\((?<urn>urn:li:(?:organization(?:Brand)?:\d+|person:[\w-]+))\)`;
// A # inside a URL is its fragment. A URL ends before a backslash, a mention, and East Asian punctuation.
const URL_START = String.raw`(?<![\w.+-])(?:[A-Za-z][A-Za-z\d+.-]*:\/\/|www\.|(?:(?:[A-Za-z\d-]+\.)+[A-Za-z]{2,}|localhost)(?::\d+)?\/)`;
const ADDRESS = String.raw`(?<url>${URL_START}(?:(?!@\[)[^\s\\<>"\u3000-\u303F\uFF00-\uFFEF])+)`;
const HASHTAG = String.raw`(?<![\p{L}\p{N}_])#(?<tag>(?=[\p{M}\p{N}_]*\p{L})[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*)`;
const LIVE = new RegExp([LITERAL, MENTION, ADDRESS, HASHTAG].join('|'), 'gu');

/** Splits the text as written into live parts and the text between them. Adjacent text is one part. */
export function parseText(written: string): TextPart[] {
  const parts: TextPart[] = [];
  let text = '';
  const push = (part: TextPart) => {
    if (text !== '') parts.push({ kind: 'text', text });
    parts.push(part);
    text = '';
  };
  let end = 0;
  for (const { 0: found, index, groups = {} } of written.matchAll(LIVE)) {
    const { literal, url, name, urn = '', tag } = groups;
    text += written.slice(end, index) + (literal ?? url ?? '');
    if (name !== undefined) push({ kind: 'mention', name: name.replace(/\\([#@])/g, '$1'), urn });
    if (tag !== undefined) push({ kind: 'hashtag', tag });
    end = index + found.length;
  }
  text += written.slice(end);
  return text === '' ? parts : [...parts, { kind: 'text', text }];
}

/** Text that looks like a mention and is not one, such as `@[Acme](urn:li:company:1)`. */
export function findMalformedMentions(written: string): string[] {
  const texts = parseText(written).filter((part) => part.kind === 'text');
  const literal = new Set(
    [...written.matchAll(/\\(@\[[^[\]\n]*\]\([^()\n]*\))/g)].map(([, mention]) => mention),
  );
  const found = texts.flatMap(({ text }) => text.match(/@\[[^[\]\n]*\]\([^()\n]*\)/g) ?? []);
  return found.filter((mention) => !literal.has(mention));
}

const PLAIN_MENTION = String.raw`(?<![\p{L}\p{N}_@./-])@(?<handle>[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?)(?![\p{L}\p{N}_.-]*\/)`;
const CUT_TAG = String.raw`#(?<cut>[\p{L}\p{M}\p{N}_]+(?:-[\p{L}\p{M}\p{N}_]+)+)`;
const WORDS = new RegExp(
  [LITERAL, MENTION, ADDRESS, String.raw`(?<![\p{L}\p{N}_])${CUT_TAG}`, PLAIN_MENTION].join('|'),
  'gu',
);

export interface DeadMark {
  /** `@Acme`, or `#open-source`. */
  readonly text: string;
  readonly index: number;
}

/** Words that their author means as a mention, and tags that LinkedIn ends at their hyphen. */
export function findDeadMarks(written: string): { mentions: DeadMark[]; tags: DeadMark[] } {
  const marks = [...written.matchAll(WORDS)].map(({ 0: text, index, groups = {} }) => ({
    text,
    index,
    groups,
  }));
  return {
    mentions: marks.filter(({ groups }) => groups.handle !== undefined),
    // A tag of digits alone is no tag.
    tags: marks.filter(({ groups }) => /\p{L}/u.test(groups.cut?.split('-')[0] ?? '')),
  };
}

/** The value of `commentary`. */
export function toLittleText(written: string): string {
  return parseText(written)
    .map((part) => {
      if (part.kind === 'text') return escapeReserved(part.text);
      // A tag can hold no other reserved character than "_".
      if (part.kind === 'hashtag') return `#${escapeReserved(part.tag)}`;
      return `@[${escapeReserved(part.name)}](${part.urn})`;
    })
    .join('');
}

function escapeReserved(text: string): string {
  return text.replace(RESERVED, String.raw`\$&`);
}

/** The text that readers see, without marks. LinkedIn shows a mention as its name alone. */
export function visibleText(parts: readonly TextPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'mention') return part.name;
      return part.kind === 'hashtag' ? `#${part.tag}` : part.text;
    })
    .join('');
}

// The preview reads little text as LinkedIn does, with rules of its own: it shows what is sent, and not what was meant.
const SENT_ESCAPED = String.raw`\\(?<escaped>[\\|{}@[\]()<>#*_~])`;
const SENT_MENTION = String.raw`@\[(?<name>(?:\\[^]|[^\\\]])+)\]\((?<urn>urn:li:[\w:-]+)\)`;
const SENT_TEMPLATE = String.raw`\{hashtag\|\\?#\|(?<template>(?:\\.|[^\\}])+)\}`;
const SENT_HASHTAG = String.raw`#(?<tag>(?:\\_|[\p{L}\p{N}])(?:\\_|[\p{L}\p{M}\p{N}])*)`;
const SENT_PLAIN = String.raw`(?<plain>[^\\|{}@[\]()<>#*_~]+)`;
const PART = new RegExp(
  [SENT_ESCAPED, SENT_MENTION, SENT_TEMPLATE, SENT_HASHTAG, SENT_PLAIN].join('|'),
  'guy',
);

/** The parts that LinkedIn shows. Adjacent text is one part. LinkedIn drops the text from an unescaped reserved character on. */
export function renderLittleText(sent: string): TextPart[] {
  const parts: TextPart[] = [];
  for (const found of sent.matchAll(PART)) {
    const { name, urn = '', template, tag = template, plain, escaped } = found.groups ?? {};
    let part: TextPart = { kind: 'text', text: plain ?? escaped ?? '' };
    if (name !== undefined) part = { kind: 'mention', name: withoutBackslashes(name), urn };
    else if (tag !== undefined) part = { kind: 'hashtag', tag: withoutBackslashes(tag) };
    const last = parts.at(-1);
    if (last?.kind === 'text' && part.kind === 'text')
      parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
    else parts.push(part);
  }
  return parts;
}

function withoutBackslashes(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}

/** The feed shows this much of a post on a desktop; phones show less. */
const FOLD_CHARS = 210;
const FOLD_LINES = 3;

/** Where the feed folds the visible text: before this index. Null when the whole text is shown. */
export function foldOffset(text: string): number | null {
  const lines = text.split('\n');
  const shown = lines.slice(0, FOLD_LINES).join('\n').length;
  if (shown <= FOLD_CHARS) return lines.length > FOLD_LINES ? shown : null;
  const isDivided = /[\uD800-\uDBFF]/.test(text.charAt(FOLD_CHARS - 1));
  return isDivided ? FOLD_CHARS - 1 : FOLD_CHARS;
}

/** The parts between two indexes of their visible text. A part that lies on an index is divided. */
export function sliceParts(parts: readonly TextPart[], from: number, to: number): TextPart[] {
  let start = 0;
  return parts.flatMap((part) => {
    const text = visibleText([part]);
    const [first, last] = [Math.max(from - start, 0), Math.min(to - start, text.length)];
    start += text.length;
    if (first >= last) return [];
    if (first === 0 && last === text.length) return [part];
    const piece = text.slice(first, last);
    return part.kind === 'mention' ? [{ ...part, name: piece }] : [{ kind: 'text' as const, text: piece }];
  });
}
