// Typical mistakes in the lines of `files`, and what to write instead.

import { expect, it } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { explainMistake, readPatternLines } from '../../../src/media/find/patterns.ts';

it.each([
  ['1,000 characters', 'a'.repeat(1000), 'a'.repeat(1001), 'is longer than 1,000 characters'],
  ['100 opening brackets', '['.repeat(100), '['.repeat(101), 'has more than 100 `[`'],
])('a pattern has at most %s', (_, accepted, refused, problem) => {
  expect(readPatternLines(`*.png\n${accepted}`, 'files')).toHaveLength(2);
  expect(() => readPatternLines(`*.png\n${refused}`, 'files')).toThrow(InputError);
  expect(() => readPatternLines(refused, 'files')).toThrow(problem);
});

const LIST = 'lists are not read; write one pattern per line, without brackets, commas and quotes';
const QUOTES = 'quotes are matched literally; write the path without them';
const FROM_WORKSPACE = 'write the path from the workspace, such as media/picture.png';
const VARIABLE = `shell variables are not filled in; ${FROM_WORKSPACE}`;
const BRACES = 'groups and braces are matched literally; write one line for each alternative';
const COMMENT = 'a comment needs its own line';
const LINES = 'each line is one path or pattern; write one per line';

it.each([
  ['["a.png", "media/b.png"]', LIST],
  ['[media/a.png, b.jpg]', LIST],
  ["['*.png']", LIST],
  ['[', LIST],
  ['- a.png', 'items of lists are not read; write the path without a dash and quotes'],
  ['"a.png",', QUOTES],
  ["'media/*.png'", QUOTES],
  ['“media/a.png”', 'its curly quotes are part of the name; write straight ones, `"`'],
  ['~/media/a.png', `~ is the home folder of the runner; ${FROM_WORKSPACE}`],
  [String.raw`C:\media\a.png`, `it is a path of one machine; ${FROM_WORKSPACE}`],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell syntax that users copy.
  ['${GITHUB_WORKSPACE}/media/*.png', VARIABLE],
  ['$MEDIA/*.png', VARIABLE],
  [
    'https://example.org/a.png',
    'it is an address; download the file in an earlier step, and write its path',
  ],
  ['media/*.(png|jpg)', BRACES],
  ['media/*.@(png|jpg)', BRACES],
  ['{a,b}/*.png', BRACES],
  ['a.png # the hero', COMMENT],
  ['media/drafts/** #x', COMMENT],
  ['media/*.png, media/*.jpg', LINES],
  ['media/drafts/**, !media/old/**', LINES],
  ['a.png b.mp4', LINES],
  [
    '/media/*.png',
    'a leading / means the root of the file system; write the path from the workspace, such as media/*.png',
  ],
  [String.raw`media\*.png`, 'folders are separated with /; write media/*.png'],
  ['../media/x.png', 'it has a `.` or `..` segment; write media/x.png, relative to the workspace'],
  ['./media/x.png', 'it has a `.` or `..` segment; write media/x.png, relative to the workspace'],
  ['!../x', 'it has a `.` or `..` segment; write !x, relative to the workspace'],
])('the mistake in the line %s is explained with what to write', (line, text) => {
  expect(explainMistake(line)).toBe(text);
});

it.each([
  'my media/hero.png',
  'media/* copy.png',
  'Screenshot at 10.30.15 AM.png',
  'media/a b.png',
  'media/[ab].png',
  'media/{x}.png',
  '[1] pic.png',
  'a#1.png',
  "it's.png",
])('a line without a typical mistake gets no explanation: %s', (line) => {
  expect(explainMistake(line)).toBeNull();
});
