// What is heard of the traffic with LinkedIn: counted in the ledger, and told in the log of step debugging.

import { expect, it } from 'vitest';
import { exchangeLine, hearing } from '../../src/action/hearing.ts';
import { ledgerOf, picture } from './ledgers.ts';
import { recordingSay } from './recording-say.ts';

const REGISTER = {
  method: 'POST',
  place: 'api.linkedin.com/rest/assets',
  phase: 'register',
  durationMs: 240,
} as const;

it.each([
  [
    { status: 200, requestId: 'AAYx+1' },
    'POST api.linkedin.com/rest/assets (register): 200 after 0.2 s [x-li-uuid AAYx+1]',
  ],
  [{ status: 502, requestId: null }, 'POST api.linkedin.com/rest/assets (register): 502 after 0.2 s'],
  [null, 'POST api.linkedin.com/rest/assets (register): no answer after 0.2 s'],
])('a request with the answer %j is one line', (answer, line) => {
  expect(exchangeLine({ ...REGISTER, answer })).toBe(line);
});

it('counts requests in the ledger, and tells them to who debugs', () => {
  const say = recordingSay();
  const ledger = ledgerOf([picture('a.png')]);
  const hear = hearing(ledger, { env: { RUNNER_DEBUG: '1' }, say });
  hear.onRequest('register');
  hear.onExchange?.({ ...REGISTER, answer: null });
  expect(ledger.requests).toEqual({ calls: 1, uploads: 0 });
  expect(say.texts('debug')).toEqual([exchangeLine({ ...REGISTER, answer: null })]);
  expect(say.texts('info')).toEqual([]);
});

it('hears of no answer where nobody debugs', () => {
  const hear = hearing(ledgerOf([]), { env: {}, say: recordingSay() });
  expect(hear.onExchange).toBeUndefined();
});
