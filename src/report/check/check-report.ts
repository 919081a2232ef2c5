// The report of `mode: check` as data: lines, owners, headline, annotations. Pure.

import { ActionError } from '../../errors.ts';
import type { CheckInputs } from '../../inputs/check-inputs.ts';
import { type PageRole, type PermittedPosts, postsOfRole } from '../../linkedin/owners.ts';
import type { Annotation } from '../annotation.ts';
import { describeFailure } from '../report.ts';
import { buildCheckLines } from './check-lines.ts';
import { type Findings, isRefusedUse, judgeToken, scopesOf, tokenFacts } from './findings.ts';
import type { CheckLine } from './line.ts';
import { lackingScope } from './owner-lines.ts';

/** Who may own media and posts. */
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

export interface CheckReport {
  readonly action: CheckInputs['action'];
  readonly headline: string;
  readonly failed: boolean;
  readonly lines: readonly CheckLine[];
  /** Empty with the input `owner`, so that nothing shows names or roles. */
  readonly owners: readonly OwnerRow[];
  /** Who can read what the check says. */
  readonly visibility: string;
  readonly annotations: readonly Annotation[];
  readonly tokenDaysLeft: number | null;
  readonly scopes: readonly string[];
}

export function buildCheckReport(findings: Findings): CheckReport {
  const { given } = findings;
  const lines = buildCheckLines(findings);
  const errors = lines.filter(({ level }) => level === 'error');
  const owners = ownersIn(findings);
  return {
    action: given.action,
    headline: formatHeadline(findings, { errors, owners }),
    failed: errors.length > 0,
    lines,
    owners,
    visibility: describeVisibility(given),
    annotations: errors.map(toAnnotation),
    tokenDaysLeft:
      judgeToken(findings).state === 'refused' ? null : (tokenFacts(findings).facts?.daysLeft ?? null),
    scopes: scopesOf(findings) ?? [],
  };
}

/** A run that was cancelled, or that met a bug. */
export function buildCheckFailure(
  thrown: unknown,
  inputs: Pick<CheckInputs, 'action' | 'owner'>,
): CheckReport {
  const { action } = inputs;
  const nothing = { lines: [], owners: [], tokenDaysLeft: null, scopes: [] };
  return {
    action,
    failed: true,
    visibility: describeVisibility(inputs),
    ...nothing,
    ...describeFailure(thrown),
  };
}

/** The first line of log and summary. */
export function describeVisibility({ owner }: Pick<CheckInputs, 'owner'>): string {
  return owner === null
    ? 'The log and summary of a public repository are public, and these name people and pages. With `owner` set, they name nobody.'
    : 'The log and summary of a public repository are public. These name nobody, because `owner` is set.';
}

function formatHeadline(
  findings: Findings,
  { errors, owners }: { readonly errors: readonly CheckLine[]; readonly owners: readonly OwnerRow[] },
): string {
  const { owner } = findings.given;
  const { state } = judgeToken(findings);
  if (state === 'refused') return 'LinkedIn refuses the access token';
  if (state === 'unknown') return 'The access token could not be checked';
  if (findings.registered instanceof ActionError) {
    const failure = isRefusedUse(findings.registered) ? 'but not' : 'but could not be tried';
    return `The access token works, ${failure} for ${owner?.owner}`;
  }
  if (errors.length > 0) return 'The access token works, but must be renewed soon';
  if (owner !== null) return `The access token works for ${owner.owner}`;
  return owners.length > 0
    ? 'The access token works'
    : 'The access token works, but does not tell for which owner';
}

function toAnnotation({ about, text, hint }: CheckLine): Annotation {
  return { title: 'LinkedIn token', message: `${about} ${text}`.replaceAll('`', ''), hint };
}

function ownersIn(findings: Findings): readonly OwnerRow[] {
  const { member, pages } = findings;
  const own: readonly PageRole[] =
    member === null || member instanceof ActionError ? [] : [{ ...member, role: 'MEMBER' }];
  const ofPages = pages === null || pages instanceof ActionError ? [] : pages;
  return [
    ...own.map((one) => ({ ...toRow(one), posts: 'all' as const, lacks: lackingScope(findings, 'person') })),
    ...ofPages.map((one) => ({ ...toRow(one), lacks: lackingScope(findings, 'organization') })),
  ];
}

function toRow({ urn, name, role }: PageRole): Omit<OwnerRow, 'lacks'> {
  return { urn, name: name ?? '', role, posts: postsOfRole(role) };
}
