// The errors of a run as annotations: each cause once, at the place where it can be corrected.

import { expect, it } from 'vitest';
import {
  ActionError,
  FileError,
  InputError,
  RunError,
  runStoppedError,
} from '../../src/errors/action-error.ts';
import { claimLeftError } from '../../src/post/memory/post-memory.ts';
import { annotate } from '../../src/report/annotations.ts';
import type { RowView } from '../../src/report/row-view.ts';

const DOWN = new ActionError('SERVER_FAILED', 'LinkedIn did not respond');

const ROW = {
  state: 'failed',
  stateText: 'failed',
  isGood: false,
  isHandled: true,
  isShown: true,
  warnings: [],
} as const;

function rowOf(error: ActionError, name = 'a.png', noun: RowView['noun'] = 'file'): RowView {
  return { ...ROW, noun, name, file: name, errors: [error] };
}

it('a message starts with the name of its file, and names it once', () => {
  const own = new FileError('FILE_EMPTY', 'a.png', 'is empty');
  const other = new FileError('FILE_EMPTY', 'a.pngx', 'is too long');
  const rows = [own, other, DOWN].map((error) => rowOf(error));
  expect(annotate([], rows)).toMatchObject([
    { title: 'FILE_EMPTY', message: 'a.png is empty', file: 'a.png' },
    { message: 'a.png: a.pngx is too long' },
    { message: 'a.png: LinkedIn did not respond' },
  ]);
});

it('an error at a line is annotated there', () => {
  const error = new ActionError('POST_KEY', '`titel` is not a key', {
    subject: { file: 'a.md', line: 3 },
  });
  expect(annotate([], [rowOf(error, 'a.md')])).toMatchObject([
    { message: 'a.md, line 3: `titel` is not a key', file: 'a.md', line: 3 },
  ]);
});

it('what several files have in common is annotated once, with the names of three and the number of the others', () => {
  const rows = ['a', 'b', 'c', 'd'].map((name) => rowOf(DOWN, name));
  const empty = rowOf(new FileError('FILE_EMPTY', 'e', 'is empty'), 'e');
  expect(annotate([], [...rows, empty]).map(({ message }) => message)).toEqual([
    '4 files (a, b, c and 1 more): LinkedIn did not respond',
    'e is empty',
  ]);
});

it('the same mistake at lines of two posts is annotated at both', () => {
  const rows = ['a.md', 'b.md'].map((file) =>
    rowOf(new ActionError('POST_KEY', 'is not a key', { subject: { file, line: 2 } }), file),
  );
  expect(annotate([], rows)).toHaveLength(2);
});

it('an error of the run is said once, and not for the files that it left', () => {
  const cancelled = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGINT)');
  const left = [
    DOWN,
    runStoppedError('not started', DOWN),
    new RunError('RUN_CANCELLED', 'before it started'),
  ];
  const rows = left.map((error) => rowOf(error));
  const annotations = annotate([cancelled, DOWN], rows);
  expect(annotations.map(({ title, message }) => [title, message])).toEqual([
    ['RUN_CANCELLED', 'the run was cancelled'],
    ['SERVER_FAILED', 'LinkedIn did not respond'],
  ]);
});

it('a claim that a cancelled run could not withdraw is said, and so is a stop that has no error of its own', () => {
  const cancelled = new RunError('RUN_CANCELLED', 'the run was cancelled (SIGINT)');
  const left = new RunError('RUN_CANCELLED', 'the run was cancelled before it was posted');
  const withdrawn = new RunError('RUN_STOPPED', 'not sent: another run withdrew its claim');
  const rows = [claimLeftError(left, { why: 'no time', isEdit: false }), withdrawn].map((error) =>
    rowOf(error),
  );
  expect(annotate([cancelled], rows).map(({ message }) => message)).toEqual([
    'the run was cancelled',
    expect.stringContaining('its claim may still be stored (no time)'),
    'a.png: not sent: another run withdrew its claim',
  ]);
});

it('what is left to do by hand is said, also if the error that stopped the run is its cause', () => {
  const error = new ActionError('COMMENT_FAILED', 'add it by hand: "Docs"', { cause: DOWN });
  expect(annotate([DOWN], [rowOf(error)]).map(({ title }) => title)).toEqual([
    DOWN.code,
    'COMMENT_FAILED',
  ]);
});

it('a file error has its own annotation even if the error that stopped the run has the same code', () => {
  const refused = new ActionError('ACCESS_DENIED', 'LinkedIn refused the registration (403)');
  const own = new ActionError('ACCESS_DENIED', 'LinkedIn refused the upload (403)');
  expect(annotate([refused], [rowOf(own)])).toHaveLength(2);
});

it('an error of an input has its name as title, also in a post of inputs', () => {
  const error = new InputError('POST_MEDIA', 'media', 'a.png does not exist');
  const row = { ...rowOf(error, 'the post', 'post'), file: null };
  expect(annotate([error], [])).toEqual(annotate([], [row]));
  expect(annotate([], [row])).toMatchObject([
    { title: 'input media', message: 'media a.png does not exist' },
  ]);
});

it('an error of a post without a file names the post', () => {
  const [annotation] = annotate([], [{ ...rowOf(DOWN, 'v2.0', 'post'), file: null }]);
  expect(annotation).toEqual({
    title: 'SERVER_FAILED',
    message: 'v2.0: LinkedIn did not respond',
    hint: DOWN.hint,
  });
});
