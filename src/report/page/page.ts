// Builds the HTML page around the files or posts of a run: the verdict, the counts, and where the run comes from. The page makes
// no request.

import { hash } from 'node:crypto';
import { stopReasonOf } from '../../errors/action-error.ts';
import type { Link } from '../../github/run-page.ts';
import { code, Html, html, inline, renderLink } from '../html.ts';
import {
  asSentence,
  countRows,
  formatCounts,
  type RowView,
  sentenceBelow,
  type Verdict,
} from '../row-view.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface PageHead extends Verdict {
  /** Of the browser's tab. */
  readonly title: string;
  /** The repository, branch, commit, run, time and mode, as far as they are known. */
  readonly origin: readonly Link[];
  /** Errors of the whole run. */
  readonly errors: readonly { readonly message: string; readonly hint: string }[];
}

/** The content below the head, in pieces. */
export type PageBody = AsyncIterable<Html> | Iterable<Html>;

/** Copies a URN. Where the browser does not let a page copy, the button asks to select the URN, for which a click is enough. */
const SCRIPT = `
document.addEventListener('click', async ({ target }) => {
  const { copy } = target.dataset;
  if (copy === undefined) return;
  const isCopied = await navigator.clipboard?.writeText(copy).then(() => true, () => false);
  target.textContent = isCopied ? 'Copied' : 'Select it';
  setTimeout(() => { target.textContent = 'Copy'; }, 2000);
});
`;

/** Only this style and this script run, and only embedded pictures and videos are shown. */
const POLICY = [
  "default-src 'none'",
  'img-src data:',
  'media-src data:',
  `style-src 'sha256-${hash('sha256', PAGE_STYLE, 'base64')}'`,
  `script-src 'sha256-${hash('sha256', SCRIPT, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The page in pieces: no more than one picture is in memory. */
export async function* buildPage(head: PageHead, body: PageBody): AsyncGenerator<string> {
  yield renderHead(head).markup;
  for await (const { markup } of body) yield markup;
  yield `</main>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

function renderHead({ title, headline, counts, failed, isPartial, origin, errors }: PageHead): Html {
  const state = failed ? 'failed' : isPartial ? 'partial' : 'good';
  const links = origin.map(({ text, url }, index) => [index === 0 ? '' : ' · ', renderLink(text, url)]);
  const chips = counts.map(({ text, isBad }) => html`<li class="${isBad ? 'bad' : 'quiet'}">${text}</li>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<header>
<div>
<h1 class="${state}"><span>${inline(headline)}</span></h1>
<p class="origin">${links}</p>
<ul class="counts">${chips}</ul>
${errors.map(({ message, hint }) => renderError(asSentence(message), hint))}
</div>
</header>
<main>
`;
}

/** What a reader must know about a file or post. What stopped the run is said once, at the head of the page. */
export function renderRemarks(row: RowView): Html[] {
  const errors = row.errors.filter((error) => stopReasonOf(error) === error);
  return [
    ...errors.map((error) => renderError(sentenceBelow(row, error), error.hint)),
    ...row.warnings.map((one) => html`<p class="warning">⚠ ${inline(sentenceBelow(row, one))}</p>\n`),
  ];
}

function renderError(text: string, hint: string): Html {
  const advice = hint === '' ? null : html`<br><span class="hint">${inline(hint)}</span>`;
  return html`<p class="error">${inline(text)}${advice}</p>\n`;
}

/** The rows to which nothing happens: their counts, which unfold to a line each. */
export function renderFolded<Row extends RowView>(
  rows: readonly Row[],
  renderLine: (row: Row) => Html,
): Html {
  if (rows.length === 0) return html``;
  const lines = rows.map((row) => html`<li><b>${row.name}</b> ${renderLine(row)}</li>\n`);
  return html`<details class="folded"><summary>${formatCounts(countRows(rows))}</summary><ul class="list">\n${lines}</ul></details>\n`;
}

export function renderUrn(urn: string): Html {
  return html`<p class="urn">${code(urn)} <button type="button" data-copy="${urn}" aria-label="Copy ${urn}">Copy</button></p>`;
}
