// `approval: review`: somebody who may write has approved, in the pull request that last changed the post file, exactly what is
// about to be published. Needs nothing but GitHub's API and the files of the workspace.

import { ActionError } from '../../../errors.ts';
import type { GitHubCall } from '../github-client.ts';
import { latestReviews, type Review, type Reviewer, reviewerName } from './latest-reviews.ts';
import type { RepositoryReader } from './repository-reader.ts';
import { ReviewedContent, shortSha } from './reviewed-content.ts';

export interface ReviewedPost {
  /** The post file; null for a post from inputs. */
  readonly file: string | null;
  /** All files that are published, relative to the workspace. Their captions, thumbnails and alternative texts are added. */
  readonly paths: readonly string[];
  readonly hasReleaseMedia: boolean;
}

export interface ReviewRule {
  readonly kind: 'review';
  readonly github: RepositoryReader;
  /** The commit of the run (GITHUB_SHA). */
  readonly sha: string;
  readonly workspace: string;
}

interface PullRequest {
  readonly number: number;
  readonly author: Reviewer | null;
}

/** A review with its pull request. */
interface LatestReview extends Review {
  readonly number: number;
}

/**
 * What the approval lacks, as the end of a sentence about the post; null if it is approved.
 * @throws ActionError if that cannot be determined; RunError
 */
export async function whyNotReviewed(post: ReviewedPost, rule: ReviewRule): Promise<string | null> {
  const { file, hasReleaseMedia } = post;
  if (file === null) return 'approval by review is not available for a post without a post file';
  if (hasReleaseMedia)
    return 'approval by review is not available with assets of a release, which no pull request contains';
  const { github, sha } = rule;
  // GitHub would take an empty one for the default branch.
  if (!/^[0-9a-f]{40}$/.test(sha)) return "the runner's variable GITHUB_SHA is not a commit";
  const [commit] = (await github.read(lastChangeOf(file, rule))).data;
  if (commit === undefined) return `the commit of this run, ${shortSha(sha)}, does not contain it`;
  const pulls = await mergedPulls(commit.sha, github);
  if (pulls.length === 0)
    return `no merged pull request contains the commit that changed it last, ${shortSha(commit.sha)}`;
  const reviews = (await Promise.all(pulls.map((pull) => latestReviewsOf(pull, github)))).flat();
  const objection = reviews.find(({ state }) => state === 'CHANGES_REQUESTED');
  if (objection !== undefined)
    return `${reviewerName(objection)} requests changes in pull request #${objection.number}, and has not withdrawn that`;
  return await whyNotApproved({ ...post, file, pulls, reviews }, rule);
}

interface Reviewed extends ReviewedPost {
  readonly file: string;
  /** All that contain the last change of the file. */
  readonly pulls: readonly PullRequest[];
  readonly reviews: readonly LatestReview[];
}

/** Null as soon as one approval counts. */
async function whyNotApproved(reviewed: Reviewed, rule: ReviewRule): Promise<string | null> {
  const content = new ReviewedContent([reviewed.file, ...reviewed.paths], rule);
  const change = await content.changeInWorkspace();
  if (change !== null) return change;
  const reasons: string[] = [];
  for (const review of reviewed.reviews) {
    const reason =
      (await whyReviewDoesNotCount(review, reviewed, rule)) ?? (await content.changeSince(review));
    if (reason === null) return null;
    reasons.push(reason);
  }
  const numbers = reviewed.pulls.map(({ number }) => `#${number}`).join(', ');
  if (reasons.length === 0) return `nobody has approved pull request ${numbers}, which changed it last`;
  return `pull request ${numbers}, which changed it last, has no approval that counts: ${listed(reasons)}`;
}

/** The commit that changed the file last, as seen from the commit of the run. */
function lastChangeOf(file: string, { github, sha }: ReviewRule) {
  const name = `last change of ${file}`;
  const call: GitHubCall<{ data: { sha: string }[] }> = ({ rest }, request) =>
    rest.repos.listCommits({ ...github.repository, path: file, sha, per_page: 1, request });
  return { name, call, permission: 'contents: read' } as const;
}

/** A commit may also be in pull requests of forks, which do not count. */
async function mergedPulls(commit: string, github: RepositoryReader): Promise<PullRequest[]> {
  const { repository } = github;
  const listed = await github.read({
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
  return listed
    .filter(({ merged_at, base }) => merged_at !== null && base.repo.full_name.toLowerCase() === ours)
    .map(({ number, user }) => ({ number, author: user }));
}

async function latestReviewsOf({ number }: PullRequest, github: RepositoryReader): Promise<LatestReview[]> {
  const reviews = await github.read({
    name: `reviews of #${number}`,
    permission: 'pull-requests: read',
    call: ({ paginate, rest }) =>
      paginate(rest.pulls.listReviews, { ...github.repository, pull_number: number, per_page: 100 }),
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

/** Why this review does not count as an approval; null if it does. */
async function whyReviewDoesNotCount(
  { user, state }: LatestReview,
  { pulls }: Reviewed,
  { github }: ReviewRule,
): Promise<string | null> {
  const name = reviewerName({ user });
  if (state !== 'APPROVED') return `the review of ${name} was dismissed`;
  if (user === null) return 'an account that approved is deleted';
  const own = pulls.find(({ author }) => author?.id === user.id);
  if (own !== undefined) return `${name} is the author of #${own.number}`;
  if (user.type !== 'User') return `${name} is not a person but of the type ${user.type}`;
  const access = await github.find({
    name: `access of ${user.login}`,
    permission: 'metadata: read',
    call: ({ rest }, request) =>
      rest.repos.getCollaboratorPermissionLevel({ ...github.repository, username: user.login, request }),
  });
  const canWrite = ['admin', 'write'].includes(access?.data.permission ?? 'none');
  return canWrite ? null : `${name} has no write access`;
}

const MAX_REASONS = 5;

function listed(reasons: readonly string[]): string {
  const more = reasons.length - MAX_REASONS;
  const shown = reasons.slice(0, MAX_REASONS).join('; ');
  return more > 0 ? `${shown}; and ${more} more` : shown;
}
