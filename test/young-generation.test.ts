// The restart of a large run with less memory for young objects.

import { describe, expect, it, vi } from 'vitest';
import { limitYoungGeneration } from '../src/young-generation.ts';

interface Started {
  readonly env?: Record<string, string>;
  readonly execArgv?: string[];
}

/** The arguments of the new process, or null without a restart. */
function restartOf({ env = {}, execArgv = [] }: Started): readonly string[] | null {
  const execve = vi.fn<NodeJS.Process['execve'] & {}>();
  const argv = ['/node', '/dist/index.js'];
  limitYoungGeneration({ platform: 'linux', execPath: '/node', execve, env, execArgv, argv });
  const [call] = execve.mock.calls;
  expect(call?.[2] ?? env).toBe(env);
  return call?.[1] ?? null;
}

describe('limitYoungGeneration', () => {
  it('a run with more than 5,000 files starts again with the option, and keeps its other arguments', () => {
    expect(restartOf({ env: { 'INPUT_MAX-FILES': '5001' }, execArgv: ['--inspect'] })).toEqual([
      '/node',
      '--max-semi-space-size=16',
      '--inspect',
      '/dist/index.js',
    ]);
  });

  it.each([['5000'], ['100'], [''], ['many']])('max-files %j causes no restart', (maxFiles) => {
    expect(restartOf({ env: { 'INPUT_MAX-FILES': maxFiles } })).toBe(null);
  });

  it('without max-files there is no restart', () => {
    expect(restartOf({})).toBe(null);
  });

  it.each<[string, Started]>([
    ['the restart itself', { execArgv: ['--max-semi-space-size=16'] }],
    ['the command line', { execArgv: ['--max_semi_space_size=64'] }],
    ['NODE_OPTIONS', { env: { NODE_OPTIONS: '--no-warnings --max-semi-space-size=64' } }],
  ])('an option that comes from %s is kept, without a restart', (_, { env, ...rest }) => {
    expect(restartOf({ env: { 'INPUT_MAX-FILES': '10000', ...env }, ...rest })).toBe(null);
  });
});
