// The input errors of two tasks, reported together.

import { describe, expect, it } from 'vitest';
import { AggregateInputError, GitHubError, InputError } from '../../src/errors.ts';
import { runInputTasks } from '../../src/inputs/input-reader.ts';
import { caught } from '../support/caught.ts';

const MANIFEST = new InputError('MANIFEST_INVALID', 'manifest', 'on purpose');
const FILES = new InputError('FILES_NOT_FOUND', 'files', 'on purpose');
const FAILED = new GitHubError('GITHUB_FAILED', 'on purpose', { status: 500, retryAfterMs: null });

const gives = (value: number) => async () => value;
const throws = (error: Error) => async () => {
  throw error;
};

const OWNER = new InputError('INPUT_MISSING', 'owner', 'on purpose');

const errorsOf = async (work: () => Promise<unknown>) => (await caught(work, AggregateInputError)).errors;
const never = throws(new Error('started'));

describe('runInputTasks', () => {
  it('successful tasks give their results by name', async () => {
    expect(await runInputTasks({ a: { run: gives(1) }, b: { run: gives(2) } })).toEqual({ a: 1, b: 2 });
  });

  it('the errors of all tasks and earlier errors are thrown together, in the order of action.yml', async () => {
    const files = { run: throws(new AggregateInputError([FILES])) };
    const work = () => runInputTasks({ manifest: { run: throws(MANIFEST) }, files }, [OWNER]);
    expect(await errorsOf(work)).toEqual([OWNER, FILES, MANIFEST]);
  });

  it.each([
    ['succeeds', gives(2)],
    ['fails with another kind of error', throws(FAILED)],
  ])('an error of a task or an earlier error is thrown when the next task %s', async (_, second) => {
    const b = { run: second };
    expect(await errorsOf(() => runInputTasks({ a: { run: throws(MANIFEST) }, b }))).toEqual([MANIFEST]);
    expect(await errorsOf(() => runInputTasks({ a: { run: gives(1) }, b }, [OWNER]))).toEqual([OWNER]);
  });

  it('a task that calls an API starts after the others, and only without errors', async () => {
    const started: string[] = [];
    const task = (name: string) => async () => void started.push(name);
    await runInputTasks({ a: { run: task('api'), callsApi: true }, b: { run: task('disk') } });
    expect(started).toEqual(['disk', 'api']);
    const api = { run: never, callsApi: true };
    expect(await errorsOf(() => runInputTasks({ api, disk: { run: throws(MANIFEST) } }))).toEqual([MANIFEST]);
    expect(await errorsOf(() => runInputTasks({ api }, [OWNER]))).toEqual([OWNER]);
  });

  it('a task does not start if an input that it requires is invalid', async () => {
    const dependent = { run: never, requiredInputs: ['owner'] } as const;
    const other = { run: throws(MANIFEST) };
    expect(await errorsOf(() => runInputTasks({ dependent, other }, [OWNER]))).toEqual([OWNER, MANIFEST]);
  });

  it('an error that is not about an input is thrown when no input error is known', async () => {
    const failing = { run: throws(FAILED) };
    expect(await caught(() => runInputTasks({ failing, b: { run: throws(FILES) } }), GitHubError)).toBe(
      FAILED,
    );
    expect(await caught(() => runInputTasks({ a: { run: gives(1) }, failing }), GitHubError)).toBe(FAILED);
  });
});
