// GitHub's Markdown for the job summary and comments: no external text becomes markup, a link, or a mention. Tables, lists and
// folded parts within a budget of bytes.

import { formatNumber, showInvisible } from '../format.ts';

// GitHub looks for mentions, issues, emoji and links in the rendered text, where entities are decoded: only a tag between the
// characters prevents them.
const LINKED = /@(?=[\w.-])|#(?=\d)|:(?=\/\/|[\w+-]+:)|(?<=www)\.|(?<=GH)-(?=\d)/;
const HTML = /[&<>$]/;
const MARKDOWN = /[*`[\]~\\]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|#(?=[\s#]|$)/u;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line of external text as plain text. */
export const escapeHtml = escapeAll(LINKED, HTML);

/** One line of external text as plain text, where Markdown is read. */
export const escapeMarkdown = escapeAll(LINKED, HTML, MARKDOWN);

function escapeAll(...special: readonly RegExp[]): (text: string) => string {
  const [linked, ...others] = special.map(({ source }) => source);
  const pattern = new RegExp(`(${linked})|${others.join('|')}`, 'giu');
  return (text) =>
    showInvisible(text).replace(pattern, (mark, isLinked?: string) => {
      const entity = ENTITIES[mark] ?? `&#${mark.charCodeAt(0)};`;
      return isLinked === undefined ? entity : `${entity}<wbr>`;
    });
}

/** Our own text, in which code stands in backticks, in pieces. URNs are code too. */
export function splitCode(text: string): { readonly isCode: boolean; readonly text: string }[] {
  const pieces = text.split(/`([^`]+)`|(urn:li:\w+:[\w():,-]*\w\)?)/);
  return pieces.flatMap((piece, index) =>
    piece === undefined || piece === '' ? [] : [{ isCode: index % 3 > 0, text: piece }],
  );
}

/** Renders our own text, with code in backticks. */
export function renderHint(hint: string): string {
  return splitCode(hint)
    .map(({ isCode, text }) => (isCode ? renderCode(text) : escapeMarkdown(text)))
    .join('');
}

/** A code span, in which nothing but its backticks is special. Not for HTML blocks, in which it would be text. */
export function renderCode(text: string): string {
  const code = showInvisible(text) || ' ';
  const runs = code.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map(({ length }) => length)));
  const gap = /^[ `]|[ `]$/.test(code) ? ' ' : '';
  return fence + gap + code + gap + fence;
}

export interface Budget {
  leftBytes: number;
}

/** A part of a summary: Markdown, lines (as many as fit a budget), or blocks that a reader unfolds below the title `folded`. */
export type Block = string | Lines | { readonly folded: string; readonly blocks: readonly Block[] };

interface Lines {
  /** Precedes the lines, even if none of them fits. */
  readonly head: string;
  readonly lines: readonly string[];
  readonly gap: string;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): Block {
  return {
    head: `| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}\n`,
    lines: rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
    gap: '\n',
  };
}

export function bullets(entries: readonly string[]): Block {
  return { head: '', lines: entries.map((entry) => `- ${entry}`), gap: '\n' };
}

export function paragraphs(items: readonly string[]): Block {
  return { head: '', lines: items, gap: '\n\n' };
}

/** Counts the lines that do not fit into the budget instead of showing them. */
export function renderBlocks(blocks: readonly Block[], budget: Budget): string {
  const texts = blocks.map((block) => {
    if (typeof block === 'string') return block;
    if ('lines' in block) return block.head + renderLines(block, budget);
    const content = renderBlocks(block.blocks, budget);
    return `<details><summary>${block.folded}</summary>\n\n${content}\n\n</details>`;
  });
  return texts.join('\n\n');
}

function renderLines({ lines, gap }: Lines, budget: Budget): string {
  for (const [index, line] of lines.entries()) {
    budget.leftBytes -= Buffer.byteLength(line) + gap.length;
    if (budget.leftBytes < 0)
      return `${[...lines.slice(0, index), ''].join(gap)}\n… and ${formatNumber(lines.length - index)} more.`;
  }
  return lines.join(gap);
}
