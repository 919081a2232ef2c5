// The findings about the tokens for users, one line for each question, with the advice. Pure.

import { type ActionError, inputErrorsIn } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import { COMMENT_SCOPES, UPLOAD_SCOPES } from '../../linkedin/scopes.ts';
import {
  type CheckFindings,
  isRefusedUse,
  judgeToken,
  lackingScope,
  scopesOf,
  type TokenFacts,
  tokenFacts,
} from './findings.ts';

export interface CheckLine {
  /** The subject: `access token`, `member`. */
  readonly about: string;
  /** An `error` fails the step. */
  readonly level: 'good' | 'info' | 'warning' | 'error';
  /** Continues after `about`, with code in backticks. */
  readonly text: string;
  /** The advice; empty without one. */
  readonly hint: string;
}

export function buildCheckLines(findings: CheckFindings): CheckLine[] {
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

function tokenLine(findings: CheckFindings): CheckLine {
  const about = 'access token';
  const { state, error } = judgeToken(findings);
  if (state === 'accepted') return { about, ...acceptedToken(findings) };
  if (state === 'unknown')
    return { about, level: 'error', text: `could not be checked: ${quote(error)}`, hint: error.hint };
  return { about, level: 'error', text: `is refused: ${quote(error)}`, hint: error.hint };
}

function acceptedToken(findings: CheckFindings): Omit<CheckLine, 'about'> {
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
  const isEndUnknown = facts?.daysLeft == null && findings.given.connect.tokenOptions === null;
  return { level: 'good', text, hint: isEndUnknown ? LIFETIME_HINT : '' };
}

const LIFETIME_HINT =
  'Set `client-id` and `client-secret` of its app, and LinkedIn says it. Or set `manifest-branch`: from the day on which a run first saw the token, the action says how long it lasts at most.';

function describeEnd({ given }: CheckFindings, facts: TokenFacts | null, isEstimate: boolean): string {
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

function scopesLine(findings: CheckFindings): CheckLine {
  const about = 'scopes';
  const { owner, connect } = findings.given;
  const scopes = scopesOf(findings);
  if (scopes === null) {
    const why =
      connect.tokenOptions === null
        ? 'tells them only with `client-id` and `client-secret`'
        : 'did not tell them';
    const text = `are not known. LinkedIn ${why}`;
    return { about, level: 'info', text, hint: '' };
  }
  const needed = owner === null ? null : UPLOAD_SCOPES[owner.ownerKind];
  const text = `are ${scopes.length === 0 ? 'none' : scopes.map(code).join(', ')}`;
  if (needed === null || scopes.includes(needed)) return { about, level: 'good', text, hint: '' };
  const hint = `Create a token that also has \`${needed}\`, which this owner needs.`;
  return { about, level: 'warning', text, hint };
}

function memberLine(findings: CheckFindings): CheckLine | null {
  const about = 'member';
  const { member, pages } = findings;
  if (member === null) return null;
  const { error } = member;
  if (error !== null) {
    const hasPages = pages?.value != null && pages.value.length > 0;
    if (error.code !== 'ACCESS_DENIED')
      return { about, level: 'warning', text: `is not known: ${quote(error)}`, hint: error.hint };
    const text = `is not known, because the token may not read it: ${quote(error)}`;
    return { about, level: hasPages ? 'info' : 'warning', text, hint: MEMBER_HINT };
  }
  const scope = lackingScope(findings, 'person');
  if (scope === null) return { about, level: 'good', text: 'can be an owner', hint: '' };
  return { about, level: 'info', text: `can be an owner only with a token that has \`${scope}\``, hint: '' };
}

const MEMBER_HINT =
  'To post as a member, add the product "Sign In with LinkedIn using OpenID Connect" to the app, and create a token with `openid`, `profile` and `w_member_social`. An app with the Community Management API takes no other product: create a token with `r_basicprofile` there.';

function pagesLine({ pages, member }: CheckFindings): CheckLine | null {
  const about = 'pages';
  if (pages === null) return null;
  const { value, error } = pages;
  if (error !== null) {
    if (error.code !== 'ACCESS_DENIED')
      return { about, level: 'warning', text: `are not known: ${quote(error)}`, hint: error.hint };
    const level = member?.error == null ? 'info' : 'warning';
    const text = `are not known, because the token may not list them: ${quote(error)}`;
    return { about, level, text, hint: LIST_HINT };
  }
  const text = `in which the member has a role: ${value.length === 0 ? 'none' : value.length}`;
  return value.length > 0
    ? { about, level: 'good', text, hint: '' }
    : { about, level: 'info', text, hint: ROLE_HINT };
}

const LIST_HINT =
  'To post as a page, create a token that also has `r_organization_admin` or `rw_organization_admin`. Or write the URN yourself: the number of a page is in the address of its admin view. For linkedin.com/company/24141830/admin it is `urn:li:organization:24141830`.';
const ROLE_HINT =
  'To post as a page, let an administrator of the page make the member of the token an administrator or content administrator.';

function ownerLine({ given: { owner }, registered }: CheckFindings): CheckLine | null {
  if (owner === null || registered === null) return null;
  const about = code(owner.owner);
  const { error } = registered;
  if (error !== null) {
    const what = isRefusedUse(error) ? 'cannot own media' : 'could not be tried';
    return { about, level: 'error', text: `${what}: ${quote(error)}`, hint: error.hint };
  }
  const text = 'can own media: LinkedIn has registered a picture for it, which is never sent';
  return { about, level: 'good', text, hint: '' };
}

/** Null if the scopes are unknown: LinkedIn lets nobody try a post. */
function postsLine(findings: CheckFindings): CheckLine | null {
  const { action, owner } = findings.given;
  const scopes = scopesOf(findings);
  if (action !== 'post' || owner === null || scopes === null) return null;
  const author = owner.ownerKind === 'person' ? 'person' : 'organization';
  const write = UPLOAD_SCOPES[author];
  const feed = COMMENT_SCOPES[author];
  if (!scopes.includes(write)) {
    const text = `need \`${write}\`, which the token lacks`;
    return { about: 'posts', level: 'warning', text, hint: `Create a token that also has \`${write}\`.` };
  }
  if (scopes.includes(feed))
    return { about: 'posts and first comments', level: 'good', text: 'are within the scopes', hint: '' };
  const text = `need \`${feed}\`, which the token lacks. Posts do not`;
  const hint =
    'For posts with a first comment, create a token with this scope. LinkedIn grants it only to apps with the Community Management API.';
  return { about: 'first comments', level: 'info', text, hint };
}

function branchLine({ branch }: CheckFindings): CheckLine | null {
  if (branch === null) return null;
  const about = '`manifest-branch`';
  const { error, name, exists, isCreated } = branch;
  if (error !== null) {
    const isOwn = inputErrorsIn(error)?.[0]?.input === 'manifest-branch';
    const text = isOwn ? clean(error.problem) : `cannot be used: ${quote(error)}`;
    return { about, level: 'warning', text, hint: error.hint };
  }
  const start = isCreated
    ? 'This check has created it, and stored the day on which it first saw the token'
    : `A ruleset can still protect the branch${exists ? '' : '. The first run that publishes creates it'}`;
  const text = `can be read and written with \`github-token\`: ${clean(name)}. ${start}`;
  return { about, level: 'good', text, hint: '' };
}

function quote(error: ActionError): string {
  return clean(error.message);
}

/** A backtick would start code in our own text. */
function clean(text: string): string {
  return text.replaceAll('`', "'");
}

function code(text: string): string {
  return `\`${clean(text)}\``;
}
