// Says in words why a pattern or a path matched nothing. Pure.

import { formatNumber } from '../../format.ts';
import { explainMistake } from './pattern-mistakes.ts';
import type { Explanation, Folder, UnmatchedPattern } from './suggestions.ts';

const MAX_NAMES = 10;

export function describeUnmatched({ pattern, ...explanation }: UnmatchedPattern): string {
  const { excluded, otherCase } = explanation;
  if (excluded !== undefined)
    return `the pattern ${pattern} matched only files that a \`!\` line excludes, such as ${excluded}`;
  const mistake = otherCase === undefined ? explainMistake(pattern) : null;
  const advice = mistake ?? describeExplanation(explanation);
  return `the pattern ${pattern} matched nothing${advice === null ? '' : ` (${advice})`}`;
}

/** Null without a reason. */
export function describeExplanation(explanation: Explanation): string | null {
  const { otherCase, elsewhere, similar, missingFolder, nearest } = explanation;
  if (otherCase !== undefined) return `${otherCase} exists, and names are case-sensitive`;
  if (elsewhere !== undefined) return `${elsewhere} exists`;
  if (similar !== undefined) return `did you mean ${similar}?`;
  const parts = [
    ...(missingFolder ? [`the folder ${missingFolder} does not exist`] : []),
    ...(nearest === undefined ? [] : [describeFolder(nearest)]),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

function describeFolder({ path, names }: Folder): string {
  const folder = path === '' ? 'the workspace' : `the folder ${path}`;
  const shown = names.slice(0, MAX_NAMES);
  if (names.length > shown.length) shown.push(`${formatNumber(names.length - shown.length)} more`);
  return names.length === 0 ? `${folder} is empty` : `${folder} contains ${shown.join(', ')}`;
}
