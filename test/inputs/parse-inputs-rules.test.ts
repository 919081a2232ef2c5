// Patterns need a workspace to be relative to, and each line has an error of its own.

import { expect, it } from 'vitest';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { envOf, errorsOf, inputErrorsOf } from './step-inputs.ts';

it.each([undefined, '', 'relative/path'])(
  'an invalid GITHUB_WORKSPACE (%j) is reported with the input errors',
  (value) => {
    const env = { ...envOf({ owner: '' }), GITHUB_WORKSPACE: value };
    const errors = errorsOf(() => readInputs(env, () => {}));
    expect(errors.map(({ input, code }) => [input, code])).toEqual([
      ['owner', 'INPUT_MISSING'],
      ['files', 'WORKSPACE_EMPTY'],
    ]);
    expect(errors[1]?.message).toContain('GITHUB_WORKSPACE');
    expect(errors[1]?.hint).toContain('actions/checkout');
  },
);

it('each invalid line of `files` has an error', () => {
  const errors = inputErrorsOf({ files: 'media/../../x\nmedia/**\n!\n' });
  expect(errors.map(({ input, code }) => [input, code])).toEqual([
    ['files', 'INPUT_INVALID'],
    ['files', 'INPUT_INVALID'],
  ]);
});
