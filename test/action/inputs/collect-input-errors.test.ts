// The input errors of two tasks, reported together.

import { describe, expect, it } from 'vitest';
import { collectInputErrors } from '../../../src/action/inputs/input-reader.ts';
import { AggregateInputError, GitHubError, InputError } from '../../../src/errors.ts';
import { caught } from '../../support/caught.ts';

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

describe('collectInputErrors', () => {
  it('two successful tasks give both results', async () => {
    expect(await collectInputErrors({ run: gives(1) }, { run: gives(2) })).toEqual([1, 2]);
  });

  it('the errors of both tasks and earlier errors are thrown together, in the order of action.yml', async () => {
    const files = { run: throws(new AggregateInputError([FILES])) };
    const work = () => collectInputErrors({ run: throws(MANIFEST) }, files, [OWNER]);
    expect(await errorsOf(work)).toEqual([OWNER, FILES, MANIFEST]);
  });

  it.each([
    ['succeeds', gives(2)],
    ['fails with another kind of error', throws(FAILED)],
  ])(
    'an error of the first task or an earlier error is thrown when the second task %s',
    async (_, second) => {
      expect(await errorsOf(() => collectInputErrors({ run: throws(MANIFEST) }, { run: second }))).toEqual([
        MANIFEST,
      ]);
      expect(await errorsOf(() => collectInputErrors({ run: gives(1) }, { run: second }, [OWNER]))).toEqual([
        OWNER,
      ]);
    },
  );

  it('a task does not start after an error if `runAnyway` is false or a required input is invalid', async () => {
    const first = { run: throws(MANIFEST) };
    const optional = { run: never, runAnyway: false };
    expect(await errorsOf(() => collectInputErrors(first, optional))).toEqual([MANIFEST]);
    expect(await errorsOf(() => collectInputErrors({ run: gives(1) }, optional, [OWNER]))).toEqual([OWNER]);
    const dependent = { run: never, requiredInputs: ['owner'] } as const;
    expect(await errorsOf(() => collectInputErrors(dependent, first, [OWNER]))).toEqual([OWNER, MANIFEST]);
  });

  it('an error that is not about an input is thrown when no input error is known', async () => {
    const work = [throws(FAILED), throws(FILES)].map((one) => ({ run: one }));
    const [failing = { run: never }, invalid = { run: never }] = work;
    expect(await caught(() => collectInputErrors(failing, invalid), GitHubError)).toBe(FAILED);
    expect(await caught(() => collectInputErrors({ run: gives(1) }, failing), GitHubError)).toBe(FAILED);
  });
});
