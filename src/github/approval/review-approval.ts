// `approval: review`: somebody who may write has approved, in the pull request that last changed the post file, exactly what is
// about to be published. Needs nothing but GitHub's API and the files of the workspace.

import { ActionError } from '../../errors/action-error.ts';
import type { GitHubCall } from '../github-client.ts';
import type { RepositoryReader } from './repository-reader.ts';
import { ReviewedContent, type ReviewedPost, shortSha } from './reviewed-content.ts';

export interface ReviewRule {
  readonly kind: 'review';
  readonly reader: RepositoryReader;
  /** The commit of the run (GITHUB_SHA). */
  readonly sha: string;
  /** The branch or tag of the run (GITHUB_REF). */
  readonly ref: string;
  readonly workspace: string;
}

/** A deleted account has no user. */
interface Reviewer {
  readonly id: number;
  readonly login: string;
  /** `User`, `Bot`, … */
  readonly type: string;
}

export interface Review {
  readonly user: Reviewer | null;
  readonly state: string;
  /** The head of the pull request that was reviewed; null if git no longer has it. */
  readonly commit: string | null;
  readonly submittedMs: number;
}

interface PullRequest {
  readonly number: number;
  readonly author: Reviewer | null;
}

/** A review with its pull request. */
interface LatestReview extends Review {
  readonly number: number;
}

/** Ends a sentence about the post with what is missing; null if approved. @throws ActionError if that is unknown; RunError */
export async function whyNotReviewed(post: ReviewedPost, rule: ReviewRule): Promise<string | null> {
  const { file, hasReleaseMedia } = post;
  if (file === null) return 'approval by review is not available for a post without a post file';
  if (hasReleaseMedia)
    return 'approval by review is not available with assets of a release, which no pull request contains';
  if (PATTERN_PATH.test(file))
    return 'approval by review is not available for a path that contains `*`, `?`, `[` or `\\`, or starts with `:`: rename the file';
  const { reader, sha } = rule;
  // GitHub would take an empty one for the default branch.
  if (!/^[0-9a-f]{40}$/.test(sha)) return "the runner's variable GITHUB_SHA is not a commit";
  const [commit] = (await reader.read(lastChangeOf(file, rule))).data;
  if (commit === undefined)
    return `the commit of this run, ${shortSha(sha)}, does not contain ${file}: commit it, and check out without \`path\``;
  const base = await baseBranch(rule);
  if (base === null) return "the runner's variable GITHUB_REF is not a branch or a tag";
  const pulls = await mergedPulls(commit.sha, base, reader);
  if (pulls.length === 0)
    return `no pull request that was merged into ${base} contains the commit that changed it last, ${shortSha(commit.sha)}`;
  const reviews = (await Promise.all(pulls.map((pull) => latestReviewsOf(pull, reader)))).flat();
  for (const review of reviews)
    if (review.state === 'CHANGES_REQUESTED' && (await mayWrite(review.user, reader)))
      return `${reviewerName(review)} requests changes in pull request #${review.number}, and has not withdrawn that`;
  return await whyNotApproved({ ...post, pulls, reviews }, rule);
}

/** GitHub may read such a path as a pattern of git, and name the last commit of other files. */
const PATTERN_PATH = /[*?[\\]|^:/;

/** The branch whose pull requests count; null if the run is for neither a branch nor a tag. */
async function baseBranch({ reader, ref }: ReviewRule): Promise<string | null> {
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (kind !== 'tags') return kind === undefined ? null : name;
  const { data } = await reader.read({
    name: 'repository',
    permission: 'contents: read',
    call: ({ rest }, request) => rest.repos.get({ ...reader.repository, request }),
  });
  return data.default_branch;
}

interface Reviewed extends ReviewedPost {
  /** The pull requests that contain the last change of the file. */
  readonly pulls: readonly PullRequest[];
  readonly reviews: readonly LatestReview[];
}

/** Null as soon as one approval counts. */
async function whyNotApproved(reviewed: Reviewed, rule: ReviewRule): Promise<string | null> {
  const content = new ReviewedContent(reviewed, rule);
  const change = await content.changeInWorkspace();
  if (change !== null) return change;
  const reasons: string[] = [];
  for (const review of reviewed.reviews) {
    const reason =
      (await whyReviewDoesNotCount(review, reviewed, rule)) ??
      (await content.changeSince(review.commit, reviewerName(review)));
    if (reason === null) return null;
    reasons.push(reason);
  }
  const numbers = reviewed.pulls.map(({ number }) => `#${number}`).join(', ');
  if (reasons.length === 0) return `nobody has approved pull request ${numbers}, which changed it last`;
  return `pull request ${numbers}, which changed it last, has no approval that counts: ${listed(reasons)}`;
}

function lastChangeOf(file: string, { reader, sha }: ReviewRule) {
  const name = `last change of ${file}`;
  const call: GitHubCall<{ data: { sha: string }[] }> = ({ rest }, request) =>
    rest.repos.listCommits({ ...reader.repository, path: file, sha, per_page: 1, request });
  return { name, call, permission: 'contents: read' } as const;
}

/** A commit may also be in pull requests of forks and of other branches, whose reviewers did not see this change of `base`. */
async function mergedPulls(commit: string, base: string, reader: RepositoryReader): Promise<PullRequest[]> {
  const { repository } = reader;
  const listed = await reader.read({
    name: `pull requests of ${commit}`,
    permission: 'pull-requests: read',
    call: ({ paginate, rest }) =>
      paginate(rest.repos.listPullRequestsAssociatedWithCommit, {
        ...repository,
        commit_sha: commit,
        per_page: 100,
      }),
  });
  const ours = `${repository.owner}/${repository.repo}`.toLowerCase();
  const isOurs = (target: (typeof listed)[number]['base']) =>
    target.ref === base && target.repo.full_name.toLowerCase() === ours;
  return listed
    .filter((pull) => pull.merged_at !== null && isOurs(pull.base))
    .map(({ number, user }) => ({ number, author: user }));
}

async function latestReviewsOf({ number }: PullRequest, reader: RepositoryReader): Promise<LatestReview[]> {
  const reviews = await reader.read({
    name: `reviews of #${number}`,
    permission: 'pull-requests: read',
    call: ({ paginate, rest }) =>
      paginate(rest.pulls.listReviews, { ...reader.repository, pull_number: number, per_page: 100 }),
  });
  const latest = latestReviews(
    reviews.map(({ user, state, commit_id, submitted_at }) => ({
      user,
      state,
      commit: commit_id,
      submittedMs: Date.parse(submitted_at ?? ''),
    })),
  );
  if (latest.some(({ submittedMs }) => Number.isNaN(submittedMs)))
    throw new ActionError('POST_UNAPPROVED', `GitHub does not say when a review of #${number} was submitted`);
  return latest.map((review) => ({ ...review, number }));
}

/** A comment decides nothing: it changes neither an approval nor a request for changes. */
const DECISIVE_STATES: readonly string[] = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'];

/**
 * The latest decisive review of each reviewer, newest first. A later one replaces the earlier ones, even if it was dismissed
 * since. Deleted accounts cannot be distinguished, so none of their reviews replaces another.
 */
export function latestReviews(reviews: readonly Review[]): Review[] {
  const decisive = reviews.filter(({ state }) => DECISIVE_STATES.includes(state));
  // The sort is stable: of two reviews in one second, the one that GitHub lists later is newer.
  const newestFirst = decisive.toSorted((a, b) => a.submittedMs - b.submittedMs).reverse();
  const seen = new Set<number>();
  return newestFirst.filter(({ user }) => {
    if (user === null) return true;
    const isFirst = !seen.has(user.id);
    seen.add(user.id);
    return isFirst;
  });
}

function reviewerName({ user }: Pick<Review, 'user'>): string {
  return user?.login ?? 'a deleted account';
}

/** Why this review does not count as an approval; null if it does. */
async function whyReviewDoesNotCount(
  { user, state }: LatestReview,
  { pulls }: Reviewed,
  { reader }: ReviewRule,
): Promise<string | null> {
  const name = reviewerName({ user });
  if (state !== 'APPROVED') return `the review of ${name} was dismissed`;
  if (user === null) return 'an account that approved is deleted';
  const own = pulls.find(({ author }) => author?.id === user.id);
  if (own !== undefined) return `${name} is the author of #${own.number}`;
  if (user.type !== 'User') return `${name} is not a person but of the type ${user.type}`;
  return (await mayWrite(user, reader)) ? null : `${name} has no write access`;
}

/** Whether a person may write to the repository now. A bot or a deleted account never may. */
async function mayWrite(user: Reviewer | null, reader: RepositoryReader): Promise<boolean> {
  if (user?.type !== 'User') return false;
  const access = await reader.find({
    name: `access of ${user.login}`,
    permission: 'metadata: read',
    call: ({ rest }, request) =>
      rest.repos.getCollaboratorPermissionLevel({ ...reader.repository, username: user.login, request }),
  });
  return ['admin', 'write'].includes(access?.data.permission ?? 'none');
}

const MAX_REASONS = 5;

function listed(reasons: readonly string[]): string {
  const more = reasons.length - MAX_REASONS;
  const shown = reasons.slice(0, MAX_REASONS).join('; ');
  return more > 0 ? `${shown}; and ${more} more` : shown;
}
