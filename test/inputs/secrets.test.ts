// Secrets: masked first, removed from the environment, and never shown.

import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';
import { envOf, inputErrorsOf, read, readGood, TOKEN } from './step-inputs.ts';

const ID = '86abcdefgh1234';
const SECRET = 'WPL_AP1.s3cret-of-the-app==';
const REFRESH = 'AQW-refresh_9f';
const APP = { 'client-id': ID, 'client-secret': SECRET };
const ALL = { ...APP, 'refresh-token': REFRESH };

it('the access token, the client secret and the refresh token are masked before any other input is read, and removed from the environment', () => {
  const env = envOf(ALL);
  const seen: string[] = [];
  const watched = new Proxy(env, {
    get: (target, name: string) => {
      seen.push(name);
      return target[name];
    },
  });
  readGood(watched, (secret) => void seen.push(`mask ${secret}`));
  expect(seen.slice(0, 6)).toEqual([
    'INPUT_ACCESS-TOKEN',
    `mask ${TOKEN}`,
    'INPUT_CLIENT-SECRET',
    `mask ${SECRET}`,
    'INPUT_REFRESH-TOKEN',
    `mask ${REFRESH}`,
  ]);
  expect(Object.keys(env).filter((name) => /TOKEN$|SECRET$/.test(name))).toEqual([]);
  expect(seen).not.toContain(`mask ${ID}`);
});

it('the client secret and the refresh token are redacted in the settings', () => {
  const inputs = read(ALL);
  for (const text of [JSON.stringify(inputs), inspect(inputs, { depth: Number.POSITIVE_INFINITY })])
    expect(text).not.toMatch(/s3cret|refresh_9f/);
});

it.each(['client-id', 'client-secret', 'refresh-token'])(
  'a malformed %s is rejected without showing its value',
  (name) => {
    for (const malformed of ['***', '"q7Z"', 'q7Z q7Z', 'Bearer q7Z', 'q7Z', 'secrets.q7Z']) {
      const errors = inputErrorsOf({ ...ALL, [name]: malformed });
      expect(errors).toMatchObject([{ code: 'INPUT_INVALID', input: name }]);
      expect(errors[0]?.message).not.toMatch(/q7Z/);
    }
  },
);

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
  const error = await caught(() => read({ 'access-token': token }), InputError);
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
  fc.assert(property, fuzzed(500));
});
