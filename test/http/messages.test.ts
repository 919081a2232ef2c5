// A response body is read up to its cap, to the byte, however it is chunked; every form of Retry-After that a server may send; the
// reset of daily limits; and the names of requests.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Phase } from '../../src/errors/retry-policy.ts';
import {
  describeRequest,
  readUpTo,
  retryAfterMs,
  untilMidnightMs,
} from '../../src/http/messages.ts';
import { fuzzed } from '../support/fuzz.ts';

it.each<[name: string, chunks: string[], text: string, isWhole: boolean]>([
  ['an empty body', [], '', true],
  ['fewer bytes', ['ab', 'c'], 'abc', true],
  ['exactly five bytes', ['ab', 'cde'], 'abcde', true],
  ['one byte too many', ['ab', 'cde', 'f'], 'abcde', false],
  ['a first chunk that is larger than the cap', ['abcdefgh', 'i'], 'abcde', false],
])('a response body is read up to a cap of five bytes: %s', async (_, chunks, text, isComplete) => {
  expect(await readUpTo(5, bodyOf(chunks).chunks)).toEqual({ text, isComplete });
});

it('any response body is read up to its cap and then closed', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.stringMatching(/^\w{0,9}$/)),
    fc.nat(40),
    async (chunks, cap) => {
      const body = bodyOf(chunks);
      const whole = chunks.join('');
      expect(await readUpTo(cap, body.chunks)).toEqual({
        text: whole.slice(0, cap),
        isComplete: whole.length <= cap,
      });
      expect(body.asked() === chunks.length || body.passed() > cap).toBe(true);
      expect(body.isClosed()).toBe(true);
    },
  );
  await fc.assert(property, fuzzed());
});

it('an error of the response body is thrown unchanged', async () => {
  const broken = new Error('broken');
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    throw broken;
  }
  await expect(readUpTo(5, breaking())).rejects.toBe(broken);
});

function bodyOf(texts: readonly string[]) {
  let [asked, passed, isClosed] = [0, 0, false];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (const text of texts) {
        asked += 1;
        passed += text.length;
        yield Buffer.from(text);
      }
    } finally {
      isClosed = true;
    }
  }
  return { chunks: chunks(), asked: () => asked, passed: () => passed, isClosed: () => isClosed };
}

const SECOND = 1000;
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 25, 12);

it.each<[header: string, ms: number]>([
  // Seconds.
  ['0', 0],
  ['1', SECOND],
  ['5', 5 * SECOND],
  ['005', 5 * SECOND],
  [' 7 ', 7 * SECOND],
  ['\t7', 7 * SECOND],
  ['120', 120 * SECOND],
  ['3600', HOUR],
  ['86400', 24 * HOUR],
  ['2147483648', 2_147_483_648_000],
  ['99999999999', 99_999_999_999_000],
  // Dates, by the server's clock.
  ['Wed, 25 Nov 2026 12:00:30 GMT', 30 * SECOND],
  ['Wed, 25 Nov 2026 12:00:00 GMT', 0],
  ['Wed, 25 Nov 2026 13:00:00 GMT', HOUR],
  ['Thu, 26 Nov 2026 12:00:00 GMT', 24 * HOUR],
  // Past.
  ['Wed, 25 Nov 2026 11:59:59 GMT', 0],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
])('a Retry-After header of %j means a delay of %j ms', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});

it('a Retry-After header of 400 digits means the longest delay that a date can have', () => {
  expect(retryAfterMs('9'.repeat(400), NOW)).toBe(8.64e15);
});

it.each([
  ...[
    undefined,
    '',
    '   ',
    'soon',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '5s',
    '5, 10',
    '٣',
    'NaN',
    'Infinity',
  ],
  ...[
    'Mon 5',
    'Monday',
    'Wednesday 2',
    '2026-11-25T12:00:30Z',
    '25 Nov 2026 12:00:30 GMT',
    '<html>',
  ],
  ...[
    'Wed, 25 Nov 2026 12:00:30',
    'Wed, 25 Nov 2026 12:00:30 +0100',
    'Wed, 99 Nov 2026 12:00:30 GMT',
  ],
  'Wed, 25 Nov 2026 25:00:30 GMT',
])('a Retry-After header of %j is ignored', (header) => {
  expect(retryAfterMs(header, NOW)).toBeNull();
});

it("a Retry-After date counts from the server's clock, even when the runner's clock is wrong", () => {
  const decade = 10 * 365 * 24 * HOUR;
  fc.assert(
    fc.property(
      fc.integer({ min: -decade, max: decade }),
      fc.integer({ min: 0, max: 100_000 }),
      (skew, s) => {
        const serverNow = Math.floor((NOW + skew) / SECOND) * SECOND;
        const date = new Date(serverNow + s * SECOND).toUTCString();
        expect(retryAfterMs(date, serverNow)).toBe(s * SECOND);
      },
    ),
    fuzzed(),
  );
});

it('any Retry-After header yields a bounded delay or null', () => {
  const seconds = fc.bigInt({ min: -5n, max: 10n ** 30n }).map(String);
  const date = fc.date({ noInvalidDate: true }).map((one) => one.toUTCString());
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), seconds, date);
  const header = fc.oneof(text, fc.constant(undefined));
  fc.assert(
    fc.property(header, fc.integer({ min: 0, max: 4e12 }), (given, serverNow) => {
      const ms = retryAfterMs(given, serverNow);
      if (ms === null) return;
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(8.64e15);
    }),
    fuzzed(),
  );
});

it.each([
  [Date.UTC(2026, 10, 25, 18, 48), 5 * HOUR + 12 * 60_000],
  [Date.UTC(2026, 10, 25, 23, 59, 59, 999), 1],
  [Date.UTC(2026, 10, 25), 24 * HOUR],
  [Date.UTC(2028, 1, 29, 12), 12 * HOUR],
])('the daily limits that are reached at %i reset after %i ms', (now, ms) => {
  expect(untilMidnightMs(now)).toBe(ms);
});

const nameOf = (path: string, phase: Phase) => {
  const url = new URL(`https://api.linkedin.com${path}`);
  return describeRequest({ method: 'GET', url, headers: {}, phase, bearer: true });
};

it('a request is named by its method and address, without its query', () => {
  expect(nameOf('/rest/organizationAcls?q=roleAssignee', 'pages')).toBe(
    'GET api.linkedin.com/rest/organizationAcls (pages)',
  );
});

it('the name of a request for a permission leaves out the id of the member', () => {
  const key =
    '(impersonator:urn%3Ali%3Aperson%3A782bbtaQ,organization:urn%3Ali%3Aorganization%3A1)';
  expect(nameOf(`/rest/organizationAuthorizations/${key}`, 'permission')).toBe(
    'GET api.linkedin.com/rest/organizationAuthorizations/… (permission)',
  );
});
