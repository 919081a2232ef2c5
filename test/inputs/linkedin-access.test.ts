// The access token: masked first, removed from the environment, validated only if it is needed, and never shown.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AggregateInputError } from '../../src/errors.ts';
import { readInputs } from '../../src/inputs/read-inputs.ts';
import { caught } from '../support/caught.ts';
import { envOf, inputErrorsOf, read, readGood, TOKEN } from './step-inputs.ts';

describe('access token', () => {
  it('the token is masked before any other input is read, and removed from the environment', () => {
    const env = envOf({ 'access-token': ` ${TOKEN}\n`, owner: '' });
    const seen: string[] = [];
    const watched = new Proxy(env, {
      get: (target, name: string) => {
        seen.push(`read ${name}`);
        return target[name];
      },
    });
    expect(() => readGood(watched, (secret) => void seen.push(`mask ${secret}`))).toThrow(
      AggregateInputError,
    );
    expect(seen.slice(0, 2)).toEqual(['read INPUT_ACCESS-TOKEN', `mask ${TOKEN}`]);
    expect(env).not.toHaveProperty(['INPUT_ACCESS-TOKEN']);
  });

  it.each(['plan', 'simulate'])(
    'the token is optional and not validated with mode: %s, but still masked',
    (mode) => {
      const masked: string[] = [];
      expect(inputErrorsOf({ mode, 'access-token': '' })).toEqual([]);
      const env = envOf({ mode, 'access-token': 'no good token' });
      expect(readGood(env, (secret) => void masked.push(secret)).mode).toBe(mode);
      expect(masked).toEqual(['no good token']);
      expect(env).not.toHaveProperty(['INPUT_ACCESS-TOKEN']);
    },
  );

  it('an invalid mode is reported alone, without an error about the missing token', () => {
    expect(inputErrorsOf({ mode: 'dry-run', 'access-token': '' }).map(({ input }) => input)).toEqual([
      'mode',
    ]);
  });

  it('an empty token is reported with a hint about forks, and nothing is masked', () => {
    const masked: string[] = [];
    const env = envOf({ 'access-token': '' });
    const { errors } = readInputs(env, (secret) => void masked.push(secret));
    expect(errors).toMatchObject([{ code: 'TOKEN_MISSING', input: 'access-token' }]);
    expect(errors[0]?.problem).toBe('is empty, but `mode: publish` needs it');
    expect(errors[0]?.hint).toMatch(
      /^Check that a secret with exactly the name.*has `access-token: .*forks.*`mode: plan`/,
    );
    expect(masked).toEqual([]);
  });

  it.each([
    ['a line break', 'AQX-secret\nAQX-more', /line breaks/],
    ['a space', 'AQX-secret AQX-more', /spaces/],
    ['a control character', 'AQX-secret\u0000', /other characters/],
    ['a letter that no header can hold', 'AQX-secreté', /other characters/],
    ['double quotes', '"AQX-secret"', /quotes; store the token without them/],
    ['single quotes', "'AQX-secret'", /quotes; store the token without them/],
    ['one quote', 'AQX-secret"', /quotes/],
    ['the scheme Bearer', 'Bearer AQX-secret', /"Bearer"; store the token without it/],
    ['the scheme Bearer in lower case', 'bearer\tAQX-secret', /"Bearer"; store the token without it/],
    ['the mask of a secret', '***', /asterisks.*store the secret/],
    ['the JSON response that it came in', '{"access_token":"AQX-secret"}', /JSON.*access_token/],
    ['too few characters', 'AQX-tok', /fewer than 8 characters.*store the secret/],
    ['the name of its secret', 'secrets.AQX_TOKEN', /write \$\{\{ secrets\.NAME \}\}/],
    ['the name of its secret in brackets', "Secrets['AQX']", /write \$\{\{ secrets\.NAME \}\}/],
    ['the name of its variable', 'env.AQX_TOKEN', /write \$\{\{ secrets\.NAME \}\}/],
    ['the name of a shell variable', '$AQX_TOKEN', /write \$\{\{ secrets\.NAME \}\}/],
    ['a line of an .env file', 'LINKEDIN_ACCESS_TOKEN=AQX-secret', /a name and "="/],
  ])('a token with %s is rejected without being shown', async (_, token, text) => {
    const error = await caught(() => read({ 'access-token': token }), AggregateInputError);
    expect(error.errors).toMatchObject([{ code: 'INPUT_INVALID', input: 'access-token' }]);
    expect(error.errors[0]?.message).toMatch(text);
    expect(error.message + error.errors[0]?.message).not.toMatch(/AQX|\*\*\*/);
  });

  it('no error message contains the token, whatever its text', () => {
    const text = fc.string({ unit: 'binary', minLength: 4 }).map((more) => `q7Z${more}x9K`);
    const property = fc.property(text, (token) => {
      const [error] = inputErrorsOf({ 'access-token': token });
      expect(error?.message ?? '').not.toMatch(/q7Z|x9K/);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('the token is redacted in the settings', () => {
    expect(JSON.stringify(read())).not.toContain(TOKEN);
  });
});
