// How much a post may have, as documented: as much is accepted, and one more is refused.

import { expect, it } from 'vitest';
import { lineOfProblem } from '../../../src/errors/action-error.ts';
import { parsePostFile } from '../../../src/post/file/parse-post-file.ts';

const OWNER = 'urn:li:organization:123';

/** A post file with these keys. */
function withKeys(keys: Readonly<Record<string, unknown>>, text = 'Text.'): string {
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return ['---', ...lines, '---', text].join('\n');
}

function problemsOf(source: string): string[] {
  const { errors } = parsePostFile(source, 'posts/a.md', {
    owner: OWNER,
    timezone: null,
    release: null,
  });
  return errors.map((error) => `${lineOfProblem(error)} ${error.code} ${error.problem}`);
}

const chars = (count: number) => 'x'.repeat(count);
const withPictures = (count: number) =>
  withKeys({ media: Array.from({ length: count }, (_, index) => `${index}.png`) });
const withAlt = (count: number) => withKeys({ media: [{ file: 'a.png', alt: chars(count) }] });
const withPoll = (change: object) =>
  withKeys({ poll: { question: 'Which one?', options: ['This', 'That'], ...change } });
const withOptions = (...options: string[]) => withPoll({ options });

it.each<[string, string, string, string]>([
  [
    '20 pictures',
    withPictures(20),
    withPictures(21),
    '2 POST_MEDIA `media` has more than 20 entries',
  ],
  [
    'a text of 3,000 characters',
    withKeys({}, chars(3000)),
    withKeys({}, chars(3001)),
    '3 POST_TEXT the text has 3,001 characters, but LinkedIn takes at most 3,000',
  ],
  [
    'a text of 1,500 emoji, which are 3,000 UTF-16 units',
    withKeys({}, '😀'.repeat(1500)),
    withKeys({}, '😀'.repeat(1501)),
    '3 POST_TEXT the text has 3,002 characters, but LinkedIn takes at most 3,000',
  ],
  [
    'a comment of 1,250 characters',
    withKeys({ comment: chars(1250) }),
    withKeys({ comment: chars(1251) }),
    '2 POST_KEY `comment` is longer than 1,250 characters',
  ],
  [
    'a comment of 625 emoji, which are 1,250 UTF-16 units',
    withKeys({ comment: '😀'.repeat(625) }),
    withKeys({ comment: '😀'.repeat(626) }),
    '2 POST_KEY `comment` is longer than 1,250 characters',
  ],
  [
    'an alternative text of 4,086 characters',
    withAlt(4086),
    withAlt(4087),
    '2 POST_MEDIA `alt` of entry 1 of `media` is longer than 4,086 characters',
  ],
  [
    'a question of 140 characters in a poll',
    withPoll({ question: chars(140) }),
    withPoll({ question: chars(141) }),
    '2 POST_KEY `poll.question` is longer than 140 characters',
  ],
  [
    'an option of 30 characters in a poll',
    withOptions(chars(30), 'B'),
    withOptions(chars(31), 'B'),
    '2 POST_KEY option 1 of `poll` is longer than 30 characters',
  ],
  [
    'four options in a poll',
    withOptions('A', 'B', 'C', 'D'),
    withOptions('A', 'B', 'C', 'D', 'E'),
    '2 POST_KEY `poll.options` must be a list of 2 to 4 options',
  ],
])('a post may have %s, and not more', (_, largest, tooLarge, problem) => {
  expect(problemsOf(largest)).toEqual([]);
  expect(problemsOf(tooLarge)).toEqual([expect.stringContaining(problem)]);
});

it('a poll has at least two options', () => {
  expect(problemsOf(withOptions('A', 'B'))).toEqual([]);
  expect(problemsOf(withOptions('A'))).toEqual([
    expect.stringContaining('POST_KEY `poll.options` must be a list of 2 to 4 options'),
  ]);
});
