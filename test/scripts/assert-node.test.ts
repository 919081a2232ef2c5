// The check of the Node version, which each npm script runs first.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const CHECK = readFileSync(resolve(ROOT, 'scripts/assert-node.js'), 'utf8');

/** What the check prints, and its exit code, on a Node of this version. */
function checkOn(version: string): { text: string; exitCode: number } {
  const printed: string[] = [];
  let exitCode = 0;
  runInNewContext(CHECK, {
    console: { error: (text: string) => printed.push(text) },
    process: {
      version: `v${version}`,
      versions: { node: version },
      exit: (code: number) => {
        exitCode = code;
      },
    },
  });
  return { text: printed.join('\n'), exitCode };
}

it.each(['20.0.0', '22.19.0', '23.11.1'])(
  'Node %s ends each npm script, with the command to run',
  (version) => {
    const { text, exitCode } = checkOn(version);
    expect(exitCode).toBe(1);
    expect(text).toContain(
      `This project runs on Node 24, the runtime of the action, but \`node\` is v${version}.`,
    );
    expect(text).toContain('Run: npm rebuild node --ignore-scripts=false');
  },
);

it.each(['24.0.0', '26.1.0'])('Node %s is accepted without a word', (version) => {
  expect(checkOn(version)).toEqual({ text: '', exitCode: 0 });
});

it('each npm script runs the check first, or only other npm scripts', () => {
  const { scripts } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8'));
  const unchecked = Object.entries<string>(scripts).filter(([name, command]) => {
    const steps = command.split(' && ');
    const isChecked =
      steps[0] === 'npm run -s node24' || steps.every((step) => step.startsWith('npm run -s '));
    return name !== 'node24' && !isChecked;
  });
  expect(unchecked).toEqual([]);
});
