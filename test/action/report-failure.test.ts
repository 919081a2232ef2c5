// A run without files to report on, and the words that every problem is told in.

import { describe, expect, it } from 'vitest';
import { reportFailure, tell, withHint, withoutName } from '../../src/action/report.ts';
import { AggregateInputError, InputError, LinkedInError, RunError } from '../../src/errors.ts';

const DEAD = new LinkedInError('TOKEN_REFUSED', 'LinkedIn refused the registration (401)', { status: 401 });

describe('a run that has no files to report on', () => {
  const owner = new InputError('INPUT_MISSING', 'owner', 'is empty');
  const files = new InputError('INPUT_INVALID', 'files', 'the pattern ../** climbs');
  const tooMany = new InputError('FILES_TOO_MANY', 'max-files', 'is 2, but the patterns match 3 files');

  it('names every faulty input, with what to do', () => {
    const { problems, headline, failed, rows } = reportFailure(new AggregateInputError([owner, files]));
    expect(problems).toEqual([
      { title: 'input owner', message: 'owner is empty', hint: owner.hint },
      { title: 'input files', message: 'files cannot be used: the pattern ../** climbs', hint: files.hint },
    ]);
    expect(headline).toBe('Nothing was sent: 2 inputs to correct');
    expect(failed).toBe(true);
    expect(rows).toEqual([]);
  });

  it('has a manifest, unless that is what is faulty', () => {
    const invalid = new InputError('MANIFEST_INVALID', 'manifest', 'm.json: this is no manifest');
    const manifestOf = (thrown: unknown) => reportFailure(thrown, '/w/m.json').manifestFile;
    expect([owner, new AggregateInputError([owner]), DEAD].map(manifestOf)).toEqual(
      Array(3).fill('/w/m.json'),
    );
    expect([invalid, new AggregateInputError([owner, invalid])].map(manifestOf)).toEqual([null, null]);
  });

  it('names a single faulty input alike', () => {
    const { problems, headline } = reportFailure(tooMany);
    expect(problems).toMatchObject([
      { title: 'input max-files', message: 'max-files is 2, but the patterns match 3 files' },
    ]);
    expect(headline).toBe('Nothing was sent: 1 input to correct');
  });

  it.each([
    [new TypeError('x is not a function'), 'unexpected TypeError: x is not a function'],
    ['a string', 'unexpected a string'],
    [undefined, 'unexpected undefined'],
  ])('tells a bug without its stack: %s', (thrown, message) => {
    const { problems, headline, failed } = reportFailure(thrown);
    expect(problems).toMatchObject([{ title: 'INTERNAL', message }]);
    expect(headline).toBe('The run failed');
    expect(failed).toBe(true);
    expect(JSON.stringify(problems)).not.toMatch(/ at |\.ts:/);
  });

  it('says of a run that was cancelled before it had files that nothing was sent', () => {
    const { headline, failed } = reportFailure(new RunError('RUN_CANCELLED', 'on purpose'));
    expect([headline, failed]).toEqual(['Cancelled. Nothing was sent', true]);
  });

  it('keeps the code of an error of ours', () => {
    expect(reportFailure(DEAD).problems).toMatchObject([{ title: 'TOKEN_REFUSED', hint: DEAD.hint }]);
  });
});

describe('words', () => {
  it.each([
    ['a.png is empty', 'a.png is empty'],
    ['a.pngx is empty', 'a.png: a.pngx is empty'],
    ['no', 'a.png: no'],
  ])('the file is named in front, once: %s', (message, told) => {
    expect(tell('a.png', message)).toBe(told);
    expect(withoutName('a.png', 'a.png is empty')).toBe('is empty');
  });

  it.each(['L', 'a', 'Linked'])('a file called %j takes no word of the message for its name', (file) => {
    const message = 'LinkedIn answered';
    expect(tell(file, message)).toBe(`${file}: LinkedIn answered`);
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
