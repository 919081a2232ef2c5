// The text of annotations. The runner cuts them at 4,096 characters, and the hint is at the end.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import { ERROR_CODES } from '../../../src/errors/error-codes.ts';
import { escapeForLog, logError, withHint } from '../../../src/report/log/logger.ts';
import { hostileText } from '../../support/hostile-names.ts';
import { ledgerOf, picture, settle } from '../../support/ledgers.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { reportOf, setUpReporter, watchStdout } from '../reporter-fixture.ts';

watchStdout();

const RUNNER_CUTS_AT = 4096;
const longest = Object.values(ERROR_CODES)
  .map(({ hint }) => hint)
  .reduce((one, other) => (one.length < other.length ? other : one));

describe('annotation text', () => {
  it.each([
    ['it failed', 'it failed. Do this.'],
    ['it failed.', 'it failed. Do this.'],
    ['LinkedIn said: "No."', 'LinkedIn said: "No." Do this.'],
    ['LinkedIn said: "No"', 'LinkedIn said: "No". Do this.'],
    ['it failed …', 'it failed … Do this.'],
    ['why?', 'why? Do this.'],
  ])('the message and its hint become two sentences: %s', (message, expected) => {
    expect(withHint({ message, hint: 'Do this.' })).toBe(expected);
  });
});

/** The text of the annotation of an error. */
function annotationOf(message: string): string {
  const logger = recordingLogger();
  logError({ title: 'X', message, hint: longest }, logger);
  return logger.texts('error')[0] ?? '';
}

describe('logError', () => {
  it.each([3000, 3900, 4000, 4096, 4097, 100_000])(
    'the annotation of a message of %i characters ends with the hint',
    (length) => {
      for (const message of ['x'.repeat(length), `${'x'.repeat(length - 1)}.`]) {
        const text = annotationOf(message);
        expect(text.length).toBeLessThan(RUNNER_CUTS_AT);
        expect(text.endsWith(`x… ${longest}`) || text === withHint({ message, hint: longest })).toBe(true);
      }
    },
  );

  it('a message that fits into the annotation is not cut', () => {
    const message = 'x'.repeat(3500);
    expect(annotationOf(message)).toBe(`${message}. ${longest}`);
  });

  it('the length of an annotation is measured after escaping, for any message', () => {
    const long = fc
      .tuple(hostileText, fc.nat(500))
      .map(([text, times]) => `${text}\u{e0001}😀`.repeat(times));
    const property = fc.property(long, (message) => {
      const text = escapeForLog(annotationOf(message));
      expect(text.length).toBeLessThan(RUNNER_CUTS_AT);
      expect(text.endsWith(longest)).toBe(true);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

describe('truncated annotations', () => {
  it('only a message that was cut is logged in full', async () => {
    const { reporter, logger } = await setUpReporter();
    const messages = ['short', `${'x'.repeat(5000)}THE END`];
    const ledger = ledgerOf([picture('a.png'), picture('b.png')]);
    for (const [index, message] of messages.entries())
      settle(ledger, index, { state: 'failed', error: new ActionError('MEDIA_REJECTED', message) });
    reporter.writeReport(reportOf(ledger));
    const { hint } = new ActionError('MEDIA_REJECTED', '');
    expect(logger.texts('error')[1]).toMatch(/^b\.png: x+… /);
    expect(logger.texts('error')[1]?.endsWith(hint)).toBe(true);
    expect(logger.texts('info')).toContain(`b.png: ${messages[1]}. ${hint}`);
    expect(logger.texts('info').filter((line) => line.startsWith('a.png'))).toEqual([]);
  });
});
