// The lines of a step as the runner reads them: commands, forged commands and masks.

import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { StepLog } from './step-log.ts';

const WORKSPACE = resolve('workspace');

function read(lines: readonly string[], debug = false) {
  const log = new StepLog({ workspace: WORKSPACE, debug });
  for (const line of lines) log.take(line);
  return log;
}

it.each([
  ['the plain form', '::error::bad', { level: 'error', message: 'bad' }],
  [
    'escapes with the percent sign last',
    '::error::a%0Ab%250A%25',
    { level: 'error', message: 'a\nb%0A%' },
  ],
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
])('a command with %s becomes an annotation', (_, line, annotation) => {
  expect(read([line]).annotations).toEqual([annotation]);
});

it.each([
  ['set-output', '::set-output name=urn::forged'],
  ['unknown', '::unknown::x'],
  ['##[error]', 'see ##[error]bad'],
  ['##[warning title=a]', '##[warning title=a]bad'],
])('the forged command %s fails the step', (name, line) => {
  const log = read([line]);
  expect(log.failed).toBe(true);
  expect(log.annotations[0]?.message).toContain(name);
});

it('a mask hides the value and each of its lines, from the next log line on', () => {
  const log = read([
    'sesame',
    '::add-mask::sesame%0A  open up %0A%0A',
    'a sesame',
    'open up, sesame!',
  ]);
  expect(log.seen).toEqual(['sesame', 'a ***', '***, ***!']);
  expect([...log.masks]).toEqual(['sesame\n  open up \n\n', 'sesame', 'open up']);
});
