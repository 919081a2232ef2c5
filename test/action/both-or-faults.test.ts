// What two pieces of work find wrong with the inputs, told together.

import { describe, expect, it } from 'vitest';
import { bothOrFaults } from '../../src/action/both-or-faults.ts';
import { GitHubError, InputError, InputFaults } from '../../src/errors.ts';
import { caught } from '../support/caught.ts';

const MANIFEST = new InputError('MANIFEST_INVALID', 'manifest', 'on purpose');
const FILES = new InputError('FILES_NOT_FOUND', 'files', 'on purpose');
const FAILED = new GitHubError('GITHUB_FAILED', 'on purpose', { status: 500, retryAfterMs: null });

const gives = (value: number) => async () => value;
const throws = (error: Error) => async () => {
  throw error;
};

describe('two pieces of work', () => {
  it('give both results', async () => {
    expect(await bothOrFaults(gives(1), gives(2), { goesOn: true })).toEqual([1, 2]);
  });

  it('tell the faults of both, in the order of action.yml', async () => {
    const work = () => bothOrFaults(throws(MANIFEST), throws(new InputFaults([FILES])), { goesOn: true });
    expect((await caught(work, InputFaults)).faults).toEqual([FILES, MANIFEST]);
  });

  it.each([
    ['goes well', gives(2)],
    ['fails otherwise', throws(FAILED)],
  ])('tell those of the first where the second %s', async (_, second) => {
    const work = () => bothOrFaults(throws(MANIFEST), second, { goesOn: true });
    expect((await caught(work, InputFaults)).faults).toEqual([MANIFEST]);
  });

  it('end with the first fault where the second is not to be begun', async () => {
    const never = throws(new Error('begun'));
    expect(await caught(() => bothOrFaults(throws(MANIFEST), never, { goesOn: false }), InputError)).toBe(
      MANIFEST,
    );
  });

  it.each([true, false])('end with what is no fault of the inputs (%s)', async (goesOn) => {
    expect(await caught(() => bothOrFaults(throws(FAILED), throws(FILES), { goesOn }), GitHubError)).toBe(
      FAILED,
    );
    expect(await caught(() => bothOrFaults(gives(1), throws(FAILED), { goesOn }), GitHubError)).toBe(FAILED);
  });
});
