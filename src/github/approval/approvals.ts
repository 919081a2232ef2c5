// Checks, before a post is sent or remembered, that a person has approved it: each post that gets a turn, was published by hand or
// renamed, or is to be edited. Unapproved posts do not hold up the others. What cannot be determined is not approved.

import { ActionError, type InputError, toActionError } from '../../errors/action-error.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import type { Publication } from '../../post/publication.ts';
import type { Run } from '../../run.ts';
import type { GitHubClient } from '../github-client.ts';
import { question } from './question.ts';
import { type ReviewedPost, ReviewRule, toReviewedPost } from './review.ts';

/** The approval that a run requires: of the pull request of each post, or of the run itself. */
export type RequiredApproval =
  | { readonly kind: 'review' }
  | { readonly kind: 'environment'; readonly environment: string };

interface ApprovalRun extends Pick<Run, 'env'> {
  readonly inputs: { readonly workspace: string; readonly githubError: InputError | null };
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
}

export class Approvals {
  readonly #ledger: PostLedger;
  readonly #whyUnapproved: (post: ReviewedPost) => Promise<ActionError | null>;
  readonly #asked = new Set<Publication>();

  constructor(ledger: PostLedger, approval: RequiredApproval, run: ApprovalRun) {
    this.#ledger = ledger;
    this.#whyUnapproved = approvalCheck(approval, run);
  }

  /**
   * Asks about everything but posts that wait: a lost memory makes hundreds of posts due. One more than may go out shows whether
   * posts wait. @throws the reason of the signal when the run is aborted; so does `askAboutTurns`
   */
  async askFirst(): Promise<void> {
    const { items, due, stopReason, plan } = this.#ledger;
    for (const item of items) {
      const { state, identity } = item.post;
      // Without an approval, a file that gives its id to a post of another id, or to a URN, could make another post of that id
      // known, which would then never go out.
      const isNamed = 'urn' in identity && identity.urn !== null;
      const takesId = isNamed || (identity.kind === 'own' && identity.isRenamed);
      if (takesId || (state === 'edit' && stopReason === null)) await this.#ask(item);
    }
    let approved = 0;
    for (const item of due) {
      if (stopReason !== null || approved > plan.turns.maxPosts) return;
      if (await this.#ask(item)) approved += 1;
    }
  }

  /** Asks about the posts that go out next, until all of them are approved: a refused one gives its turn to another. */
  async askAboutTurns(): Promise<void> {
    for (;;) {
      const next = this.#ledger.takeTurns().find((item) => !this.#asked.has(item));
      if (next === undefined) return;
      await this.#ask(next);
    }
  }

  /** Whether the post is approved. Refuses it if it is not. */
  async #ask(item: Publication): Promise<boolean> {
    if (this.#asked.has(item)) return item.state !== 'failed';
    this.#asked.add(item);
    const error = await this.#whyUnapproved(toReviewedPost(item.post));
    if (error !== null) item.refuse(error);
    return error === null;
  }
}

/** The returned function yields POST_UNAPPROVED with what is missing, or null. It throws only RunError RUN_CANCELLED. */
export function approvalCheck(
  approval: RequiredApproval,
  { inputs: { workspace, githubError }, env, github }: ApprovalRun,
): (post: ReviewedPost) => Promise<ActionError | null> {
  if (github === null) throw githubError;
  const { GITHUB_SHA: sha = '', GITHUB_REF: ref = '', GITHUB_RUN_ID: runId = '' } = env;
  const whyNotApproved =
    approval.kind === 'review'
      ? new ReviewRule({ github, workspace, sha, ref }).whyNotApproved
      : environmentRule(github, approval.environment, Number(runId));
  return async (post) => {
    const lack = await whyNotApproved(post).catch((error) => {
      if (toActionError(error).code === 'RUN_CANCELLED') throw error;
      return `its approval cannot be determined: ${toActionError(error).message}`;
    });
    if (lack === null) return null;
    const subject = post.file === null ? 'run' : { file: post.file, line: 1 };
    return new ActionError('POST_UNAPPROVED', `the post is not approved: ${lack}`, { subject });
  };
}

/**
 * `approval: environment`: a reviewer of the environment has approved this run. The entries of all attempts of a run are in one
 * list, without their times. GitHub itself asks again in each attempt, before it starts a job of the environment. The rules of
 * the environment decide who may approve.
 */
function environmentRule(
  github: GitHubClient,
  environment: string,
  runId: number,
): () => Promise<string | null> {
  const approvedIn = question(github, 'actions: read', async (run_id: number, { rest }, request) => {
    const { data } = await rest.actions.getReviewsForRun({ ...github.repository, run_id, request });
    const approvals = data.filter(({ state }) => state === 'approved');
    return approvals.flatMap(({ environments }) => environments.map(({ name = '' }) => name));
  });
  return async () => {
    const approved = await approvedIn(runId);
    // GitHub ignores the case of these names.
    if (approved.some((name) => name.toLowerCase() === environment.toLowerCase())) return null;
    const found = approved.length === 0 ? '' : ` (this run has approvals for ${approved.join(', ')})`;
    return `nobody has approved the environment ${environment} in this run${found}: name it in \`environment:\` of the job, and check that it has required reviewers`;
  };
}
