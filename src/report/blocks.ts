// The parts of a job summary or comment, and their Markdown within a budget of bytes. The texts in them are escaped.

import { formatNumber } from '../format.ts';

/** The bytes that are left for a summary. */
export interface Budget {
  leftBytes: number;
}

/** Lines of a table or a list. They are built only while there is room, and may be thousands. */
interface Lines {
  readonly head: string;
  readonly gap: string;
  readonly size: number;
  readonly line: (index: number) => string;
}

/** A part of a summary: Markdown, lines, or blocks that are folded until a reader opens them. */
export type Block = string | Lines | { readonly folded: string; readonly blocks: readonly Block[] };

export function table<T>(
  head: readonly string[],
  rows: readonly T[],
  cells: (row: T) => readonly string[],
): Block {
  return {
    head: `| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}\n`,
    gap: '\n',
    size: rows.length,
    line: (index) =>
      `| ${rows
        .slice(index, index + 1)
        .flatMap(cells)
        .join(' | ')} |`,
  };
}

export function list(items: readonly string[]): Block {
  return { head: '', gap: '\n\n', size: items.length, line: (index) => items[index] ?? '' };
}

export function folded(title: string, ...blocks: readonly Block[]): Block {
  return { folded: title, blocks };
}

/** Counts the lines that do not fit into the budget instead of showing them. */
export function renderBlocks(blocks: readonly Block[], budget: Budget): string {
  return blocks.map((block) => renderBlock(block, budget)).join('\n\n');
}

function renderBlock(block: Block, budget: Budget): string {
  if (typeof block === 'string') return block;
  if ('folded' in block) {
    const content = renderBlocks(block.blocks, budget);
    return `<details><summary>${block.folded}</summary>\n\n${content}\n\n</details>`;
  }
  const { head, gap, size, line } = block;
  const lines: string[] = [];
  for (let index = 0; index < size; index += 1) {
    const text = line(index);
    budget.leftBytes -= Buffer.byteLength(text) + gap.length;
    if (budget.leftBytes < 0)
      return `${head}${[...lines, ''].join(gap)}\n… and ${formatNumber(size - index)} more.`;
    lines.push(text);
  }
  return head + lines.join(gap);
}
