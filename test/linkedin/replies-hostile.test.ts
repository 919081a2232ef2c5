// Malicious answers: very deep or very long ones, and ones that target the prototype of all objects.

import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CallError } from '../../src/errors/action-error.ts';
import { parseReply, rejectionFromResponse } from '../../src/linkedin/replies.ts';
import { caught } from '../support/caught.ts';
import { inPhase, reply } from './scripted-client.ts';

const schema = z.object({ value: z.object({ asset: z.string() }) });
const DEPTH = 100_000;
const deepList = '['.repeat(DEPTH) + ']'.repeat(DEPTH);
const deepObject = `${'{"value":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('polluted' in {}).toBe(false);
});

describe('answers with 100,000 levels', () => {
  it.each([
    ['of lists', deepList],
    ['of objects', deepObject],
    ['without closing brackets', '['.repeat(DEPTH)],
    ['inside a required field', `{"value":{"asset":${deepList}}}`],
  ])('a deep answer %s throws CallError', async (_, text) => {
    const error = await caught(() => parseReply(inPhase('register', reply(200, text)), schema), CallError);
    expect(error.message.length).toBeLessThan(200);
  });

  it('a deep value in a field that is not read is ignored', () => {
    const text = `{"more":${deepList},"value":{"asset":"urn:x","more":${deepObject}}}`;
    expect(parseReply(inPhase('register', reply(200, text)), schema)).toEqual({ value: { asset: 'urn:x' } });
  });
});

describe('prototype pollution', () => {
  it.each(['__proto__', 'constructor', 'prototype'])(
    'an answer with the key %s changes no prototype',
    (key) => {
      const planted = `{"${key}":{"polluted":1,"prototype":{"polluted":1}},"value":{"${key}":{"polluted":1},"asset":"urn:x"}}`;
      expect(parseReply(inPhase('register', reply(200, planted)), schema)).toEqual({
        value: { asset: 'urn:x' },
      });
      const error = rejectionFromResponse(
        inPhase('status', reply(400, `{"${key}":{"message":"canary","polluted":1},"status":400}`)),
        0,
      );
      expect(error.message).toBe('LinkedIn rejected the status request (400)');
    },
  );
});
