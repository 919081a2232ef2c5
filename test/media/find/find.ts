// Runs findFiles over a temporary tree, for the tests of the search.

import { systemClock } from '../../../src/clock.ts';
import {
  type FindOptions,
  type FindRuntime,
  type FoundFiles,
  findFiles,
} from '../../../src/media/find/find-files.ts';
import { withoutDebugLines } from '../../world/runner.ts';
import type { Tree } from '../tree.ts';

/** The defaults of the inputs. */
export const DEFAULTS = { followSymlinks: false, includeHiddenFiles: false, maxFiles: 100, sidecars: false };

/** A run that is not cancelled, in real time. */
export function findRuntime(given: Partial<FindRuntime> = {}): FindRuntime {
  const { signal } = new AbortController();
  return { clock: systemClock, signal, logger: { info: () => {} }, ...given };
}

/** `findFiles` over a tree. */
export function find(
  { workspace }: Pick<Tree, 'workspace'>,
  patterns: string,
  options: Partial<FindOptions> = {},
  runtime: Partial<FindRuntime> = {},
): Promise<FoundFiles> {
  return withoutDebugLines(() =>
    findFiles({ ...DEFAULTS, patterns, workspace, ...options }, findRuntime(runtime)),
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
