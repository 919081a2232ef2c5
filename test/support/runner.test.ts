// The runner emulator with tiny actions: the behaviour of GitHub's runner that other tests rely on.

import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FAKE_GITHUB_TOKEN } from './action-file.ts';
import { useTinyAction } from './tiny-action.ts';

const { folder, run } = useTinyAction(`
inputs:
  some-name: { description: a, default: first }
  two words: { description: b }
  count: { description: c, default: 08 }
  token: { description: d, default: '\${{ github.token }}' }
  old: { description: e, deprecationMessage: use count }
`);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('Step environment', () => {
  it('inputs and defaults are passed in INPUT_ variables as by the runner', async () => {
    const { outputs } = await run(
      `const inputs = Object.entries(process.env).filter(([name]) => name.startsWith('INPUT_'));
       append('OUTPUT', 'inputs=' + JSON.stringify(Object.fromEntries(inputs)));`,
      { inputs: { 'two words': ' x ', 'SOME-name': 'given', stray: '1', old: 'y' } },
    );
    expect(JSON.parse(outputs.inputs ?? '')).toEqual({
      'INPUT_SOME-NAME': 'given',
      INPUT_TWO_WORDS: ' x ',
      INPUT_COUNT: '08',
      INPUT_TOKEN: FAKE_GITHUB_TOKEN,
      INPUT_OLD: 'y',
      INPUT_STRAY: '1',
    });
  });

  it('unknown and deprecated inputs are warnings, and the step runs', async () => {
    const step = await run('', { inputs: { stray: '1', old: 'y' } });
    expect(step.outcome).toBe('success');
    expect(step.messages('warning')).toEqual([
      "Unexpected input(s) 'stray', valid inputs are ['some-name', 'two words', 'count', 'token', 'old']",
      'Input "old" is deprecated: use count',
    ]);
  });

  it('a step starts in the workspace with a clean environment', async () => {
    vi.stubEnv('https_proxy', 'http://proxy.invalid');
    vi.stubEnv('OF_THE_MACHINE', 'leak');
    const step = await run(
      'console.log([process.cwd(), process.version, JSON.stringify(process.env)].join(`\\n`))',
      {
        env: { EXTRA: 'yes', GITHUB_REPOSITORY: 'a/b' },
      },
    );
    const [cwd, version, env = ''] = step.log;
    expect(cwd).toBe(join(folder(), 'work'));
    expect(version).toBe(process.version);
    expect(JSON.parse(env)).toMatchObject({ EXTRA: 'yes', GITHUB_REPOSITORY: 'a/b', GITHUB_WORKSPACE: cwd });
    expect(env).not.toMatch(/proxy|leak|RUNNER_DEBUG|VITEST/i);
  });

  it('RUNNER_TEMP is created and still exists after the step', async () => {
    const code = `import { writeFileSync } from 'node:fs';
      writeFileSync(process.env.RUNNER_TEMP + '/kept.txt', 'x');`;
    const { runnerTemp } = await run(code, { runnerTemp: undefined });
    expect(runnerTemp).not.toBe(folder());
    expect(existsSync(join(runnerTemp, 'kept.txt'))).toBe(true);
    await rm(runnerTemp, { recursive: true });
  });

  it('an expression that the emulator cannot evaluate is an error', async () => {
    await writeFile(
      join(folder(), 'action.yml'),
      `inputs: { x: { default: '\${{ secrets.X }}' } }\nruns: { main: x }\n`,
    );
    await expect(run('')).rejects.toThrow('secrets.X');
  });
});

describe('Command files', () => {
  it('command files hold pairs and blocks, and the last value of a name counts', async () => {
    const step = await run(
      `append('OUTPUT', 'a=1\\n\\na=x<<y=z\\nb<<END\\none\\n\\ntwo = 2\\nEND\\nempty<<E\\nE\\n');
       append('ENV', 'HOME_OF=x\\nNODE_OPTIONS=--inspect\\n'); append('STATE', 's=1\\n'); append('PATH', '/opt/x\\n');`,
    );
    expect(step.outputs).toEqual({ a: 'x<<y=z', b: 'one\n\ntwo = 2', empty: '' });
    expect(step).toMatchObject({ env: { HOME_OF: 'x' }, state: { s: '1' }, paths: ['/opt/x'] });
    expect(step.messages('error')).toEqual(['GITHUB_ENV: NODE_OPTIONS may not be set from a step']);
  });

  it.each([
    ['no separator', 'plain\n', '"plain" has no name'],
    ['no name', '=x\n', '"=x" has no name'],
    ['an open block', 'n<<E\nx\n', 'never closed by E'],
  ])('an output file with %s fails the step, and earlier entries are kept', async (_, text, message) => {
    const step = await run(`append('OUTPUT', ${JSON.stringify(`ok=1\n${text}`)})`);
    expect(step).toMatchObject({ exitCode: 0, outcome: 'failure', outputs: { ok: '1' } });
    expect(step.messages('error').join()).toContain(message);
  });

  it('a summary of up to 1 MiB is shown, and a longer one is dropped without failing the step', async () => {
    const fits = await run(`append('STEP_SUMMARY', 'é'.repeat(2 ** 19))`);
    expect(fits.summary).toHaveLength(2 ** 19);
    const tooLong = await run(`append('STEP_SUMMARY', 'é'.repeat(2 ** 19) + 'x')`);
    expect(tooLong).toMatchObject({ summary: '', outcome: 'success' });
    expect(tooLong.messages('error').join()).toContain('1048577 bytes');
  });

  it('json() parses an output, and throws with the name of one that is not JSON', async () => {
    const step = await run(`append('OUTPUT', 'list=[1]\\ntext=x\\n')`);
    expect(step.json('list')).toEqual([1]);
    expect(() => step.json('text')).toThrow('"text" is not JSON: x');
    expect(() => step.json('none')).toThrow('"none" is not JSON: it is not set');
  });
});
