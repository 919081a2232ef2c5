// What the runner makes of a line: commands, forgeries, masks and the limits of annotations.

import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Masks } from './masks.ts';
import { StepLog } from './step-log.ts';

const WORKSPACE = resolve('workspace');

function read(lines: readonly string[], debug = false) {
  const masks = new Masks();
  const log = new StepLog({ masks, workspace: WORKSPACE, debug });
  for (const line of lines) log.take(line);
  return { log, masks };
}

describe('workflow commands', () => {
  it.each([
    ['the plain form', '::error::bad', { level: 'error', message: 'bad' }],
    ['leading blanks', ' \t::warning::bad', { level: 'warning', message: 'bad' }],
    ['another case', '::NOTICE TITLE=T::bad', { level: 'notice', message: 'bad', title: 'T' }],
    ['the old form, anywhere', 'see ##[error]bad', { level: 'error', message: 'bad' }],
    [
      'the old form with properties',
      '##[error title=a%3Bb;line=2]x%5D',
      { level: 'error', message: 'x]', title: 'a;b', line: 2 },
    ],
    ['escapes, the percent sign last', '::error::a%0Ab%250A%25', { level: 'error', message: 'a\nb%0A%' }],
    [
      'properties',
      '::error file=a/b%2Cc.png,title=A%3A B,line=3,empty=::bad',
      { level: 'error', message: 'bad', file: 'a/b,c.png', title: 'A: B', line: 3 },
    ],
    [
      'an absolute file',
      `::error file=${join(WORKSPACE, 'a', 'b.png')}::bad`,
      { level: 'error', message: 'bad', file: 'a/b.png' },
    ],
  ])('takes %s', (_, line, annotation) => {
    expect(read([line]).log.annotations).toEqual([annotation]);
  });

  it.each(['text ::error::x', '::error x', '::unknown::x', ':: error::x', '##[unknown]x', '##[error'])(
    'leaves %j as text',
    (line) => {
      const { log } = read([line]);
      expect(log.annotations).toEqual([]);
      expect(log.seen).toEqual([line]);
    },
  );

  it('obeys a forged set-output, and fails the step for a forged set-env', () => {
    const { log } = read(['::set-output name=urn::forged', '::set-env name=A::b']);
    expect(log.outputs).toEqual({ urn: 'forged' });
    expect(log.failed).toBe(true);
    expect(log.annotations[0]?.message).toContain('set-env');
  });

  it('obeys nothing between stop-commands and its token', () => {
    const { log } = read(['::stop-commands::Tok', '::error::in', '##[error]in', '::tok::', '::error::out']);
    expect(log.annotations.map((each) => each.message)).toEqual(['out']);
    expect(log.seen).toEqual(['::stop-commands::Tok', '::error::in', '##[error]in', '::tok::', 'Error: out']);
  });

  it('shows what a person sees, and keeps what was written', () => {
    const lines = [
      '::group::Files',
      'a',
      '::endgroup::',
      '::warning::two%0Alines',
      '::debug::d',
      '::echo::on',
    ];
    const { log } = read(lines);
    expect(log.seen).toEqual(['▾ Files', 'a', 'Warning: two', 'lines']);
    expect(log.debug).toEqual(['d']);
    expect(log.raw).toEqual(lines);
    expect(read(['::debug::d'], true).log.seen).toEqual(['##[debug]d']);
  });

  it('keeps ten annotations of each level and 4096 characters of each', () => {
    const { log } = read(
      ['error', 'warning'].flatMap((name) => Array(12).fill(`::${name}::${'x'.repeat(5000)}`)),
    );
    expect(log.annotations).toHaveLength(20);
    expect(log.annotations[0]?.message).toHaveLength(4096);
    expect(log.seen).toHaveLength(24);
  });
});

describe('masks', () => {
  it('hides from the next line on, with each line of the value', () => {
    const { log, masks } = read([
      'sesame',
      '::add-mask::sesame%0A  open up %0A%0A',
      'a sesame',
      'open up, sesame!',
    ]);
    expect(log.seen).toEqual(['sesame', 'a ***', '***, ***!']);
    expect(masks.values).toEqual(['sesame\n  open up \n\n', 'sesame', 'open up']);
  });

  it('hides what an annotation says, and its title', () => {
    const { log } = read(['::add-mask::sesame', '::error title=sesame::say sesame', '::debug::sesame']);
    expect(log.annotations).toEqual([{ level: 'error', title: '***', message: 'say ***' }]);
    expect(log.debug).toEqual(['***']);
  });

  it('warns of an empty mask and hides nothing by it', () => {
    const { log } = read(['::add-mask:: ', 'a b']);
    expect(log.annotations[0]?.level).toBe('warning');
    expect(log.seen.at(-1)).toBe('a b');
  });

  const secret = 'a "b"/c&d';
  it.each([
    ['base64', btoa(secret)],
    ['base64, one byte on', btoa(`x${secret}`).slice(4)],
    ['base64, two bytes on', btoa(`xy${secret}`).slice(4)],
    ['JSON', JSON.stringify({ secret })],
    ['a URI', `?q=${encodeURIComponent(secret)}&r`],
  ])('hides the value in %s', (_, text) => {
    const masks = new Masks();
    masks.add(secret);
    expect(masks.isIn(text)).toBe(true);
    expect(masks.apply(text)).toContain('***');
  });

  it('merges stretches that touch or overlap', () => {
    const masks = new Masks();
    for (const value of ['aba', 'bac', 'xyz']) masks.add(value);
    expect(masks.apply('-ababac-xyzxyz-')).toBe('-***-***-');
  });
});
