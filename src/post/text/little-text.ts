// The text of a post: from the text that an author writes to LinkedIn's "little text", in which reserved characters
// are escaped and hashtags and mentions are live. Unescaped, they would end the text silently. And what readers see of it. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format (read 2026-11-26)

/**
 * UTF-16 units of the text as written. An older page of LinkedIn says 3,000; refusals named 3,000 in 2025 and 4,000 for a
 * page in 2026. Whether backslashes count is unknown.
 */
export const MAX_TEXT_CHARS = 3000;

/** A piece of the text as its author means it. `text` is what readers see: of a mention, the name alone. */
export interface TextPart {
  readonly kind: 'text' | 'hashtag' | 'mention';
  readonly text: string;
  /** Mentions only. */
  readonly urn?: string;
}

const RESERVED = /[\\|{}@[\]()<>#*_~]/g;

// A backslash makes the next # or @ literal; elsewhere it is a backslash.
const LITERAL = String.raw`\\(?<literal>[#@])`;
// The name may hold brackets in pairs, such as "Acme [Labs]".
const MENTION = String.raw`@\[(?<name>(?:[^[\]\n]|\[[^[\]\n]*\])+)\]\((?<urn>urn:li:(?:organization(?:Brand)?:\d+|person:[\w-]+))\)`;
// A # inside a URL is its fragment. A URL ends before a backslash, a mention, and East Asian punctuation.
const URL_START = String.raw`(?<![\w.+-])(?:[A-Za-z][A-Za-z\d+.-]*:\/\/|www\.|(?:(?:[A-Za-z\d-]+\.)+[A-Za-z]{2,}|localhost)(?::\d+)?\/)`;
const ADDRESS = String.raw`${URL_START}(?:(?!@\[)[^\s\\<>"\u3000-\u303F\uFF00-\uFFEF])+`;
// LinkedIn ends a tag at a hyphen: the words after it are text.
const HASHTAG = String.raw`(?<![\p{L}\p{N}_])#(?<tag>(?=[\p{M}\p{N}_]*\p{L})[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*)(?<cut>(?:-[\p{L}\p{M}\p{N}_]+)*)`;
// Text that looks like a mention and is not one: `@[Acme](urn:li:company:1)`, and `@Acme`, which is neither an address nor a scope.
const MALFORMED = String.raw`(?<malformed>@\[[^[\]#\\\n]*\]\([^()#{\\\n]*\))`;
const HANDLE = String.raw`(?<handle>(?<![\p{L}\p{N}_@./-])@[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?(?![\p{L}\p{N}_.-]*:?\/))`;
const MARK = new RegExp([LITERAL, MENTION, MALFORMED, ADDRESS, HASHTAG, HANDLE].join('|'), 'gu');

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
  for (const { 0: found, index, groups = {} } of written.matchAll(MARK)) {
    const { literal, name, urn = '', tag, cut } = groups;
    text += written.slice(end, index);
    if (name !== undefined) push({ kind: 'mention', text: name.replace(/\\([#@])/g, '$1'), urn });
    else if (tag !== undefined) push({ kind: 'hashtag', text: `#${tag}` });
    text += name === undefined ? (cut ?? literal ?? found) : '';
    end = index + found.length;
  }
  text += written.slice(end);
  return text === '' ? parts : [...parts, { kind: 'text', text }];
}

/** `malformed` and `handle`: text that its author means as a mention. `cut`: tags that LinkedIn ends at their hyphen. */
export type DeadMark = 'malformed' | 'handle' | 'cut';

export function findDeadMarks(written: string, kind: DeadMark): RegExpExecArray[] {
  return [...written.matchAll(MARK)].filter(({ groups }) => groups?.[kind]);
}

/** The value of `commentary`. */
export function toLittleText(written: string): string {
  return parseText(written)
    .map((part) => {
      if (part.kind === 'text') return escapeReserved(part.text);
      // A tag can hold no other reserved character than "_".
      if (part.kind === 'hashtag') return `#${escapeReserved(part.text.slice(1))}`;
      return `@[${escapeReserved(part.text)}](${part.urn})`;
    })
    .join('');
}

function escapeReserved(text: string): string {
  return text.replace(RESERVED, String.raw`\$&`);
}

/** The text that readers see. */
export function visibleText(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join('');
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
    const text = part.text.slice(Math.max(from - start, 0), Math.max(to - start, 0));
    start += part.text.length;
    return text === '' ? [] : [{ ...part, text }];
  });
}
