// A post as the summary, the comment and the page show it: the one place where they read the ledger. Pure.

import type { Sentence } from '../../errors/problem.ts';
import { formatInstant, pluralize } from '../../format.ts';
import type { Link } from '../../github/run-page.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { pageUrl, postUrl } from '../../linkedin/urn.ts';
import type { MediaFile } from '../../media/media-file.ts';
import { type PostMediaFile, postName, type WrittenPost } from '../../post/file/post.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { PostState, Publication } from '../../post/publication.ts';
import {
  foldOffset,
  renderLittleText,
  sliceParts,
  type TextPart,
  toLittleText,
  visibleText,
} from '../../post/text/little-text.ts';
import { countRows, type RowView } from '../row-view.ts';

export interface PostView extends RowView {
  readonly state: PostState;
  /** Whether nothing happens to the post, so that its name and reason are enough. A folder may have the posts of years. */
  readonly isFolded: boolean;
  /** Whether it could not be read: there are only its errors. */
  readonly isEmpty: boolean;
  /** Whether this run plans it, sends it, or fails to. */
  readonly isHandled: boolean;
  /** Completes a sentence about the post; empty where the state says it all. */
  readonly reason: string;
  /** The post on LinkedIn; null if it is not there. */
  readonly url: string | null;
  readonly author: Link & { readonly kind: string };
  /** `now · everybody` */
  readonly audience: string;
  readonly text: PostText;
  /** The parts besides its text, as far as they could be read. */
  readonly content: Pick<WrittenPost, 'title' | 'link' | 'poll' | 'comment'>;
  readonly media: readonly PostMediaFile[];
  /** The picture of the link card. */
  readonly linkImage: MediaFile | null;
}

/** The text as readers see it: the feed shows the first part, and the rest after a click. */
export interface PostText {
  readonly above: readonly TextPart[];
  readonly below: readonly TextPart[];
  readonly mentions: readonly Extract<TextPart, { kind: 'mention' }>[];
}

/** `isHeldBack`: whether an error of another post keeps it from going out. */
export function viewPost(item: Publication, mode: Mode, isHeldBack: boolean): PostView {
  const { post } = item;
  const state = postState(item);
  const isFolded = state === 'known' || state === 'other-owner';
  const isLater = state === 'scheduled' || state === 'draft';
  // The URN of a post that a person published is real.
  const isSimulated = mode === 'simulate' && state === 'posted';
  return {
    noun: 'post',
    name: postName(post),
    file: post.file,
    state,
    isGood: isPostSuccess(state),
    isFolded,
    isEmpty: post.text === '' && post.media.length === 0,
    isHandled: !isFolded && state !== 'expired' && (mode === 'plan' || !isLater),
    reason: reasonsOf(item, isSimulated, isHeldBack).join('; '),
    errors: item.errors,
    warnings: postWarnings(item),
    url: item.urn === null || isSimulated ? null : postUrl(item.urn),
    author: viewAuthor(post.author),
    audience: audienceOf(post, state),
    text: viewText(post.text),
    content: post,
    media: post.media,
    linkImage: post.linkImage,
  };
}

/** The title of the posts that are not shown: `12 published earlier, 1 of other owners`. */
export function foldedTitle(views: readonly PostView[]): string {
  return countRows(views)
    .map(({ text }) => text)
    .join(', ');
}

interface VerdictFacts {
  readonly mode: Mode;
  /** Whether a plan could not read what earlier runs posted. */
  readonly isMemoryUnknown: boolean;
  readonly excess: PostLedger['excess'];
}

/** What went out, or would, and why not. */
export function postVerdict(
  views: readonly PostView[],
  { mode, isMemoryUnknown, excess }: VerdictFacts,
): string {
  const count = (wanted: PostState) => views.filter(({ state }) => state === wanted).length;
  const [failed, unknown, edited] = [count('failed'), count('unknown'), count('edited')];
  const out = count('posted') + count('planned');
  const isEdited = `${pluralize(edited, 'post')} ${edited === 1 ? 'was' : 'were'} edited`;
  const goes = mode === 'plan' ? 'would go out' : 'went out';
  const nothing = `nothing ${goes}`;
  if (views.length === 0) return `No posts found, nothing to do`;
  if (excess !== null)
    return `${excess.due} posts are due, but \`max-posts\` is ${excess.maxPosts}, so ${nothing}`;
  if (failed > 0 && (mode === 'plan' || out + edited === 0))
    return `${pluralize(failed, 'post')} ${failed === 1 ? 'has an error' : 'have errors'}, so ${nothing}`;
  if (out + edited === 0 && unknown > 0) return `${pluralize(unknown, 'post')} may be on LinkedIn`;
  if (out + edited === 0) return `Nothing ${goes}`;
  const ends = [
    out > 0 && edited > 0 ? `, and ${isEdited}` : '',
    failed > 0 ? `, but ${failed} failed` : '',
    unknown > 0 ? `, and ${unknown} may be on LinkedIn` : '',
    isMemoryUnknown ? ', unless an earlier run has posted it' : '',
  ];
  const done = out === 0 ? isEdited : `${pluralize(out, 'post')} ${goes}`;
  return `${done}${ends.join('')}`;
}

const VIEWERS = {
  public: 'everybody',
  connections: 'connections',
  'logged-in': 'members of LinkedIn',
} as const;

function audienceOf(post: WrittenPost, state: PostState): string {
  if (post.errors.length > 0 && state === 'failed') return 'cannot be shown before its errors are corrected';
  const time = post.at === null || state === 'posted' ? 'now' : formatInstant(post.at);
  return `${time} · ${VIEWERS[post.visibility]}`;
}

/** During the run, a post that is not sent yet counts as skipped. */
export function postState({ state }: Pick<Publication, 'state'>): PostState {
  return state ?? 'skipped';
}

/** Whether the state is a success. A posted row may have an error all the same. */
export function isPostSuccess(state: PostState): boolean {
  return state !== 'unknown' && state !== 'failed' && state !== 'skipped';
}

/** LinkedIn does not tell the name. */
function viewAuthor(urn: string): PostView['author'] {
  const [kind = '', id] = urn.split(':').slice(2);
  return { text: `LinkedIn ${kind === 'person' ? 'member' : 'page'} ${id}`, url: pageUrl(urn), kind };
}

function viewText(written: string): PostText {
  const parts = renderLittleText(toLittleText(written));
  const visible = visibleText(parts);
  const fold = foldOffset(visible) ?? visible.length;
  return {
    above: sliceParts(parts, 0, fold),
    // The fold replaces the line end or the blank there.
    below: sliceParts(parts, fold + (/\s/.test(visible.charAt(fold)) ? 1 : 0), visible.length),
    mentions: parts.filter((part) => part.kind === 'mention'),
  };
}

function reasonsOf(item: Publication, isSimulated: boolean, isHeldBack: boolean): string[] {
  const { state, reason, notice, urn } = item;
  const next = isHeldBack ? 'once the errors are corrected' : 'with the next run that publishes';
  return [
    state === 'expired' ? null : (reason ?? (state === 'planned' ? `goes out ${next}` : null)),
    notice === null ? null : `it ${notice}`,
    isSimulated ? `simulated as ${urn}, which is not on LinkedIn` : null,
  ].filter((text) => text !== null);
}

/** Whether the post is not going out, now or later. */
export function isLeft({ post: { state } }: Publication): boolean {
  return state === 'known' || state === 'expired' || state === 'other-owner';
}

/** In the order of the lines. Whoever wrote a post that is not going out has seen those of its file. */
export function postWarnings(item: Publication): Sentence[] {
  const { state, reason, warning, warnings } = item.post;
  const file = postName(item.post);
  const own = item.warning ?? warning ?? (state === 'expired' ? `is not posted: ${reason}` : null);
  const lines = isLeft(item) ? [] : warnings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return [
    ...(own === null ? [] : [{ subject: { file }, problem: own }]),
    ...lines.map(
      ({ text: problem, line }): Sentence => ({ subject: line === null ? 'run' : { file, line }, problem }),
    ),
  ];
}
