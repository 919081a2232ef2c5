// Rejects `!` lines that do not exclude what their author expects: a draft would go out. An exclude may exclude nothing
// today, so only what is certainly a mistake counts.

import { describeMissed, explainExcludeMistake, OTHER_SPELLING } from './pattern-mistakes.ts';
import { belowMatcher, escapeGlob, excludeError, globMatcher, ignoringCase, isPlain } from './patterns.ts';
import { relativePosixPath, type SearchOptions, search, toPosixPath, type Workspace } from './workspace.ts';

interface ExcludeContext extends SearchOptions {
  /** The absolute paths that the other lines match, without those that are excluded. */
  readonly matches: ReadonlySet<string>;
  readonly workspace: Workspace;
}

/** @throws InputError INPUT_INVALID on `files` for an exclude with a mistake that excludes nothing */
export async function rejectMissedExcludes(context: ExcludeContext): Promise<void> {
  const { excludes, matches, workspace } = context;
  const paths = [...matches].map((path) => relativePosixPath(workspace.root, path) ?? '');
  const spellings = spellingsOf(paths);
  for (const { text, glob, segments } of excludes) {
    const line = segments?.join('/') ?? glob;
    const names = segments?.filter((name) => name !== '') ?? [];
    const missed = mayMiss(names, spellings) ? findMissed(names, paths) : undefined;
    const problem =
      explainExcludeMistake(line, paths) ??
      (missed === undefined ? describeOtherFolder(names, paths) : describeMissed(missed, OTHER_SPELLING));
    if (problem === null) continue;
    // A search above the workspace would take long.
    const mayExclude = segments === null ? reaches(workspace.root, glob) : await matchesFile(names, context);
    if (mayExclude) continue;
    throw excludeError(text, problem, 'files');
  }
}

/** Whether an absolute pattern may match below `root`. */
function reaches(root: string, glob: string): boolean {
  const names = glob.split('/');
  const depth = names.indexOf('**');
  const above = toPosixPath(root)
    .split('/')
    .slice(0, depth < 0 ? undefined : depth);
  return above.every((name, index) => globMatcher(names[index] ?? '')(name));
}

/** Null unless the exclude is the end of one of `paths`, as in a `.gitignore`. */
function describeOtherFolder(names: readonly string[], paths: readonly string[]): string | null {
  const end = names.join('/');
  // A folder of this name may be another one, such as `build`.
  const elsewhere = names.every(isPlain) ? paths.find((path) => path.endsWith(`/${end}`)) : undefined;
  if (elsewhere === undefined) return null;
  return describeMissed(elsewhere, `a pattern starts at the workspace; write !**/${end}`);
}

/** The spellings of each name in `paths`. */
function spellingsOf(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set<string>();
  for (const path of paths) for (const name of path.split('/')) names.add(name);
  return Map.groupBy(names, withoutCase);
}

function withoutCase(name: string): string {
  return name.normalize().toLowerCase();
}

/** Whether the files may have these names in another spelling. Spares most excludes a comparison with all paths. */
function mayMiss(names: readonly string[], spellings: ReadonlyMap<string, readonly string[]>): boolean {
  const found = (name: string) => spellings.get(withoutCase(name)) ?? [];
  const differs = (name: string) =>
    isPlain(name) ? found(name).some((spelling) => spelling !== name) : /\P{ASCII}/u.test(name);
  return names.some(differs) && names.every((name) => !isPlain(name) || found(name).length > 0);
}

/** A path that the exclude misses only by the spelling of a name. `!*.PNG` may mean only files in capitals. */
function findMissed(names: readonly string[], paths: readonly string[]): string | undefined {
  const usual = names.map((name) => name.normalize());
  const loose = usual.map((name) => (isPlain(name) ? ignoringCase(name) : name));
  const isMatch = belowMatcher(loose.join('/'));
  return paths.find((path) => isMatch(path.normalize()));
}

/** Whether the exclude matches a file. Compares the names in the folders, because some disks ignore letter case. */
async function matchesFile(names: readonly string[], context: ExcludeContext): Promise<boolean> {
  const { root } = context.workspace;
  const glob = [escapeGlob(root), ...names.map(ignoringCase)].join('/');
  const isMatch = belowMatcher(names.join('/'));
  try {
    for await (const path of search({ glob }, { ...context, excludes: [] }))
      if (isMatch(relativePosixPath(root, path) ?? '')) return true;
  } catch {
    // A folder that cannot be read may hold the file.
    return true;
  }
  return false;
}
