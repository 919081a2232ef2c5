// Runs findFiles over a temporary tree, for the tests of the search.

import { InputError } from '../../../src/errors.ts';
import { type FindOptions, type FoundFiles, findFiles } from '../../../src/media/find/find-files.ts';
import type { Tree } from '../tree.ts';

/** `findFiles` over a tree, with the defaults of the inputs. */
export function find(
  { workspace }: Pick<Tree, 'workspace'>,
  patterns: string,
  options: Partial<FindOptions> = {},
): Promise<FoundFiles> {
  return findFiles({
    patterns,
    workspace,
    followSymlinks: false,
    includeHiddenFiles: false,
    maxFiles: 100,
    sidecars: false,
    ...options,
  });
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
