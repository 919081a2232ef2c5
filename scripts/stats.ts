// What a build put into which file, by webpack's own account of it: what ncc writes with `--stats-out`.

export interface Stats {
  readonly chunks: readonly Chunk[];
}

/** One file of the build. */
export interface Chunk {
  readonly id: number;
  /** The `webpackChunkName` of the `import()` that asks for it; none where webpack put together what several need. */
  readonly names: readonly string[];
  /** Whether it is loaded at each start. */
  readonly initial: boolean;
  readonly modules: readonly Module[];
}

interface Module {
  /** The absolute path of its source; none for Node's own modules and for what webpack adds. */
  readonly nameForCondition?: string | null;
  /** Those that were made into this one. */
  readonly modules?: readonly Module[];
}

/** The folder of a package, in the first group. */
const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** The folders of the installed packages that have code in `chunks`, sorted, each once. */
export function packagesIn(chunks: readonly Chunk[]): string[] {
  return [...new Set(filesIn(chunks).flatMap((path) => PACKAGE.exec(path)?.[1] ?? []))].sort();
}

/** The absolute paths of the sources in `chunks`. */
export function filesIn(chunks: readonly Chunk[]): string[] {
  return chunks.flatMap(({ modules }) => modules.flatMap(pathsOf));
}

function pathsOf({ nameForCondition, modules = [] }: Module): string[] {
  return [nameForCondition ?? [], modules.flatMap(pathsOf)].flat();
}
