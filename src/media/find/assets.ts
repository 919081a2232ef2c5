// Assets of a release: the patterns that match their names, in the pattern language of `files`, and what a line of media stands for:
// files of the workspace, or assets.

import { FileError, InputError } from '../../errors/action-error.ts';
import { formatFirst, joinParts, quoted } from '../../format.ts';
import type { Run } from '../../run.ts';
import { findFiles } from './find-files.ts';
import { globMatcher, readPatternLines } from './patterns.ts';
import { explainByName, type UnmatchedPattern } from './suggestions.ts';
import { describeSkipped, type FoundFile, inNaturalOrder } from './workspace.ts';

/** A file of the release, before it is downloaded. */
export interface AssetRef {
  /** `release:TAG/NAME` */
  readonly path: string;
  readonly name: string;
}

/** A line that stands for assets of the release: `release:PATTERN`, also after `!`. */
export const RELEASE_LINE = /^(!?\s*)release:(.*)$/;

export const RELEASE_ADVICE = 'set the input `release-tag`, or let a release start the job';

interface LineMatches {
  /** At least one. */
  readonly matched: readonly (FoundFile | AssetRef)[];
  /** The `!` lines that exclude nothing. */
  readonly idle: readonly string[];
}

export interface LinePlaces {
  /** The workspace as its user names it. */
  readonly folder: string;
  /** All assets of the release; null without one. */
  readonly assets: readonly AssetRef[] | null;
  readonly run: Run;
}

/** `excludes`: all `!` lines. @throws FileError POST_MEDIA without a match; InputError on `media` for an invalid pattern */
export async function findLine(
  line: string,
  excludes: readonly string[],
  { folder, assets, run }: LinePlaces,
): Promise<LineMatches> {
  const isRelease = RELEASE_LINE.test(line);
  const others = excludes.filter((one) => RELEASE_LINE.test(one) !== isRelease);
  const lines = [line, ...excludes.filter((one) => !others.includes(one))];
  // `!release:*.gif` is the pattern `!*.gif` for names of assets.
  const toPattern = (one: string) => one.replace(RELEASE_LINE, '$1$2');
  const patterns = lines.map(toPattern).join('\n');
  if (isRelease) {
    const { matched, idle } = matchAssets(line, patterns, assets);
    const unused = excludes.filter((one) => idle.includes(toPattern(one)));
    return { matched, idle: [...others, ...unused] };
  }
  const options = { patterns, workspace: folder, input: 'media' };
  const { files, skipped, unmatched, idle } = await findFiles(options, run);
  if (files.length > 0) return { matched: files, idle: [...others, ...idle] };
  const [{ reason, isAdvice } = { reason: '', isAdvice: false }] = unmatched;
  const why = joinParts([reason, ...describeSkipped(skipped)], '; ');
  const problem = `matched no file that can be used${why && ` (${why})`}`;
  throw new FileError('POST_MEDIA', `the pattern ${quoted(line)}`, problem, {
    hint: isAdvice ? '' : PATTERN_HINT,
  });
}

const PATTERN_HINT =
  'Correct the pattern. It selects files of the workspace, which actions/checkout fills; `release:PATTERN` selects assets of the release.';

function matchAssets(line: string, patterns: string, assets: LinePlaces['assets']) {
  const invalid = (problem: string) => new FileError('POST_MEDIA', quoted(line), problem);
  if (assets === null) throw invalid(`needs a release, but there is none: ${RELEASE_ADVICE}`);
  const { matched, unmatched, idle } = matchNames(readNamePatterns(patterns, 'media'), assets);
  if (matched.length > 0)
    return { matched: matched.toSorted((a, b) => inNaturalOrder(a.name, b.name)), idle };
  const reason = unmatched[0]?.reason ?? '';
  const names = assets.map(({ name }) => name);
  const all = formatFirst(names, 10) || 'none';
  throw invalid(
    `matches no asset of the release${reason && ` (${reason})`}; its assets are ${all}`,
  );
}

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
      throw new InputError(
        'INPUT_INVALID',
        input,
        `cannot be used: the pattern ${quoted(text)} ${reason}`,
      );
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
  const unmatched = includes.filter(
    (include) => !included.some(({ name }) => include.matches(name)),
  );
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
