// Logs warnings: those about files and posts that are known before anything is sent, and those of the search and the token. The
// runner keeps ten annotations of a kind per step.

import type { TokenMessages } from '../../linkedin/session.ts';
import type { AnnotationTarget, Logger, Run } from '../../run.ts';
import type { RowView } from '../row-view.ts';
import { formatProblem, lineOfProblem } from '../../errors/action-error.ts';
import { type LinkedInVersion, versionWarning } from '../../linkedin/apis.ts';

/** Warnings that are logged together may use this many of the ten annotations. */
const MAX_ANNOTATIONS = 5;

/** Logs up to five warnings. Of more, the last one is their number, and they are plain lines. */
export function logWarnings(
  logger: Logger,
  warnings: readonly { readonly text: string; readonly target: AnnotationTarget }[],
): void {
  const isMany = warnings.length > MAX_ANNOTATIONS;
  const shown = isMany ? MAX_ANNOTATIONS - 1 : warnings.length;
  for (const { text, target } of warnings.slice(0, shown)) logger.warning(text, target);
  for (const { text } of warnings.slice(shown)) logger.info(text);
  if (isMany) logger.warning(`${warnings.length - shown} more warnings; the log lists all of them`);
}

/** Logs what is known before anything is sent. */
export function logKnownWarnings(
  version: LinkedInVersion,
  rows: readonly Pick<RowView, 'file' | 'warnings'>[],
  { logger, clock }: Run,
): void {
  const ending = versionWarning(version, clock.epochMs());
  if (ending !== null) logger.warning(`linkedin-version: ${ending}`);
  const warnings = rows.flatMap(({ file, warnings: own }) =>
    own.map((one) => ({
      text: formatProblem(one),
      target: { file: file ?? undefined, line: lineOfProblem(one) ?? undefined },
    })),
  );
  logWarnings(logger, warnings);
}

const TOKEN_TARGET = { title: 'LinkedIn token' };

export function logTokenInfo({ lines, notices, warnings }: TokenMessages, logger: Logger): void {
  for (const line of lines) logger.info(line);
  for (const text of notices) logger.notice(text, TOKEN_TARGET);
  for (const text of warnings) logger.warning(text, TOKEN_TARGET);
}
