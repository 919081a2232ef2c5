// What a user should know about the tokens, one line for each question: the answer, and what to do. Pure.

import { type ActionError, InputError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import { RENEWAL } from '../../linkedin/token-estimate.ts';
import {
  type BranchFinding,
  type Findings,
  judgeToken,
  scopesOf,
  type TokenFacts,
  tokenFacts,
} from './findings.ts';
import { type CheckLine, clean, code, quote } from './line.ts';
import { memberLine, ownerLine, pagesLine, postsLine, UPLOAD_SCOPES } from './owner-lines.ts';

export function buildCheckLines(findings: Findings): CheckLine[] {
  const isAccepted = judgeToken(findings).state === 'accepted';
  const lines = [
    tokenLine(findings),
    ...(isAccepted
      ? [scopesLine, memberLine, pagesLine, ownerLine, postsLine].map((line) => line(findings))
      : []),
    branchLine(findings),
  ];
  return lines.filter((line) => line !== null);
}

function tokenLine(findings: Findings): CheckLine {
  const about = 'access token';
  const { state, error } = judgeToken(findings);
  if (state === 'accepted') return { about, ...acceptedToken(findings) };
  if (state === 'unknown')
    return { about, level: 'error', text: `could not be checked: ${quote(error)}`, hint: error.hint };
  const where = error.code === 'TOKEN_REFUSED' ? ` To renew it, ${RENEWAL}.` : '';
  return { about, level: 'error', text: `is refused: ${quote(error)}`, hint: error.hint + where };
}

function acceptedToken(findings: Findings): Omit<CheckLine, 'about'> {
  const { facts, isEstimate } = tokenFacts(findings);
  const text = `works. ${describeEnd(findings, facts, isEstimate)}`;
  if (facts?.renewal != null)
    return {
      level: 'error',
      text,
      hint: `${facts.renewal.charAt(0).toUpperCase()}${facts.renewal.slice(1)}.`,
    };
  if (facts?.checkError != null)
    return { level: 'warning', text: `${text}: ${quote(facts.checkError)}`, hint: facts.checkError.hint };
  return { level: 'good', text, hint: facts?.daysLeft == null ? LIFETIME_HINT : '' };
}

const LIFETIME_HINT =
  'Set `client-id` and `client-secret` of its app, and LinkedIn says it. Or set `manifest-branch`: from the day on which a run first saw the token, the action says how long it lasts at most.';

function describeEnd({ given }: Findings, facts: TokenFacts | null, isEstimate: boolean): string {
  if (given.connect.tokenOptions?.refreshToken != null) {
    const days = facts?.refreshDaysLeft;
    const end = days == null ? '' : `, which ends in ${pluralize(days, 'day')}`;
    return `Each run obtains its own with \`refresh-token\`${end}`;
  }
  if (facts?.daysLeft == null || facts.expiresAtMs === null) return 'The day on which it ends is not known';
  const day = new Date(facts.expiresAtMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const days = pluralize(facts.daysLeft, 'day');
  if (!isEstimate) return `It ends on ${day}, in ${days}`;
  return facts.daysLeft === 0
    ? `But it is older than 60 days, which is how long LinkedIn's tokens last: it should have ended by ${day}`
    : `It has at most ${days}: it ends on ${day} or earlier`;
}

function scopesLine(findings: Findings): CheckLine {
  const about = 'scopes';
  const { owner } = findings.given;
  const scopes = scopesOf(findings);
  if (scopes === null) {
    const text = 'are not known. LinkedIn tells them only with `client-id` and `client-secret`';
    return { about, level: 'info', text, hint: '' };
  }
  const needed = owner === null ? null : UPLOAD_SCOPES[owner.ownerKind];
  const text = `are ${scopes.length === 0 ? 'none' : scopes.map(code).join(', ')}`;
  if (needed === null || scopes.includes(needed)) return { about, level: 'good', text, hint: '' };
  const hint = `Create a token that also has \`${needed}\`, which this owner needs.`;
  return { about, level: 'warning', text, hint };
}

function branchLine({ branch }: Findings): CheckLine | null {
  if (branch === null) return null;
  const about = '`manifest-branch`';
  const { error, name } = branch;
  if (error !== null) return { about, level: 'warning', text: describeBranchError(error), hint: error.hint };
  const text = `can be read and written with \`github-token\`: ${clean(name)}. ${describeStart(branch)}`;
  return { about, level: 'good', text, hint: '' };
}

function describeStart({ exists, isCreated }: BranchFinding): string {
  if (isCreated) return 'This check has created it, and stored the day on which it first saw the token';
  const protection = 'A ruleset can still protect the branch';
  return exists ? protection : `${protection}. The first run that publishes creates it`;
}

function describeBranchError(error: ActionError): string {
  const isOwn = error instanceof InputError && error.input === 'manifest-branch';
  return isOwn ? clean(error.problem) : `cannot be used: ${quote(error)}`;
}
