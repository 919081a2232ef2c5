// Logs the search for files: what was found and where, which paths were skipped, and which patterns matched nothing.

import { InputError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import type { IfNoFilesFound } from '../../inputs/upload-schema.ts';
import type { FoundFiles } from '../../media/find/find-files.ts';
import { describeIdle } from '../../media/find/pattern-mistakes.ts';
import { describeUnmatched, MAX_EXPLAINED } from '../../media/find/suggestions.ts';
import { describeSkipped } from '../../media/find/workspace.ts';
import type { Logger } from '../../run.ts';
import type { Warning } from '../summary.ts';
import { logWarnings } from './warnings.ts';

export interface SearchResult extends Pick<FoundFiles, 'skipped' | 'unmatched' | 'idle'> {
  readonly input: 'files' | 'release-assets';
  /** The sidecars of videos are left out. */
  readonly files: readonly { readonly path: string }[];
  readonly isWorkspaceEmpty?: boolean;
  /** The searched place, if a short text can describe it. */
  readonly description?: string;
}

const NOUNS: Record<SearchResult['input'], string> = { files: 'file', 'release-assets': 'release asset' };

/** Returns the warnings that it logged. @throws InputError if no input matched a file and `ifNoFilesFound` is `error` */
export function reportSearch(
  results: readonly SearchResult[],
  ifNoFilesFound: IfNoFilesFound,
  logger: Logger,
): Warning[] {
  for (const { input, files, skipped, description } of results) {
    const place = description === undefined ? '' : ` in ${description}`;
    logger.info(`${pluralize(files.length, NOUNS[input])} found${place}`);
    for (const line of describeSkipped(skipped, true)) logger.info(line);
    for (const { reason, path } of skipped) logger.debug(`skipped (${reason}): ${path}`);
  }
  const isNothing = results.every(({ files }) => files.length === 0);
  const errors = isNothing ? results.map(noMatchError) : [];
  if (isNothing && ifNoFilesFound === 'error') throw InputError.all(errors);
  const searchWarnings = isNothing
    ? errors.map(({ input: about, problem: text }) => ({ about, text }))
    : results.flatMap(({ input: about, unmatched, idle }) =>
        [...unmatched.map(describeUnmatched), ...idle.map(describeIdle)].map((text) => ({ about, text })),
      );
  if (isNothing && ifNoFilesFound === 'ignore') {
    for (const { message } of errors) logger.info(message);
    return [];
  }
  const logged = searchWarnings.map(({ about, text }) => ({ text, target: { title: `input ${about}` } }));
  logWarnings(logger, logged);
  return searchWarnings;
}

function noMatchError(result: SearchResult): InputError {
  const { input, unmatched, skipped, description, isWorkspaceEmpty = false } = result;
  const nothing = 'matches no file that can be uploaded';
  if (isWorkspaceEmpty) {
    const text = `${nothing}: the workspace is empty, probably because no step has checked out the repository`;
    return new InputError('WORKSPACE_EMPTY', input, text);
  }
  const unnamed = unmatched.length - MAX_EXPLAINED;
  const reasons = [
    ...unmatched.slice(0, MAX_EXPLAINED).map(describeUnmatched),
    ...(unnamed > 0 ? [`${pluralize(unnamed, 'more pattern')} matched nothing`] : []),
    ...describeSkipped(skipped, true),
  ];
  if (reasons.length === 0)
    reasons.push('it has no pattern that includes files; write one without a `!` before it');
  if (description !== undefined) reasons.push(`searched ${description}`);
  const isAdvised = unmatched.length === 0 || unmatched.some(({ isAdvice }) => isAdvice);
  const code = input === 'files' ? 'FILES_NOT_FOUND' : 'RELEASE_UNMATCHED';
  return new InputError(code, input, `${nothing}: ${reasons.join('; ')}`, isAdvised ? { hint: '' } : {});
}
