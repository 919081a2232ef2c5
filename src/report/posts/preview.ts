// Shows posts as they will look on LinkedIn, in Markdown for a pull-request comment and the job summary. Made from the
// body that is sent. Pure.

import { pageUrl } from '../../linkedin/urn.ts';
import type { PostMediaKind } from '../../post/file/media-rules.ts';
import type { Post } from '../../post/file/post.ts';
import type { PostState } from '../../post/post-state.ts';
import { isPostUrn, postUrl } from '../../post/post-urn.ts';
import { buildPostBody, type PostContent } from '../../post/text/body.ts';
import { foldOffset, renderLittleText, sliceParts } from '../../post/text/rendered-text.ts';
import { type TextPart, visibleText } from '../../post/text/text.ts';
import { list, renderBlocks } from '../blocks.ts';
import { escapeLines, escapeMarkdown, renderCode, renderHint } from '../markdown.ts';
import { type PreviewPicture, renderPictures } from './preview-pictures.ts';

export interface PreviewedPost {
  /** The post file, or the id of a post without one. */
  readonly name: string;
  /** The state of its row. */
  readonly state: PostState;
  /** Why it is in this state: sentences. Empty when there is nothing to say. */
  readonly reasons: readonly string[];
  /** Of the post on LinkedIn. */
  readonly urn: string | null;
  /** Null when the file has errors. */
  readonly post: Post | null;
  readonly media: readonly {
    readonly file: string;
    readonly kind: PostMediaKind;
    readonly alt: string | null;
  }[];
  /** The pictures that readers can load: those of `media`, or that of the link card. */
  readonly pictures: readonly PreviewPicture[];
}

/** GitHub takes comments of 65,536 characters. */
const MAX_PREVIEW_CHARS = 65_000;
/** These posts are not going out, so a line is enough. A folder may have the posts of years. */
const BRIEF_STATES: ReadonlySet<PostState> = new Set<PostState>(['known', 'other-owner', 'expired']);

export function isBrief(state: PostState): boolean {
  return BRIEF_STATES.has(state);
}

export function buildPreview(posts: readonly PreviewedPost[]): string {
  const blocks = ['## Posts for LinkedIn', list(formatPosts(posts))];
  return `${renderBlocks(blocks, { leftBytes: MAX_PREVIEW_CHARS })}\n`;
}

/** Without a heading, for a page that has one. */
export function formatPosts(posts: readonly PreviewedPost[]): string[] {
  const shown = posts.filter(({ state }) => !isBrief(state)).map(formatPost);
  const brief = posts.filter(({ state }) => isBrief(state)).map(formatLine);
  if (posts.length === 0) return ['There are no posts.'];
  return [...shown, ...(brief.length === 0 ? [] : ['### Not going out', ...brief])];
}

function formatLine({ name, state, reasons, urn }: PreviewedPost): string {
  return `- ${renderCode(name)} ${[escapeMarkdown(state), ...reasons.map(renderHint), ...linkTo(urn)].join(' · ')}`;
}

/** A post with its text, media, link card and first comment. */
export function formatPost(previewed: PreviewedPost): string {
  const { name, state, reasons, urn, post, media, pictures } = previewed;
  const head = `### ${renderCode(name)} ${escapeMarkdown(state)}`;
  const facts = [...(post === null ? [] : factsOf(post, state)), ...linkTo(urn)].join(' · ');
  const why = reasons.map((reason) => `- ${renderHint(reason)}`).join('\n');
  if (post === null) return joinBlocks([head, facts, why]);
  // In place of URNs, which do not exist yet, the body has the files.
  const uploaded = media.map(({ file, kind, alt }) => ({ kind, urn: file, alt }));
  const { commentary, content } = buildPostBody(post, {
    media: uploaded,
    thumbnailUrn: post.link?.image ?? null,
  });
  const { parts } = renderLittleText(commentary);
  const comment = post.comment === null ? '' : `First comment:\n\n${quote(escapeLines(post.comment))}`;
  return joinBlocks([
    head,
    facts,
    why,
    quote(formatText(parts)),
    renderPictures(pictures),
    mentionsIn(parts),
    formatContent(content),
    comment,
  ]);
}

function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** The reason of a post that is scheduled or expired names the time. */
function factsOf({ author, visibility, at: time }: Post, state: string): string[] {
  const at = time === null || /^(scheduled|expired)$/.test(state) ? [] : [`not before ${time}`];
  const url = pageUrl(author);
  const owner = url === null ? renderCode(author) : `<a href="${url}">${renderCode(author)}</a>`;
  return [owner, ...[`visible to ${VIEWERS[visibility]}`, ...at].map(escapeMarkdown)];
}

const VIEWERS = {
  public: 'everybody',
  connections: 'connections',
  'logged-in': 'members of LinkedIn',
} as const;

function linkTo(urn: string | null): string[] {
  return urn !== null && isPostUrn(urn) ? [`[on LinkedIn](${postUrl(urn)})`] : [];
}

function quote(html: string): string {
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

/** The URN decides who is mentioned; the name is free text. */
function mentionsIn(parts: readonly TextPart[]): string {
  const mentions = parts.filter((part) => part.kind === 'mention');
  if (mentions.length === 0) return '';
  return `Mentions: ${mentions.map(({ name, urn }) => `<b>${escapeMarkdown(name)}</b> ${renderCode(urn)}`).join(', ')}`;
}

function formatContent(content: PostContent | undefined): string {
  if (content === undefined) return '';
  if ('multiImage' in content)
    return content.multiImage.images.map((image) => `1. ${formatMedia(image)}`).join('\n');
  if ('media' in content) return formatMedia(content.media);
  const { source, title, description, thumbnail } = content.article;
  const details = [
    renderCode(source),
    ...(description === undefined ? [] : [escapeOneLine(description)]),
    ...(thumbnail === undefined ? [] : [renderCode(thumbnail)]),
  ];
  return `Link card: <b>${escapeOneLine(title)}</b> · ${details.join(' · ')}`;
}

function formatMedia({
  id,
  altText,
  title,
}: {
  readonly id: string;
  readonly altText?: string;
  readonly title?: string;
}): string {
  const texts = [
    ...(title === undefined ? [] : [`<b>${escapeOneLine(title)}</b>`]),
    ...(altText === undefined ? [] : [`alternative text: ${escapeOneLine(altText)}`]),
  ];
  return [renderCode(id), ...texts].join(' · ');
}

function escapeOneLine(text: string): string {
  return escapeMarkdown(text.replace(/\s+/g, ' '));
}
