// The text of a post as LinkedIn shows it.

import { describe, expect, it } from 'vitest';
import { foldOffset, renderLittleText, type TextPart } from '../../../src/post/text/little-text.ts';

describe('renderLittleText', () => {
  it.each<[string, TextPart[]]>([
    ['a \\(b\\)', [{ kind: 'text', text: 'a (b)' }]],
    ['a (b) c', [{ kind: 'text', text: 'a ' }]],
    [
      'a #b\\_c',
      [
        { kind: 'text', text: 'a ' },
        { kind: 'hashtag', tag: 'b_c' },
      ],
    ],
    ['#\\_b\\_', [{ kind: 'hashtag', tag: '_b_' }]],
    ['{hashtag|\\#|b\\_c}', [{ kind: 'hashtag', tag: 'b_c' }]],
    ['{hashtag|#|b}', [{ kind: 'hashtag', tag: 'b' }]],
    ['@[A \\(B\\)](urn:li:person:x)', [{ kind: 'mention', name: 'A (B)', urn: 'urn:li:person:x' }]],
    ['# a', []],
    ['a\\b', [{ kind: 'text', text: 'a' }]],
    ['', []],
  ])('%s is shown part by part', (sent, parts) => {
    expect(renderLittleText(sent)).toEqual(parts);
  });
});

describe('foldOffset', () => {
  it.each([
    ['a\nb\nc', null],
    ['a\nb\nc\nd', 5],
    ['x'.repeat(210), null],
    ['x'.repeat(211), 210],
    [`${'word '.repeat(42)}`.trim(), null],
    [`${'word '.repeat(43)}`.trim(), 210],
    // A letter of two units is not divided.
    [`${'x'.repeat(209)}🙂 and more`, 209],
    [`${'x'.repeat(300)}\nb\nc\nd`, 210],
  ])('%j is folded before the character %s', (text, expected) => {
    expect(foldOffset(text)).toBe(expected);
  });
});
