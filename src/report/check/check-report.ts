// The report of `mode: check`, and what the log says before it. Its job summary is a page to act on: what works, what is missing
// and where to get it, the owners, and the lines of the workflow. Pure, except for the log.

import type { Env } from '../../deps.ts';
import type { CheckInputs } from '../../inputs/check-inputs.ts';
import { rawInput } from '../../inputs/secrets.ts';
import { GENERATOR } from '../../linkedin/token-estimate.ts';
import { pageUrl } from '../../linkedin/urn.ts';
import type { Logger } from '../log/logger.ts';
import { type Block, bullets, escapeMarkdown, renderHint, table } from '../markdown.ts';
import { buildPostFailureReport } from '../posts/post-report.ts';
import type { Report } from '../report.ts';
import { buildUploadFailureReport } from '../uploads/upload-report.ts';
import { buildCheckLines, type CheckLine } from './check-lines.ts';
import {
  type CheckFindings,
  describeRole,
  isRefusedUse,
  judgeToken,
  type OwnerRow,
  ownersIn,
  scopesOf,
  tokenFacts,
} from './findings.ts';

const TITLE = 'LinkedIn token';

/** Logs the lines and the owners. An error is annotated at the end. */
export function logFindings(findings: CheckFindings, logger: Logger): void {
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

export function buildCheckReport(findings: CheckFindings, env: Env): Report {
  const { given } = findings;
  const lines = buildCheckLines(findings);
  const owners = ownersIn(findings);
  const errors = lines.filter(({ level }) => level === 'error');
  const isRefused = judgeToken(findings).state === 'refused';
  const unanswered = buildCheckFailure(null, given);
  return {
    ...unanswered,
    headline: checkHeadline(findings, { errors, owners }),
    failed: errors.length > 0,
    isPartial: lines.some(({ level }) => level === 'warning'),
    annotations: errors.map(({ about, text, hint }) => ({
      title: TITLE,
      message: `${about} ${text}`.replaceAll('`', ''),
      hint,
    })),
    outputs: {
      ...unanswered.outputs,
      owners: owners.map(({ urn, name, role }) => ({ urn, name, role })),
      scopes: scopesOf(findings) ?? [],
      'token-days-left': isRefused ? null : (tokenFacts(findings).facts?.daysLeft ?? null),
    },
    blocks: [...lineBlocks(lines), ...ownerBlocks(owners), ...workflowBlocks(owners, given.action, env)],
  };
}

/** The report of a check that was cancelled, or that met a bug. Its other outputs are those of a run without files or posts. */
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
    outputs: { ...report.outputs, ...NO_FINDINGS },
    lead: renderHint(describeVisibility({ owner })),
    blocks: [],
  };
}

const NO_FINDINGS = { owners: [], scopes: [] };

/** In `mode: check`, the lists are empty arrays even if inputs are invalid. */
export function withCheckOutputs(report: Report, env: Env): Report {
  if (rawInput(env, 'mode') !== 'check') return report;
  return { ...report, outputs: { ...report.outputs, ...NO_FINDINGS } };
}

/** The first line of log and summary. */
export function describeVisibility({ owner }: Pick<CheckInputs, 'owner'>): string {
  return owner === null
    ? 'The log and summary of a public repository are public, and these name people and pages. With `owner` set, they name nobody.'
    : 'The log and summary of a public repository are public. These name nobody, because `owner` is set.';
}

function checkHeadline(
  findings: CheckFindings,
  { errors, owners }: { readonly errors: readonly CheckLine[]; readonly owners: readonly OwnerRow[] },
): string {
  const { owner } = findings.given;
  const { state } = judgeToken(findings);
  if (state === 'refused') return 'LinkedIn refuses the access token';
  if (state === 'unknown') return 'The access token could not be checked';
  const error = findings.registered?.error ?? null;
  if (error !== null) {
    const failure = isRefusedUse(error) ? 'but not' : 'but could not be tried';
    return `The access token works, ${failure} for ${owner?.owner}`;
  }
  if (errors.length > 0) return 'The access token works, but must be renewed soon';
  if (owner !== null) return `The access token works for ${owner.owner}`;
  return owners.length > 0
    ? 'The access token works'
    : 'The access token works, but does not tell for which owner';
}

const ICONS: Readonly<Record<CheckLine['level'], string>> = {
  good: '✅',
  info: 'ℹ️',
  warning: '⚠️',
  error: '❌',
};

function lineBlocks(lines: readonly CheckLine[]): Block[] {
  if (lines.length === 0) return [];
  const entry = ({ about, level, text, hint }: CheckLine) => {
    const linked = hint.split(GENERATOR).map(renderHint).join(`<a href="${GENERATOR}">${GENERATOR}</a>`);
    return `${ICONS[level]} <b>${renderHint(about)}</b> ${renderHint(text)}${hint === '' ? '' : `<br>→ ${linked}`}`;
  };
  return [bullets(lines.map(entry))];
}

function ownerBlocks(owners: readonly OwnerRow[]): Block[] {
  if (owners.length === 0) return [];
  const cells = (row: OwnerRow) => {
    const { urn } = row;
    // A page without a readable name is a link to it. The parser of the response lets only URNs pass.
    const url = pageUrl(urn);
    const page = url === null ? '' : `<a href="${url}">page ${urn.split(':').at(-1)}</a>`;
    const name = row.name === '' ? page : escapeMarkdown(row.name);
    return [
      `\`${urn}\``,
      [name, escapeMarkdown(describeRole(row))].filter((text) => text !== '').join('<br>'),
    ];
  };
  return ['### Values for `owner`', table(['owner', 'name and role'], owners.map(cells))];
}

/** The step names the page that may post, or else the member. */
function workflowBlocks(owners: readonly OwnerRow[], action: CheckInputs['action'], env: Env): Block[] {
  const fitting = owners.filter(({ posts, lacks }) => posts === 'all' && lacks === null);
  const owner = fitting.find(({ role }) => role !== 'MEMBER') ?? fitting[0];
  if (owner === undefined) return [];
  const step = [
    `- uses: ${usesOf(env, action === 'post' ? '/post' : '')}`,
    '  with:',
    `    access-token: \${{ secrets.LINKEDIN_ACCESS_TOKEN }}`,
    `    owner: ${owner.urn}`,
    ...(action === 'post' ? ['    posts: posts/**/*.md'] : ['    api: media', '    files: media/**']),
  ];
  const others = fitting.length > 1 ? ' Another owner of the table goes into the same line.' : '';
  return [
    '### In the workflow',
    `Set the owner in the step that publishes.${others}`,
    ['```yaml', ...step, '```'].join('\n'),
  ];
}

/** This action as the workflow names it. Unknown for an action in the workspace. */
function usesOf(
  { GITHUB_ACTION_REPOSITORY: repository = '', GITHUB_ACTION_REF: ref = '' }: Env,
  folder: string,
): string {
  const isNamed = /^[\w.-]+\/[\w.-]+$/.test(repository) && /^[\w./-]+$/.test(ref);
  return isNamed ? `${repository}${folder}@${ref}` : `your-org/linkedin-media-upload${folder}@v1`;
}
