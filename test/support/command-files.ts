// The command files of a step: outputs, environment, state, path and job summary, read as the runner reads them after
// the process has ended.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Masks } from './masks.ts';

/** The variable that passes each file to the step, and the file's name. */
const FILES = {
  GITHUB_OUTPUT: 'output',
  GITHUB_ENV: 'env',
  GITHUB_STATE: 'state',
  GITHUB_PATH: 'path',
  GITHUB_STEP_SUMMARY: 'summary.md',
} as const;

/** GitHub drops a longer summary completely. */
const SUMMARY_LIMIT_BYTES = 1_048_576;

export interface CommandFiles {
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly rawSummary: string;
  /** As GitHub shows it: empty if it is too long, with secrets masked line by line. */
  readonly summary: string;
  /** Each is a sentence, and fails the step. */
  readonly failures: readonly string[];
}

/** Creates the empty files and returns the variables with their paths. */
export function makeCommandFiles(folder: string): Record<string, string> {
  const variables = Object.entries(FILES).map(([name, file]) => [name, join(folder, file)] as const);
  for (const [, path] of variables) writeFileSync(path, '');
  return Object.fromEntries(variables);
}

export function readCommandFiles(folder: string, masks: Masks): CommandFiles {
  const failures: string[] = [];
  // A step may delete its files: they then count as empty.
  const textOf = (name: keyof typeof FILES) => {
    const path = join(folder, FILES[name]);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const pairsOf = (name: keyof typeof FILES) => {
    const { pairs, failure } = parsePairs(textOf(name));
    if (failure !== null) failures.push(`${name}: ${failure}`);
    return pairs;
  };
  const rawSummary = textOf('GITHUB_STEP_SUMMARY');
  const lines = rawSummary.split('\n').map((line) => masks.apply(line));
  return {
    outputs: pairsOf('GITHUB_OUTPUT'),
    env: pairsOf('GITHUB_ENV'),
    state: pairsOf('GITHUB_STATE'),
    paths: textOf('GITHUB_PATH')
      .split(/\r?\n/)
      .filter((line) => line !== ''),
    rawSummary,
    summary: Buffer.byteLength(rawSummary) > SUMMARY_LIMIT_BYTES ? '' : lines.join('\n'),
    failures,
  };
}

/** `name=value` lines and `name<<delimiter` blocks, up to the first line that is neither. */
function parsePairs(text: string): { pairs: Record<string, string>; failure: string | null } {
  const pairs: Record<string, string> = {};
  const lines = text.split(process.platform === 'win32' ? /\r?\n/ : '\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    // The first of the two separators decides.
    const [, name = '', mark, rest = ''] = /^(.+?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (mark === undefined) return { pairs, failure: `"${line}" has no name before = or <<` };
    if (mark === '=') {
      pairs[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, at + 1);
    if (rest === '' || end < 0) return { pairs, failure: `the block "${name}" is never closed` };
    pairs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return { pairs, failure: null };
}
