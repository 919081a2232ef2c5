// Whether a person has approved a post, as the input `approval` demands. What cannot be determined is not approved.

import { ActionError, RunError, toActionError } from '../../errors.ts';
import { type EnvironmentRule, whyEnvironmentNotApproved } from './environment-approval.ts';
import { type ReviewedPost, type ReviewRule, whyNotReviewed } from './review-approval.ts';

export type ApprovalRule = ReviewRule | EnvironmentRule;

/**
 * Null if the post is approved, otherwise POST_UNAPPROVED with what is missing. One `github` of the rule serves all posts of
 * a run, so that nothing is read twice.
 * @throws RunError RUN_CANCELLED
 */
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
