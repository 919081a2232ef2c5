// Reads little text as LinkedIn does: what readers of the post see. The preview uses it, so that it shows what is sent
// and not what was meant. Shares no rule with toLittleText. Pure.

import { type TextPart, visibleText } from './text.ts';

const ESCAPED = String.raw`\\(?<escaped>[\\|{}@[\]()<>#*_~])`;
const MENTION = String.raw`@\[(?<name>(?:\\[^]|[^\\\]])+)\]\((?<urn>urn:li:[\w:-]+)\)`;
const TEMPLATE = String.raw`\{hashtag\|\\?#\|(?<template>(?:\\.|[^\\}])+)\}`;
const HASHTAG = String.raw`#(?<tag>(?:\\_|[\p{L}\p{N}])(?:\\_|[\p{L}\p{M}\p{N}])*)`;
const PLAIN = String.raw`(?<plain>[^\\|{}@[\]()<>#*_~]+)`;
const PART = new RegExp([ESCAPED, MENTION, TEMPLATE, HASHTAG, PLAIN].join('|'), 'guy');

export interface RenderedText {
  /** Adjacent text is one part. */
  readonly parts: readonly TextPart[];
  /** Whether an unescaped reserved character ends the text: LinkedIn drops the rest without an error. */
  readonly isCut: boolean;
}

export function renderLittleText(sent: string): RenderedText {
  const parts: TextPart[] = [];
  let end = 0;
  for (const found of sent.matchAll(PART)) {
    end = found.index + found[0].length;
    addPart(parts, toPart(found.groups ?? {}));
  }
  return { parts, isCut: end < sent.length };
}

function toPart(groups: Record<string, string | undefined>): TextPart {
  const { name, urn = '', template, tag = template, plain, escaped } = groups;
  if (name !== undefined) return { kind: 'mention', name: withoutBackslashes(name), urn };
  if (tag !== undefined) return { kind: 'hashtag', tag: withoutBackslashes(tag) };
  return { kind: 'text', text: plain ?? escaped ?? '' };
}

function addPart(parts: TextPart[], part: TextPart): void {
  const last = parts.at(-1);
  if (last?.kind === 'text' && part.kind === 'text')
    parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
  else parts.push(part);
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
