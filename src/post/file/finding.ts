// The mistakes in a post: each has a place, which is a line of the post file or an input, and becomes an error or a warning. Pure.

import {
  ActionError,
  InputError,
  lineOfProblem,
  type Sentence,
} from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { quoted } from '../../format.ts';

/** The keys from the front matter down to a value, such as `['media', 0, 'alt']`. Empty for the front matter itself. */
export type KeyPath = readonly (string | number)[];

export interface Place {
  readonly path: KeyPath;
  /** The place in the text of the post. */
  readonly offset?: number;
}

export interface Finding extends Place {
  /** Null for a warning. */
  readonly code: ErrorCode | null;
  /** Continues after the name of the value, such as "is missing", unless `isSentence`. */
  readonly problem: string;
  readonly isSentence?: boolean;
  /** What to do, if the problem does not say it. */
  readonly hint?: string | undefined;
}

export interface WithFindings {
  /** Where a finding is: in the post file, or in an input. */
  readonly subjectOf: (
    place: Place,
  ) => { readonly file: string; readonly line: number } | { readonly input: string };
  /** In the order of the lines, as the warnings. */
  readonly errors: readonly ActionError[];
  readonly warnings: readonly Sentence[];
}

export function addFindings<T extends WithFindings>(post: T, findings: readonly Finding[]): T {
  const errors = [...post.errors];
  const warnings = [...post.warnings];
  for (const one of findings) {
    const subject = post.subjectOf(one);
    if (one.code !== null) errors.push(errorAt(post, one.code, one));
    else
      warnings.push({ subject: 'input' in subject ? 'run' : subject, problem: formatFinding(one) });
  }
  return { ...post, errors: errors.sort(byLine), warnings: warnings.sort(byLine) };
}

export function errorAt(
  { subjectOf }: Pick<WithFindings, 'subjectOf'>,
  code: ErrorCode,
  finding: Omit<Finding, 'code'>,
): ActionError {
  const { problem, isSentence = false, hint } = finding;
  const subject = subjectOf(finding);
  if ('file' in subject) return new ActionError(code, formatFinding(finding), { subject, hint });
  return new InputError(code, subject.input, isSentence ? `cannot be used: ${problem}` : problem, {
    hint,
  });
}

/** Findings of inputs have no line, and stay where they are. */
function byLine(a: Sentence, b: Sentence): number {
  return (lineOfProblem(a) ?? 0) - (lineOfProblem(b) ?? 0);
}

/** The sentence about a value or the text, without its full stop. */
function formatFinding({
  path,
  offset,
  problem,
  isSentence = false,
}: Omit<Finding, 'code'>): string {
  if (isSentence) return problem;
  return `${offset === undefined ? nameOf(path) : 'the text'} ${problem}`;
}

/** `at`, `link.title`, ``entry 2 of `media` ``, ``\`alt\` of entry 2 of `media` ``. */
export function nameOf(path: KeyPath): string {
  const [first, index, last] = path;
  if (first === undefined) return 'the front matter';
  if (first === 'poll' && typeof last === 'number') return `option ${last + 1} of \`poll\``;
  if (typeof index !== 'number') return `\`${quoted(path.join('.'))}\``;
  const entry = `entry ${index + 1} of \`${quoted(String(first))}\``;
  return last === undefined ? entry : `\`${quoted(String(last))}\` of ${entry}`;
}

/** The code of an error at this place. */
export function codeOf({ path: [key], offset }: Place): ErrorCode {
  if (offset !== undefined) return 'POST_TEXT';
  return key === 'media' ? 'POST_MEDIA' : 'POST_KEY';
}
