// Builds the HTML page of a run: one card per file. File names, texts from LinkedIn and URNs are data, never markup, and the
// page makes no request.

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../deps.ts';
import { formatNumber } from '../../format.ts';
import { settlesWithin } from '../../grace-period.ts';
import { toPosixPath } from '../../media/find/posix-paths.ts';
import { escapeHtml, renderHint } from './html.ts';
import { runPage } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

/** One file, as its card shows it. */
export interface PageCard {
  readonly file: string;
  /** Such as `available`. The page filters by it. */
  readonly state: string;
  readonly isSuccess: boolean;
  /** Size, dimensions, length: short texts in the order in which they are shown. */
  readonly facts: readonly string[];
  readonly urns: readonly string[];
  readonly altText: string | null;
  /** What went wrong, and what to do. */
  readonly error: { readonly message: string; readonly hint: string } | null;
  /** Sentences without their full stop. */
  readonly warnings: readonly string[];
  /** Compared with the manifest, in a plan. */
  readonly change: 'new' | 'changed' | 'unchanged' | null;
  /** HTML in pieces. */
  readonly picture: () => AsyncIterable<string>;
}

export interface PageContent {
  readonly title: string;
  /** The outcome of the run in one sentence. */
  readonly headline: string;
  /** Errors of the whole run. */
  readonly errors: readonly { readonly message: string; readonly hint: string }[];
  /** The state of each card: the filter, above the cards, counts them. */
  readonly states?: readonly string[];
  /** Iterated once. */
  readonly cards?: Iterable<PageCard>;
  /** Sections above the files, as HTML in pieces. */
  readonly sections?: Iterable<AsyncIterable<string>>;
}

const SCRIPT = `(${runPage.toString()})(document, navigator);`;

/** Only this style and this script run, and only embedded pictures are shown. */
const POLICY = [
  "default-src 'none'",
  'img-src data:',
  `style-src ${sourceHash(PAGE_STYLE)}`,
  `script-src ${sourceHash(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

// A page of ten thousand files has thirty thousand pieces, and each write is a disk operation.
const MIN_CHUNK_CHARS = 64 * 1024;

/** The page in chunks, so that no more than one picture is in memory. */
export async function* buildPage(content: PageContent): AsyncGenerator<string> {
  let chunk = '';
  for await (const piece of pagePieces(content)) {
    chunk += piece;
    if (chunk.length < MIN_CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

async function* pagePieces({
  title,
  headline,
  errors,
  states = [],
  cards = [],
  sections = [],
}: PageContent): AsyncGenerator<string> {
  yield `<!doctype html>
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
<p>${renderHint(headline)}</p>
${errors.map(errorParagraph).join('\n')}
</header>
`;
  for (const section of sections) yield* section;
  if (states.length > 1) yield filterForm(states);
  if (states.length > 0) {
    yield '<main><ul id="cards">\n';
    for (const card of cards) yield* buildCard(card);
    yield '</ul></main>\n';
  }
  yield `<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

function filterForm(states: readonly string[]): string {
  const options = [...Map.groupBy(states, (state) => state)].map(
    ([state, { length }]) =>
      `<option value="${escapeHtml(state)}">${escapeHtml(state)} (${formatNumber(length)})</option>`,
  );
  return `<form id="filter" role="search">
<label>State <select id="state"><option value="">all (${formatNumber(states.length)})</option>${options.join('')}</select></label>
<label>Name <input id="name" type="search" autocomplete="off" spellcheck="false"></label>
<output id="count" aria-live="polite"></output>
</form>
`;
}

async function* buildCard(card: PageCard): AsyncGenerator<string> {
  const { file, state, isSuccess, picture } = card;
  yield `<li data-state="${escapeHtml(state)}" data-name="${escapeHtml(file.toLowerCase())}"${isSuccess ? '' : ' class="failed"'}>`;
  yield* picture();
  yield cardText(card);
}

function cardText({ file, state, facts, urns, altText, error, warnings, change }: PageCard): string {
  return [
    `<h2>${escapeHtml(file)}</h2>`,
    `<p><span class="state ${escapeHtml(state)}">${escapeHtml(state)}</span>${change === null ? '' : ` <span class="change">${change}</span>`}</p>`,
    `<p class="facts">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join(' · ')}</p>`,
    ...(altText === null ? [] : [`<p class="alt"><b>Alt text</b> ${escapeHtml(altText)}</p>`]),
    ...(error === null ? [] : [foldedError(error)]),
    ...warnings.map(warningParagraph),
    ...urns.map(
      (urn) =>
        `<p class="urn"><code>${escapeHtml(urn).replaceAll(':', ':<wbr>')}</code> <button type="button" data-copy="${escapeHtml(urn)}" aria-label="Copy ${escapeHtml(urn)}">Copy</button></p>`,
    ),
    '</li>\n',
  ].join('');
}

export function warningParagraph(warning: string): string {
  return `<p class="warning">⚠ ${renderHint(warning)}</p>`;
}

/** One line, until a reader wants the hint. */
export function foldedError({ message, hint }: { readonly message: string; readonly hint: string }): string {
  return `<details class="error"><summary><b>${escapeHtml(message)}</b></summary>${renderHint(hint)}</details>`;
}

function errorParagraph({ message, hint }: { readonly message: string; readonly hint: string }): string {
  return `<p class="error"><b>${escapeHtml(message)}</b><br>${renderHint(hint)}</p>`;
}

const PAGE_MS = 5000;
/** In a cancelled run, after the outputs. */
const LAST_PAGE_MS = 500;

interface PagePlace {
  /** The path of the results file. */
  readonly results: string;
  readonly clock: Clock;
  readonly isCancelled: boolean;
}

/** Returns the path of the page, with `/` on every system. @throws Error when the disk does not respond in time */
export async function writePage(
  content: PageContent,
  { results, clock, isCancelled }: PagePlace,
): Promise<string> {
  const folder = path.dirname(results);
  // An artifact that is not archived has the name of its file, and artifacts of one run need different names.
  const page = path.join(folder, `${path.basename(folder)}-page.html`);
  const writing = writeFile(page, buildPage(content));
  if (!(await settlesWithin(writing, isCancelled ? LAST_PAGE_MS : PAGE_MS, clock)))
    throw new Error('the disk does not respond');
  return toPosixPath(page);
}
