// GitHub's Markdown for the job summary and comments: no external text becomes markup, a link, or a mention. Tables, lists and
// folded parts within a budget of bytes.

import { formatNumber } from '../format.ts';

// Characters that a reader cannot see, but that change the text: controls, directional marks, zero-width spaces. The joiners and
// variation selectors of emoji and scripts stay.
const INVISIBLE =
  /[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/u;
// Letters, digits and a few safe characters stay. All others become entities, which Markdown and HTML do not parse.
const UNSAFE = /[^\p{L}\p{N} .,:;'"()/≥–…%×-]|:(?! )|(?<=www)\.|(?<=GH)-/iu;
const ESCAPED = new RegExp(`(${INVISIBLE.source})|${UNSAFE.source}`, 'giu');
// GitHub also looks for URLs, mentions, issues and emoji in the rendered text, where entities are decoded. An invisible
// break after these characters prevents that. The number of an issue has digits: a tag of LinkedIn is not broken.
const BREAKS = /^(?:[@:.-]|#(?=\d))/;

/** One line of external text as plain text. Invisible characters are named, such as `U+202E`. */
export function escapeMarkdown(text: string): string {
  return text.replace(ESCAPED, (mark, invisible: string | undefined, at: number) => {
    const code = mark.codePointAt(0) ?? 0;
    return invisible === undefined
      ? `&#${code};${BREAKS.test(text.slice(at, at + 2)) ? '<wbr>' : ''}`
      : `<code>U&#43;${code.toString(16).toUpperCase().padStart(4, '0')}</code>`;
  });
}

/** Keeps line ends and blanks in a row. Has no blank line, which would end an HTML block around it. */
export function escapeLines(text: string): string {
  const lines = text.split('\n').map((line) => escapeMarkdown(line).replace(/ (?= )/g, '&nbsp;'));
  return lines.join('<br>\n');
}

/** Renders our own text, with code in backticks. */
export function renderHint(hint: string): string {
  const pieces = hint.split('`');
  return pieces.map((piece, index) => (index % 2 === 1 ? renderCode(piece) : escapeMarkdown(piece))).join('');
}

export function renderCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
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
    lines: rows.map((cells) => `| ${cells.join(' | ')} |`),
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
