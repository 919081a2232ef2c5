// Suggestions for misspelled keys and file names.

import { expect, it } from 'vitest';
import { similarName } from '../src/similar-name.ts';

const KEYS = [
  'media',
  'title',
  'link',
  'owner',
  'visibility',
  'at',
  'comment',
  'draft',
  'id',
  'urn',
  'resend',
];
const FILES = ['dashboard.png', 'latency.png', 'b.png', 'step-10.png', 'Hero.JPG'];

it.each([
  ['titel', 'title'],
  ['Media', 'media'],
  ['medai', 'media'],
  ['visiblity', 'visibility'],
  ['visbilty', 'visibility'],
  ['links', 'link'],
  ['ownr', 'owner'],
  ['di', 'id'],
  ['coments', 'comment'],
])('the key %s is similar to %s', (name, expected) => {
  expect(similarName(name, KEYS)).toBe(expected);
});

it.each(['image', 'alt', 'date', 'text', 'url', 'published', 'x', '', '__proto__'])(
  'the key %j is similar to no other',
  (name) => {
    expect(similarName(name, KEYS)).toBeNull();
  },
);

it('a key of 100,000 characters is similar to no other', () => {
  expect(similarName('x'.repeat(100_000), KEYS)).toBeNull();
});

it.each([
  ['dashbord.png', 'dashboard.png'],
  ['dashboard.pgn', 'dashboard.png'],
  ['Latency.png', 'latency.png'],
  ['hero.jpg', 'Hero.JPG'],
  ['step10.png', 'step-10.png'],
  ['a.png', null],
  ['launch.png', null],
])('the file %s is similar to %s', (name, expected) => {
  expect(similarName(name, FILES)).toBe(expected);
});

it('the candidate with the fewest edits is the similar one, whatever the order', () => {
  expect(similarName('slide-2.png', ['slides-22.png', 'slide-22.png', 'slide-2b.png'])).toBe(
    'slide-22.png',
  );
  expect(similarName('slide-2.png', ['slides-22.png', 'slide-2.png'])).toBe('slide-2.png');
});
