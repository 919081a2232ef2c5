// GitHub's Markdown for the job summary and comments: no external text becomes markup, a link, or a mention. Lists and
// folded parts.

import { showInvisible } from '../format.ts';

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

// A line of YAML has a key before its value, or is an item of a list.
const CODE_LINE = '`[^`]*(?:: [^`]*|:)`|` *- [^`]+`';
const CODE_LINES = new RegExp(
  `(write|such as|the lines?) (${CODE_LINE})((?:, (?:${CODE_LINE}))*(?: and (?:${CODE_LINE}))?)`,
);

/** Our own text about a line of a file: the sentence, and the lines that it says to write, to be shown below it. */
export function splitLines(text: string): {
  readonly sentence: string;
  readonly lines: readonly string[];
} {
  const [found, lead = '', first = '', others = ''] = CODE_LINES.exec(text) ?? [];
  if (found === undefined) return { sentence: text, lines: [] };
  const lines = [...`${first}${others}`.matchAll(/`([^`]+)`/g)].map(([, line = '']) => line);
  const below = lines.length === 1 ? 'the line below' : 'the lines below';
  const words = lead.startsWith('the') ? below : `${lead} ${below}`;
  return { sentence: text.replace(found, () => words), lines };
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

export function bullets(entries: readonly string[]): string {
  return entries.map((entry) => `- ${entry}`).join('\n');
}

/** Shows `title`, and the content after a click. */
export function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

/** The first lines of `text`, and where the others are: GitHub takes no part of a text that is too long. */
export function fitLines(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const fitting = bytes.subarray(0, bytes.lastIndexOf('\n', maxBytes)).toString().trimEnd();
  const isFolded = fitting.lastIndexOf('<details>') > fitting.lastIndexOf('</details>');
  return `${fitting}\n\n${isFolded ? '</details>\n\n' : ''}… ${REST}\n`;
}

const REST = 'The rest does not fit here. The file of the output `results-file` has all rows.';
