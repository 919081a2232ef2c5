// The command files of a step: outputs, environment, state, path and job summary, read after the process has ended.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The variable that passes each file to the step, and the file's name. */
const FILES = {
  GITHUB_OUTPUT: 'output',
  GITHUB_ENV: 'env',
  GITHUB_STATE: 'state',
  GITHUB_PATH: 'path',
  GITHUB_STEP_SUMMARY: 'summary.md',
} as const;

export interface CommandFiles {
  readonly outputs: Readonly<Record<string, string>>;
  /** The texts of the environment, state and path, which the action leaves empty. */
  readonly others: readonly string[];
  /** As it was written, with its secrets. */
  readonly summary: string;
}

/** Creates the empty files and returns the variables with their paths. */
export function makeCommandFiles(folder: string): Record<string, string> {
  const variables = Object.entries(FILES).map(
    ([name, file]) => [name, join(folder, file)] as const,
  );
  for (const [, path] of variables) writeFileSync(path, '');
  return Object.fromEntries(variables);
}

/** @throws for a file that the runner would reject */
export function readCommandFiles(folder: string): CommandFiles {
  // A step may delete its files: they then count as empty.
  const textOf = (name: keyof typeof FILES) => {
    const path = join(folder, FILES[name]);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  return {
    outputs: parsePairs(textOf('GITHUB_OUTPUT')),
    others: [textOf('GITHUB_ENV'), textOf('GITHUB_STATE'), textOf('GITHUB_PATH')],
    summary: textOf('GITHUB_STEP_SUMMARY'),
  };
}

/** `name=value` lines and `name<<delimiter` blocks. */
function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(process.platform === 'win32' ? /\r?\n/ : '\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    // The first of the two separators decides.
    const [, name = '', mark, rest = ''] = /^(.+?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (mark === undefined)
      throw new Error(`"${line}" in a command file has no name before = or <<`);
    if (mark === '=') {
      pairs[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest, at + 1);
    if (rest === '' || end < 0)
      throw new Error(`the block "${name}" of a command file is never closed`);
    pairs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return pairs;
}
