// Logs the search for files: what was found and where, which paths were skipped, and which patterns matched nothing.

import { InputError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import type { IfNoFilesFound } from '../../inputs/upload-schema.ts';
import type { FoundFiles } from '../../media/find/find-files.ts';
import { describeIdle } from '../../media/find/pattern-mistakes.ts';
import { describeUnmatched } from '../../media/find/suggestions.ts';
import { SKIP_REASONS } from '../../media/find/workspace.ts';
import type { Warning } from '../summary.ts';
import type { Logger } from './logger.ts';
import { logWarnings } from './warnings.ts';

export interface SearchResult extends Pick<FoundFiles, 'skipped' | 'unmatched' | 'idle'> {
  readonly input: 'files' | 'release-assets';
  /** The sidecars of videos are left out. */
  readonly files: readonly { readonly path: string }[];
  readonly isWorkspaceEmpty?: boolean;
  /** The searched place, if a short text can describe it. */
  readonly description?: string;
}

/** The most patterns that one message names. The log has them all. */
const MAX_PATTERNS = 5;

/** Returns the warnings that it logged. @throws InputError if no input matched a file and `ifNoFilesFound` is `error` */
export function reportSearch(
  results: readonly SearchResult[],
  ifNoFilesFound: IfNoFilesFound,
  logger: Logger,
): Warning[] {
  const isNothing = results.every(({ files }) => files.length === 0);
  for (const result of results) {
    const { input, files, skipped, description } = result;
    const place = description === undefined ? '' : ` in ${description}`;
    // The error or the warning about a search without a match has the reasons.
    if (!isNothing || ifNoFilesFound === 'ignore') {
      logger.info(`${pluralize(files.length, NOUNS[input])} found${place}`);
      for (const line of skipReasonLines(result)) logger.info(line);
    }
    for (const { reason, path } of skipped) logger.debug(`skipped (${reason}): ${path}`);
  }
  const searchWarnings = isNothing
    ? reportNoMatch(results, ifNoFilesFound, logger)
    : results.flatMap(({ input, unmatched, idle }) =>
        [...unmatched.map(describeUnmatched), ...idle.map(describeIdle)].map((text) => ({
          about: input,
          text,
        })),
      );
  const logged = searchWarnings.map(({ about, text }) => ({ text, target: { title: `input ${about}` } }));
  logWarnings(logger, logged);
  return searchWarnings;
}

const NOUNS: Record<SearchResult['input'], string> = { files: 'file', 'release-assets': 'release asset' };

function skipReasonLines({ skipped }: SearchResult): string[] {
  return [...Map.groupBy(skipped, (one) => one.reason)].map(
    ([reason, left]) => `skipped: ${pluralize(left.length, 'path')}, ${SKIP_REASONS[reason]}`,
  );
}

/** Returns the warnings if `ifNoFilesFound` is `warn`. */
function reportNoMatch(
  results: readonly SearchResult[],
  ifNoFilesFound: IfNoFilesFound,
  logger: Logger,
): Warning[] {
  const errors = results.map((result) => {
    if (!result.isWorkspaceEmpty)
      for (const one of result.unmatched.slice(MAX_PATTERNS)) logger.info(describeUnmatched(one));
    const filesCode = result.isWorkspaceEmpty ? 'WORKSPACE_EMPTY' : 'FILES_NOT_FOUND';
    const { input } = result;
    const text = `matches no file that can be uploaded: ${describeNoMatch(result)}`;
    const code = input === 'files' ? filesCode : 'RELEASE_UNMATCHED';
    const { unmatched } = result;
    const isAdvised = unmatched.length === 0 || unmatched.some(({ isAdvice }) => isAdvice);
    const details = isAdvised && !result.isWorkspaceEmpty ? { hint: '' } : {};
    return { input, error: new InputError(code, input, text, details) };
  });
  if (ifNoFilesFound === 'error') throw InputError.all(errors.map(({ error }) => error));
  const searchWarnings = errors.map(({ input, error }) => ({ about: input, text: error.message }));
  if (ifNoFilesFound === 'warn') return searchWarnings;
  for (const { text } of searchWarnings) logger.info(text);
  return [];
}

function describeNoMatch(result: SearchResult): string {
  if (result.isWorkspaceEmpty)
    return 'the workspace is empty, probably because no step has checked out the repository';
  const { unmatched, description } = result;
  const unnamed = unmatched.length - MAX_PATTERNS;
  const more = unnamed > 0 ? [`${pluralize(unnamed, 'more pattern')} matched nothing`] : [];
  const reasons = [
    ...unmatched.slice(0, MAX_PATTERNS).map(describeUnmatched),
    ...more,
    ...skipReasonLines(result),
  ];
  if (reasons.length === 0)
    reasons.push('it has no pattern that includes files; write one without a `!` before it');
  if (description !== undefined) reasons.push(`searched ${description}`);
  return reasons.join('; ');
}
