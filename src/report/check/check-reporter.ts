// Reports `mode: check`: log, outputs, job summary and annotations.

import { createTruncation, OUTPUTS, shellSafeJson } from '../outputs.ts';
import { POST_OUTPUTS } from '../posts/post-outputs.ts';
import { type ReporterOptions, StepReport } from '../step-report.ts';
import { tryStep, writeAnnotations } from '../write-annotations.ts';
import type { CheckReport, OwnerRow } from './check-report.ts';
import { buildCheckSummary, describeRole } from './check-summary.ts';
import type { CheckLine } from './line.ts';

/** Returns the exit code of the step. */
export function reportCheck(report: CheckReport, options: ReporterOptions): number {
  const { logger, env } = options;
  const step = new StepReport(options);
  for (const line of report.lines) logLine(line, options);
  for (const owner of report.owners) logger.info(formatOwner(owner));
  const writeErrors = [
    tryStep('outputs', () => step.setOutputs(buildCheckOutputs(report))),
    tryStep('job summary', () => step.writeSummary(() => buildCheckSummary(report, env))),
  ].flatMap((annotation) => annotation ?? []);
  const end = { ...report, logger, rows: [], title: 'LinkedIn token' };
  writeAnnotations([...writeErrors, ...report.annotations], end);
  return report.failed || writeErrors.length > 0 ? 1 : 0;
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

/** The outputs of the action as in a run without files or posts, and those of the check. */
export function buildCheckOutputs({ action, owners, scopes, tokenDaysLeft }: CheckReport) {
  const { truncated, truncate } = createTruncation<string>();
  const rows = owners.map(({ urn, name, role }) => shellSafeJson({ urn, name, role }));
  const names: readonly string[] = action === 'post' ? POST_OUTPUTS : OUTPUTS;
  const values = {
    ...Object.fromEntries(names.map((name) => [name, emptyOutput(name)])),
    owners: truncate('owners', rows, ['[', ']']),
    scopes: truncate('scopes', scopes.map(shellSafeJson), ['[', ']']),
    'token-days-left': tokenDaysLeft === null ? '' : String(tokenDaysLeft),
  };
  return { values: { ...values, 'outputs-truncated': String(truncated.length > 0) }, truncated };
}

function emptyOutput(name: string): string {
  if (name === 'urns') return '{}';
  if (name === 'results' || name.endsWith('-urns')) return '[]';
  return name.endsWith('-count') ? '0' : '';
}
