// What became of a post, as summary, comment and page show it. Pure.

import type { Sentence } from '../../errors/action-error.ts';
import { formatInstant, formatNumber, joinParts, pluralize, shorten } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { postUrl } from '../../linkedin/urn.ts';
import { postName, type WrittenPost } from '../../post/file/post.ts';
import type { PlannedPost } from '../../post/planned-post.ts';
import { nextRun } from '../../post/post-ledger.ts';
import type { PostState, Publication } from '../../post/publication.ts';
import { isEditOf } from '../../post/published-post.ts';
import { MAX_TEXT_CHARS } from '../../post/text/little-text.ts';
import { countOf, type RowView, STATE_TEXTS } from '../row-view.ts';
import { type OutcomeLabel, outcomeLabel } from './outcome-label.ts';

/** The parts of a post that people see, as far as they could be read. */
type ShownPost = Pick<
  WrittenPost,
  'author' | 'text' | 'media' | 'title' | 'link' | 'linkImage' | 'poll' | 'comment'
>;

export interface PostView extends RowView, ShownPost {
  readonly state: PostState;
  readonly label: OutcomeLabel;
  /** Whether it is on LinkedIn, and only its text is, or would be, replaced. */
  readonly isEdit: boolean;
  /** What an edit leaves as it was published, as far as the file has it: `2 pictures`. */
  readonly stays: readonly string[];
  /** Completes a sentence about the post; empty where the state says it all. */
  readonly reason: string;
  /** The post on LinkedIn; null if it is not there. */
  readonly url: string | null;
  /** When it goes out, and who sees it: `now · everybody`. */
  readonly audience: string;
}

const LEFT: ReadonlySet<PostState> = new Set(['known', 'expired', 'other-owner']);

/** `isHeldBack`: whether an error keeps every post from going out. */
export function viewPosts(
  items: readonly Publication[],
  mode: Mode,
  isHeldBack: boolean,
): PostView[] {
  const views = items.map((item) => viewPost(item, mode, isHeldBack));
  const expired = findExpired(views, isHeldBack);
  // Their warnings have the reason.
  return views.map((view) =>
    expired.includes(view) ? { ...view, isShown: true, reason: '' } : view,
  );
}

/** `isHeldBack`: as for `viewPosts`. */
export function viewPost(item: Publication, mode: Mode, isHeldBack: boolean): PostView {
  const { post, facts } = item;
  const state = postState(item);
  // The URN of a post that a person published is real.
  const isSimulated = mode === 'simulate' && state === 'posted';
  const isEdit = isEditOf(item.latest);
  const isHandled =
    !LEFT.has(state) && (mode === 'plan' || (state !== 'scheduled' && state !== 'draft'));
  const isChanged = state === 'known' && hasChanged(post);
  return {
    ...post,
    text: cutText(post.text),
    noun: 'post',
    name: postName(post),
    state,
    stateText: textOf(state, isHeldBack),
    label: outcomeLabel(item, { state, isEdit, isSimulated, isHeldBack }),
    isGood: isPostSuccess(state),
    isEdit,
    stays: isEdit ? partsBesideText(post) : [],
    isHandled,
    // Whoever reviews the change of the file has to learn that it changes nothing on LinkedIn.
    isShown: isHandled || (mode === 'plan' && isChanged),
    reason: joinParts(reasonsOf(item, isSimulated, isHeldBack), '; '),
    errors: facts.errors,
    warnings: postWarnings(item),
    url: facts.urn === null || isSimulated ? null : postUrl(facts.urn),
    audience: audienceOf(post, { state, isEdit, isChanged, isSimulated }),
  };
}

/** Whether the file of a published post differs from what was published. What could not be read is not compared. */
function hasChanged({ identity, content }: PlannedPost): boolean {
  if (identity.kind !== 'own' || identity.entry.state !== 'posted') return false;
  return content !== null && content !== identity.entry.content;
}

function textOf(state: PostState, isHeldBack: boolean): string {
  if (state !== 'planned') return STATE_TEXTS[state];
  return isHeldBack ? 'held back' : 'ready to go out';
}

/** A text over LinkedIn's limit is not sent. To find its live parts would take long, too. */
function cutText(text: string): string {
  if (text.length <= MAX_TEXT_CHARS) return text;
  const max = formatNumber(MAX_TEXT_CHARS);
  return `${shorten(text, MAX_TEXT_CHARS)} (cut here, at LinkedIn's limit of ${max} characters)`;
}

/** Only named here: the file may have newer ones than LinkedIn. */
function partsBesideText({ entries, media, link, poll, comment }: WrittenPost): string[] {
  const [file] = media;
  const files = Math.max(entries.length, media.length);
  const noun = file === undefined || file.media.kind === 'image' ? 'picture' : file.media.kind;
  return [
    ...(files === 0 ? [] : [pluralize(files, noun)]),
    ...(link === null ? [] : ['link card']),
    ...(poll === null ? [] : ['poll']),
    ...(comment === null ? [] : ['first comment']),
  ];
}

/** What went out, or would, and why not. `isHeldBack`: as for `viewPosts`. */
export function postVerdict(views: readonly PostView[], mode: Mode, isHeldBack: boolean): string {
  if (views.length === 0) return 'No posts found, nothing to do';
  const count = (isOne: (view: PostView) => boolean) => views.filter(isOne).length;
  const [out, failed] = [count(isGoingOut), countOf(views, 'failed')];
  const edited = count(isEdited);
  const unknown = countOf(views, 'unknown');
  const goes = mode === 'plan' ? 'would go out' : 'went out';
  const parts = [
    out > 0 ? pluralize(out, 'post') : null,
    edited > 0 ? pluralize(edited, 'edit') : null,
  ];
  const going = joinParts(parts, ' and ');
  if (going === '' || (mode === 'plan' && isHeldBack)) {
    if (failed > 0) return `Nothing ${goes}, because of errors in ${pluralize(failed, 'post')}`;
    if (unknown > 0) return `${pluralize(unknown, 'post')} may be on LinkedIn`;
    const expired = findExpired(views, isHeldBack).length;
    if (expired === 0) return `Nothing ${goes}`;
    return `Nothing ${goes}, because ${pluralize(expired, 'post')} ${expired === 1 ? 'has' : 'have'} expired`;
  }
  const doubt = unknown > 0 ? `, and ${pluralize(unknown, 'post')} may be on LinkedIn` : '';
  return `${going} ${goes}${doubt}${failed > 0 ? `, but ${formatNumber(failed)} failed` : ''}`;
}

/** The posts that have expired, if nothing else keeps the run from sending a post. */
export function findExpired(views: readonly PostView[], isHeldBack: boolean): PostView[] {
  const isOther = (view: PostView) => !view.isGood || isGoingOut(view) || isEdited(view);
  if (isHeldBack || views.some(isOther)) return [];
  return views.filter(({ state }) => state === 'expired');
}

/** Whether its text was replaced, or would be. */
function isEdited({ state, isEdit }: PostView): boolean {
  return state === 'edited' || (isEdit && state === 'planned');
}

/** Whether it went out, or would, as a new post. */
export function isGoingOut({ state, isEdit }: PostView): boolean {
  return state === 'posted' || (state === 'planned' && !isEdit);
}

const VIEWERS = {
  public: 'everybody',
  connections: 'connections',
  'logged-in': 'members of LinkedIn',
} as const;

interface AudienceFacts extends Pick<PostView, 'state' | 'isEdit'> {
  readonly isChanged: boolean;
  readonly isSimulated: boolean;
}

function audienceOf(
  post: WrittenPost,
  { state, isEdit, isChanged, isSimulated }: AudienceFacts,
): string {
  if (isChanged) return 'this version is not on LinkedIn';
  if (isEdit || state === 'known') return 'published earlier';
  if (post.errors.length > 0 && state === 'failed')
    return 'cannot be shown before its errors are corrected';
  const time = isSimulated ? 'simulated' : (OUT_TEXTS.get(state) ?? timeOf(post));
  return `${time} · ${VIEWERS[post.visibility]}`;
}

/** The page is read later than the run, so a post that is out does not go out "now". */
const OUT_TEXTS: ReadonlyMap<PostState, string> = new Map([
  ['posted', 'published'],
  ['unknown', 'may be on LinkedIn'],
]);

function timeOf({ at }: WrittenPost): string {
  return at === null ? 'now' : formatInstant(at.iso, at.zone);
}

/** During the run, a post that is not sent yet counts as skipped. */
export function postState({ state }: Pick<Publication, 'state'>): PostState {
  return state ?? 'skipped';
}

/** Whether the state is a success. A posted row may have an error all the same. */
export function isPostSuccess(state: PostState): boolean {
  return state !== 'unknown' && state !== 'failed' && state !== 'skipped';
}

function reasonsOf(item: Publication, isSimulated: boolean, isHeldBack: boolean) {
  const { state, facts } = item;
  const { reason, notice, urn } = facts;
  return [
    reason ?? (state === 'planned' ? `goes out ${nextRun(isHeldBack)}` : null),
    notice === null ? null : `it ${notice}`,
    isSimulated ? `simulated as ${urn}, which is not on LinkedIn` : null,
  ];
}

/** Whether the post is not going out, now or later. */
function isLeft({ state }: Publication): boolean {
  return state !== null && LEFT.has(state);
}

/** In the order of the lines. Those of its file are left out if a post is not going out: its author has seen them. */
export function postWarnings(item: Publication): Sentence[] {
  const { state, reason, warning, warnings } = item.post;
  const file = postName(item.post);
  const own =
    item.facts.warning ?? warning ?? (state === 'expired' ? `is not posted: ${reason}` : null);
  return [
    ...(own === null ? [] : [{ subject: { file }, problem: own }]),
    ...(isLeft(item) ? [] : warnings),
  ];
}
