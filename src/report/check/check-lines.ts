// What a user should know about the tokens, one line for each question: the answer, and what to do. Pure.

import { ActionError, InputError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import { RENEWAL } from '../../linkedin/token-estimate.ts';
import type { OwnerKind } from '../../linkedin/urn.ts';
import { type Findings, judgeToken, type TokenFacts, type TokenVerdict, tokenFacts } from './findings.ts';

export interface CheckLine {
  /** What it is about: `access token`, `member`. */
  readonly about: string;
  /** An `error` fails the step. */
  readonly level: 'good' | 'info' | 'warning' | 'error';
  /** Continues after `about`, with code in backticks. */
  readonly text: string;
  /** What to do; empty if nothing. */
  readonly hint: string;
}

export function buildCheckLines(findings: Findings): CheckLine[] {
  const verdict = judgeToken(findings);
  const lines = [
    tokenLine(findings, verdict),
    ...(verdict.state === 'accepted' ? acceptedLines(findings) : []),
    branchLine(findings),
  ];
  return lines.filter((line) => line !== null);
}

function acceptedLines(findings: Findings): (CheckLine | null)[] {
  return [
    scopesLine(findings),
    memberLine(findings),
    pagesLine(findings),
    ownerLine(findings),
    postsLine(findings),
  ];
}

function tokenLine(findings: Findings, { state, error }: TokenVerdict): CheckLine {
  const about = 'access token';
  if (state === 'refused')
    return { about, level: 'error', text: `is refused: ${quote(error)}`, hint: error.hint };
  if (state === 'unknown')
    return { about, level: 'error', text: `could not be checked: ${quote(error)}`, hint: error.hint };
  const { facts, isEstimate } = tokenFacts(findings);
  if (facts?.daysLeft == null || facts.expiresAtMs === null)
    return {
      about,
      level: 'good',
      text: `works. The day on which it ends is not known`,
      hint: lifetimeHint(facts),
    };
  const text = `works. ${describeEnd(facts, isEstimate)}`;
  return facts.expiryWarning === null
    ? { about, level: 'good', text, hint: '' }
    : { about, level: 'error', text, hint: renewalHint(facts.expiryWarning) };
}

function describeEnd({ daysLeft, expiresAtMs }: TokenFacts, isEstimate: boolean): string {
  const day = new Date(expiresAtMs ?? 0).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const days = pluralize(daysLeft ?? 0, 'day');
  if (!isEstimate) return `It ends on ${day}, in ${days}`;
  return daysLeft === 0
    ? `But it is older than 60 days, which is how long LinkedIn's tokens last: it should have ended by ${day}`
    : `It has at most ${days}: it ends on ${day} or earlier`;
}

/** The warning ends with what to do. */
function renewalHint(warning: string): string {
  const advice = warning.includes(RENEWAL) ? RENEWAL : warning;
  return `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`;
}

function lifetimeHint(facts: TokenFacts | null): string {
  const [notice] = facts?.notices ?? [];
  if (notice !== undefined) return `${clean(notice)}.`;
  return 'Set `client-id` and `client-secret` of its app, and LinkedIn says it. Or set `manifest-branch`: from the day on which a run first saw the token, the action says how long it lasts at most.';
}

function scopesLine({ given: { owner }, described }: Findings): CheckLine {
  const about = 'scopes';
  const scopes = described instanceof ActionError ? null : (described?.scopes ?? null);
  if (scopes === null)
    return {
      about,
      level: 'info',
      text: 'are not known. LinkedIn tells them only with `client-id` and `client-secret`',
      hint: '',
    };
  const needed = owner === null ? null : UPLOAD_SCOPES[owner.ownerKind];
  const text = `are ${scopes.length === 0 ? 'none' : scopes.map((scope) => `\`${clean(scope)}\``).join(', ')}`;
  return needed === null || scopes.includes(needed)
    ? { about, level: 'good', text, hint: '' }
    : {
        about,
        level: 'warning',
        text,
        hint: `Create a token that also has \`${needed}\`, which this owner needs.`,
      };
}

const UPLOAD_SCOPES: Readonly<Record<OwnerKind, string>> = {
  person: 'w_member_social',
  organization: 'w_organization_social',
  sponsoredAccount: 'rw_ads',
};

function memberLine({ member, pages }: Findings): CheckLine | null {
  const about = 'member';
  if (member === null) return null;
  if (!(member instanceof ActionError)) return { about, level: 'good', text: 'can be an owner', hint: '' };
  if (member.code !== 'ACCESS_DENIED')
    return { about, level: 'warning', text: `is not known: ${quote(member)}`, hint: member.hint };
  const hasPages = pages !== null && !(pages instanceof ActionError) && pages.length > 0;
  return {
    about,
    level: hasPages ? 'info' : 'warning',
    text: `is not known, because the token may not read it: ${quote(member)}`,
    hint: 'To post as a member, add the product "Sign In with LinkedIn using OpenID Connect" to the app, and create a token with `openid`, `profile` and `w_member_social`. An app with the Community Management API takes no other product: create a token with `r_basicprofile` there.',
  };
}

function pagesLine({ pages, member }: Findings): CheckLine | null {
  const about = 'pages';
  if (pages === null) return null;
  if (!(pages instanceof ActionError))
    return pages.length > 0
      ? { about, level: 'good', text: `in which the member has a role: ${pages.length}`, hint: '' }
      : {
          about,
          level: 'info',
          text: 'in which the member has a role: none',
          hint: 'To post as a page, let an administrator of the page make the member of the token an administrator or content administrator.',
        };
  if (pages.code !== 'ACCESS_DENIED')
    return { about, level: 'warning', text: `are not known: ${quote(pages)}`, hint: pages.hint };
  return {
    about,
    level: member instanceof ActionError ? 'warning' : 'info',
    text: `are not known, because the token may not list them: ${quote(pages)}`,
    hint: `To post as a page, create a token that also has \`r_organization_admin\` or \`rw_organization_admin\`. Or write the URN yourself: the number of a page is in the address of its admin view. For linkedin.com/company/24141830/admin it is \`urn:li:organization:24141830\`.`,
  };
}

function ownerLine({ given: { owner }, registered }: Findings): CheckLine | null {
  if (owner === null || registered === null) return null;
  const about = `\`${owner.owner}\``;
  if (!(registered instanceof ActionError))
    return {
      about,
      level: 'good',
      text: 'can own media: LinkedIn has registered a picture for it, which is never sent',
      hint: '',
    };
  return { about, level: 'error', text: `cannot own media: ${quote(registered)}`, hint: registered.hint };
}

/** Only if the scopes are known: LinkedIn lets nobody try a post. */
function postsLine({ given: { action, owner }, described }: Findings): CheckLine | null {
  if (action !== 'post' || owner === null || described === null || described instanceof ActionError)
    return null;
  const { scopes } = described;
  if (scopes === null) return null;
  const write = UPLOAD_SCOPES[owner.ownerKind];
  const lacking = [write, `${write}_feed`].filter((scope) => !scopes.includes(scope));
  const about = 'posts and comments';
  if (lacking.length === 0)
    return { about, level: 'good', text: 'are within the scopes of the token', hint: '' };
  const what = lacking.includes(write)
    ? 'posts need'
    : 'posts are within the scopes of the token, and first comments need';
  return {
    about,
    level: lacking.includes(write) ? 'warning' : 'info',
    text: `${what} ${lacking.map((scope) => `\`${scope}\``).join(' and ')}, which the token lacks`,
    hint: 'Create a token with these scopes. LinkedIn grants those that end with `_feed` only to apps with the Community Management API.',
  };
}

function branchLine({ branch }: Findings): CheckLine | null {
  if (branch === null) return null;
  const about = '`manifest-branch`';
  const { error, exists, name } = branch;
  if (error !== null) return { about, level: 'warning', text: describeBranchError(error), hint: error.hint };
  const text = `can be read and written with \`github-token\`: ${clean(name)}. A ruleset can still protect the branch`;
  const start = exists
    ? ''
    : '. The first run that publishes creates it. Until then, no run remembers since when it knows the token';
  return { about, level: 'good', text: text + start, hint: '' };
}

function describeBranchError(error: ActionError): string {
  const isOwn = error instanceof InputError && error.input === 'manifest-branch';
  return isOwn ? clean(error.problem) : `cannot be used: ${quote(error)}`;
}

/** The message of an error without backticks, which would start code in our own text. */
function quote(error: ActionError): string {
  return clean(error.message);
}

function clean(text: string): string {
  return text.replaceAll('`', "'");
}
