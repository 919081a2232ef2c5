// The report of `mode: check` as data: lines, owners, headline, annotations. Pure.

import { ActionError } from '../../errors.ts';
import { postsOfRole } from '../../linkedin/owners.ts';
import { type Annotation, describeFailure } from '../report.ts';
import { buildCheckLines, type CheckLine } from './check-lines.ts';
import { type Findings, judgeToken, tokenFacts } from './findings.ts';

/** Who may own media and posts. */
export interface OwnerRow {
  readonly urn: string;
  /** Empty if the token may not read it. */
  readonly name: string;
  /** LinkedIn's role of the member in a page; `MEMBER` for the member itself. */
  readonly role: string;
  readonly posts: 'all' | 'sponsored' | 'none';
}

export interface CheckReport {
  readonly action: Findings['given']['action'];
  readonly headline: string;
  readonly failed: boolean;
  readonly lines: readonly CheckLine[];
  /** Empty with the input `owner`, so that nothing shows names or roles. */
  readonly owners: readonly OwnerRow[];
  readonly hasOwner: boolean;
  readonly annotations: readonly Annotation[];
  readonly tokenDaysLeft: number | null;
  readonly scopes: readonly string[];
}

export function buildCheckReport(findings: Findings): CheckReport {
  const { given, described } = findings;
  const lines = buildCheckLines(findings);
  const errors = lines.filter(({ level }) => level === 'error');
  return {
    action: given.action,
    headline: formatHeadline(findings, errors),
    failed: errors.length > 0,
    lines,
    owners: ownersIn(findings),
    hasOwner: given.owner !== null,
    annotations: errors.map(toAnnotation),
    tokenDaysLeft: tokenFacts(findings).facts?.daysLeft ?? null,
    scopes: described instanceof ActionError ? [] : (described?.scopes ?? []),
  };
}

/** A run that was cancelled, or that met a bug. */
export function buildCheckFailure(thrown: unknown, action: CheckReport['action']): CheckReport {
  const failure = { failed: true, lines: [], owners: [], hasOwner: true, tokenDaysLeft: null, scopes: [] };
  return { action, ...failure, ...describeFailure(thrown) };
}

function formatHeadline(findings: Findings, errors: readonly CheckLine[]): string {
  const { owner } = findings.given;
  const { state } = judgeToken(findings);
  if (state === 'refused') return 'LinkedIn refuses the access token';
  if (state === 'unknown') return 'The access token could not be checked';
  if (findings.registered instanceof ActionError)
    return `The access token works, but not for ${owner?.owner}`;
  if (errors.length > 0) return 'The access token works, but it must be renewed soon';
  return owner === null ? 'The access token works' : `The access token works for ${owner.owner}`;
}

function toAnnotation({ about, text, hint }: CheckLine): Annotation {
  return { title: 'LinkedIn token', message: `${about} ${text}`.replaceAll('`', ''), hint };
}

function ownersIn({ member, pages }: Findings): readonly OwnerRow[] {
  const own: OwnerRow[] =
    member === null || member instanceof ActionError
      ? []
      : [{ urn: member.urn, name: member.name ?? '', role: 'MEMBER', posts: 'all' }];
  const ofPages =
    pages === null || pages instanceof ActionError
      ? []
      : pages.map(({ urn, name, role }) => ({ urn, name: name ?? '', role, posts: postsOfRole(role) }));
  return [...own, ...ofPages];
}
