// The report of `mode: check`, and what the log says before it. Pure, except for the log.

import type { Env } from '../../deps.ts';
import { ActionError } from '../../errors.ts';
import type { CheckInputs } from '../../inputs/check-inputs.ts';
import type { Annotation } from '../annotation.ts';
import type { Logger } from '../log/logger.ts';
import { renderHint } from '../markdown.ts';
import { buildPostFailureReport } from '../posts/post-report.ts';
import type { Report } from '../report.ts';
import { buildUploadFailureReport } from '../uploads/upload-report.ts';
import { buildCheckLines, type CheckLine } from './check-lines.ts';
import { checkBlocks } from './check-summary.ts';
import { type Findings, isRefusedUse, judgeToken, scopesOf, tokenFacts } from './findings.ts';
import { describeRole, type OwnerRow, ownersIn } from './owners.ts';

const TITLE = 'LinkedIn token';

/** Logs the lines and the owners. An error is annotated at the end. */
export function logFindings(findings: Findings, logger: Logger): void {
  for (const { about, level, text, hint } of buildCheckLines(findings)) {
    const sentence = `${about} ${text}${hint === '' ? '' : `. ${hint}`}`.replaceAll('`', '');
    if (level === 'warning') logger.warning(sentence, { title: TITLE });
    else if (level !== 'error') logger.info(sentence);
  }
  for (const { urn, name, ...role } of ownersIn(findings)) {
    const facts = [name, describeRole(role)].filter((part) => part !== '').join(', ');
    logger.info(`owner: ${urn} (${facts})`);
  }
}

export function buildCheckReport(findings: Findings, env: Env): Report {
  const { given } = findings;
  const lines = buildCheckLines(findings);
  const owners = ownersIn(findings);
  const errors = lines.filter(({ level }) => level === 'error');
  const isRefused = judgeToken(findings).state === 'refused';
  const unanswered = buildCheckFailure(null, given);
  return {
    ...unanswered,
    headline: formatHeadline(findings, { errors, owners }),
    failed: errors.length > 0,
    isPartial: lines.some(({ level }) => level === 'warning'),
    annotations: errors.map(toAnnotation),
    outputs: {
      ...unanswered.outputs,
      owners: owners.map(({ urn, name, role }) => ({ urn, name, role })),
      scopes: scopesOf(findings) ?? [],
      'token-days-left': isRefused ? null : (tokenFacts(findings).facts?.daysLeft ?? null),
    },
    blocks: checkBlocks({ action: given.action, lines, owners }, env),
  };
}

/**
 * The report of a check that was cancelled, or that met a bug. Its other outputs are those of a run without files or posts.
 */
export function buildCheckFailure(
  thrown: unknown,
  { action, owner }: Pick<CheckInputs, 'action' | 'owner'>,
): Report {
  const build = action === 'post' ? buildPostFailureReport : buildUploadFailureReport;
  const report = build(thrown);
  return {
    ...report,
    title: TITLE,
    rows: null,
    outputs: { ...report.outputs, owners: [], scopes: [] },
    lead: renderHint(describeVisibility({ owner })),
    blocks: [],
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
  return { title: TITLE, message: `${about} ${text}`.replaceAll('`', ''), hint };
}
