// What the log says of the search: what was found and where, what was found but may not be sent, and what nothing was
// found for.

import type { ErrorCode } from '../error-codes.ts';
import { AggregateInputError, InputError } from '../errors.ts';
import { pluralize } from '../format.ts';
import type { Found } from '../media/files.ts';
import { LEFT_OUT_REASONS } from '../media/left-out.ts';
import type { Unmatched } from '../media/near-misses.ts';
import type { Shard } from '../media/shards.ts';
import type { IfNoFilesFound } from './inputs.ts';
import { type Say, warnOfMany } from './say.ts';

/** What the patterns of one input found. */
export interface Source extends Pick<Found, 'leftOut' | 'unmatched'> {
  readonly input: 'files' | 'release-assets';
  readonly files: readonly { readonly path: string }[];
  /** The names in the workspace, when nothing in it matched. */
  readonly holds?: Found['holds'];
  /** How many of them go along with a video, and get no row. */
  readonly along?: number;
  /** What there was to find, where that can be told in a few words. */
  readonly within?: string;
}

/** How many patterns one message names, the log has them all; and how many names of the workspace. */
const PATTERNS_NAMED = 5;
const NAMES_TOLD = 10;

/** What a run that goes on is to remember of an input: a sentence. */
export interface Missed {
  readonly input: Source['input'];
  readonly text: string;
}

/**
 * Says what was found, and what was found but may not be sent, by rule. Returns what it warned of.
 * @throws InputFaults when nothing was found for any input and that is an error
 */
export function announceFound(sources: readonly Source[], ifNone: IfNoFilesFound, say: Say): Missed[] {
  for (const source of sources) announceSource(source, say);
  const isNothing = sources.every(({ files }) => files.length === 0);
  if (isNothing) return announceNothing(sources, ifNone, say);
  const misses = sources.flatMap(({ input, unmatched }) =>
    unmatched.map((one) => ({ input, text: missed(one) })),
  );
  warnOf(misses, say);
  return misses;
}

/** Says how much of what was found is this job's, where that is a share of it. */
export function announceShare(
  shard: Shard | null,
  { files, along }: Pick<Source, 'files' | 'along'>,
  say: Say,
): void {
  if (shard === null) return;
  const some = files.length === 0 ? 'no files' : `${pluralize(files.length, 'file')}${alongOf(along)}`;
  say.info(`share ${shard.index}/${shard.count}: ${some}`);
}

function announceSource(source: Source, say: Say): void {
  const { input, files, along, within } = source;
  const place = within === undefined ? '' : ` in ${within}`;
  say.info(`${pluralize(files.length, NOUNS[input])} found${place}${alongOf(along)}`);
  for (const line of rulesOf(source)) say.info(line);
  for (const { rule, path } of source.leftOut) say.debug(`left out (${rule}): ${path}`);
}

function alongOf(along = 0): string {
  return along === 0 ? '' : `, ${along} of them to go along with a video`;
}

const NOUNS: Record<Source['input'], string> = { files: 'file', 'release-assets': 'release asset' };

function rulesOf({ leftOut }: Source): string[] {
  return [...Map.groupBy(leftOut, (one) => one.rule)].map(
    ([rule, left]) => `left out: ${pluralize(left.length, 'path')}, ${LEFT_OUT_REASONS[rule]}`,
  );
}

function warnOf(misses: readonly Missed[], say: Say): void {
  const warnings = misses.map(({ input, text }) => ({ text, place: { title: `input ${input}` } }));
  warnOfMany(say, warnings, (more) => `${more} more patterns brought nothing`);
}

function missed({ pattern, excluded, otherCase }: Unmatched): string {
  if (excluded !== undefined)
    return `the pattern ${pattern} matched only what a \`!\` line excludes, such as ${excluded}`;
  const slip = SLIPS.find(([look]) => look.test(pattern))?.[1];
  const advice = otherCase === undefined ? slip : `${otherCase} is there: the case of letters counts`;
  return `the pattern ${pattern} matched nothing${advice === undefined ? '' : ` (${advice})`}`;
}

// What other tools take, and this action matches as it stands.
const SLIPS: readonly (readonly [look: RegExp, advice: string])[] = [
  [/\{[^{}]*,[^{}]*\}/, 'braces stand for themselves: write one pattern a line'],
  [/(?:\.\w{2,4}|\*)[,;\s]\s*\S/, 'one pattern a line: what stands on one line is one pattern'],
  [/^!?\//, 'a leading / is the root of the machine: leave it out for the workspace'],
  [/\\/, 'write / between folders'],
];

function announceNothing(sources: readonly Source[], ifNone: IfNoFilesFound, say: Say): Missed[] {
  const faults = sources.map((source) => {
    if (!isEmpty(source)) for (const one of source.unmatched.slice(PATTERNS_NAMED)) say.info(missed(one));
    return new InputError(
      codeOf(source),
      source.input,
      `names no file that can be sent: ${reasonsOf(source)}`,
    );
  });
  if (ifNone === 'error') throw new AggregateInputError(faults);
  const misses = sources.map(({ input }, index) => ({ input, text: `${input} ${faults[index]?.message}` }));
  if (ifNone === 'warn') {
    warnOf(misses, say);
    return misses;
  }
  for (const { text } of misses) say.info(text);
  return [];
}

function codeOf(source: Source): ErrorCode {
  if (source.input === 'release-assets') return 'RELEASE_UNMATCHED';
  return isEmpty(source) ? 'WORKSPACE_EMPTY' : 'FILES_NOT_FOUND';
}

function isEmpty({ holds }: Source): boolean {
  return holds?.length === 0;
}

function reasonsOf(source: Source): string {
  if (isEmpty(source)) return 'the workspace is empty, as it is where no step has checked the repository out';
  const { unmatched, within, holds } = source;
  const unnamed = unmatched.length - PATTERNS_NAMED;
  const more = unnamed > 0 ? [`and so did ${pluralize(unnamed, 'more pattern')}`] : [];
  const reasons = [...unmatched.slice(0, PATTERNS_NAMED).map(missed), ...more, ...rulesOf(source)];
  if (reasons.length === 0) reasons.push('it holds no pattern that takes files in');
  const names = (holds ?? []).filter((name) => !name.startsWith('.'));
  if (names.length > 0) reasons.push(`the workspace holds ${someOf(names)}`);
  if (within !== undefined) reasons.push(`there is ${within}`);
  return reasons.join('; ');
}

function someOf(names: readonly string[]): string {
  const left = names.length - NAMES_TOLD;
  return [...names.slice(0, NAMES_TOLD), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}
