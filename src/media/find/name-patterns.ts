// Matches bare names, which lie in no folder, by the pattern language of `files`. Pure: it never looks at the disk.

import { Minimatch } from 'minimatch';
import { InputError } from '../../errors.ts';
import { GLOB_LANGUAGE } from './glob.ts';
import { readPatternLines } from './patterns.ts';
import type { UnmatchedPattern } from './suggestions.ts';

/** One pattern; `text` is as the user wrote it. */
export interface NamePattern {
  readonly text: string;
  readonly isExclude: boolean;
  /** False for what is no bare name. */
  matches(name: string): boolean;
  /** As `matches`, for letters of either case. */
  matchesIgnoringCase(name: string): boolean;
}

/**
 * Reads one pattern a line; blank lines and `#` comments are no patterns.
 * Throws InputError INPUT_INVALID under `input` for one that no bare name can match.
 */
export function readNamePatterns(lines: string, input: string): NamePattern[] {
  return readPatternLines(lines, input).map(({ text, isExclude, glob }) => {
    if (glob.includes('/')) {
      const reason = 'has a slash, and is compared with bare names, which have none';
      throw new InputError('INPUT_INVALID', input, `the pattern ${text} ${reason}`);
    }
    return { text, isExclude, matches: matcherOf(glob, false), matchesIgnoringCase: matcherOf(glob, true) };
  });
}

function matcherOf(glob: string, nocase: boolean): (name: string) => boolean {
  const matcher = new Minimatch(glob, { ...GLOB_LANGUAGE, nocase });
  return (name) => !name.includes('/') && matcher.match(name);
}

export interface NameMatches<T> {
  /** In the order given. */
  readonly matched: readonly T[];
  /** Patterns that took in nothing: no name, or none that the excludes leave in. */
  readonly unmatched: readonly UnmatchedPattern[];
}

/** What the patterns take in of `named`. As with `files`, an exclude holds wherever it stands. */
export function matchNames<T extends { readonly name: string }>(
  patterns: readonly NamePattern[],
  named: readonly T[],
): NameMatches<T> {
  const excludes = patterns.filter(({ isExclude }) => isExclude);
  const includes = patterns.filter(({ isExclude }) => !isExclude);
  const included = named.filter(({ name }) => !excludes.some((exclude) => exclude.matches(name)));
  const matched = included.filter(({ name }) => includes.some((include) => include.matches(name)));
  const others = included.filter((one) => !matched.includes(one));
  const unmatched = includes.filter((include) => !included.some(({ name }) => include.matches(name)));
  const explain = (include: NamePattern): UnmatchedPattern => {
    const excluded = named.find(({ name }) => include.matches(name))?.name;
    if (excluded !== undefined) return { pattern: include.text, excluded };
    // What goes anyway is hardly what is missed.
    const otherCase = others.find(({ name }) => include.matchesIgnoringCase(name))?.name;
    return otherCase === undefined ? { pattern: include.text } : { pattern: include.text, otherCase };
  };
  return { matched, unmatched: unmatched.map(explain) };
}
