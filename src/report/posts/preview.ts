// Shows posts as on LinkedIn, from the text that is sent, in Markdown for a pull-request comment and the job summary. Pure.

import type { AddressOf } from '../../github/run-page.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { MediaFile } from '../../media/media-file.ts';
import { mediaFilesOf, type Post, type PostMediaFile, postName } from '../../post/file/post.ts';
import type { PostItem } from '../../post/post-state.ts';
import {
  foldOffset,
  renderLittleText,
  sliceParts,
  type TextPart,
  toLittleText,
  visibleText,
} from '../../post/text/little-text.ts';
import { withHint } from '../log/logger.ts';
import {
  escapeLines,
  escapeMarkdown,
  paragraphs,
  renderBlocks,
  renderCode,
  renderHint,
} from '../markdown.ts';
import { ownerLink } from '../summary.ts';
import { isBrief, linkedUrl, postErrors, postReasons, postState, postWarnings } from './post-wording.ts';
import { renderPictures } from './preview-pictures.ts';

export interface PreviewOptions {
  readonly mode: Mode;
  readonly addressOf: AddressOf;
  /** Whether the errors of a post stand with it. */
  readonly showsErrors: boolean;
}

/** GitHub takes comments of 65,536 characters. */
const MAX_PREVIEW_CHARS = 65_000;

/** `remarks`: sentences about all posts. */
export function buildPreview(
  items: readonly PostItem[],
  remarks: readonly string[],
  options: PreviewOptions,
): string {
  const parts = [...remarks.map(renderHint), ...formatPosts(items, options)];
  const blocks = ['## Posts for LinkedIn', paragraphs(parts)];
  return `${renderBlocks(blocks, { leftBytes: MAX_PREVIEW_CHARS })}\n`;
}

/** Leaves out the heading, for a page that has one. */
export function formatPosts(items: readonly PostItem[], options: PreviewOptions): string[] {
  if (items.length === 0) return ['No posts to show.'];
  const shown: string[] = [];
  const brief: string[] = [];
  for (const item of items) {
    const { written } = item.planned;
    if (isBrief(item)) {
      const texts = [escapeMarkdown(postState(item)), ...textsOf(item, options), ...linkTo(item, options)];
      brief.push(`- ${renderCode(postName(written))} ${texts.join(' · ')}`);
    }
    // A list of errors elsewhere says all about a post that cannot be read.
    else if (options.showsErrors || written.post !== null || postWarnings(item).length > 0)
      shown.push(formatPost(item, options));
  }
  return brief.length === 0 ? shown : [...shown, '### Not going out', ...brief];
}

function textsOf(item: PostItem, { mode, showsErrors }: PreviewOptions): string[] {
  const errors = showsErrors
    ? postErrors(item).map(({ code, message, hint }) => withHint({ message: `${code}: ${message}`, hint }))
    : [];
  const warnings = postWarnings(item).map(
    ({ text, line }) => `warning${line === null ? '' : `, line ${line}`}: ${text}`,
  );
  return [...errors, ...postReasons(item, mode), ...warnings].map(renderHint);
}

/** Picture files of a post or its link card. */
function picturesOf({ planned: { written } }: PostItem): MediaFile[] {
  return mediaFilesOf(written).filter(({ media }) => media?.kind === 'image');
}

export function formatPost(item: PostItem, options: PreviewOptions): string {
  const { written } = item.planned;
  const { post } = written;
  const state = postState(item);
  const why = textsOf(item, options).map((text) => `- ${text}`);
  const facts: string[] = [];
  if (post !== null) {
    const { author, visibility, at: time } = post;
    facts.push(ownerLink(author), escapeMarkdown(`visible to ${VIEWERS[visibility]}`));
    // The reason of a post that is scheduled or expired names the time.
    if (time !== null && state !== 'scheduled' && state !== 'expired')
      facts.push(escapeMarkdown(`not before ${time}`));
  }
  const blocks = [
    `### ${renderCode(postName(written))} ${escapeMarkdown(state)}`,
    [...facts, ...linkTo(item, options)].join(' · '),
    why.join('\n'),
    ...(post === null ? [] : contentOf(item, post, options)),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const VIEWERS = {
  public: 'everybody',
  connections: 'connections',
  'logged-in': 'members of LinkedIn',
} as const;

function linkTo(item: PostItem, { mode }: PreviewOptions): string[] {
  const url = linkedUrl(item, mode);
  return url === null ? [] : [`[on LinkedIn](${url})`];
}

/** The parts of a post that LinkedIn shows. */
function contentOf(item: PostItem, post: Post, { addressOf }: PreviewOptions): string[] {
  const { media } = item.planned.written;
  const parts = renderLittleText(toLittleText(post.text));
  const mentions = parts.filter((part) => part.kind === 'mention');
  // The URN decides who is mentioned; the name is free text.
  const mentioned = mentions.map(({ name, urn }) => `<b>${escapeMarkdown(name)}</b> ${renderCode(urn)}`);
  const pictures = picturesOf(item).flatMap(({ path: file, media: picture }) => {
    const url = addressOf(file);
    const alt = media.find((one) => one.file === file)?.alt ?? null;
    const { width, height } = picture ?? {};
    const size = width === undefined || height === undefined ? null : { width, height };
    return url === null ? [] : [{ file, url, alt, size }];
  });
  return [
    blockquote(formatText(parts)),
    pictures.length === 0 ? '' : renderPictures(pictures),
    mentioned.length === 0 ? '' : `Mentions: ${mentioned.join(', ')}`,
    formatContent(post, media),
    post.comment === null ? '' : `First comment:\n\n${blockquote(escapeLines(post.comment))}`,
  ];
}

function blockquote(html: string): string {
  return `<blockquote>\n${html}\n</blockquote>`;
}

const FOLD = '<br>\n<sub>⋯ LinkedIn shows the rest after a click on “more” ⋯</sub><br>\n';

function formatText(parts: readonly TextPart[]): string {
  const text = visibleText(parts);
  const fold = foldOffset(text);
  if (fold === null) return formatParts(parts);
  // The fold replaces the line end or the blank there.
  const rest = fold + (/\s/.test(text.charAt(fold)) ? 1 : 0);
  return formatParts(sliceParts(parts, 0, fold)) + FOLD + formatParts(sliceParts(parts, rest, text.length));
}

function formatParts(parts: readonly TextPart[]): string {
  return parts
    .map((part) => {
      const html = escapeLines(visibleText([part]));
      return part.kind === 'text' ? html : `<b>${html}</b>`;
    })
    .join('');
}

/** The files or the link card. They have no URNs yet. */
function formatContent({ link, title }: Post, media: readonly PostMediaFile[]): string {
  if (link === null) {
    const files = media.map(({ file, kind, alt }) => {
      const texts = [
        ...(kind === 'image' || title === null ? [] : [`<b>${escapeOneLine(title)}</b>`]),
        ...(alt ? [`alternative text: ${escapeOneLine(alt)}`] : []),
      ];
      return [renderCode(file), ...texts].join(' · ');
    });
    return files.length === 1 ? files.join('') : files.map((file) => `1. ${file}`).join('\n');
  }
  const { url, description, image } = link;
  const details = [
    renderCode(url),
    ...(description === null ? [] : [escapeOneLine(description)]),
    ...(image === null ? [] : [renderCode(image)]),
  ];
  return `Link card: <b>${escapeOneLine(link.title)}</b> · ${details.join(' · ')}`;
}

function escapeOneLine(text: string): string {
  return escapeMarkdown(text.replace(/\s+/g, ' '));
}
