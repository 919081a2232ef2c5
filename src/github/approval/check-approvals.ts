// Checks, before anything is sent or remembered, that a person has approved each post that is due, published by hand or
// renamed. Unapproved posts do not hold up the others. What cannot be determined is not approved.

import { ActionError, type InputError, RunError, toActionError } from '../../errors/action-error.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { Runtime } from '../../runtime.ts';
import { withGracePeriod } from '../../time-limits.ts';
import type { GitHubClient } from '../github-client.ts';
import { RepositoryReader } from './repository-reader.ts';
import { type ReviewRule, whyNotReviewed } from './review-approval.ts';
import { type ReviewedPost, toReviewedPost } from './reviewed-content.ts';

/** `approval: environment`: a reviewer of the environment has approved this run. */
interface EnvironmentRule {
  readonly kind: 'environment';
  readonly reader: RepositoryReader;
  readonly environment: string;
  /** GITHUB_RUN_ID. A re-run has the same one. */
  readonly runId: string;
}

type ApprovalRule = ReviewRule | EnvironmentRule;

/** The approval that a run requires: of the pull request of each post, or of the run itself. */
export type RequiredApproval =
  | { readonly kind: 'review' }
  | { readonly kind: 'environment'; readonly environment: string };

interface ApprovalRun extends Runtime {
  readonly inputs: { readonly workspace: string; readonly githubError: InputError | null };
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
}

/** @throws the reason of the signal when the run is aborted */
export async function checkApprovals(
  ledger: PostLedger,
  approval: RequiredApproval,
  run: ApprovalRun,
): Promise<void> {
  const rule = ruleOf(approval, run);
  for (const item of ledger.items) {
    const { state, written, entry, toRemember } = item.planned;
    const isDue = state === 'due' && ledger.stopReason === null;
    // Without an approval, a file that gives its id to a post of another id, or to a URN, could make another post of that id
    // known, which would then never go out.
    const isNamed = toRemember !== null && written.post?.urn !== null;
    const takesId = isNamed || (entry !== null && entry.id !== written.id);
    if (!isDue && !takesId) continue;
    const error = await withGracePeriod(checkApproval(toReviewedPost(written), rule), run);
    if (error !== null) ledger.record(item, { kind: 'unapproved', error });
  }
}

function ruleOf(approval: RequiredApproval, { inputs, env, github }: ApprovalRun): ApprovalRule {
  const { workspace, githubError } = inputs;
  if (github === null) throw githubError;
  const reader = new RepositoryReader(github);
  if (approval.kind === 'environment') return { ...approval, reader, runId: env.GITHUB_RUN_ID ?? '' };
  const { GITHUB_SHA: sha = '', GITHUB_REF: ref = '' } = env;
  return { kind: 'review', reader, workspace, sha, ref };
}

/** Null if the post is approved, otherwise POST_UNAPPROVED with what is missing. @throws RunError RUN_CANCELLED */
export async function checkApproval(post: ReviewedPost, rule: ApprovalRule): Promise<ActionError | null> {
  try {
    const lack =
      rule.kind === 'review' ? await whyNotReviewed(post, rule) : await whyEnvironmentNotApproved(rule);
    return lack === null ? null : unapproved(post, `is not approved: ${lack}`);
  } catch (error) {
    if (error instanceof RunError) throw error;
    const { message } = toActionError(error);
    return unapproved(post, `cannot be published, because its approval cannot be determined: ${message}`);
  }
}

function unapproved({ file }: ReviewedPost, what: string): ActionError {
  const subject = file === null ? 'run' : { file, line: 1 };
  return new ActionError('POST_UNAPPROVED', `the post ${what}`, { subject });
}

/**
 * Says what is missing, as `whyNotReviewed` does. The entries of all attempts of a run are in one list, without their times.
 * GitHub itself asks again in each attempt, before it starts a job of the environment.
 */
async function whyEnvironmentNotApproved(rule: EnvironmentRule): Promise<string | null> {
  const { reader, environment, runId } = rule;
  if (!/^\d+$/.test(runId)) return "the runner's variable GITHUB_RUN_ID is not the number of a run";
  const { data: entries } = await reader.read({
    name: 'approvals of the run',
    permission: 'actions: read',
    call: ({ rest }, request) =>
      rest.actions.getReviewsForRun({ ...reader.repository, run_id: Number(runId), request }),
  });
  const isNamed = ({ name = '' }) => foldCase(name) === foldCase(environment);
  const ours = entries.filter(({ environments }) => environments.some(isNamed));
  // The rules of the environment decide who may approve.
  if (ours.some(({ state }) => state === 'approved')) return null;
  if (ours.some(({ state }) => state === 'rejected'))
    return `the environment ${environment} was rejected in this run`;
  const others = [
    ...new Set(entries.flatMap(({ environments }) => environments.map(({ name = '' }) => name))),
  ];
  const found = others.length === 0 ? '' : ` (this run has approvals for ${others.join(', ')})`;
  return `nobody has approved the environment ${environment} in this run${found}: name it in \`environment:\` of the job, and check that it has required reviewers`;
}

/** Names of environments are not case-sensitive. Unicode would also fold other characters, such as the Kelvin sign, to a letter. */
function foldCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
