// Empty inputs, patterns, and inputs that the action does not have.

import { describe, expect, it } from 'vitest';
import { oneOf, wholeNumber } from '../../src/inputs/input-types.ts';
import { parseInputs } from '../../src/inputs/parse-inputs.ts';
import * as z from '../../src/schema.ts';
import { errorsOf, inputErrorsOf, type With } from './step-inputs.ts';

it('an empty input without a default is missing, whatever its type', () => {
  const types = { choice: oneOf(['a', 'b']), number: wholeNumber(1, 9), text: z.string() };
  const parse = (choice: string) =>
    errorsOf(() =>
      parseInputs(z.object(types), {
        env: { INPUT_CHOICE: choice, INPUT_NUMBER: '', INPUT_TEXT: 'x' },
        mask: () => {},
        rules: [],
        other: { names: [], folder: '/post' },
      }),
    ).map(({ code, input }) => [code, input]);
  const number = ['INPUT_MISSING', 'number'];
  expect(parse('')).toEqual([['INPUT_MISSING', 'choice'], number]);
  expect(parse('c')).toEqual([['INPUT_INVALID', 'choice'], number]);
});

it.each([undefined, '', 'relative/path'])(
  'an invalid GITHUB_WORKSPACE (%j) is reported with the input errors',
  (workspace) => {
    const errors = inputErrorsOf({ owner: '' }, { GITHUB_WORKSPACE: workspace });
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
  expect(errors).toMatchObject([{ input: 'files' }, { input: 'files' }]);
  expect(errors).toHaveLength(2);
});

describe('an input that the action does not have', () => {
  const messagesOf = (given: With) => inputErrorsOf(given).map(({ message }) => message);

  it.each([
    ['access_token', 'access-token', { 'access-token': '' }],
    ['linkedin-token', 'access-token', { 'access-token': '' }],
    ['organization', 'owner', { owner: '' }],
    ['author', 'owner', { owner: '' }],
    ['images', 'files', { files: '' }],
    ['concurency', 'concurrency', {}],
    ['dry-run', 'mode: plan', {}],
  ])('%s is the only error, and names %s', (name, meant, more) => {
    const message = `${name} is not an input of this action; did you mean \`${meant}\`?`;
    expect(messagesOf({ ...more, [name]: 'hunter2' })).toEqual([message]);
  });

  it('an input of the other action has the line to write in place of other errors, or is to be removed if the step is meant for this one', () => {
    const problem =
      'posts is an input of your-org/linkedin-media-upload/post, not of this action; ';
    const line = 'write `uses: your-org/linkedin-media-upload/post@v1`';
    expect(messagesOf({ files: '', posts: 'posts/*.md' })).toEqual([`${problem}${line}`]);
    expect(messagesOf({ posts: 'posts/*.md', owner: '' })).toEqual([
      `${problem}remove it`,
      'owner is empty',
    ]);
  });

  it('it comes before the errors of other inputs, which are reported too', () => {
    expect(
      inputErrorsOf({ recipe: '!', owner: '', zzzzzz: 'x' }).map(({ input }) => input),
    ).toEqual(['zzzzzz', 'owner', 'recipe']);
    expect(messagesOf({ zzzzzz: 'x' })[0]).toContain('its inputs are access-token, owner, files');
  });
});
