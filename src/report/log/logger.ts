// The only module that writes to stdout. It escapes text from file names and servers: the runner executes
// `::command::` at the start of a line and `##[command]` anywhere in a line.

import * as core from '@actions/core';
import { isMaskable } from '../../secret.ts';

export interface AnnotationTarget {
  readonly title?: string;
  /** Relative to the workspace. GitHub cannot show other paths, such as `release:…`; they are left out. */
  readonly file?: string;
  /** Counted from 1. Only with `file`. */
  readonly line?: number;
}

export interface Logger {
  info(text: string): void;
  /** Logged only with step debug logging. */
  debug(text: string): void;
  notice(text: string, place?: AnnotationTarget): void;
  warning(text: string, place?: AnnotationTarget): void;
  error(text: string, place?: AnnotationTarget): void;
  /** The runner folds the lines that `work` logs. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Registers `secret` with the runner, which masks it in all later lines. Skips secrets that are too short. */
  mask(secret: string): void;
}

/** The runner keeps ten warnings per step. One kind may use this many of them. */
const MAX_WARNINGS_PER_KIND = 3;
/** Warnings about posts are at lines of a pull request, where their authors read them. */
export const MAX_POST_WARNINGS = 7;

/** Logs up to `most` warnings. Of more, the last one is their number (`describeRest`), and the others are plain lines. */
export function logWarnings(
  logger: Logger,
  warnings: readonly { readonly text: string; readonly target: AnnotationTarget }[],
  describeRest: (count: number) => string,
  most = MAX_WARNINGS_PER_KIND,
): void {
  const isMany = warnings.length > most;
  const shown = isMany ? most - 1 : warnings.length;
  for (const { text, target } of warnings.slice(0, shown)) logger.warning(text, target);
  for (const { text } of warnings.slice(shown)) logger.info(text);
  if (isMany) logger.warning(`${describeRest(warnings.length - shown)}; the log lists all of them`);
}

export const logger: Logger = {
  info: (text) => core.info(escapeForLog(text)),
  // A runner without debug logging would discard what may be many thousand lines.
  debug: (text) => core.isDebug() && core.debug(escapeForLog(text)),
  notice: (text, place) => core.notice(escapeForLog(text), escapeTarget(place)),
  warning: (text, place) => core.warning(escapeForLog(text), escapeTarget(place)),
  error: (text, place) => core.error(escapeForLog(text), escapeTarget(place)),
  group: (title, work) => core.group(escapeForLog(title), work),
  mask: (secret) => {
    for (const line of maskableLines(secret)) core.setSecret(line);
  },
};

/** The lines of `secret` that can be masked. The runner masks each alone; a short one would hide half the log. */
export function maskableLines(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  return lines.filter(isMaskable);
}

// Characters that could change what a reader or the runner sees: C0 and C1 controls (line ends, ANSI escapes), lone
// surrogates, line and paragraph separators, and invisible characters (zero-width, bidirectional marks).
// U+FE0F stays where it makes a character an emoji.
const INVISIBLE =
  /[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic})\ufe0f/gu;

/** Sanitizes `text` for the log: one line without runner commands. */
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

function escapeTarget({ title, file, line }: AnnotationTarget = {}): core.AnnotationProperties {
  const place = file === undefined || file.startsWith('release:') ? {} : { file: escapeForLog(file) };
  return {
    ...(title === undefined ? {} : { title: escapeForLog(title) }),
    ...place,
    ...('file' in place && line !== undefined ? { startLine: line } : {}),
  };
}
