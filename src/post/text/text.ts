// The text of a post: from the text that an author writes to LinkedIn's "little text", in which reserved characters
// are escaped and hashtags and mentions are live. Unescaped, they would end the text silently. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format (read 2026-11-26)

/** UTF-16 units of the text as written. LinkedIn's composer has this limit; whether backslashes count is unknown. */
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
const MENTION = String.raw`@\[(?<name>(?:[^[\]\n]|\[[^[\]\n]*\])+)\]\((?<urn>urn:li:(?:organization:\d+|person:[\w-]+))\)`;
// A # inside a URL is its fragment. A URL ends before a backslash, a mention, and
// East Asian punctuation.
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

/** The value of `commentary`. */
export function toLittleText(written: string): string {
  return parseText(written).map(formatPart).join('');
}

function formatPart(part: TextPart): string {
  if (part.kind === 'text') return escapeReserved(part.text);
  // A tag can hold no other reserved character.
  if (part.kind === 'hashtag') return `#${escapeReserved(part.tag)}`;
  return `@[${escapeReserved(part.name)}](${part.urn})`;
}

function escapeReserved(text: string): string {
  return text.replace(RESERVED, String.raw`\$&`);
}

/** What readers see of the parts, without marks. LinkedIn shows a mention as its name alone. */
export function visibleText(parts: readonly TextPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'mention') return part.name;
      return part.kind === 'hashtag' ? `#${part.tag}` : part.text;
    })
    .join('');
}
