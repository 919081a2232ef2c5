// The findings of `mode: check`, as values or errors, and the owners for which the token can upload and post. Pure.

import type { ActionError } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import type { CheckInputs } from '../../inputs/check-inputs.ts';
import { type Member, type PageRole, type PermittedPosts, postsOfRole } from '../../linkedin/owners.ts';
import { UPLOAD_SCOPES } from '../../linkedin/scopes.ts';
import type { TokenInfo } from '../../linkedin/session.ts';
import type { TokenMessages } from '../../linkedin/token-estimate.ts';
import type { OwnerKind } from '../../linkedin/urn.ts';

/** How long the token lasts, and what it may do. */
export type TokenFacts = Omit<TokenInfo, keyof TokenMessages>;

/** Whether the memory on a branch can be read and written. */
export interface BranchFinding {
  readonly name: string;
  /** Whether the manifest existed before this check. */
  readonly exists: boolean;
  /** Whether this check created it, to store the day of the token. */
  readonly isCreated: boolean;
  readonly error: ActionError | null;
}

/** What LinkedIn answers to a question, or why it does not. */
export type Answer<T> =
  | { readonly value: T; readonly error: null }
  | { readonly value: null; readonly error: ActionError };

export interface CheckFindings {
  readonly given: CheckInputs;
  /** LinkedIn's description of the token; null if LinkedIn was not asked for one. */
  readonly described: Answer<TokenFacts> | null;
  /** The estimate comes from the memory on a branch. */
  readonly estimated: TokenFacts | null;
  /** Null if `owner` is given, as for the pages. */
  readonly member: Answer<Member> | null;
  readonly pages: Answer<readonly PageRole[]> | null;
  /** The URN of the picture that was registered for `owner`; null without an owner. */
  readonly registered: Answer<string> | null;
  /** Null without a manifest on a branch. */
  readonly branch: BranchFinding | null;
}

/** Whether LinkedIn accepts the token. `error`: why not, or why that is unknown. */
export type TokenVerdict =
  | { readonly state: 'accepted'; readonly error: null }
  | { readonly state: 'refused' | 'unknown'; readonly error: ActionError };

const TOKEN_REJECTIONS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'REFRESH_REFUSED',
  'CLIENT_REFUSED',
]);

/** LinkedIn looks at the token before anything else. So these errors mean that it has accepted the token. */
const REFUSED_LATER: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ACCESS_DENIED',
  'VALUE_REFUSED',
  'REQUEST_REFUSED',
]);

/** Whether LinkedIn accepts the token, but not this use of it. */
export function isRefusedUse({ code }: ActionError): boolean {
  return REFUSED_LATER.has(code);
}

export function judgeToken({ described, member, pages, registered }: CheckFindings): TokenVerdict {
  const answers = [member, pages, registered].filter((answer) => answer !== null);
  const errors = [described, ...answers].flatMap((answer) => answer?.error ?? []);
  const rejection = errors.find(({ code }) => TOKEN_REJECTIONS.has(code));
  if (rejection !== undefined) return { state: 'refused', error: rejection };
  const isDescribed = described?.value?.checkError === null;
  const isUsed = answers.some(({ error }) => error === null || isRefusedUse(error));
  const [error] = errors;
  return isDescribed || isUsed || error === undefined
    ? { state: 'accepted', error: null }
    : { state: 'unknown', error };
}

/** LinkedIn's description outranks the estimate. */
export function tokenFacts({ described, estimated }: CheckFindings): {
  readonly facts: TokenFacts | null;
  readonly isEstimate: boolean;
} {
  const known = described?.value ?? null;
  if (known?.daysLeft != null) return { facts: known, isEstimate: false };
  return { facts: estimated ?? known, isEstimate: estimated !== null };
}

/** Null if LinkedIn does not name them. */
export function scopesOf({ described }: CheckFindings): readonly string[] | null {
  return described?.value?.scopes ?? null;
}

export interface OwnerRow {
  readonly urn: string;
  /** Empty if the token may not read it. */
  readonly name: string;
  /** LinkedIn's role of the member in a page; `MEMBER` for the member itself. */
  readonly role: string;
  readonly posts: PermittedPosts;
  /** The scope that the token lacks for this owner, as far as its scopes are known; null if none. */
  readonly lacks: string | null;
}

/** Why this kind of owner cannot be used, as far as the scopes are known; null if it can. */
export function lackingScope(findings: CheckFindings, kind: OwnerKind): string | null {
  const scope = UPLOAD_SCOPES[kind];
  return scopesOf(findings)?.includes(scope) === false ? scope : null;
}

/** The member and its pages. Empty with the input `owner`, so that nothing shows names or roles. */
export function ownersIn(findings: CheckFindings): readonly OwnerRow[] {
  const { member, pages } = findings;
  const owners: OwnerRow[] = [];
  if (member?.value != null) {
    const { urn, name } = member.value;
    owners.push({
      urn,
      name: name ?? '',
      role: 'MEMBER',
      posts: 'all',
      lacks: lackingScope(findings, 'person'),
    });
  }
  const lacks = lackingScope(findings, 'organization');
  for (const { urn, name, role } of pages?.value ?? [])
    owners.push({ urn, name: name ?? '', role, posts: postsOfRole(role), lacks });
  return owners;
}

export function describeRole({ role, posts, lacks }: Pick<OwnerRow, 'role' | 'posts' | 'lacks'>): string {
  const words = role === 'MEMBER' ? 'the member of the token' : role.toLowerCase().replaceAll('_', ' ');
  if (posts === 'none') return `${words}: cannot post`;
  if (lacks !== null) return `${words}: needs a token with ${lacks}`;
  return posts === 'sponsored' ? `${words}: can post sponsored content only` : words;
}
