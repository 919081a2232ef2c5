// Reports `mode: check`: its lines in the log, then as each run.

import type { Env } from '../../deps.ts';
import { renderHint } from '../markdown.ts';
import { buildPostFailureReport } from '../posts/post-report.ts';
import type { Report } from '../report.ts';
import { Reporter, type ReporterOptions } from '../reporter.ts';
import { buildUploadFailureReport } from '../uploads/upload-report.ts';
import type { CheckReport, OwnerRow } from './check-report.ts';
import { checkBlocks, describeRole } from './check-summary.ts';
import type { CheckLine } from './line.ts';

/** Returns the exit code of the step. */
export function reportCheck(check: CheckReport, options: ReporterOptions): number {
  for (const line of check.lines) logLine(line, options);
  for (const owner of check.owners) options.logger.info(formatOwner(owner));
  return new Reporter(options).writeOutputs(toReport(check, options.env));
}

/** An error is annotated at the end. */
function logLine({ about, level, text, hint }: CheckLine, { logger }: ReporterOptions): void {
  const sentence = `${about} ${text}${hint === '' ? '' : `. ${hint}`}`.replaceAll('`', '');
  if (level === 'warning') logger.warning(sentence, { title: 'LinkedIn token' });
  else if (level !== 'error') logger.info(sentence);
}

function formatOwner({ urn, name, ...role }: OwnerRow): string {
  return `owner: ${urn} (${[name, describeRole(role)].filter((part) => part !== '').join(', ')})`;
}

/** Its other outputs are those of a run without files or posts. */
export function toReport(check: CheckReport, env: Env): Report {
  const { action, headline, failed, annotations, visibility, lines, owners, scopes, tokenDaysLeft } = check;
  const empty = action === 'post' ? buildPostFailureReport(null) : buildUploadFailureReport(null);
  return {
    ...empty,
    title: 'LinkedIn token',
    headline,
    failed,
    isPartial: lines.some(({ level }) => level === 'warning'),
    annotations,
    rows: null,
    outputs: {
      ...empty.outputs,
      owners: owners.map(({ urn, name, role }) => ({ urn, name, role })),
      scopes,
      'token-days-left': tokenDaysLeft,
    },
    lead: renderHint(visibility),
    blocks: checkBlocks(check, env),
  };
}
