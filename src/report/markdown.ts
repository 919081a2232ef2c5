// GitHub's Markdown for the job summary: external text is escaped, so that no file name becomes markup or a link.

import { escapeForLog } from './log/logger.ts';

/** The bytes that are left for a summary. */
export interface Budget {
  leftBytes: number;
}

export interface Table<T> {
  readonly head: readonly string[];
  readonly rows: readonly T[];
  /** Formats the cells of a row. Not called for rows that do not fit, which may be most of them. */
  readonly cells: (row: T) => readonly string[];
}

/** Counts the rows that do not fit into the budget instead of showing them. */
export function table<T>({ head, rows, cells }: Table<T>, budget: Budget): string {
  const lines = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`];
  for (const [index, row] of rows.entries()) {
    const line = `| ${cells(row).join(' | ')} |`;
    budget.leftBytes -= Buffer.byteLength(line) + 1;
    if (budget.leftBytes < 0) return [...lines, '', `… and ${rows.length - index} more.`].join('\n');
    lines.push(line);
  }
  return lines.join('\n');
}

/** A section that is folded until a reader opens it. `title` is our own text. */
export function folded(title: string, content: string): string {
  return [`<details><summary>${title}</summary>`, content, '</details>'].join('\n\n');
}

// Letters, digits and a few safe characters stay. All others become entities, which Markdown and HTML do not parse.
const UNSAFE_CHARACTERS = /[^\p{L}\p{N} .,:;'"()/≥–…%×-]|:(?=\/\/)|(?<=www)\./giu;
// GitHub also detects URLs and mentions in the rendered text, where entities are decoded. An invisible break after
// these characters prevents that.
const AUTOLINK_CHARACTERS = new Set(['@', '#', ':', '.']);

export function escapeMarkdown(text: string): string {
  const entity = (mark: string) => `&#${mark.codePointAt(0)};${AUTOLINK_CHARACTERS.has(mark) ? '<wbr>' : ''}`;
  return escapeForLog(text).replace(UNSAFE_CHARACTERS, entity);
}

/** Renders our own text, with code in backticks. */
export function renderHint(hint: string): string {
  const pieces = hint.split('`');
  return pieces.map((piece, index) => (index % 2 === 1 ? renderCode(piece) : escapeMarkdown(piece))).join('');
}

export function renderCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** Prevents line breaks in a narrow column. */
export function noWrap(cell: string): string {
  return cell.replaceAll(' ', '&nbsp;');
}
