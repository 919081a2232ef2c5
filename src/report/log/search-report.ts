// Logs the search for files: what was found and where, which paths were skipped, and which patterns matched nothing.

import { InputError } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { pluralize } from '../../format.ts';
import type { IfNoFilesFound } from '../../inputs/upload-schema.ts';
import type { FoundFiles } from '../../media/find/find-files.ts';
import { describeIdle } from '../../media/find/patterns.ts';
import { describeUnmatched, MAX_EXPLAINED } from '../../media/find/suggestions.ts';
import { describeSkipped } from '../../media/find/workspace.ts';
import type { Logger } from '../../run.ts';
import type { Warning } from '../summary.ts';
import { logWarnings } from './logger.ts';

export interface SearchResult extends Pick<FoundFiles, 'skipped' | 'unmatched' | 'idle'> {
  readonly input: keyof typeof SEARCHED_INPUTS;
  /** The sidecars of videos are left out. */
  readonly files: readonly { readonly path: string }[];
  readonly isWorkspaceEmpty?: boolean;
  /** The searched place, if a short text can describe it. */
  readonly description?: string;
}

const NOTHING = 'matches no file that can be uploaded';

/** What each input searches for, and the error when nothing matches. */
export const SEARCHED_INPUTS = {
  files: { noun: 'file', nothing: NOTHING, code: 'FILES_NOT_FOUND' },
  'release-assets': { noun: 'release asset', nothing: NOTHING, code: 'RELEASE_UNMATCHED' },
  posts: {
    noun: 'file',
    nothing: 'matches no file, so there is nothing to post',
    code: 'FILES_NOT_FOUND',
  },
} as const satisfies Record<string, { noun: string; nothing: string; code: ErrorCode }>;

/** Returns the warnings that it logged. @throws InputError if no input matched a file and `ifNoFilesFound` is `error` */
export function reportSearch(
  results: readonly SearchResult[],
  ifNoFilesFound: IfNoFilesFound | 'notice',
  logger: Logger,
): Warning[] {
  for (const { input, files, skipped, description } of results) {
    const place = description === undefined ? '' : ` in ${description}`;
    logger.info(`${pluralize(files.length, SEARCHED_INPUTS[input].noun)} found${place}`);
    for (const line of describeSkipped(skipped, input === 'files')) logger.info(line);
    for (const { reason, path } of skipped) logger.debug(`skipped (${reason}): ${path}`);
  }
  if (results.some(({ files }) => files.length > 0)) {
    const warnings = results.flatMap(({ input: about, unmatched, idle }) =>
      [...unmatched.map(describeUnmatched), ...idle.map(describeIdle)].map((text) => ({
        about,
        text,
      })),
    );
    const logged = warnings.map(({ about, text }) => ({
      text,
      target: { title: `input ${about}` },
    }));
    logWarnings(logger, logged);
    return warnings;
  }
  const errors = results.map(noMatchError);
  if (ifNoFilesFound === 'error') throw InputError.all(errors);
  for (const { input, message } of errors) {
    const target = { title: `input ${input}` };
    if (ifNoFilesFound === 'warn') logger.warning(message, target);
    else if (ifNoFilesFound === 'notice') logger.notice(message, target);
    else logger.info(message);
  }
  return ifNoFilesFound === 'ignore'
    ? []
    : errors.map(({ input: about, problem: text }) => ({ about, text }));
}

function noMatchError(result: SearchResult): InputError {
  const { input, unmatched, skipped, description, isWorkspaceEmpty = false } = result;
  const { nothing, code } = SEARCHED_INPUTS[input];
  if (isWorkspaceEmpty) {
    const text = `${nothing}: the workspace is empty, probably because no step has checked out the repository`;
    return new InputError('WORKSPACE_EMPTY', input, text);
  }
  const unnamed = unmatched.length - MAX_EXPLAINED;
  const reasons = [
    ...unmatched.slice(0, MAX_EXPLAINED).map(describeUnmatched),
    ...(unnamed > 0 ? [`${pluralize(unnamed, 'more pattern')} matched nothing`] : []),
    ...describeSkipped(skipped, input === 'files'),
  ];
  if (reasons.length === 0)
    reasons.push('it has no pattern that includes files; write one without a `!` before it');
  if (description !== undefined) reasons.push(`searched ${description}`);
  const isAdvised = unmatched.length === 0 || unmatched.some(({ isAdvice }) => isAdvice);
  return new InputError(
    code,
    input,
    `${nothing}: ${reasons.join('; ')}`,
    isAdvised ? { hint: '' } : {},
  );
}
