// What became of a post, as log, summary, comment and page show it: the one place where they read the ledger. Pure.

import type { ErrorCode } from '../../errors/error-codes.ts';
import type { Sentence } from '../../errors/problem.ts';
import { capitalize, formatInstant, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { postUrl } from '../../linkedin/urn.ts';
import { postName, type WrittenPost } from '../../post/file/post.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { PostState, Publication } from '../../post/publication.ts';
import type { RowView } from '../row-view.ts';

/** The parts of a post that people see, as far as they could be read. */
type ShownPost = Pick<
  WrittenPost,
  'author' | 'text' | 'media' | 'title' | 'link' | 'linkImage' | 'poll' | 'comment'
>;

export interface PostView extends RowView, ShownPost {
  readonly state: PostState;
  /** Whether it is on LinkedIn, and only its text is, or would be, replaced: nothing else of its file is shown. */
  readonly isEdit: boolean;
  /** Completes a sentence about the post; empty where the state says it all. */
  readonly reason: string;
  /** The post on LinkedIn; null if it is not there. */
  readonly url: string | null;
  /** `now · everybody` */
  readonly audience: string;
  /** `First comment`, and whether it is missing on LinkedIn. */
  readonly commentTitle: string;
}

const LEFT: ReadonlySet<PostState> = new Set(['known', 'expired', 'other-owner']);

/** `isHeldBack`: whether an error of another post keeps it from going out. */
export function viewPost(item: Publication, mode: Mode, isHeldBack: boolean): PostView {
  const { post } = item;
  const state = postState(item);
  // The URN of a post that a person published is real.
  const isSimulated = mode === 'simulate' && state === 'posted';
  const isEdit = item.latest.state === 'edit';
  return {
    ...post,
    noun: 'post',
    name: postName(post),
    state,
    isGood: isPostSuccess(state),
    isEdit,
    isHandled: !LEFT.has(state) && (mode === 'plan' || (state !== 'scheduled' && state !== 'draft')),
    reason: reasonsOf(item, isSimulated, isHeldBack).join('; '),
    errors: item.errors,
    warnings: postWarnings(item),
    url: item.urn === null || isSimulated ? null : postUrl(item.urn),
    audience: isEdit ? 'published earlier' : audienceOf(post, state),
    commentTitle: titleOfComment(item),
    ...(isEdit && TEXT_ONLY),
  };
}

const TEXT_ONLY = { media: [], title: null, link: null, linkImage: null, poll: null, comment: null };

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
  const [failed, unknown] = [count('failed'), count('unknown')];
  const out = views.filter(isGoingOut).length;
  const edited = count('edited') + views.filter(({ state, isEdit }) => isEdit && state === 'planned').length;
  const isEdited =
    mode === 'plan'
      ? `the text of ${pluralize(edited, 'post')} would be replaced`
      : `${pluralize(edited, 'post')} ${edited === 1 ? 'was' : 'were'} edited`;
  const goes = mode === 'plan' ? 'would go out' : 'went out';
  if (views.length === 0) return 'No posts found, nothing to do';
  if (excess !== null)
    return `${excess.due} posts are due, but \`max-posts\` is ${excess.maxPosts}, so nothing ${goes}`;
  if (failed > 0 && (mode === 'plan' || out + edited === 0))
    return `${pluralize(failed, 'post')} ${failed === 1 ? 'has an error' : 'have errors'}, so nothing ${goes}`;
  const done = [
    out > 0 ? `${pluralize(out, 'post')} ${goes}` : '',
    edited > 0 ? isEdited : '',
    unknown > 0 ? `${pluralize(unknown, 'post')} may be on LinkedIn` : '',
  ].filter((part) => part !== '');
  if (done.length === 0) return `Nothing ${goes}`;
  const rest = isMemoryUnknown ? ', unless an earlier run has posted it' : '';
  return `${capitalize(done.join(', and '))}${failed > 0 ? `, but ${failed} failed` : ''}${rest}`;
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

function audienceOf(post: WrittenPost, state: PostState): string {
  if (post.errors.length > 0 && state === 'failed') return 'cannot be shown before its errors are corrected';
  const time = post.at === null || state === 'posted' ? 'now' : formatInstant(post.at);
  return `${time} · ${VIEWERS[post.visibility]}`;
}

/** A post that is on LinkedIn, or may be, can lack its comment. No later run makes it. */
function titleOfComment({ state, errors }: Publication): string {
  const has = (wanted: ErrorCode) => errors.some(({ code }) => code === wanted);
  if (has('COMMENT_UNKNOWN')) return 'First comment (may be missing)';
  return state === 'unknown' || has('COMMENT_FAILED') ? 'First comment (was not made)' : 'First comment';
}

/** During the run, a post that is not sent yet counts as skipped. */
export function postState({ state }: Pick<Publication, 'state'>): PostState {
  return state ?? 'skipped';
}

/** Whether the state is a success. A posted row may have an error all the same. */
export function isPostSuccess(state: PostState): boolean {
  return state !== 'unknown' && state !== 'failed' && state !== 'skipped';
}

function reasonsOf(item: Publication, isSimulated: boolean, isHeldBack: boolean): string[] {
  const { state, reason, notice, urn } = item;
  const next = isHeldBack ? 'once the errors are corrected' : 'with the next run that publishes';
  return [
    reason ?? (state === 'planned' ? `goes out ${next}` : null),
    notice === null ? null : `it ${notice}`,
    isSimulated ? `simulated as ${urn}, which is not on LinkedIn` : null,
  ].filter((text) => text !== null);
}

/** Whether the post is not going out, now or later. */
export function isLeft({ state }: Publication): boolean {
  return state !== null && LEFT.has(state);
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
