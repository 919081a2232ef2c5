// One line of the report of `mode: check`, and texts of servers in it. Pure.

import type { ActionError } from '../../errors.ts';

export interface CheckLine {
  /** What it is about: `access token`, `member`. */
  readonly about: string;
  /** An `error` fails the step. */
  readonly level: 'good' | 'info' | 'warning' | 'error';
  /** Continues after `about`, with code in backticks. */
  readonly text: string;
  /** What to do; empty if nothing. */
  readonly hint: string;
}

/** The message of an error in our own text. */
export function quote(error: ActionError): string {
  return clean(error.message);
}

/** A backtick would start code in our own text. */
export function clean(text: string): string {
  return text.replaceAll('`', "'");
}

export function code(text: string): string {
  return `\`${clean(text)}\``;
}
