// Runs findFiles over a temporary tree, for the tests of the search.

import { systemClock } from '../../../src/clock.ts';
import { InputError } from '../../../src/errors.ts';
import {
  type FindOptions,
  type FindRuntime,
  type FoundFiles,
  findFiles,
} from '../../../src/media/find/find-files.ts';
import { withoutDebugLines } from '../../world/runner.ts';
import type { Tree } from '../tree.ts';

/** A run that is not cancelled, in real time. */
export function findRuntime(given: Partial<FindRuntime> = {}): FindRuntime {
  const { signal } = new AbortController();
  return { clock: systemClock, signal, logger: { info: () => {} }, ...given };
}

/** `findFiles` over a tree, with the defaults of the inputs. */
export function find(
  { workspace }: Pick<Tree, 'workspace'>,
  patterns: string,
  options: Partial<FindOptions> = {},
  runtime: Partial<FindRuntime> = {},
): Promise<FoundFiles> {
  const defaults = { followSymlinks: false, includeHiddenFiles: false, maxFiles: 100, sidecars: false };
  return withoutDebugLines(() =>
    findFiles({ patterns, workspace, ...defaults, ...options }, findRuntime(runtime)),
  );
}

/** Only the paths of the found files. */
export async function pathsOf(
  tree: Tree,
  patterns: string,
  options?: Partial<FindOptions>,
): Promise<string[]> {
  return (await find(tree, patterns, options)).files.map((file) => file.path);
}

/** The InputError that `work` must throw. */
export async function inputErrorOf(work: Promise<unknown>): Promise<InputError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof InputError) return thrown;
  throw new Error(`expected an InputError, got ${thrown}`);
}
