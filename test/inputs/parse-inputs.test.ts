// The error of a missing input, which names the other inputs that the step sets: one may be a typo.

import { describe, expect, it } from 'vitest';
import { oneOf, wholeNumber } from '../../src/inputs/input-types.ts';
import { parseInputs } from '../../src/inputs/parse-inputs.ts';
import * as z from '../../src/schema.ts';
import { inputErrorsOf } from './step-inputs.ts';

it('an empty input without a default is missing, whatever its type', () => {
  const types = { choice: oneOf(['a', 'b']), number: wholeNumber(1, 9), text: z.string() };
  const parse = (choice: string) =>
    parseInputs(z.object(types), {
      env: { INPUT_CHOICE: choice, INPUT_NUMBER: '', INPUT_TEXT: 'x' },
      mask: () => {},
      rules: [],
    }).errors.map(({ code, input }) => [code, input]);
  const number = ['INPUT_MISSING', 'number'];
  expect(parse('')).toEqual([['INPUT_MISSING', 'choice'], number]);
  expect(parse('c')).toEqual([['INPUT_INVALID', 'choice'], number]);
});

describe('unknown inputs', () => {
  it('the error of a missing input names the unknown inputs that the step sets', () => {
    const given = { owner: '', 'access-token': '', recipe: '!', ownr: 'x', token: 'hunter2' };
    const errors = inputErrorsOf(given);
    expect(errors.map(({ input }) => input)).toEqual(['access-token', 'owner', 'recipe']);
    const unknown = '; the step sets `ownr` and `token`, which this action does not have';
    expect(errors.map(({ message }) => message.endsWith(unknown))).toEqual([true, true, false]);
    expect(errors.map(({ message }) => message).join()).not.toContain('hunter2');
    expect(inputErrorsOf({ ownr: 'x' })).toEqual([]);
  });
});
