// A run without files to report on, and the words that every problem is told in.

import { describe, expect, it } from 'vitest';
import {
  buildFailureReport,
  withFileName,
  withHint,
  withoutFileName,
} from '../../../src/action/report/report.ts';
import { AggregateInputError, InputError, LinkedInError, RunError } from '../../../src/errors.ts';

const DEAD = new LinkedInError('TOKEN_REFUSED', 'LinkedIn refused the registration (401)', { status: 401 });

describe('a run that has no files to report on', () => {
  const owner = new InputError('INPUT_MISSING', 'owner', 'is empty');
  const files = new InputError('INPUT_INVALID', 'files', 'the pattern ../** climbs');
  const tooMany = new InputError('FILES_TOO_MANY', 'max-files', 'is 2, but the patterns match 3 files');

  it('names every faulty input, with what to do', () => {
    const { annotations, headline, failed, rows } = buildFailureReport(
      new AggregateInputError([owner, files]),
    );
    expect(annotations).toEqual([
      { title: 'input owner', message: 'owner is empty', hint: owner.hint },
      { title: 'input files', message: 'files cannot be used: the pattern ../** climbs', hint: files.hint },
    ]);
    expect(headline).toBe('Nothing was sent: 2 inputs to correct');
    expect(failed).toBe(true);
    expect(rows).toEqual([]);
  });

  it('has a manifest, unless that is what is faulty', () => {
    const invalid = new InputError('MANIFEST_INVALID', 'manifest', 'm.json: this is no manifest');
    const manifestOf = (thrown: unknown) => buildFailureReport(thrown, '/w/m.json').manifestFile;
    expect([owner, new AggregateInputError([owner]), DEAD].map(manifestOf)).toEqual(
      Array(3).fill('/w/m.json'),
    );
    expect([invalid, new AggregateInputError([owner, invalid])].map(manifestOf)).toEqual([null, null]);
  });

  it('names a single faulty input alike', () => {
    const { annotations, headline } = buildFailureReport(tooMany);
    expect(annotations).toMatchObject([
      { title: 'input max-files', message: 'max-files is 2, but the patterns match 3 files' },
    ]);
    expect(headline).toBe('Nothing was sent: 1 input to correct');
  });

  it.each([
    [new TypeError('x is not a function'), 'unexpected TypeError: x is not a function'],
    ['a string', 'unexpected a string'],
    [undefined, 'unexpected undefined'],
  ])('tells a bug without its stack: %s', (thrown, message) => {
    const { annotations, headline, failed } = buildFailureReport(thrown);
    expect(annotations).toMatchObject([{ title: 'INTERNAL', message }]);
    expect(headline).toBe('The run failed');
    expect(failed).toBe(true);
    expect(JSON.stringify(annotations)).not.toMatch(/ at |\.ts:/);
  });

  it('says of a run that was cancelled before it had files that nothing was sent', () => {
    const { headline, failed } = buildFailureReport(new RunError('RUN_CANCELLED', 'on purpose'));
    expect([headline, failed]).toEqual(['Cancelled. Nothing was sent', true]);
  });

  it('keeps the code of an error of ours', () => {
    expect(buildFailureReport(DEAD).annotations).toMatchObject([{ title: 'TOKEN_REFUSED', hint: DEAD.hint }]);
  });
});

describe('words', () => {
  it.each([
    ['a.png is empty', 'a.png is empty'],
    ['a.pngx is empty', 'a.png: a.pngx is empty'],
    ['no', 'a.png: no'],
  ])('the file is named in front, once: %s', (message, told) => {
    expect(withFileName('a.png', message)).toBe(told);
    expect(withoutFileName('a.png', 'a.png is empty')).toBe('is empty');
  });

  it.each(['L', 'a', 'Linked'])('a file called %j takes no word of the message for its name', (file) => {
    const message = 'LinkedIn answered';
    expect(withFileName(file, message)).toBe(`${file}: LinkedIn answered`);
  });

  it.each([
    ['it failed', 'it failed. Do this.'],
    ['it failed.', 'it failed. Do this.'],
    ['LinkedIn said: "No."', 'LinkedIn said: "No." Do this.'],
    ['LinkedIn said: "No"', 'LinkedIn said: "No". Do this.'],
    ['it failed …', 'it failed … Do this.'],
    ['why?', 'why? Do this.'],
  ])('a message and its hint are two sentences: %s', (message, told) => {
    expect(withHint({ message, hint: 'Do this.' })).toBe(told);
  });
});
