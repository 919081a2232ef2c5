// Checks the patterns of an input, before anything is searched.

import path from 'node:path';
import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';
import { readPatterns, withInput } from '../media/find/patterns.ts';
import { errorsOf } from './rules.ts';

/** Checks line by line, so that one invalid pattern does not hide another. */
export function* findPatternErrors(input: string, lines: string, { GITHUB_WORKSPACE: workspace = '' }: Env) {
  if (!path.isAbsolute(workspace)) {
    const reason = 'is relative to the workspace, but GITHUB_WORKSPACE is not an absolute path';
    yield new InputError('WORKSPACE_EMPTY', input, reason);
  }
  for (const line of lines.split(/[\r\n]+/))
    for (const error of errorsOf(() => readPatterns(line, { named: workspace, real: workspace })))
      yield withInput(error, input);
}
