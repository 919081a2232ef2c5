// Builds the HTML page around the files or posts of a run. File names, texts from LinkedIn and URNs are data, never markup, and
// the page makes no request.

import { hash } from 'node:crypto';
import { runPage } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface PageContent {
  readonly title: string;
  readonly headline: string;
  /** Errors of the whole run. */
  readonly errors: readonly { readonly message: string; readonly hint: string }[];
  /** The content below the head of the page: HTML in pieces. */
  readonly body: AsyncIterable<string> | Iterable<string>;
}

const SCRIPT = `(${runPage.toString()})(document, navigator);`;

/** Only this style and this script run, and only embedded pictures are shown. */
const POLICY = [
  "default-src 'none'",
  'img-src data:',
  `style-src 'sha256-${hash('sha256', PAGE_STYLE, 'base64')}'`,
  `script-src 'sha256-${hash('sha256', SCRIPT, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

// A page of ten thousand files has thirty thousand pieces, and each write is a disk operation.
const MIN_CHUNK_CHARS = 64 * 1024;

/** The page in chunks, so that no more than one picture is in memory. */
export async function* buildPage({ title, headline, errors, body }: PageContent): AsyncGenerator<string> {
  const errorLines = errors.map(
    ({ message, hint }) => `<p class="error"><b>${escapeHtml(message)}</b><br>${renderHintHtml(hint)}</p>`,
  );
  let chunk = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${renderHintHtml(headline)}</p>
${errorLines.join('\n')}
</header>
`;
  for await (const piece of body) {
    chunk += piece;
    if (chunk.length < MIN_CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

/** Our own text, with code in backticks. */
export function renderHintHtml(hint: string): string {
  const pieces = hint.split('`').map(escapeHtml);
  return pieces.map((piece, index) => (index % 2 === 1 ? `<code>${piece}</code>` : piece)).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Besides markup: controls, and invisible characters that reorder or hide text, except those inside emoji.
const UNSAFE =
  /[&<>"']|[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!\ufe0f|\u200d)\p{Default_Ignorable_Code_Point}/gu;

/** `text` as data in HTML, also in a quoted attribute. Invisible characters become visible. */
export function escapeHtml(text: string): string {
  return text.replace(UNSAFE, (found) => {
    const code = (found.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return ENTITIES[found] ?? (found === '\n' ? '\n' : `\\u${code}`);
  });
}

export function warningParagraph(warning: string): string {
  return `<p class="warning">⚠ ${renderHintHtml(warning)}</p>`;
}

export function foldedError({ message, hint }: { readonly message: string; readonly hint: string }): string {
  return `<details class="error"><summary><b>${renderHintHtml(message)}</b></summary>${renderHintHtml(hint)}</details>`;
}
