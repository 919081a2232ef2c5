// HTML for the page, and for Markdown on GitHub. The tag `html` escapes everything that is put into it, so no text from outside
// becomes markup.

import { showInvisible } from '../format.ts';
import { escapeHtml, splitCode } from './markdown.ts';

/** Markup. Only `html`, `code` and bytes as base64 become it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | number | Html | null | readonly Part[];

/** Null is nothing, and a list is its parts one after the other. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = '';
  // A part has only whole tags.
  let isInTag = false;
  for (const [index, text] of strings.entries()) {
    markup += text;
    const [start, end] = [text.lastIndexOf('<'), text.lastIndexOf('>')];
    if (start !== end) isInTag = start > end;
    markup += toMarkup(parts[index] ?? null, isInTag ? escapeAttribute : escapeLines);
  }
  return new Html(markup);
}

function toMarkup(part: Part, escaped: (text: string) => string): string {
  if (part === null) return '';
  if (part instanceof Html) return part.markup;
  return typeof part === 'object'
    ? part.map((one) => toMarkup(one, escaped)).join('')
    : escaped(String(part));
}

/** Keeps line ends and blanks in a row. */
function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeHtml(line).replace(/ (?= )/g, '&nbsp;'))
    .join('<br>\n');
}

function escapeAttribute(text: string): string {
  return showInvisible(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** In code, GitHub looks for no links, mentions or emoji. */
export function code(text: string): Html {
  return new Html(`<code>${escapeAttribute(text)}</code>`);
}

/** Our own text, with code in backticks. */
export function inline(text: string): Html[] {
  return splitCode(text).map((piece) => (piece.isCode ? code(piece.text) : html`${piece.text}`));
}

export function renderLink(text: string, url: string | null): Html {
  return url === null ? html`${text}` : html`<a href="${url}" rel="noreferrer">${text}</a>`;
}
