// After a search that brought nothing for a pattern: the file that it passed by, and why. Looks no further than the search
// itself did, stops at the first file, and never fails a run.

import { readdir } from 'node:fs/promises';
import { ignoringCase, type Pattern } from './patterns.ts';
import { type Match, type WalkOptions, walk } from './walk.ts';
import type { Workspace } from './workspace.ts';

/** A pattern that took in nothing, and a file that it would have taken in but for one thing. */
export interface UnmatchedPattern {
  /** As the user wrote it. */
  readonly pattern: string;
  /** Is taken out by an exclude. */
  readonly excluded?: string;
  /** Is spelt in other letter case. */
  readonly otherCase?: string;
}

/** So many patterns are looked at again: a list of a thousand names is not worth a thousand searches. */
export const MAX_EXPLAINED = 5;

interface SearchContext extends WalkOptions {
  /** What the other patterns took in, by its path: what goes anyway is hardly what is missed. */
  readonly matches: ReadonlyMap<string, Match>;
  readonly workspace: Workspace;
}

/** What is behind each of `unmatched`, in their order. */
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
  const anyCasePattern = ignoringCase(pattern, workspace.root);
  // Nothing outside may be sent, so nothing there explains anything.
  if (anyCasePattern === null) return {};
  const excluded = excludes.length > 0 ? await firstFile(pattern, { ...context, excludes: [] }) : null;
  if (excluded !== null) return { excluded };
  const otherCase = await firstFile(anyCasePattern, context);
  return otherCase === null ? {} : { otherCase };
}

/** Links are not followed. */
async function firstFile(pattern: Pattern, context: SearchContext): Promise<string | null> {
  const { matches, workspace } = context;
  try {
    for await (const match of walk(pattern, { ...context, followSymlinks: false })) {
      if (matches.has(match.path)) continue;
      const classified = await workspace.classify(match);
      if (classified !== null && !('reason' in classified)) return classified.path;
    }
  } catch {
    // It is to explain a failure, and must be none itself.
  }
  return null;
}

/** The names in the workspace itself, sorted; null when it cannot be read. */
export function listWorkspace({ root }: Workspace): Promise<readonly string[] | null> {
  return readdir(root).then(
    (names) => names.sort(),
    () => null,
  );
}
