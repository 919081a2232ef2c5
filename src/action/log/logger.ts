// The one way to stdout. Whatever came from a file name or from a server is made harmless here: the runner obeys
// `::command::` at the start of a line and `##[command]` anywhere in one.

import * as core from '@actions/core';
import { isMaskable } from '../../secret.ts';

export interface AnnotationTarget {
  readonly title?: string;
  /** Relative to the workspace; what lies elsewhere, as `release:…` does, is no place that GitHub could show. */
  readonly file?: string;
}

export interface Logger {
  info(text: string): void;
  /** For step debug logging alone. */
  debug(text: string): void;
  notice(text: string, place?: AnnotationTarget): void;
  warning(text: string, place?: AnnotationTarget): void;
  error(text: string, place?: AnnotationTarget): void;
  /** Hides `secret` in all later lines, by the runner's own masker; not where it is too short to be one. */
  mask(secret: string): void;
}

/** Of the ten warnings that the runner keeps a step, those that one kind may take. */
const MAX_WARNINGS_PER_KIND = 3;

interface Warning {
  readonly text: string;
  readonly target: AnnotationTarget;
}

/** Warns of each where they are few; else of the first ones, and of how many more `describeRest` are in the log. */
export function logWarnings(
  logger: Logger,
  warnings: readonly Warning[],
  describeRest: (count: number) => string,
): void {
  const isMany = warnings.length > MAX_WARNINGS_PER_KIND;
  const shown = isMany ? MAX_WARNINGS_PER_KIND - 1 : warnings.length;
  for (const { text, target } of warnings.slice(0, shown)) logger.warning(text, target);
  for (const { text } of warnings.slice(shown)) logger.info(text);
  if (isMany) logger.warning(`${describeRest(warnings.length - shown)}: the log has them all`);
}

export const logger: Logger = {
  info: (text) => core.info(escapeForLog(text)),
  // A runner without debugging would throw away each of what may be many thousand lines.
  debug: (text) => core.isDebug() && core.debug(escapeForLog(text)),
  notice: (text, place) => core.notice(escapeForLog(text), escapeTarget(place)),
  warning: (text, place) => core.warning(escapeForLog(text), escapeTarget(place)),
  error: (text, place) => core.error(escapeForLog(text), escapeTarget(place)),
  mask: (secret) => {
    for (const line of maskableLines(secret)) core.setSecret(line);
  },
};

/** The lines of `secret` that can be masked: the runner masks each by itself, and a short one would hide half the log. */
export function maskableLines(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  return lines.filter(isMaskable);
}

// C0 and C1 controls (line ends and ANSI escapes among them), halves of surrogate pairs, line and paragraph separators,
// and all that Unicode draws nothing for (zero-width and bidirectional marks among it): none may shape what a reader or
// the runner sees. U+FE0F stays where it makes a sign an emoji.
const INVISIBLE =
  /[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic})\ufe0f/gu;

/** One line in, one line out, with no command in it. */
export function escapeForLog(text: string): string {
  return text
    .replace(INVISIBLE, escapeCharacter)
    .replaceAll('##[', '##\\u005b')
    .replace(/^(\s*):(?=:)/, '$1\\u003a');
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const digits = (character.codePointAt(0) ?? 0).toString(16);
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}

function escapeTarget({ title, file }: AnnotationTarget = {}): core.AnnotationProperties {
  return {
    ...(title === undefined ? {} : { title: escapeForLog(title) }),
    ...(file === undefined || file.startsWith('release:') ? {} : { file: escapeForLog(file) }),
  };
}
