// The log of a step and its annotations. The only module that writes to stdout: it escapes text from file names and servers,
// because the runner executes `::command::` at the start of a line and `##[command]` anywhere in a line.

import * as core from '@actions/core';
import { showInvisible } from '../../format.ts';
import type { TokenMessages } from '../../linkedin/session.ts';
import type { AnnotationTarget, Logger } from '../../run.ts';
import { isMaskable } from '../../secret.ts';
import type { Annotation } from '../annotations.ts';

export const logger: Logger = {
  info: (text) => core.info(escapeForLog(text)),
  // A runner without debug logging would discard what may be many thousand lines.
  debug: (text) => core.isDebug() && core.debug(escapeForLog(text)),
  notice: (text, target) => core.notice(escapeForLog(text), escapeTarget(target)),
  warning: (text, target) => core.warning(escapeForLog(text), escapeTarget(target)),
  error: (text, target) => core.error(escapeForLog(text), escapeTarget(target)),
  group: (title, work) => core.group(escapeForLog(title), work),
  mask: (secret) => {
    // The runner masks each line alone; a short one would hide half the log.
    const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
    for (const line of lines.filter(isMaskable)) core.setSecret(line);
  },
};

/** Sanitizes `text` for the log: one line without runner commands. */
export function escapeForLog(text: string): string {
  return showInvisible(text)
    .replaceAll('##[', '##\\u005b')
    .replace(/^(\s*):(?=:)/, '$1\\u003a');
}

function escapeTarget({ title, file, line }: AnnotationTarget = {}): core.AnnotationProperties {
  const place =
    file === undefined || file.startsWith('release:') ? {} : { file: escapeForLog(file) };
  return {
    ...(title !== undefined && { title: escapeForLog(title) }),
    ...place,
    ...('file' in place && line !== undefined && { startLine: line }),
  };
}

/** The message and the hint, if there is one, as two sentences. Some messages end with a period already. */
export function withHint({ message, hint }: Pick<Annotation, 'message' | 'hint'>): string {
  if (hint === '') return message;
  return `${message}${/[.!?…]["”']?$/.test(message) ? '' : '.'} ${hint}`;
}

// The runner keeps ten annotations of a kind per step. The last one is for the verdict.
const MAX_ERRORS = 9;

/** Logs as many errors as annotations as the runner keeps, and all others as lines. Returns their number. */
export function logErrors(annotations: readonly Annotation[], logger: Logger): number {
  const others = annotations.slice(MAX_ERRORS);
  for (const one of annotations.slice(0, MAX_ERRORS)) logger.error(withHint(one), one);
  for (const annotation of others) logger.info(withHint(annotation));
  return others.length;
}

/** Warnings that are logged together may use this many of the ten annotations. */
const MAX_WARNINGS = 5;

/** Logs up to five warnings. Of more, the last one is their number, and they are plain lines. */
export function logWarnings(
  logger: Logger,
  warnings: readonly { readonly text: string; readonly target: AnnotationTarget }[],
): void {
  const isMany = warnings.length > MAX_WARNINGS;
  const shown = isMany ? MAX_WARNINGS - 1 : warnings.length;
  for (const { text, target } of warnings.slice(0, shown)) logger.warning(text, target);
  for (const { text } of warnings.slice(shown)) logger.info(text);
  if (isMany) logger.warning(`${warnings.length - shown} more warnings; the log lists all of them`);
}

const TOKEN_TARGET = { title: 'LinkedIn token' };

export function logTokenInfo({ lines, notices, warnings }: TokenMessages, logger: Logger): void {
  for (const line of lines) logger.info(line);
  for (const text of notices) logger.notice(text, TOKEN_TARGET);
  for (const text of warnings) logger.warning(text, TOKEN_TARGET);
}
