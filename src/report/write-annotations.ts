// Writes the errors of a run as annotations, as many as the runner keeps, and all of them to the log.

import { ActionError, messageOf } from '../errors.ts';
import { type Annotation, formatAnnotation, withHint } from './annotation.ts';
import { escapeForLog, type Logger } from './log/logger.ts';
import type { Report } from './report.ts';

// The runner keeps ten annotations of a kind per step. The last one is for the total.
const MAX_ANNOTATIONS = 9;

export function writeAnnotations(annotations: readonly Annotation[], report: Report, logger: Logger): void {
  const { headline, failed, rows, mode } = report;
  const title = mode === 'plan' ? 'Plan' : report.title;
  for (const annotation of annotations.slice(0, MAX_ANNOTATIONS)) writeAnnotation(annotation, logger);
  const others = annotations.slice(MAX_ANNOTATIONS);
  for (const annotation of others) logger.info(withHint(annotation));
  if (others.length > 0)
    logger.error(`${headline}; all ${annotations.length} errors are in the log`, { title });
  else if (failed && rows !== null && rows.length > 0) logger.error(headline, { title });
  else logger.info(headline);
}

/** The runner cuts the log line with the annotation too. A text that is too long is first logged in full. */
function writeAnnotation(annotation: Annotation, logger: Logger): void {
  const { title, file, line } = annotation;
  const text = formatAnnotation(annotation);
  if (text.length < escapeForLog(withHint(annotation)).length) logger.info(withHint(annotation));
  logger.error(text, {
    title,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  });
}

/**
 * Runs a step of the report. Returns its error as an annotation, so that the other steps still run; null after a success.
 */
export function tryStep(what: string, work: () => unknown): Annotation | null {
  try {
    work();
    return null;
  } catch (cause) {
    const text = `the ${what} could not be written: ${messageOf(cause)}`;
    const error = new ActionError('OUTPUT_FAILED', text, { cause });
    return { title: error.code, message: error.message, hint: error.hint };
  }
}
