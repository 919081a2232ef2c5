// After a search that brought nothing for a pattern: the file that it passed by, and why. Looks no further than the search
// itself did, stops at the first file, and never fails a run.

import { readdir } from 'node:fs/promises';
import { anyCase, type Pattern } from './patterns.ts';
import { type Match, type WalkOptions, walk } from './walk.ts';
import type { Workspace } from './workspace.ts';

/** A pattern that took in nothing, and a file that it would have taken in but for one thing. */
export interface Unmatched {
  /** As the user wrote it. */
  readonly pattern: string;
  /** Is taken out by an exclude. */
  readonly excluded?: string;
  /** Is spelt in other letter case. */
  readonly otherCase?: string;
}

/** So many patterns are looked at again: a list of a thousand names is not worth a thousand searches. */
export const PATTERNS_EXPLAINED = 5;

interface Searched extends WalkOptions {
  /** What the other patterns took in, by its path: what goes anyway is hardly what is missed. */
  readonly matches: ReadonlyMap<string, Match>;
  readonly workspace: Workspace;
}

/** What is behind each of `idle`, in their order. */
export async function explainMisses(idle: readonly Pattern[], searched: Searched): Promise<Unmatched[]> {
  const misses: Unmatched[] = [];
  for (const [index, pattern] of idle.entries()) {
    const reason = index < PATTERNS_EXPLAINED ? await explain(pattern, searched) : {};
    misses.push({ pattern: pattern.text, ...reason });
  }
  return misses;
}

async function explain(pattern: Pattern, searched: Searched): Promise<Omit<Unmatched, 'pattern'>> {
  const { excludes, workspace } = searched;
  const loose = anyCase(pattern, workspace.root);
  // Nothing outside may be sent, so nothing there explains anything.
  if (loose === null) return {};
  const excluded = excludes.length > 0 ? await firstFile(pattern, { ...searched, excludes: [] }) : null;
  if (excluded !== null) return { excluded };
  const otherCase = await firstFile(loose, searched);
  return otherCase === null ? {} : { otherCase };
}

/** Links are not followed. */
async function firstFile(pattern: Pattern, searched: Searched): Promise<string | null> {
  const { matches, workspace } = searched;
  try {
    for await (const match of walk(pattern, { ...searched, followSymlinks: false })) {
      if (matches.has(match.path)) continue;
      const judged = await workspace.judge(match);
      if (judged !== null && !('rule' in judged)) return judged.path;
    }
  } catch {
    // It is to explain a failure, and must be none itself.
  }
  return null;
}

/** The names in the workspace itself, sorted; null when it cannot be read. */
export function namesIn({ root }: Workspace): Promise<readonly string[] | null> {
  return readdir(root).then(
    (names) => names.sort(),
    () => null,
  );
}
