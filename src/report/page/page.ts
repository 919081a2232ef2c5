// Builds the HTML page around the files or posts of a run: the verdict, the counts, and where the run comes from. The page makes
// no request.

import { hash } from 'node:crypto';
import { type ActionError, lineOfProblem, stopReasonOf } from '../../errors/action-error.ts';
import type { Link } from '../../github/run-page.ts';
import { code, Html, html, inline, renderLink } from '../html.ts';
import { splitLines } from '../markdown.ts';
import {
  asSentence,
  countRows,
  FOLDED_ANCHOR,
  formatCounts,
  type RowView,
  sentenceBelow,
  type Verdict,
} from '../row-view.ts';

/** A picture of lines, in a square of 24 units. */
function symbol(path: string, color: string, width: number): string {
  const lines = `fill='none' stroke='${color}' stroke-width='${width}' stroke-linecap='round' stroke-linejoin='round'`;
  return `url("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' ${lines}><path d='${path}'/></svg>")`;
}

/** In light and dark mode: posts as in the feed, with what is to be known beside them; files as cards. */
const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f2ee; --card: #fff; --line: #dedcd6; --soft: #e8e5de; --chip: #edf2f7; --code: #e9eff5;
  --text: #1d1d1d; --quiet: #5c5c5c; --link: #0a66c2; --bad: #b3231b; --bad-chip: #fde7e5; --late: #855200; --late-chip: #fbeacb;
  --go: #0f5c2b; --go-chip: #d8f3e0; --wait: #084f94; --wait-chip: #dcebfb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16191d; --card: #1f242a; --line: #383f47; --soft: #2b3138; --chip: #2b333c; --code: #2f3842;
    --text: #e7e9eb; --quiet: #a7adb4; --link: #71b7fb; --bad: #ff9289; --bad-chip: #4a2321; --late: #f0b45a; --late-chip: #453413;
    --go: #7fe0a3; --go-chip: #173d26; --wait: #9bcbff; --wait-chip: #1c3755;
  }
}
* { box-sizing: border-box; }
body { background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif; margin: 0; overflow-wrap: anywhere; }
body > header { background: var(--card); border-bottom: 1px solid var(--line); }
body > header > div, main { margin: 0 auto; max-width: 1120px; padding: 20px 16px; }
h1 { align-items: baseline; display: flex; font-size: 21px; gap: 10px; line-height: 1.3; margin: 0; }
h1::before, .author::before, .tile::before { background: center / 36px no-repeat; content: ''; flex: none; height: 36px; width: 36px; }
h1::before { align-self: start; background-size: 14px; border-radius: 50%; height: 22px; margin-top: 3px; width: 22px; }
.good::before { background-color: #1a7f37; background-image: ${symbol('M4 13l5 5L20 6', 'white', 3)}; }
.partial::before { background-color: #9a6700; background-image: ${symbol('M12 3v11M12 20h.01', 'white', 3)}; }
.failed::before { background-color: #cf222e; background-image: ${symbol('M5 5l14 14M19 5L5 19', 'white', 3)}; }
.person::before { background-image: ${symbol('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.5-6 8-6s8 2 8 6', 'gray', 1.4)}; }
.organization::before { background-image: ${symbol('M4 21V4h10v17M14 10h6v11M2 21h20M7 8h4M7 12h4M7 16h4M17 14h.01M17 17h.01', 'gray', 1.4)}; }
.image::before { background-image: ${symbol('M3 4h18v16H3zM3 17l5-6 4 5 3-3 6 5M15.5 8.5h.01', 'gray', 1.4)}; }
.video::before { background-image: ${symbol('M3 4h18v16H3zM10 8.5v7l6-3.5z', 'gray', 1.4)}; }
.document::before { background-image: ${symbol('M5 2h9l5 5v15H5zM14 2v5h5M8 12h8M8 16h8', 'gray', 1.4)}; }
h3 { font-size: 16px; line-height: 1.3; margin: 0; }
.card h3 { font-size: 14px; }
p, ul, ol { margin: 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
code { -webkit-box-decoration-break: clone; background: var(--code); box-decoration-break: clone; border-radius: 4px; font-size: .88em; padding: 1px 4px; white-space: pre-wrap; }
small { display: block; }
small, aside > p, .origin, .state, .facts, .note, .files { color: var(--quiet); font-size: 13px; }
button { background: none; border: 1px solid var(--line); border-radius: 6px; color: var(--link); cursor: pointer; font: inherit; font-size: 12px; padding: 1px 8px; }
summary { color: var(--quiet); cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }

.origin { margin-top: 4px; }
.counts { display: flex; flex-wrap: wrap; gap: 8px; list-style: none; margin-top: 12px; padding: 0; }
.counts:empty { display: none; }
.counts li { background: var(--chip); border-radius: 14px; font-size: 13px; padding: 3px 12px; }
.counts a { color: inherit; }
.counts .bad { background: var(--bad-chip); color: var(--bad); font-weight: 600; }
.error, .warning, .note { font-size: 14px; margin-top: 8px; }
.error { color: var(--bad); }
.error + pre { margin-top: 4px; overflow-x: auto; }
.warning { color: var(--late); }
.hint { color: var(--text); }
.bad > .about > .state { color: var(--bad); font-weight: 600; }
.folded { margin-top: 20px; }

.post { border-bottom: 1px solid var(--line); display: grid; gap: 12px 24px; grid-template-columns: minmax(0, 552px) minmax(0, 1fr); padding: 20px 0; }
.post:first-child { padding-top: 4px; }
.post:last-child { border-bottom: 0; }
.post > blockquote, .post.bad > aside, .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.post > blockquote { align-self: start; margin: 0; order: -1; overflow: hidden; }
:where(.post > blockquote > *) { padding: 0 16px; }
.post > aside { align-self: start; padding-top: 4px; position: sticky; top: 12px; }
.post.bad > aside { border-color: var(--bad); padding: 12px 16px; }
.outcome { font-size: 14px; margin-top: 8px; }
.outcome > .state { border-radius: 6px; display: inline-block; font-size: 16px; font-weight: 600; padding: 5px 12px; }
.state.go { background: var(--go-chip); color: var(--go); }
.state.wait { background: var(--wait-chip); color: var(--wait); }
.state.warn { background: var(--late-chip); color: var(--late); }
.state.bad { background: var(--bad-chip); color: var(--bad); }
.state.quiet { background: var(--soft); color: var(--text); }
.author { align-items: center; display: flex; gap: 10px; margin-top: 14px; }
.author::before { background-color: var(--soft); background-size: 26px; border-radius: 4px; height: 44px; width: 44px; }
.author b { display: block; }
.text { margin: 10px 0 12px; }
blockquote > details > .text { margin-top: 4px; }
blockquote > details > summary { list-style: none; text-align: right; }
blockquote > details:has(.text)[open] > summary { display: none; }
.stays { border-top: 1px solid var(--line); padding: 8px 16px; }
.stays ~ .media { opacity: .85; }
.live { color: var(--link); font-weight: 600; }
.first-comment { border-top: 1px solid var(--line); font-size: 14px; padding: 10px 16px 12px; }

.post > blockquote > .media, .post > blockquote > details:not(:has(.text)) { padding: 0; }
blockquote > details:not(:has(.text)) > summary { padding: 8px 16px; }
.media { display: grid; gap: 2px; grid-template-columns: repeat(6, 1fr); position: relative; }
.media > * { grid-column: 1 / -1; height: 100%; width: 100%; }
.media > :is(img, svg) { display: block; object-fit: cover; width: 100%; }
.media video { background: #000; display: block; max-height: 690px; }
.n1 > :is(img, svg) { height: auto; max-height: 690px; }
.n2 > *, .n3 > :not(:first-child), .n5 > :nth-child(-n + 2) { aspect-ratio: 1; grid-column: span 3; }
.n3 > :first-child, .n4 > :first-child { aspect-ratio: 1.91; }
.n4 > :not(:first-child), .n5 > :nth-child(n + 3) { aspect-ratio: 1; grid-column: span 2; }
.n5 > :nth-child(5) { grid-area: 2 / 5 / auto / span 2; }
.media > .more { background: #0009; color: #fff; display: grid; font-size: 24px; grid-area: 2 / 5 / auto / span 2; place-items: center; }
.tile { align-content: center; align-items: center; background: var(--soft); display: flex; gap: 12px; padding: 14px 16px; }
.n2 > .tile, .n3 > .tile, .n4 > .tile, .n5 > .tile { aspect-ratio: auto; flex-direction: column; height: auto; min-height: 110px; justify-content: center; padding: 8px; text-align: center; }
.link { background: var(--soft); padding: 10px 16px 12px; }
.media:has(+ .link) > :is(img, svg) { aspect-ratio: 1.91; }
.poll { border: 1px solid var(--line); border-radius: 8px; margin: 0 16px 12px; padding: 12px 16px; }
.poll ul { list-style: none; margin: 8px 0; padding: 0; }
.poll li { border: 1px solid var(--link); border-radius: 16px; color: var(--link); font-weight: 600; margin-top: 8px; padding: 4px 16px; text-align: center; }
.files { margin-top: 12px; padding-left: 20px; }
.files li + li { margin-top: 8px; }
.alt { color: var(--text); font-size: 14px; }
.files:has(> :only-child) { list-style: none; padding: 0; }

.cards { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); list-style: none; padding: 0; }
.card { display: flex; flex-direction: column; overflow: hidden; }
.card.bad { border-color: var(--bad); }
.card > .media { background: var(--soft); height: 168px; }
.card > .media > * { height: 168px; object-fit: contain; }
.about { display: flex; flex: 1; flex-direction: column; gap: 4px; padding: 12px; }
.urns { padding: 0 12px 12px; }
.cards:has(> :only-child) { grid-template-columns: minmax(0, 552px); }
.cards:has(> :only-child) > .card > .media, .cards:has(> :only-child) > .card > .media > * { height: auto; max-height: 690px; }
.urn { align-items: center; color: var(--quiet); display: grid; font-size: 13px; gap: 2px 8px; grid-template-columns: auto 1fr; }
.urn + .urn { margin-top: 8px; }
.urn code { color: var(--text); font-size: 11px; grid-column: 1 / -1; margin: 0 -2px; overflow-x: auto; padding: 4px; user-select: all; white-space: nowrap; }
.urn button { justify-self: end; }
.list { list-style: none; margin-top: 8px; padding: 0; }
.list li { border-top: 1px solid var(--line); padding: 8px 0; }

@media (min-width: 561px) {
  .card > .media:has(> .tile:only-child) { flex: 1; height: auto; }
  .card > .media > .tile:only-child { height: auto; justify-content: center; min-height: 64px; }
  .card:has(> .media > .tile:only-child) > .about { flex: none; }
}
@media (max-width: 980px) {
  .post { gap: 0; grid-template-columns: minmax(0, 552px); }
  .post > blockquote { margin: 12px 0 4px; }
  .post > aside { display: contents; }
  .post > aside > :is(h3, .outcome, .error) { order: -2; }
  .post.bad > blockquote { border-color: var(--bad); }
}
@media (max-width: 560px) {
  body > header > div, main { padding: 14px 12px; }
  .cards:has(> :nth-child(2)) > .card { display: grid; grid-template-columns: 112px minmax(0, 1fr); }
  .cards:has(> :nth-child(2)) > .card > .urns { border-top: 1px solid var(--line); grid-column: 1 / -1; padding-top: 8px; }
  .cards:has(> :nth-child(2)) > .card:has(video) { display: flex; }
  .card:not(:only-child, :has(video)) > .media { height: 100%; min-height: 104px; }
  .card:not(:only-child, :has(video)) > .media > * { height: 100%; inset: 0; object-fit: cover; position: absolute; }
  :is(.n2, .n3, .n4, .n5) > .tile { font-size: 12px; gap: 4px; padding: 6px; }
  :is(.n2, .n3, .n4, .n5) > .tile small { font-size: 11px; }
  .card:not(:only-child) .tile { flex-direction: column; justify-content: center; padding: 8px; text-align: center; }
}
`;

export interface PageHead extends Verdict {
  /** The title of the browser's tab. */
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

/** The page in pieces: no picture or video is in memory as a whole. */
export async function* buildPage(head: PageHead, body: PageBody): AsyncGenerator<string> {
  yield renderHead(head).markup;
  for await (const { markup } of body) yield markup;
  yield `</main>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

function renderHead({
  title,
  headline,
  counts,
  failed,
  isPartial,
  origin,
  errors,
}: PageHead): Html {
  const state = failed ? 'failed' : isPartial ? 'partial' : 'good';
  const links = origin.map(({ text, url }, index) => [
    index === 0 ? '' : ' · ',
    renderLink(text, url),
  ]);
  const chips = counts.map(
    ({ text, isBad, anchor }) =>
      html`<li class="${isBad ? 'bad' : 'quiet'}"><a href="#${anchor}">${text}</a></li>`,
  );
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
    ...errors.flatMap((error) => renderRowError(sentenceBelow(row, error), error)),
    ...row.warnings.map(
      (one) => html`<p class="warning">⚠ ${inline(sentenceBelow(row, one))}</p>\n`,
    ),
  ];
}

/** The lines that an error at a line of a file says to write stand below it, to be copied. */
function renderRowError(text: string, error: ActionError): Html[] {
  if (lineOfProblem(error) === null) return [renderError(text, error.hint)];
  const { sentence, lines } = splitLines(text);
  const block =
    lines.length === 0 ? [] : [html`<pre>${lines.map((line) => html`${code(line)}\n`)}</pre>\n`];
  return [renderError(sentence, error.hint), ...block];
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
  return html`<details class="folded" id="${FOLDED_ANCHOR}"><summary>${formatCounts(countRows(rows))}</summary><ul class="list">\n${lines}</ul></details>\n`;
}

/** The attribute to which the counts at the head lead. */
export function idOf(anchor: string | null | undefined): Html {
  return anchor === null || anchor === undefined ? html`` : html` id="${anchor}"`;
}

/** The label and the button stand above the URN, which has the whole width. */
export function renderUrn({ label, urn }: { readonly label: string; readonly urn: string }): Html {
  return html`<p class="urn">${label} <button type="button" data-copy="${urn}" aria-label="Copy ${urn}">Copy</button> ${code(urn)}</p>
`;
}
