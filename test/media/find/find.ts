// Runs findFiles over a temporary tree, for the tests of the search.

import {
  type FindOptions,
  type FoundFiles,
  findFiles,
} from '../../../src/media/find/find-files.ts';
import { testRun } from '../../support/run.ts';
import { withoutDebugLines } from '../../world/runner.ts';
import type { Tree } from '../tree.ts';

/** The defaults of the inputs. */
export const DEFAULTS = { input: 'files', followSymlinks: false, includeHiddenFiles: false };

/** `findFiles` over a tree. */
export function find(
  { workspace }: Pick<Tree, 'workspace'>,
  patterns: string,
  options: Partial<FindOptions> = {},
  { signal }: Pick<AbortController, 'signal'> = new AbortController(),
): Promise<FoundFiles> {
  return withoutDebugLines(() =>
    findFiles({ ...DEFAULTS, patterns, workspace, ...options }, testRun({ signal })),
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
