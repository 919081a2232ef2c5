// What two pieces of work find wrong with the inputs, told together.

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

const faultsOf = async (work: () => Promise<unknown>) => (await caught(work, AggregateInputError)).errors;
const never = throws(new Error('begun'));

describe('two pieces of work', () => {
  it('give both results', async () => {
    expect(await collectInputErrors({ run: gives(1) }, { run: gives(2) })).toEqual([1, 2]);
  });

  it('tell the faults of both, and those told before, in the order of action.yml', async () => {
    const files = { run: throws(new AggregateInputError([FILES])) };
    const work = () => collectInputErrors({ run: throws(MANIFEST) }, files, [OWNER]);
    expect(await faultsOf(work)).toEqual([OWNER, FILES, MANIFEST]);
  });

  it.each([
    ['goes well', gives(2)],
    ['fails otherwise', throws(FAILED)],
  ])('tell those of the first, or from before, where the second %s', async (_, second) => {
    expect(await faultsOf(() => collectInputErrors({ run: throws(MANIFEST) }, { run: second }))).toEqual([
      MANIFEST,
    ]);
    expect(await faultsOf(() => collectInputErrors({ run: gives(1) }, { run: second }, [OWNER]))).toEqual([
      OWNER,
    ]);
  });

  it('are not begun for faults alone where that is not to be, nor without what they need', async () => {
    const first = { run: throws(MANIFEST) };
    const shy = { run: never, runAnyway: false };
    expect(await faultsOf(() => collectInputErrors(first, shy))).toEqual([MANIFEST]);
    expect(await faultsOf(() => collectInputErrors({ run: gives(1) }, shy, [OWNER]))).toEqual([OWNER]);
    const needy = { run: never, requiredInputs: ['owner'] } as const;
    expect(await faultsOf(() => collectInputErrors(needy, first, [OWNER]))).toEqual([OWNER, MANIFEST]);
  });

  it('end with what is no fault of the inputs, where none is known', async () => {
    const work = [throws(FAILED), throws(FILES)].map((one) => ({ run: one }));
    const [failing = { run: never }, faulty = { run: never }] = work;
    expect(await caught(() => collectInputErrors(failing, faulty), GitHubError)).toBe(FAILED);
    expect(await caught(() => collectInputErrors({ run: gives(1) }, failing), GitHubError)).toBe(FAILED);
  });
});
