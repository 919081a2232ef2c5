// The errors of a run for its log and summary: those of the whole run first, then those of its files or posts. What several of
// them have in common is said once.

import {
  type ActionError,
  InputError,
  isRunEnd,
  lineOfProblem,
  restOfProblem,
} from '../errors/action-error.ts';
import { formatFirst, pluralize } from '../format.ts';
import type { RowView } from './row-view.ts';

export interface Annotation {
  /** The code of the error, or the input that it is about. */
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  /** Relative to the workspace. The message begins with it. */
  readonly file?: string;
  /** Counted from 1. Only with `file`. */
  readonly line?: number;
}

/** The most files or posts that a message names. */
const MAX_NAMES = 3;

export function annotate(
  runErrors: readonly ActionError[],
  rows: readonly RowView[],
): Annotation[] {
  const reported = new Set(runErrors.map(({ fingerprint }) => fingerprint));
  const isReported = (error: ActionError) => reported.has(error.fingerprint) || isRunEnd(error);
  const own = rows.flatMap((row) =>
    row.errors.filter((error) => !isReported(error)).map((error) => ({ row, error })),
  );
  const groups = Map.groupBy(own, ({ error }) =>
    error instanceof InputError || lineOfProblem(error) !== null ? error : error.fingerprint,
  );
  const annotations = [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { row, error } = first;
    if (others.length === 0) return [annotateRow(row, error)];
    const names = [row.name, ...others.map((other) => other.row.name)];
    const who = `${pluralize(names.length, row.noun)} (${formatFirst(names, MAX_NAMES)})`;
    return [{ title: error.code, message: `${who}: ${error.problem}`, hint: error.hint }];
  });
  return [...runErrors.map(toAnnotation), ...annotations];
}

/** The annotation of an input error has the name of the input as its title. The signal of a cancellation does not matter. */
export function toAnnotation({ code, subject, message, hint }: ActionError): Annotation {
  if (code === 'RUN_CANCELLED') return { title: code, message: 'the run was cancelled', hint };
  if (subject === 'run' || 'file' in subject) return { title: code, message, hint };
  const title = 'input' in subject ? `input ${subject.input}` : `variable ${subject.variable}`;
  return { title, message, hint };
}

function annotateRow({ name, file }: RowView, error: ActionError): Annotation {
  if (error instanceof InputError) return toAnnotation(error);
  const message = name + restOfProblem(name, error);
  const line = lineOfProblem(error);
  const place = file === null ? {} : { file, ...(line !== null && { line }) };
  return { title: error.code, message, hint: error.hint, ...place };
}
