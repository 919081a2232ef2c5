// Matches names that are not on the disk, such as those of release assets, by the pattern language of `files`. Pure.

import { InputError } from '../../errors/action-error.ts';
import { globMatcher, readPatternLines } from './patterns.ts';
import { explainByName, type UnmatchedPattern } from './suggestions.ts';

/** One pattern. `text` is as the user wrote it. */
export interface NamePattern {
  readonly text: string;
  readonly isExclude: boolean;
  readonly glob: string;
  /** False for a path with a folder. */
  matches(name: string): boolean;
}

/**
 * Parses one pattern per line. Ignores blank lines and `#` comments.
 * @throws InputError INPUT_INVALID on `input` for a pattern that cannot match a bare name
 */
export function readNamePatterns(lines: string, input: string): NamePattern[] {
  return readPatternLines(lines, input).map(({ text, isExclude, glob }) => {
    if (glob.includes('/')) {
      const reason = 'has a slash, but it must match a name without a folder';
      throw new InputError('INPUT_INVALID', input, `cannot be used: the pattern ${text} ${reason}`);
    }
    const isMatch = globMatcher(glob);
    return { text, isExclude, glob, matches: (name) => !name.includes('/') && isMatch(name) };
  });
}

export interface NameMatches<T> {
  /** The matches in the order of the input. */
  readonly matched: readonly T[];
  /** Patterns that match no name, or only excluded names. */
  readonly unmatched: readonly UnmatchedPattern[];
  /** The `!` lines that exclude no name. */
  readonly idle: readonly string[];
}

/** Matches `named` against the patterns. As with `files`, an exclude applies whatever the order of the patterns. */
export function matchNames<T extends { readonly name: string }>(
  patterns: readonly NamePattern[],
  named: readonly T[],
): NameMatches<T> {
  const excludes = patterns.filter(({ isExclude }) => isExclude);
  const includes = patterns.filter(({ isExclude }) => !isExclude);
  const included = named.filter(({ name }) => !excludes.some((exclude) => exclude.matches(name)));
  const matched = included.filter(({ name }) => includes.some((include) => include.matches(name)));
  const unmatched = includes.filter((include) => !included.some(({ name }) => include.matches(name)));
  const idle = excludes.filter((exclude) => !named.some(({ name }) => exclude.matches(name)));
  const explain = ({ text: pattern, glob }: NamePattern): UnmatchedPattern => {
    const reason = explainByName(pattern, glob, {
      files: named.map(({ name }) => name),
      isExcluded: (name) => excludes.some((exclude) => exclude.matches(name)),
      isTaken: (name) => matched.some((one) => one.name === name),
    });
    return { pattern, reason: reason ?? '', isAdvice: reason !== null };
  };
  return { matched, unmatched: unmatched.map(explain), idle: idle.map(({ text }) => text) };
}
