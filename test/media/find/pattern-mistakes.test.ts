// Typical mistakes in the lines of `files`, and the lines as they should be.

import { expect, it } from 'vitest';
import { explainMistake } from '../../../src/media/find/pattern-mistakes.ts';

it.each([
  ['["a.png", "media/b.png"]', 'it is a JSON list; write one pattern per line: `a.png` and `media/b.png`'],
  ['["a.png",]', 'it is a JSON list; write `a.png`'],
  ['[media/a.png, b.jpg]', 'it is a YAML list; write one pattern per line: `media/a.png` and `b.jpg`'],
  ["['*.png']", 'it is a YAML list; write `*.png`'],
  ['[', 'it belongs to a JSON list; write one pattern per line, without brackets'],
  ['  "a.png",'.trim(), 'quotes are matched literally; write `a.png`'],
  ['- a.png', 'it is an item of a YAML list; write `a.png`'],
  ["- 'media/*.png'", 'it is an item of a YAML list; write `media/*.png`'],
  ["'media/*.png'", 'quotes are matched literally; write `media/*.png`'],
  ['!"media/*.png"', 'quotes are matched literally; write `!media/*.png`'],
  ['~/media/a.png', '~ is the home folder of the runner, not the workspace; write `media/a.png`'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell syntax that users copy.
  ['${GITHUB_WORKSPACE}/media/*.png', 'shell variables are not filled in; write `media/*.png`'],
  ['$GITHUB_WORKSPACE/media/*.png', 'shell variables are not filled in; write `media/*.png`'],
  ['$MEDIA/*.png', 'shell variables are not filled in; write the path itself'],
  ['https://example.org/a.png', 'it is a URL; download the file in an earlier step and write its path'],
  [
    'media/*.(png|jpg)',
    'groups and braces are matched literally; write one pattern per line: `media/*.png` and `media/*.jpg`',
  ],
  [
    'media/*.@(png|jpg)',
    'groups and braces are matched literally; write one pattern per line: `media/*.png` and `media/*.jpg`',
  ],
  [
    '{a,b}/*.{png,jpg}',
    'groups and braces are matched literally; write one pattern per line: `a/*.png` and `a/*.jpg` and `b/*.png` and `b/*.jpg`',
  ],
  [
    '{a,b,c,d,e,f,g}.png',
    'groups and braces are matched literally; write one pattern per line: `a.png` and `b.png` and `c.png` and `d.png` and `e.png` and …',
  ],
  ['a.png # the hero', 'a comment needs its own line; write `a.png`'],
  [
    'media/*.png, media/*.jpg',
    'each line is one pattern; write one pattern per line: `media/*.png` and `media/*.jpg`',
  ],
  ['a.png b.mp4', 'each line is one pattern; write one pattern per line: `a.png` and `b.mp4`'],
  ['/media/*.png', 'a leading / means the root of the file system; write `media/*.png`'],
  [String.raw`media\*.png`, 'folders are separated with /; write `media/*.png`'],
])('the mistake in the line %s is explained with the line as it should be', (line, text) => {
  expect(explainMistake(line)).toBe(text);
});

it.each([
  'my media/hero.png',
  'media/a b.png',
  'media/[ab].png',
  'media/{x}.png',
  '[1] pic.png',
  'a#1.png',
  "it's.png",
])('a line without a typical mistake gets no explanation: %s', (line) => {
  expect(explainMistake(line)).toBeNull();
});
