// What a run does with requests to LinkedIn: their lines for step debugging, and the masks of upload credentials.

import { describe, expect, it } from 'vitest';
import { createMasker, formatLogEntry } from '../../src/steps/open-linkedin.ts';
import { reply } from '../linkedin/scripted-client.ts';
import { recordingLogger } from '../support/recording-logger.ts';

it.each([
  [
    reply(200, '', { 'x-li-uuid': 'AAYx+1' }),
    'POST api.linkedin.com/rest/assets (register): 200 after 0.2 s [x-li-uuid AAYx+1]',
  ],
  [reply(502), 'POST api.linkedin.com/rest/assets (register): 502 after 0.2 s'],
  [null, 'POST api.linkedin.com/rest/assets (register): no response after 0.2 s'],
])('a request with the response %j is logged as one line', (response, line) => {
  const name = 'POST api.linkedin.com/rest/assets (register)';
  expect(formatLogEntry({ name, durationMs: 240, response })).toBe(line);
});

describe('upload credentials', () => {
  const KEY = '1lrKqjt4fYuqw1';

  function masksAfter(secrets: readonly string[]): string[] {
    const logger = recordingLogger();
    const mask = createMasker(logger);
    for (const secret of secrets) mask(secret);
    return logger.texts('mask');
  }

  it('each upload credential is masked once', () => {
    expect(masksAfter([KEY, 'metadata-of-parts', KEY])).toEqual([KEY, 'metadata-of-parts']);
  });

  it('upload credentials of fewer than 8 characters are not masked, and do not count towards the limit', () => {
    const short = Array.from({ length: 60 }, (_, index) => `short${index}`);
    expect(masksAfter([...short, '8-chars!'])).toEqual(['8-chars!']);
  });

  it('at most 50 upload credentials are masked in a run', () => {
    expect(masksAfter(Array.from({ length: 60 }, (_, index) => `${KEY}-${index}`))).toHaveLength(50);
  });
});
