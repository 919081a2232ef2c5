// The report of a run for all media: the reporter writes it to log, outputs, results file, summary, comment and page.

import { type ActionError, inputErrorsIn, toActionError } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import type { Mode } from '../inputs/input-types.ts';
import { type Annotation, annotate } from './annotations.ts';
import type { OutputValues } from './outputs.ts';
import type { PageBody } from './page/page.ts';
import { countRows, type RowView } from './row-view.ts';
import { errorBlocks, type SummaryContent } from './summary.ts';

export interface Report extends SummaryContent {
  /** `LinkedIn upload` or `LinkedIn posts`. */
  readonly title: string;
  /** The errors of the whole run come first, then those of its files or posts, in their order. */
  readonly annotations: readonly Annotation[];
  readonly notices: readonly {
    readonly title: string;
    readonly text: string;
    readonly isWarning?: boolean;
  }[];
  /** Whether the log already has the headline as one of its lines. */
  readonly isHeadlineLogged?: boolean;
  /** Whether the verdict is annotated although nothing failed. */
  readonly isVerdictWarning?: boolean;
  /** Logged at the end, such as the cost of a plan. */
  readonly lines: readonly string[];
  /** The rows of the results file; null without one. */
  readonly rows: readonly object[] | null;
  /** With `preview-file`, the summary is also written as a comment for a pull request. The reporter knows the paths of its files. */
  readonly outputs: OutputValues;
  /** The files or posts on the page, in pieces that can be read only once. Null if nothing was planned, sent or failed, and in a cancelled run. */
  readonly page: PageBody | null;
}

interface RunFacts {
  readonly mode: Mode;
  /** Continues after `Cancelled. ` and `Simulated: `. */
  readonly verdict: string;
  /** The errors of the whole run; null where it has none. */
  readonly errors: readonly (ActionError | null)[];
}

/** The part of a report that is the same for files and posts. */
export function summarizeRun(
  rows: readonly RowView[],
  { mode, verdict, errors }: RunFacts,
): Pick<Report, 'headline' | 'counts' | 'annotations'> {
  const runErrors = [...new Set(errors)].filter((error) => error !== null);
  const isCancelled = runErrors.some(({ code }) => code === 'RUN_CANCELLED');
  const headline = `${isCancelled ? 'Cancelled. ' : ''}${mode === 'simulate' ? 'Simulated: ' : ''}${verdict}`;
  return { headline, counts: countRows(rows), annotations: annotate(runErrors, rows) };
}

/** The report of a run that failed before planning. */
export function buildFailureReport(
  thrown: unknown,
  { title, outputs }: Pick<Report, 'title' | 'outputs'>,
): Report {
  const inputErrors = inputErrorsIn(thrown);
  const verdict =
    inputErrors === null
      ? 'The run ended early'
      : `Nothing was sent: ${pluralize(inputErrors.length, 'input')} to correct`;
  const errors = inputErrors ?? [toActionError(thrown)];
  const summarized = summarizeRun([], { mode: 'publish', verdict, errors });
  return {
    ...summarized,
    title,
    failed: true,
    notices: [],
    lines: [],
    rows: [],
    outputs,
    blocks: errorBlocks(summarized.annotations),
    owner: null,
    page: null,
  };
}
