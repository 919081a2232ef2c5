// The error of a missing input, which names the other inputs that the step sets: a typo, or an input of the other action.

import { describe, expect, it } from 'vitest';
import { oneOf, wholeNumber } from '../../src/inputs/input-types.ts';
import { parseInputs } from '../../src/inputs/parse-inputs.ts';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { readPostInputs } from '../../src/inputs/read-post-inputs.ts';
import * as z from '../../src/schema.ts';
import { envOf, inputErrorsOf } from './step-inputs.ts';

it('an empty input without a default is missing, whatever its type', () => {
  const types = { choice: oneOf(['a', 'b']), number: wholeNumber(1, 9), text: z.string() };
  const parse = (choice: string) =>
    parseInputs(z.object(types), {
      env: { INPUT_CHOICE: choice, INPUT_NUMBER: '', INPUT_TEXT: 'x' },
      mask: () => {},
      rules: [],
      otherAction: { schema: z.object({}), name: 'the other action', folder: '' },
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
    const unknown = '; the step sets `ownr` and `token`, which this action does not know';
    expect(errors.map(({ message }) => message.endsWith(unknown))).toEqual([true, true, false]);
    expect(errors.map(({ message }) => message).join()).not.toContain('hunter2');
    expect(inputErrorsOf({ ownr: 'x' })).toEqual([]);
  });

  it('the error of a missing input names the action that takes the inputs of the step', () => {
    const given = { files: '', posts: 'posts/*.md', 'max-posts': '2', ownr: 'x' };
    const env = { ...envOf(given), GITHUB_ACTION_REPOSITORY: 'acme/media', GITHUB_ACTION_REF: 'v1.2.3' };
    const [own, acme] = [envOf(given), env].map((each) => readInputs(each, () => {}).errors);
    expect(own?.map(({ input }) => input)).toEqual(['files']);
    const taken = 'files is empty: the step sets `posts` and `max-posts`, which the post action takes';
    const hint = (uses: string) =>
      `For the post action, write \`uses: ${uses}\` in this step. For this one, set \`files\`.`;
    expect(own?.[0]).toMatchObject({
      message: taken,
      hint: hint('your-org/linkedin-media-upload/post@v1'),
    });
    expect(acme?.[0]).toMatchObject({ message: taken, hint: hint('acme/media/post@v1.2.3') });
  });

  it('the error of a missing input of the post action names the upload action', () => {
    const given = { posts: '', 'github-token': 'ghs-canary-token' };
    const { errors } = readPostInputs({ ...envOf(given), GITHUB_REPOSITORY: 'octocat/media' }, () => {});
    expect(errors).toMatchObject([
      {
        input: 'posts',
        message: 'posts is empty: the step sets `files`, which the upload action takes',
        hint: 'For the upload action, write `uses: your-org/linkedin-media-upload@v1` in this step. For this one, set `posts`.',
      },
    ]);
  });
});
