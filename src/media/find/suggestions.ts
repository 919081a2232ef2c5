// Explains a pattern without matches: finds a file that it nearly matched, and the reason. Never fails a run.

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inNaturalOrder } from './natural-order.ts';
import { globBelow, type Pattern } from './patterns.ts';
import { type SearchOptions, search } from './search.ts';
import type { Workspace } from './workspace.ts';

/** A pattern without matches, and a file that it nearly matched. */
export interface UnmatchedPattern {
  /** As the user wrote it. */
  readonly pattern: string;
  /** A file that matches, but is excluded. */
  readonly excluded?: string;
  /** A file that matches except for the case of its letters. */
  readonly otherCase?: string;
  /** The deepest existing folder on the way to the pattern. */
  readonly nearest?: Folder;
}

/** A folder of the workspace. */
export interface Folder {
  /** Relative to the workspace; empty for the workspace itself. */
  readonly path: string;
  /** The names in it that are not hidden, sorted. */
  readonly names: readonly string[];
}

/** The most patterns to explain. Each one costs another search, and a list may have a thousand names. */
export const MAX_EXPLAINED = 5;

interface SearchContext extends SearchOptions {
  /** The matches of other patterns. A file among them is hardly the missing one. */
  readonly matches: ReadonlySet<string>;
  readonly workspace: Workspace;
}

/** Explains each of `unmatched`, in their order. */
export async function explainUnmatched(
  unmatched: readonly Pattern[],
  context: SearchContext,
): Promise<UnmatchedPattern[]> {
  const explained: UnmatchedPattern[] = [];
  for (const [index, pattern] of unmatched.entries()) {
    const reason = index < MAX_EXPLAINED ? await explain(pattern, context) : {};
    explained.push({ pattern: pattern.text, ...reason });
  }
  return explained;
}

async function explain(pattern: Pattern, context: SearchContext): Promise<Omit<UnmatchedPattern, 'pattern'>> {
  const { excludes, workspace } = context;
  const { segments } = pattern;
  // Files outside the workspace may not be uploaded, so they are never suggested.
  if (segments === null) return {};
  const excluded = excludes.length > 0 ? await firstFile(pattern, { ...context, excludes: [] }) : null;
  if (excluded !== null) return { excluded };
  const otherCase = await firstFile(globBelow(workspace.root, segments.map(ignoringCase)), context);
  if (otherCase !== null) return { otherCase };
  const nearest = await nearestFolder(workspace.root, segments);
  return nearest === null ? {} : { nearest };
}

const SET_OR_LETTER = /\\.|\[[^\]]+\]|\p{L}/gu;

/** Replaces each letter with a set of both cases. Keeps the sets of the glob as they are. */
function ignoringCase(glob: string): string {
  return glob.replace(SET_OR_LETTER, (found) => {
    const [lower, upper] = [found.toLowerCase(), found.toUpperCase()];
    const isLetter = /^\p{L}$/u.test(lower) && /^\p{L}$/u.test(upper);
    return isLetter && lower !== upper ? `[${lower}${upper}]` : found;
  });
}

/** Does not follow links, and never looks into hidden folders. */
async function nearestFolder(root: string, segments: readonly string[]): Promise<Folder | null> {
  let folder: Folder | null = null;
  for (let depth = 0; depth <= segments.length; depth += 1) {
    const names = segments.slice(0, depth);
    const path = join(root, ...names);
    const isFolder = await lstat(path).then(
      (stats) => stats.isDirectory() && !names.at(-1)?.startsWith('.'),
      () => false,
    );
    const listed = isFolder ? await readdir(path).catch(() => null) : null;
    if (listed === null) break;
    folder = {
      path: names.join('/'),
      names: listed.filter((name) => !name.startsWith('.')).sort(inNaturalOrder),
    };
  }
  return folder;
}

/** Does not follow links. */
async function firstFile(pattern: Pick<Pattern, 'glob'>, context: SearchContext): Promise<string | null> {
  const { matches, workspace } = context;
  try {
    for await (const path of search(pattern, { ...context, followSymlinks: false })) {
      if (matches.has(path)) continue;
      const classified = await workspace.classify(path);
      if (classified !== null && !('reason' in classified)) return classified.path;
    }
  } catch {
    // A suggestion is optional, so its errors are ignored.
  }
  return null;
}
