// What GitHub's rejections mean for the manifest on a branch: a missing permission, or a rule of the repository.

import {
  type ActionError,
  CallError,
  InputError,
  messageOf,
  statusOf,
  toActionError,
} from '../errors/action-error.ts';
import { ERROR_CODES } from '../errors/error-codes.ts';

export function isDenied(error: unknown): boolean {
  return error instanceof CallError && error.code === 'GITHUB_DENIED';
}

/** GitHub's own message; empty without one. */
export function replyOf(error: unknown): string {
  return (error instanceof CallError && error.serviceMessage) || '';
}

/**
 * Whether it is what rulesets and branch protection say. A 409 of the latter names what it requires: "Could not update file:
 * Changes must be made through a pull request." A conflict reads "linkedin.json does not match …" or "is at … but expected …".
 */
export function isRuleViolation(error: unknown): boolean {
  return /rule violation|protected (branch|ref)|\bGH0\d\d\b|could not (create|update) file:/i.test(
    replyOf(error),
  );
}

/** A missing permission, or a token that GitHub does not accept. `name` is that of the manifest. */
export function deniedError(access: 'read' | 'write', name: string, cause: unknown): ActionError {
  const text = `cannot be used: the token may not ${access} ${name} (${messageOf(cause)})`;
  const plan = '`contents: read` is enough for `mode: plan`';
  const advice = `Give the job \`permissions: contents: write\` (${plan}), or set \`github-token\` to a token that has it.`;
  const hint = statusOf(cause) === 401 ? toActionError(cause).hint : advice;
  return new InputError('GITHUB_DENIED', 'manifest-branch', text, { hint });
}

export function ruleError(what: 'creating' | 'updating', branch: string, cause: unknown): ActionError {
  const text = `cannot be used: the rules of the repository forbid ${what} branch ${branch} (${messageOf(cause)})`;
  return new InputError('BRANCH_PROTECTED', 'manifest-branch', text);
}

/** GitHub names no reason: a rule, or a branch that git cannot have beside this one. */
export function notCreatedError(branch: string, cause: unknown): ActionError {
  const text = `cannot be used: GitHub refuses to create branch ${branch} (${messageOf(cause)})`;
  const hint = `${ERROR_CODES.BRANCH_PROTECTED.hint} If the repository has a branch whose name begins with \`${branch}/\`, set another \`manifest-branch\` instead.`;
  return new InputError('BRANCH_PROTECTED', 'manifest-branch', text, { hint });
}
