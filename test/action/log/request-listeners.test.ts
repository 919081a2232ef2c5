// The listeners on the traffic with LinkedIn: requests are counted, secrets masked, and requests logged for step debugging.

import { describe, expect, it } from 'vitest';
import { createRequestListeners, formatLogEntry } from '../../../src/action/log/request-listeners.ts';
import { ledgerOf, picture } from '../ledgers.ts';
import { recordingLogger } from '../recording-logger.ts';

const REGISTER = {
  method: 'POST',
  url: 'api.linkedin.com/rest/assets',
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
])('a request with the response %j is one line of the log', (response, line) => {
  expect(formatLogEntry({ ...REGISTER, response })).toBe(line);
});

it('counts requests in the ledger, and logs them for step debugging', () => {
  const logger = recordingLogger();
  const ledger = ledgerOf([picture('a.png')]);
  const hear = createRequestListeners(ledger, { env: { RUNNER_DEBUG: '1' }, logger });
  hear.onRequest('register');
  hear.onLogEntry?.({ ...REGISTER, response: null });
  expect(ledger.requests).toEqual({ calls: 1, uploads: 0 });
  expect(logger.texts('debug')).toEqual([formatLogEntry({ ...REGISTER, response: null })]);
  expect(logger.texts('info')).toEqual([]);
});

it('logs no request without step debugging', () => {
  const hear = createRequestListeners(ledgerOf([]), { env: {}, logger: recordingLogger() });
  expect(hear.onLogEntry).toBeUndefined();
});

describe('upload credentials', () => {
  const KEY = '1lrKqjt4fYuqw1';

  function masksAfter(secrets: readonly string[]): string[] {
    const logger = recordingLogger();
    const { onSecret } = createRequestListeners(ledgerOf([]), { env: {}, logger });
    for (const secret of secrets) onSecret(secret);
    return logger.texts('mask');
  }

  it('are masked, each once', () => {
    expect(masksAfter([KEY, 'metadata-of-parts', KEY])).toEqual([KEY, 'metadata-of-parts']);
  });

  it('of fewer than 8 characters are not masked, and take no place of others', () => {
    const short = Array.from({ length: 60 }, (_, index) => `short${index}`);
    expect(masksAfter([...short, '8-chars!'])).toEqual(['8-chars!']);
  });

  it('are masked up to 50 a run', () => {
    expect(masksAfter(Array.from({ length: 60 }, (_, index) => `${KEY}-${index}`))).toHaveLength(50);
  });
});
