// Finds files that import each other in a circle: whoever wants to understand one of them needs them all.

import { posix } from 'node:path';
import { readImports } from './imports.ts';

/**
 * Circles among `sources` (repository paths with `/`, and the text of each file), as `a.ts -> b.ts -> a.ts`. An import
 * of types counts: a reader follows it too.
 */
export function findCircles(sources: ReadonlyMap<string, string>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const next of importsOf(path, sources)) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of sources.keys()) walk(path, []);
  return circles;
}

function importsOf(path: string, sources: ReadonlyMap<string, string>): string[] {
  return readImports(sources.get(path) ?? '')
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => posix.join(posix.dirname(path), from))
    .filter((imported) => sources.has(imported));
}
