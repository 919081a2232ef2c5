// What the log says of the search: what was found and where, what was found but may not be sent, and what nothing was
// found for.

import { InputError, InputFaults } from '../errors.ts';
import type { Found } from '../media/files.ts';
import { LEFT_OUT_REASONS } from '../media/left-out.ts';
import { count } from '../units.ts';
import type { IfNoFilesFound } from './inputs.ts';
import type { Say } from './say.ts';

/** What the patterns of one input found. */
export interface Source extends Pick<Found, 'leftOut' | 'unmatched'> {
  readonly input: 'files' | 'release-assets';
  readonly files: readonly unknown[];
  /** What there was to find, where that can be told in a few words. */
  readonly within?: string;
}

/** How many patterns one message names; the log has them all. */
const PATTERNS_NAMED = 5;

/**
 * Says what was found, and what was found but may not be sent, by rule.
 * @throws InputFaults when nothing was found for any input and that is an error
 */
export function announceFound(sources: readonly Source[], ifNone: IfNoFilesFound, say: Say): void {
  for (const source of sources) announceSource(source, say);
  const isNothing = sources.every(({ files }) => files.length === 0);
  if (isNothing) announceNothing(sources, ifNone, say);
  else for (const { input, unmatched } of sources) warnOf(input, unmatched, say);
}

function announceSource(source: Source, say: Say): void {
  const { input, files, within } = source;
  say.info(`${count(files.length, NOUNS[input])} found${within === undefined ? '' : ` in ${within}`}`);
  for (const line of rulesOf(source)) say.info(line);
  for (const { rule, path } of source.leftOut) say.debug(`left out (${rule}): ${path}`);
}

const NOUNS: Record<Source['input'], string> = { files: 'file', 'release-assets': 'release asset' };

function rulesOf({ leftOut }: Source): string[] {
  return [...Map.groupBy(leftOut, (one) => one.rule)].map(
    ([rule, left]) => `left out: ${count(left.length, 'path')}, ${LEFT_OUT_REASONS[rule]}`,
  );
}

function warnOf(input: Source['input'], unmatched: readonly string[], say: Say): void {
  for (const pattern of unmatched) say.warning(missed(pattern), { title: `input ${input}` });
}

function missed(pattern: string): string {
  const slip = SLIPS.find(([look]) => look.test(pattern));
  return `the pattern ${pattern} matched nothing${slip === undefined ? '' : ` (${slip[1]})`}`;
}

// What other tools take, and this action matches as it stands.
const SLIPS: readonly (readonly [look: RegExp, advice: string])[] = [
  [/\{[^{}]*,[^{}]*\}/, 'braces stand for themselves: write one pattern a line'],
  [/(?:\.\w{2,4}|\*)[,;\s]\s*\S/, 'one pattern a line: what stands on one line is one pattern'],
  [/^!?\//, 'a leading / is the root of the machine: leave it out for the workspace'],
  [/\\/, 'write / between folders'],
];

function announceNothing(sources: readonly Source[], ifNone: IfNoFilesFound, say: Say): void {
  const faults = sources.map((source) => {
    for (const pattern of source.unmatched.slice(PATTERNS_NAMED)) say.info(missed(pattern));
    const code = source.input === 'files' ? 'FILES_NOT_FOUND' : 'RELEASE_UNMATCHED';
    return new InputError(
      code,
      source.input,
      `names no file that can be sent: ${reasonsOf(source).join('; ')}`,
    );
  });
  if (ifNone === 'error') throw new InputFaults(faults);
  for (const { input, message } of faults) {
    if (ifNone === 'warn') say.warning(`${input} ${message}`, { title: `input ${input}` });
    else say.info(`${input} ${message}`);
  }
}

function reasonsOf(source: Source): string[] {
  const { unmatched, within } = source;
  const unnamed = unmatched.length - PATTERNS_NAMED;
  const more = unnamed > 0 ? [`and so did ${count(unnamed, 'more pattern')}`] : [];
  const reasons = [...unmatched.slice(0, PATTERNS_NAMED).map(missed), ...more, ...rulesOf(source)];
  if (reasons.length === 0) reasons.push('it holds no pattern that takes files in');
  return within === undefined ? reasons : [...reasons, `there is ${within}`];
}
