// The command files of a step: outputs, environment, state, path and job summary, read as the runner reads them after
// the process has ended.

import { readFile, writeFile } from 'node:fs/promises';
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
  /** Errors of the runner, each a sentence; any of `failures` fails the step. */
  readonly failures: readonly string[];
  readonly complaints: readonly string[];
}

/** Creates the empty files and returns the variables with their paths. */
export async function makeCommandFiles(folder: string): Promise<Record<string, string>> {
  const variables = Object.entries(FILES).map(([name, file]) => [name, join(folder, file)] as const);
  await Promise.all(variables.map(([, path]) => writeFile(path, '')));
  return Object.fromEntries(variables);
}

export async function readCommandFiles(folder: string, masks: Masks): Promise<CommandFiles> {
  const failures: string[] = [];
  const complaints: string[] = [];
  const text = (name: keyof typeof FILES) => readIfThere(join(folder, FILES[name]));
  const pairs = async (name: keyof typeof FILES) => tryPairs(name, await text(name), failures);
  const env = await pairs('GITHUB_ENV');
  if (Object.keys(env).some((name) => name.toUpperCase() === 'NODE_OPTIONS')) {
    complaints.push('GITHUB_ENV: NODE_OPTIONS may not be set from a step');
    delete env.NODE_OPTIONS;
  }
  const rawSummary = await text('GITHUB_STEP_SUMMARY');
  const sizeBytes = Buffer.byteLength(rawSummary);
  const tooLong = sizeBytes > SUMMARY_LIMIT_BYTES;
  if (tooLong)
    complaints.push(`GITHUB_STEP_SUMMARY: ${sizeBytes} bytes are more than 1 MiB, so it is dropped`);
  return {
    outputs: await pairs('GITHUB_OUTPUT'),
    env,
    state: await pairs('GITHUB_STATE'),
    paths: (await text('GITHUB_PATH')).split(/\r?\n/).filter((line) => line !== ''),
    rawSummary,
    summary: tooLong
      ? ''
      : rawSummary
          .split('\n')
          .map((line) => masks.apply(line))
          .join('\n'),
    failures,
    complaints,
  };
}

/** A step may delete its files: they then count as empty. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function tryPairs(name: string, text: string, failures: string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  try {
    // One by one: entries before an invalid line are kept.
    for (const [key, value] of parsePairs(text)) pairs[key] = value;
  } catch (error) {
    failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return pairs;
}

/** `name=value` lines and `name<<delimiter` blocks, in order; throws at the first line that is neither. */
function* parsePairs(text: string): Generator<[name: string, value: string]> {
  const lines = text.split(process.platform === 'win32' ? /\r?\n/ : '\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    // The first of the two separators decides.
    const [, name = '', mark, rest = ''] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (name === '' || mark === undefined) throw new Error(`"${line}" has no name before = or <<`);
    if (mark === '=') {
      yield [name, rest];
      continue;
    }
    if (rest === '') throw new Error(`"${line}" has no delimiter`);
    const end = lines.indexOf(rest, at + 1);
    if (end < 0) throw new Error(`the block "${name}" is never closed by ${rest}`);
    yield [name, lines.slice(at + 1, end).join('\n')];
    at = end;
  }
}
