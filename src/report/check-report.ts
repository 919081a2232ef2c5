// The report of `mode: check`: one list of what is good, worth knowing, worth a warning or an error, and what to do about it. Pure,
// except for the log.

import { type ActionError, inputErrorsIn } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { capitalize, dayOf, joinParts, pluralize } from '../format.ts';
import type { CheckInputs } from '../inputs/access.ts';
import { rawInput } from '../inputs/secrets.ts';
import {
  commentScopeOf,
  type NamedOwner,
  type PagePermissions,
  type PageRole,
  PERMISSIONS_SCOPE,
  type PermittedPosts,
  postsOfRole,
  UPLOAD_SCOPES,
} from '../linkedin/owners.ts';
import type { TokenInfo, TokenMessages } from '../linkedin/session.ts';
import { ownerKind } from '../linkedin/urn.ts';
import type { Logger } from '../run.ts';
import { withHint } from './log/logger.ts';
import { bullets, renderHint } from './markdown.ts';
import { buildPostFailureReport } from './posts/post-report.ts';
import type { Report } from './report.ts';
import { buildUploadFailureReport } from './uploads/upload-report.ts';

/** What a read answers, or why it does not. */
export type Answer<T> =
  | { readonly value: T; readonly error: null }
  | { readonly value: null; readonly error: ActionError };

/** How long the token lasts, and what it may do. */
type TokenFacts = Omit<TokenInfo, keyof TokenMessages>;

export interface CheckFindings {
  readonly given: CheckInputs;
  /** LinkedIn's description of the token; null if LinkedIn was not asked for one. */
  readonly described: Answer<TokenFacts> | null;
  /** The estimate comes from the memory on a branch. */
  readonly estimated: TokenFacts | null;
  /** Null if `owner` is given, as for the pages. */
  readonly member: Answer<NamedOwner> | null;
  readonly pages: Answer<readonly PageRole[]> | null;
  /** The URN of the picture that was registered for `owner`; null without an owner. */
  readonly registered: Answer<string> | null;
  /** What the member may do with posts of the page `owner`; null if LinkedIn was not asked. */
  readonly permissions: Answer<PagePermissions> | null;
  /** The memory on a branch: whether it is there, and whether this check created it. Null if it was not read. */
  readonly branch: {
    readonly name: string;
    readonly exists: boolean;
    readonly isCreated: boolean;
    readonly error: ActionError | null;
  } | null;
}

interface CheckLine {
  readonly level: 'error' | 'warning' | 'info' | 'good';
  /** The subject: `access token`, `member`. */
  readonly about: string;
  /** Continues after `about`, with code in backticks. */
  readonly text: string;
  /** What to do; empty if there is nothing to do. */
  readonly hint: string;
}

const TITLE = 'LinkedIn token';
const ICONS: Readonly<Record<CheckLine['level'], string>> = {
  error: '❌',
  warning: '⚠️',
  info: 'ℹ️',
  good: '✅',
};

/** Logs all lines but the errors, which are annotated at the end. */
export function buildCheckReport(findings: CheckFindings, logger: Logger): Report {
  const lines = buildCheckLines(findings);
  const errors = lines.filter(({ level }) => level === 'error');
  for (const line of lines) {
    const text = withHint({ message: messageOf(line), hint: line.hint.replaceAll('`', '') });
    if (line.level === 'warning') logger.warning(text, { title: TITLE });
    else if (line.level !== 'error') logger.info(text);
  }
  const unanswered = buildCheckFailure(null, findings.given);
  const [worst] = [...errors, ...lines.filter(({ level }) => level === 'warning'), ...lines];
  return {
    ...unanswered,
    headline: worst === undefined ? '' : capitalize(`${worst.about} ${worst.text}`),
    isHeadlineLogged: true,
    failed: errors.length > 0,
    isPartial: worst?.level === 'warning',
    annotations: errors.map((line) => ({
      title: TITLE,
      message: messageOf(line),
      hint: line.hint,
    })),
    outputs: {
      ...unanswered.outputs,
      owners: ownersIn(findings),
      scopes: scopesOf(findings) ?? [],
      'token-days-left':
        tokenErrorIn(findings) === null ? (tokenFacts(findings).facts?.daysLeft ?? null) : null,
    },
    blocks: [bullets(lines.map(formatLine))],
  };
}

/** The report of a check that was cancelled, or that met a bug. Its other outputs are those of a run without files or posts. */
export function buildCheckFailure(
  thrown: unknown,
  { action, owner }: Pick<CheckInputs, 'action' | 'owner'>,
): Report {
  const report = (action === 'post' ? buildPostFailureReport : buildUploadFailureReport)(thrown);
  const outputs = { ...report.outputs, ...NO_FINDINGS };
  return {
    ...report,
    title: TITLE,
    rows: null,
    outputs,
    lead: describeVisibility({ owner }),
    blocks: [],
  };
}

const NO_FINDINGS = { owners: [], scopes: [] };

/** In `mode: check`, the lists are empty arrays even if inputs are invalid. */
export function withCheckOutputs(report: Report, env: NodeJS.ProcessEnv): Report {
  if (rawInput(env, 'mode') !== 'check') return report;
  return { ...report, outputs: { ...report.outputs, ...NO_FINDINGS } };
}

/** The first line of log and summary. */
export function describeVisibility({ owner }: Pick<CheckInputs, 'owner'>): string {
  return owner === null
    ? 'The log and summary of a public repository are public, and these name people and pages. With `owner` set, they name nobody.'
    : 'The log and summary of a public repository are public. These name nobody, because `owner` is set.';
}

function messageOf({ about, text }: CheckLine): string {
  return `${about} ${text}`.replaceAll('`', '');
}

function formatLine({ level, about, text, hint }: CheckLine): string {
  const advice = hint === '' ? '' : `<br>→ ${renderHint(hint)}`;
  return `${ICONS[level]} **${renderHint(about)}** ${renderHint(text)}${advice}`;
}

function buildCheckLines(findings: CheckFindings): CheckLine[] {
  const error = tokenErrorIn(findings);
  const lines =
    error === null
      ? [
          tokenLine(findings),
          scopesLine(findings),
          ...ownerLines(findings),
          registrationLine(findings),
          permissionsLine(findings),
          commentsLine(findings),
        ]
      : [refusedLine(error)];
  return [...lines, branchLine(findings)].filter((line) => line !== null);
}

function lineOf(level: CheckLine['level'], about: string, text: string, hint = ''): CheckLine {
  return { level, about, text, hint };
}

/** The text of an error. A backtick would start code in our own text. */
function quote({ message }: ActionError): string {
  return message.replaceAll('`', "'");
}

const TOKEN_REJECTIONS: ReadonlySet<ErrorCode> = new Set([
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'REFRESH_REFUSED',
  'CLIENT_REFUSED',
]);

/** LinkedIn looks at the token before anything else. So these errors mean that it has accepted the token. */
const REFUSED_LATER: ReadonlySet<ErrorCode> = new Set([
  'ACCESS_DENIED',
  'VALUE_REFUSED',
  'REQUEST_REFUSED',
]);

/** What LinkedIn said. */
export type Answers = Pick<
  CheckFindings,
  'described' | 'member' | 'pages' | 'registered' | 'permissions'
>;

/** Why LinkedIn has not accepted the token; null if it has. */
export function tokenErrorIn({
  described,
  member,
  pages,
  registered,
}: Answers): ActionError | null {
  const errors = [described, member, pages, registered].flatMap((answer) => answer?.error ?? []);
  const rejection = errors.find(({ code }) => TOKEN_REJECTIONS.has(code));
  const isUsed = [member, pages, registered].some(
    (answer) => answer !== null && (answer.error === null || REFUSED_LATER.has(answer.error.code)),
  );
  const isAccepted = isUsed || described?.value?.checkError === null;
  return rejection ?? (isAccepted ? null : (errors[0] ?? null));
}

function refusedLine(error: ActionError): CheckLine {
  const what = TOKEN_REJECTIONS.has(error.code) ? 'is refused' : 'could not be checked';
  return lineOf('error', 'access token', `${what}: ${quote(error)}`, error.hint);
}

/** LinkedIn's description outranks the estimate. */
function tokenFacts({ described, estimated }: CheckFindings) {
  const known = described?.value ?? null;
  const isEstimate = known?.daysLeft == null && estimated !== null;
  return { facts: isEstimate ? estimated : known, isEstimate };
}

function scopesOf({ described }: CheckFindings): readonly string[] | null {
  return described?.value?.scopes ?? null;
}

function tokenLine(findings: CheckFindings): CheckLine {
  const { facts, isEstimate } = tokenFacts(findings);
  const about = 'access token';
  const text = `works. ${describeEnd(findings, facts, isEstimate)}`;
  if (facts?.renewal != null) return lineOf('error', about, text, `${capitalize(facts.renewal)}.`);
  if (facts?.checkError != null)
    return lineOf('warning', about, `${text}: ${quote(facts.checkError)}`, facts.checkError.hint);
  const isEndUnknown = facts?.daysLeft == null && findings.given.tokenOptions === null;
  return lineOf('good', about, text, isEndUnknown ? LIFETIME_HINT : '');
}

const LIFETIME_HINT =
  'Set `client-id` and `client-secret` of its app, and LinkedIn says it. Or set `manifest-branch`: from the day on which a run first saw the token, the action says how long it lasts at most.';

function describeEnd(
  { given }: CheckFindings,
  facts: TokenFacts | null,
  isEstimate: boolean,
): string {
  if (given.tokenOptions?.refreshToken != null) {
    const days = facts?.refreshDaysLeft;
    const end = days == null ? '' : `, which ends in ${pluralize(days, 'day')}`;
    return `Each run obtains its own with \`refresh-token\`${end}`;
  }
  if (facts?.daysLeft == null || facts.expiresAtMs === null)
    return 'The day on which it ends is not known';
  const day = dayOf(facts.expiresAtMs);
  const days = pluralize(facts.daysLeft, 'day');
  if (!isEstimate) return `It ends on ${day}, in ${days}`;
  return facts.daysLeft === 0
    ? `But it is older than 60 days, which is how long LinkedIn's tokens last: it should have ended by ${day}`
    : `It has at most ${days}: it ends on ${day} or earlier`;
}

function scopesLine(findings: CheckFindings): CheckLine {
  const { owner, tokenOptions } = findings.given;
  const scopes = scopesOf(findings);
  const about = 'scopes';
  if (scopes === null) {
    const why =
      tokenOptions === null
        ? 'tells them only with `client-id` and `client-secret`'
        : 'did not tell them';
    return lineOf('info', about, `are not known. LinkedIn ${why}`);
  }
  const kind = owner === null ? null : ownerKind(owner);
  const needed = kind && UPLOAD_SCOPES[kind];
  const text = `are ${scopes.map((scope) => `\`${scope.replaceAll('`', "'")}\``).join(', ') || 'none'}`;
  if (needed === null || scopes.includes(needed)) return lineOf('good', about, text);
  const hint = `Create a token that also has \`${needed}\`, which this owner needs for media and posts.`;
  return lineOf('warning', about, text, hint);
}

/** The member and its pages. Empty with the input `owner`, so that nothing shows names or roles. */
function ownersIn({ member, pages }: CheckFindings) {
  const found = member?.value == null ? [] : [{ ...member.value, role: 'MEMBER' }];
  return [...found, ...(pages?.value ?? [])].map(({ urn, name, role }) => ({
    urn,
    name: name ?? '',
    role,
  }));
}

/** What to write into the workflow, or why that is not known. */
function ownerLines(findings: CheckFindings): CheckLine[] {
  const { member, pages } = findings;
  const lines = ownersIn(findings).map(({ urn, name, role }) => {
    const isMember = role === 'MEMBER';
    const scope = UPLOAD_SCOPES[isMember ? 'person' : 'organization'];
    const isLacking = scopesOf(findings)?.includes(scope) === false;
    const missingScope = isLacking ? `needs a token with \`${scope}\`` : '';
    const permitted = isMember ? 'all' : postsOfRole(role);
    const isLimited = permitted === 'none' || permitted === 'doubtful';
    const roleText = ROLE_TEXTS[permitted];
    const limit = isLimited ? roleText : missingScope || roleText;
    const words = isMember ? 'the member of the token' : role.toLowerCase().replaceAll('_', ' ');
    const text = joinParts([name.replaceAll('`', "'"), words, limit], ', ');
    const isGood = !isLimited && missingScope === '';
    return lineOf(isGood ? 'good' : 'info', `\`owner: ${urn}\``, text);
  });
  const isSomeKnown = lines.length > 0;
  if (member?.error != null) lines.push(unreadLine('member', member.error, isSomeKnown));
  if (pages?.error != null) lines.push(unreadLine('pages', pages.error, isSomeKnown));
  if (pages?.value?.length === 0)
    lines.push(lineOf('info', 'pages', 'are none: the member has no role', ROLE_HINT));
  return lines;
}

/** What a role may post; empty if it may post everything. */
const ROLE_TEXTS: Readonly<Record<PermittedPosts, string>> = {
  all: '',
  doubtful: 'may not be able to post',
  sponsored: 'can post sponsored content only',
  none: 'cannot post',
};

/** A warning if there is no other owner. */
function unreadLine(
  about: keyof typeof UNREAD_HINTS,
  error: ActionError,
  isOtherKnown: boolean,
): CheckLine {
  if (error.code !== 'ACCESS_DENIED')
    return lineOf('warning', about, `could not be read: ${quote(error)}`, error.hint);
  const text = `could not be read, because the token may not: ${quote(error)}`;
  return lineOf(isOtherKnown ? 'info' : 'warning', about, text, UNREAD_HINTS[about]);
}

const UNREAD_HINTS = {
  member:
    'To post as a member, add the product "Sign In with LinkedIn using OpenID Connect" to the app, and create a token with `openid`, `profile` and `w_member_social`. An app with the Community Management API takes no other product: create a token with `r_basicprofile` there.',
  pages:
    'To post as a page, create a token that also has `r_organization_admin` or `rw_organization_admin`. Or write the URN yourself: the number of a page is in the address of its admin view. For linkedin.com/company/24141830/admin it is `urn:li:organization:24141830`.',
};
const ROLE_HINT =
  'To post as a page, let an administrator of the page make the member of the token an administrator or content administrator.';

function registrationLine({ given: { owner }, registered }: CheckFindings): CheckLine | null {
  if (owner === null || registered === null) return null;
  const { error } = registered;
  const about = `\`${owner}\``;
  const registers = 'can own media: LinkedIn has registered a picture for it, which is never sent';
  if (error === null) return lineOf('good', about, registers);
  const what = REFUSED_LATER.has(error.code) ? 'cannot own media' : 'could not be tried';
  return lineOf('error', about, `${what}: ${quote(error)}`, error.hint);
}

/** Null if the page cannot own media: that is reported already, and ends the check of the page. */
function permissionsLine({ given, registered, permissions }: CheckFindings): CheckLine | null {
  const { action, owner } = given;
  if (action !== 'post' || owner === null || ownerKind(owner) !== 'organization') return null;
  if (registered === null || registered.error !== null) return null;
  if (permissions?.value == null) {
    const why = permissions === null ? '' : `: ${quote(permissions.error)}`;
    return lineOf('info', 'permission for posts', `is not known${why}`, PERMISSIONS_HINT);
  }
  const { create, edit } = permissions.value;
  const says = (what: string) =>
    `LinkedIn says that the member of the token ${what} posts of this page`;
  if (!create)
    return lineOf('error', 'posts', `are not permitted: ${says('may not create')}`, ROLE_HINT);
  const text = `can be created, but not edited: ${says('may not edit')}`;
  if (!edit) return lineOf('warning', 'posts', text, EDIT_HINT);
  return lineOf('good', 'posts', `are permitted: ${says('may create and edit')}`);
}

const PERMISSIONS_HINT = `Posts do not need it. LinkedIn tells it to a token with \`${PERMISSIONS_SCOPE}\` that may also read its member (\`openid\` or \`r_basicprofile\`).`;
const EDIT_HINT =
  'LinkedIn refuses a post file with a new `revision` then. Let an administrator of the page give the member another role.';

/** Null if the scopes are unknown: LinkedIn lets nobody try a comment. The scope of posts is that of their media. */
function commentsLine(findings: CheckFindings): CheckLine | null {
  const { action, owner } = findings.given;
  const scopes = scopesOf(findings);
  if (action !== 'post' || owner === null || scopes === null) return null;
  const feed = commentScopeOf(owner);
  if (scopes.includes(feed)) return lineOf('good', 'first comments', 'are within the scopes');
  const hint =
    'For posts with a first comment, create a token with this scope. LinkedIn grants it only to apps with the Community Management API.';
  return lineOf(
    'info',
    'first comments',
    `need \`${feed}\`, which the token lacks. Posts do not`,
    hint,
  );
}

function branchLine(findings: CheckFindings): CheckLine | null {
  const { given, branch } = findings;
  const { githubError } = given;
  const error = branch?.error ?? githubError;
  const about = '`manifest-branch`';
  if (error !== null) {
    const isOwn = inputErrorsIn(error)?.[0]?.input === 'manifest-branch';
    const text = isOwn ? error.problem.replaceAll('`', "'") : `cannot be used: ${quote(error)}`;
    return lineOf('warning', about, text, error.hint);
  }
  if (branch === null) return null;
  const text = `can be read and written with \`github-token\`: ${branch.name.replaceAll('`', "'")}`;
  return lineOf('good', about, `${text}. ${describeStored(branch, findings)}`);
}

/** What the check has stored on the branch, and what may still go wrong there. */
function describeStored(
  { exists, isCreated }: NonNullable<CheckFindings['branch']>,
  findings: CheckFindings,
): string {
  const ruleset = 'A ruleset can still protect the branch';
  if (isCreated)
    return 'This check has created it, and stored the day on which it first saw the token';
  if (!exists) return `${ruleset}. The first run that publishes creates it`;
  // The day is stored only if LinkedIn says neither how long the token lasts nor that it is invalid.
  if (findings.estimated === null || tokenErrorIn(findings) !== null) return ruleset;
  return `It keeps the day on which a run first saw the token; the check stores nothing else. ${ruleset}`;
}
