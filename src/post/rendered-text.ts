// Reads little text as LinkedIn does: what readers of the post see. The preview uses it, so that it shows what is sent
// and not what was meant. Shares no rule with text.ts. Pure.

import type { TextPart } from './text.ts';

const ESCAPED = String.raw`\\(?<escaped>[\\|{}@[\]()<>#*_~])`;
const MENTION = String.raw`@\[(?<name>(?:\\[^]|[^\\\]])+)\]\((?<urn>urn:li:[\w:-]+)\)`;
const TEMPLATE = String.raw`\{hashtag\|\\?#\|(?<template>(?:\\.|[^\\}])+)\}`;
const HASHTAG = String.raw`#(?<tag>[\p{L}\p{N}](?:\\_|[\p{L}\p{M}\p{N}])*)`;
const PLAIN = String.raw`(?<plain>[^\\|{}@[\]()<>#*_~]+)`;
const PART = new RegExp([ESCAPED, MENTION, TEMPLATE, HASHTAG, PLAIN].join('|'), 'guy');

export interface RenderedText {
  /** Text in a row is one part. */
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
