// Builds the report of a run of the post action as data: rows, totals, annotations, a headline, and its posts as in the feed, with
// what is to be known about each. A summary and a comment on GitHub, where neither style nor embedded pictures work, show the same
// markup with addresses of the pictures. Without side effects.

import type { ActionError } from '../../errors/action-error.ts';
import { capitalize, formatNumber, pluralize, shorten } from '../../format.ts';
import type { AddressOf } from '../../github/run-page.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { PostInputs } from '../../inputs/read-post-inputs.ts';
import { pageUrl } from '../../linkedin/urn.ts';
import { mediaFilesOf, type Poll, type PostMediaFile } from '../../post/file/post.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import {
  foldOffset,
  parseText,
  sliceParts,
  type TextPart,
  visibleText,
} from '../../post/text/little-text.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import { code, Html, html, inline, renderLink } from '../html.ts';
import { bullets, folded as fold, renderCode, renderHint } from '../markdown.ts';
import type { OutputValues } from '../outputs.ts';
import { buildGallery, type Candidate, type Figure, renderMedia } from '../page/media.ts';
import { idOf, renderFolded, renderRemarks } from '../page/page.ts';
import { buildFailureReport, type Report, summarizeRun } from '../report.ts';
import { arrange, countOf, countRows, fileFacts, formatCounts, listAnchors } from '../row-view.ts';
import { errorBlocks, formatRequests, type SummaryPost, warningBlocks } from '../summary.ts';
import { buildPostRows, type PostRow } from './post-row.ts';
import {
  findExpired,
  isGoingOut,
  isPostSuccess,
  type PostView,
  postVerdict,
  viewPosts,
} from './post-view.ts';

interface RunFacts {
  readonly ledger: PostLedger;
  readonly mode: Mode;
  readonly requests: RequestCounts;
  readonly tokenDaysLeft: number | null;
  readonly addressOf: AddressOf;
  /** Why it is not known what earlier runs posted; null if it is known. */
  readonly memoryError: ActionError | null;
  readonly maxPosts: number;
  readonly approval: PostInputs['approval'];
  /** Sentences about patterns that matched nothing, and files that are not posts. */
  readonly remarks: readonly string[];
}

const TITLE = 'LinkedIn posts';

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildPostReport(run: RunFacts, abortReason: ActionError | null): Report {
  const { mode, ledger, memoryError, addressOf, requests } = run;
  const { items, plan } = ledger;
  const rows = buildPostRows(ledger);
  const isHeldBack = rows.some(({ state }) => state === 'failed') || ledger.stopReason !== null;
  const views = viewPosts(items, mode, isHeldBack);
  const hasExpired = findExpired(views, isHeldBack).length > 0;
  const isMemoryUnknown = mode === 'plan' && memoryError !== null;
  const runErrors = [abortReason, ledger.error, ledger.stopReason].filter(
    (error) => error !== null,
  );
  const crowds = mode === 'plan' ? findCrowds(run, views) : [];
  const goesOut = mode === 'plan' ? 'planned' : 'posted';
  const isUnchecked =
    mode !== 'publish' && run.approval !== 'none' && rows.some(({ state }) => state === goesOut);
  const which = mode === 'plan' ? 'A plan' : 'A simulation';
  const lines = isUnchecked ? [`${which} does not check \`approval: ${run.approval}\`.`] : [];
  const remarks = [
    ...(isMemoryUnknown ? [MEMORY_UNKNOWN] : []),
    ...crowds,
    ...lines,
    ...run.remarks,
  ];
  const summarized = summarizeRun(views, {
    mode,
    verdict: postVerdict(views, mode, isHeldBack),
    errors: runErrors.filter((error) => !isOfOnePost(error)),
  });
  return {
    ...summarized,
    title: TITLE,
    failed:
      runErrors.length > 0 || views.some(({ isGood, errors }) => !isGood || errors.length > 0),
    isPartial: views.length === 0 || hasExpired,
    isVerdictWarning: hasExpired,
    rows,
    outputs: postOutputs(rows, plan.nextAt?.iso ?? null, run.tokenDaysLeft),
    notices: crowds.map((text) => ({ title: 'input max-posts', text, isWarning: true })),
    lines,
    owner: null,
    blocks: [
      ...errorBlocks(summarized.annotations),
      ...foldedWarnings(views),
      ...remarks.map(renderHint),
    ],
    posts: postSections(views, addressOf),
    closing: [foldPosts(views), requests.calls === 0 ? null : formatRequests(requests)],
    page: views.some(({ isHandled }) => isHandled) ? buildPostPage(views) : null,
  };
}

/** The warnings of posts that have only a folded line. The others have theirs beside their text. */
function foldedWarnings(views: readonly PostView[]): string[] {
  const warnings = arrange(views).folded.flatMap(({ name, warnings: own }) =>
    own.map(({ problem }) => ({ about: name, text: problem })),
  );
  return warningBlocks(warnings);
}

/** Posts of earlier runs look new then, so their number is not checked. */
function findCrowds({ memoryError, maxPosts }: RunFacts, views: readonly PostView[]): string[] {
  const due = views.filter(isGoingOut).length;
  if (memoryError === null || due <= maxPosts) return [];
  return [
    `${due} posts are due, and \`max-posts\` is ${maxPosts}. Before the first post of this owner, a run that publishes sends nothing then: raise \`max-posts\`, or keep posts back with \`draft: true\`.`,
  ];
}

const MEMORY_UNKNOWN =
  'The manifest could not be read, so posts that earlier runs sent look new here. The log says why.';

/** The outputs without the paths of files. */
function postOutputs(
  rows: readonly PostRow[],
  nextAt: string | null,
  tokenDaysLeft: number | null,
) {
  const urns = rows.flatMap(({ id, state, urn }) =>
    (state === 'posted' || state === 'edited' || state === 'known') && urn !== undefined
      ? [[id, urn] as const]
      : [],
  );
  // If there are many posts, the next step hardly needs one that an earlier run sent.
  const first =
    rows.find(({ state }) => state === 'posted') ??
    rows.find(({ state }) => state === 'edited') ??
    (rows.length === 1 ? rows.find(({ state }) => state === 'known') : undefined);
  return {
    'post-urn': first?.urn ?? '',
    'post-url': first?.url ?? '',
    'comment-urn': first?.commentUrn ?? '',
    urns: new Map(urns),
    results: rows,
    'posted-count': countOf(rows, 'posted'),
    'edited-count': countOf(rows, 'edited'),
    'known-count': countOf(rows, 'known'),
    'waiting-count': countOf(rows, 'scheduled'),
    'failed-count': rows.filter((row) => !isPostSuccess(row.state)).length,
    // A comment on a pull request also says why there is nothing to preview.
    'preview-file': '',
    'next-at': nextAt,
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}

export function buildPostFailureReport(thrown: unknown): Report {
  return buildFailureReport(thrown, { title: TITLE, outputs: postOutputs([], null, null) });
}

/** Whether the error is annotated with its post. */
function isOfOnePost(error: ActionError): boolean {
  return typeof error.subject === 'object' && 'file' in error.subject;
}

export async function* buildPostPage(views: readonly PostView[]): AsyncGenerator<Html> {
  const { shown, folded } = arrange(views);
  const gallery = buildGallery(shown.flatMap(listCandidates));
  const anchors = listAnchors(shown);
  for (const [index, view] of shown.entries()) {
    yield html`<section class="post${view.isGood ? '' : ' bad'}"${idOf(anchors[index])}>\n`;
    for (const part of renderPost(view)) {
      if (part instanceof Html) yield part;
      else yield* renderMedia(part, gallery);
    }
    yield html`</section>\n`;
  }
  yield renderFolded(folded, renderState);
}

/** First the first file of each post, then its others, and at last what an edit leaves as it is. */
function listCandidates(view: PostView): Candidate[] {
  const rankOf = (index: number) => (view.isEdit ? 2 : Math.min(index, 1));
  return mediaFilesOf(view).map((file, index) => ({ file, rank: rankOf(index) }));
}

/** The markup of the post, and the places of its files. */
function renderPost(view: PostView): (Html | Figure)[] {
  const { name, media, author, audience, comment } = view;
  const { above, below, mentions } = splitText(view.text);
  const notes = mentions.map(
    (one) => html`<p class="note">${one.text} is ${code(one.urn ?? '')}</p>\n`,
  );
  if (view.link !== null)
    notes.push(html`<p class="note">The card leads to ${code(view.link.url)}</p>\n`);
  const files = media.map(renderFile);
  const more = html`<details><summary>…more</summary><p class="text">${renderParts(below)}</p></details>\n`;
  return [
    html`<aside>
<h3>${name}</h3>
${renderOutcome(view)}${renderRemarks(view)}${notes}${files.length === 0 ? null : html`<ol class="files">\n${files}</ol>\n`}</aside>
<blockquote>
${renderAuthor(author, audience)}
<p class="text">${renderParts(above)}</p>
${below.length === 0 ? null : more}`,
    renderStays(view),
    ...renderAttachment(view),
    comment === null
      ? html``
      : html`<p class="first-comment"><b>First comment</b><br>${comment}</p>\n`,
    html`</blockquote>\n`,
  ];
}

/** The name of a file, what is sent along with it, and its alternative text. */
function renderFile({ path, alt, sidecars = {} }: PostMediaFile): Html {
  const along = Object.entries(sidecars).map(([kind, sidecar]) => `${kind}: ${sidecar.path}`);
  const lines = along.map((line) => html`<br>${line}`);
  const text = alt === null ? null : html`<br><span class="alt">${alt}</span>`;
  return html`<li>${path}${lines}${text}</li>\n`;
}

function renderStays({ stays }: PostView): Html {
  if (stays.length === 0) return html``;
  const parts = stays.join(', ');
  return html`<p class="note stays">Stays as it was published (here as the file has it now): ${parts}</p>\n`;
}

/** LinkedIn does not tell the name. */
function renderAuthor(urn: string, audience: string): Html {
  const [kind = '', id] = urn.split(':').slice(2);
  const name = `LinkedIn ${kind === 'person' ? 'member' : 'page'} ${id}`;
  return html`<p class="author ${kind}"><span><b>${renderLink(name, pageUrl(urn))}</b> <small>${audience}</small></span></p>`;
}

/** The text as readers see it: the feed shows the first part, and the rest after a click. */
function splitText(written: string) {
  const parts = parseText(written);
  const visible = visibleText(parts);
  const fold = foldOffset(visible) ?? visible.length;
  return {
    above: sliceParts(parts, 0, fold),
    // The fold replaces the line end or the blank there.
    below: sliceParts(parts, fold + (/\s/.test(visible.charAt(fold)) ? 1 : 0), visible.length),
    mentions: parts.filter((part) => part.kind === 'mention'),
  };
}

/** The label, and below it the reason, unless the label says it. */
function renderOutcome(view: PostView): Html {
  const { label, reason } = view;
  const isSaid = reason === '' || capitalize(reason) === label.text;
  const why = isSaid ? null : html`<p class="note">${renderReason(view)}</p>\n`;
  return html`<p class="outcome"><b class="state ${label.tone}">${label.text}</b>${renderPostLink(view)}</p>\n${why}`;
}

function renderState(view: PostView): Html {
  return html`<span class="state">${renderReason(view)}</span>${renderPostLink(view)}`;
}

/** `planned: goes out with the next run` */
function renderReason({ state, reason }: PostView): Html {
  const why = reason === '' ? null : html`: ${inline(reason)}`;
  return html`${state}${why}`;
}

function renderPostLink({ state, isEdit, url }: PostView): Html {
  if (url === null) return html``;
  const text = isEdit && state === 'planned' ? 'the post that loses its text' : 'on LinkedIn';
  return html` · ${renderLink(text, url)}`;
}

/** LinkedIn shows five pictures, and the number of the others on the last one. */
const MOST_SHOWN = 5;

/** What stands below the text: the media, a link card or a poll. */
function renderAttachment({ media, linkImage, title, link, poll }: PostView): (Html | Figure)[] {
  const places = media.map((file) => ({
    file,
    alt: file.alt ?? '',
    // The title of a video stands below it.
    title: (file.media.kind === 'document' ? title : null) ?? file.path,
  }));
  const [shown, others] = [places.slice(0, MOST_SHOWN), places.slice(MOST_SHOWN)];
  const more = others.length === 0 ? null : html`<span class="more">+${others.length}</span>`;
  const pictures: (Html | Figure)[] =
    shown.length === 0
      ? []
      : [html`<div class="media n${shown.length}">`, ...shown, html`${more}</div>\n`];
  if (others.length > 0)
    pictures.push(
      html`<details><summary>${pluralize(others.length, 'more picture')}</summary><div class="media">`,
      ...others,
      html`</div></details>\n`,
    );
  if (title !== null && media[0]?.media.kind === 'video')
    pictures.push(html`<p class="link"><b>${title}</b></p>\n`);
  if (poll !== null) return [renderPoll(poll)];
  if (link === null) return pictures;
  const card: (Html | Figure)[] =
    linkImage === null
      ? []
      : [
          html`<div class="media n1">`,
          { file: linkImage, alt: '', title: linkImage.path },
          html`</div>\n`,
        ];
  const description = link.description === undefined ? null : html`<br>${link.description}`;
  return [
    ...card,
    html`<p class="link"><b>${link.title}</b>${description}<br><small>${new URL(link.url).host}</small></p>\n`,
  ];
}

/** As LinkedIn shows it before the first vote. */
function renderPoll({ question, options, days }: Poll): Html {
  const choices = options.map((option) => html`<li>${option}</li>\n`);
  return html`<div class="poll"><p><b>${question}</b><br><small>The author can see how you vote.</small></p>
<ul>\n${choices}</ul>
<p><small>0 votes · open for ${pluralize(days, 'day')}</small></p></div>\n`;
}

/** Live parts stand out: hashtags and mentions. */
function renderParts(parts: readonly TextPart[]): Html[] {
  return parts.map(({ kind, text }) =>
    kind === 'text' ? html`${text}` : html`<b class="live">${text}</b>`,
  );
}

/** A post that could not be read has only its errors, in their list. */
export function postSections(views: readonly PostView[], addressOf: AddressOf): SummaryPost[] {
  return arrange(views)
    .shown.filter(({ text, media }) => text !== '' || media.length > 0)
    .map((view) => ({ name: view.name, markdown: formatPost(view, addressOf) }));
}

/** Posts to which nothing happens have a folded line each. */
export function foldPosts(views: readonly PostView[]): string | null {
  const { folded } = arrange(views);
  const lines = folded.map(
    ({ name, state, reason }) => `${renderCode(name)} ${state}: ${renderHint(reason)}`,
  );
  return lines.length === 0 ? null : fold(formatCounts(countRows(folded)), bullets(lines));
}

/** One line of HTML: an empty line would end it. */
export function formatPost(view: PostView, addressOf: AddressOf): string {
  const parts = renderPost({ ...cutLongFields(view), errors: [] });
  const count = parts.filter((part) => !(part instanceof Html)).length;
  const pieces = parts.map((part) =>
    part instanceof Html ? part : renderFigure(part, addressOf, count),
  );
  return pieces
    .map(({ markup }) => markup)
    .join('')
    .trim()
    .replace(/\n+/g, ' ');
}

/** The most characters of an alternative text, a title or a description, of which a post has up to twenty. */
const MAX_FIELD_CHARS = 200;

/** The page shows the fields whole. A comment on GitHub has space for a few posts. */
function cutLongFields(view: PostView): PostView {
  const { media, title, link } = view;
  const { description } = link ?? {};
  return {
    ...view,
    media: media.map((file) => ({ ...file, alt: file.alt === null ? null : cutField(file.alt) })),
    title: title === null ? null : cutField(title),
    link:
      link === null || description === undefined
        ? link
        : { ...link, description: cutField(description) },
  };
}

function cutField(text: string): string {
  const left = text.length - MAX_FIELD_CHARS;
  if (left <= 0) return text;
  return `${shorten(text, MAX_FIELD_CHARS)} (cut here: the page shows ${formatNumber(left)} more characters)`;
}

/** Pixels. Pictures in a row have one height, and two of most formats fit into a row on a phone. */
const WIDTH = 400;
const ROW_HEIGHT = 120;

/** A picture that does not load leaves its alternative text. */
function renderFigure({ file, alt, title }: Figure, addressOf: AddressOf, count: number): Html {
  const address = file.media?.kind === 'image' ? addressOf(file.path) : null;
  if (address === null)
    return html`<p><b>${title}</b><br><small>${fileFacts(file).join(' · ')}</small></p>\n`;
  const { width = ROW_HEIGHT, height = ROW_HEIGHT } = file.media ?? {};
  const fitting = count === 1 ? WIDTH : Math.round((ROW_HEIGHT * width) / height);
  // No picture is enlarged.
  const shown = Math.max(1, Math.min(fitting, WIDTH, width));
  return html`<a href="${address}"><img src="${address}?raw=true" alt="${alt || title}" width="${shown}"></a>\n`;
}
