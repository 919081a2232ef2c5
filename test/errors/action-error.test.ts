// Errors: redaction of their messages, their fields, and the conversion of other errors.

import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ActionError,
  abortReason,
  CallError,
  FileError,
  redact,
  toActionError,
} from '../../src/errors/action-error.ts';
import { ERROR_CODES } from '../../src/errors/error-codes.ts';
import { fuzzed } from '../support/fuzz.ts';
import { factsOf } from './failures.ts';

describe('redact', () => {
  it.each([
    ['a bearer token', 'sent Bearer AQX-1_2.3 to it', 'sent Bearer [redacted] to it'],
    ['a bearer token after a repeated Bearer', 'Bearer bearer AQX-1', 'Bearer [redacted]'],
    [
      'a bearer token in any letter case',
      'authorization: bearer abc"',
      'authorization: Bearer [redacted]"',
    ],
    [
      'the query of a URL',
      'PUT https://www.linkedin.com/dms-uploads/x?sau=abc&ut=1 failed',
      'PUT https://www.linkedin.com/dms-uploads/x?[redacted] failed',
    ],
    [
      'the user of a URL',
      'proxy http://me:secret@proxy:8080/ refused',
      'proxy http://[redacted]@proxy:8080/ refused',
    ],
    [
      'nothing from a text without secrets',
      'urn:li:image:C5? is at https://api.linkedin.com/rest',
      'urn:li:image:C5? is at https://api.linkedin.com/rest',
    ],
  ])('redact removes %s', (_, text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(new ActionError('INTERNAL', text).message).toBe(expected);
  });

  describe('redact in any context', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9._~+/=-]{16,60}$/);
    const words = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('https://', 'Bearer ', ' at ', '?', '@'),
    );
    const place = fc.constantFrom<(secret: string) => string>(
      (text) => `Bearer ${text}`,
      (text) => `"authorization":"bearer ${text}"`,
      (text) => `https://www.linkedin.com/dms-uploads/C5/0?sau=${text}&ut=${text}`,
      (text) => `https://h.example/a?b#c=${text}`,
      (text) => `http://${text.replaceAll('/', '-')}@proxy:8080/`,
      (text) => `http://me:${text.replaceAll('/', '-')}@proxy:8080/`,
    );

    it('redact leaves no 16 consecutive characters of a secret', () => {
      const property = fc.property(secret, place, words, words, (text, put, before, after) => {
        const redacted = redact(`${before} ${put(text)} ${after}`);
        for (const found of [text, text.replaceAll('/', '-')])
          for (let at = 0; at + 16 <= found.length; at += 1)
            expect(redacted.includes(found.slice(at, at + 16))).toBe(false);
        expect(redact(redacted)).toBe(redacted);
      });
      fc.assert(property, fuzzed());
    });

    it('redact keeps URNs', () => {
      const urn = fc.stringMatching(
        /^urn:li:(image|digitalmediaAsset|organization):[A-Za-z0-9_-]{1,24}$/,
      );
      const property = fc.property(urn, secret, place, (text, token, put) => {
        expect(redact(`${text}: ${put(token)}: ${text}`)).toMatch(
          new RegExp(`^${text}: .* ${text}$`),
        );
      });
      fc.assert(property, fuzzed());
    });
  });
});

it('an error has its class, code, hint, URN and cause', () => {
  const cause = new Error('below');
  const error = new FileError('FILE_EMPTY', 'a.png', 'is empty', { cause, urn: 'urn:li:image:1' });
  expect(error).toMatchObject({
    name: 'FileError',
    code: 'FILE_EMPTY',
    urn: 'urn:li:image:1',
    cause,
  });
  expect(error.hint).toBe(ERROR_CODES.FILE_EMPTY.hint);
  expect(
    new CallError('LIMIT_REACHED', 'busy', { status: 429, call: factsOf('register') }),
  ).toMatchObject({
    status: 429,
  });
});

it('an unexpected error becomes INTERNAL with a message of one line and without its stack', () => {
  const converted = toActionError(new TypeError('x is not a function'));
  expect(converted).toMatchObject({
    code: 'INTERNAL',
    message: 'unexpected TypeError: x is not a function',
  });
  expect(toActionError('text').message).toBe('unexpected text');
  expect(toActionError(converted)).toBe(converted);
});

it('an inspected error shows no token and no URL query', () => {
  const error = new ActionError(
    'INTERNAL',
    'Bearer canary-token at https://h.example/p?ut=canary-query',
  );
  expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toMatch(/canary/);
});

const bug = new ActionError('INTERNAL', 'unexpected TypeError: x');

it.each<[name: string, signal: AbortSignal, code: string | undefined]>([
  ['a run in progress has no abort reason', new AbortController().signal, undefined],
  ['a foreign abort reason becomes RUN_CANCELLED', AbortSignal.abort('any'), 'RUN_CANCELLED'],
  ['an ActionError of the signal is the abort reason', AbortSignal.abort(bug), 'INTERNAL'],
])('%s', (_, signal, code) => {
  expect(abortReason(signal)?.code).toBe(code);
});
