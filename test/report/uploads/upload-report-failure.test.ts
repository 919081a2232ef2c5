// The report of a run that fails before it has files.

import { describe, expect, it } from 'vitest';
import { CallError, InputError, RunError } from '../../../src/errors/action-error.ts';
import { buildUploadFailureReport } from '../../../src/report/uploads/upload-report.ts';
import { factsOf } from '../../errors/failures.ts';

const DEAD = new CallError('TOKEN_REFUSED', 'LinkedIn refused the registration (401)', {
  status: 401,
  call: factsOf('register'),
});

describe('buildUploadFailureReport', () => {
  const owner = new InputError('INPUT_MISSING', 'owner', 'is empty');
  const files = new InputError('INPUT_INVALID', 'files', 'cannot be used: the pattern ../** climbs');

  it('the report names every invalid input with its hint', () => {
    const { annotations, headline, failed, rows } = buildUploadFailureReport(InputError.all([owner, files]));
    expect(annotations).toEqual([
      { title: 'input owner', message: 'owner is empty', hint: owner.hint },
      { title: 'input files', message: 'files cannot be used: the pattern ../** climbs', hint: files.hint },
    ]);
    expect(headline).toBe('Nothing was sent: 2 inputs to correct');
    expect(failed).toBe(true);
    expect(rows).toEqual([]);
  });

  it('the report has the manifest, unless the manifest is invalid', () => {
    const invalid = new InputError('MANIFEST_INVALID', 'manifest', 'm.json: this is no manifest');
    const manifestOf = (thrown: unknown) => buildUploadFailureReport(thrown, '/w/m.json').manifest;
    expect([owner, InputError.all([owner]), DEAD].map(manifestOf)).toEqual(Array(3).fill('/w/m.json'));
    expect([invalid, InputError.all([owner, invalid])].map(manifestOf)).toEqual([null, null]);
  });

  it.each([
    [new TypeError('x is not a function'), 'unexpected TypeError: x is not a function'],
    ['a string', 'unexpected a string'],
    [undefined, 'unexpected undefined'],
  ])('an unexpected error is reported without its stack: %s', (thrown, message) => {
    const { annotations, headline, failed } = buildUploadFailureReport(thrown);
    expect(annotations).toMatchObject([{ title: 'INTERNAL', message }]);
    expect(headline).toBe('The run failed');
    expect(failed).toBe(true);
    expect(JSON.stringify(annotations)).not.toMatch(/ at |\.ts:/);
  });

  it('the headline of a run that was cancelled before the search says that nothing was sent, and another error keeps its code', () => {
    const { headline, failed } = buildUploadFailureReport(new RunError('RUN_CANCELLED', 'on purpose'));
    expect([headline, failed]).toEqual(['Cancelled. Nothing was sent', true]);
    expect(buildUploadFailureReport(DEAD)).toMatchObject({
      headline: 'The run failed',
      annotations: [{ title: 'TOKEN_REFUSED', hint: DEAD.hint }],
    });
  });
});
