// The values of single inputs: what each type accepts, and what it says about any other text.

import { expect, it } from 'vitest';
import {
  apiUrl,
  attempts,
  author,
  branch,
  branchPath,
  mustBe,
  oneOf,
  owner,
  trueOrFalse,
  wholeNumber,
} from '../../src/inputs/input-types.ts';
import type * as z from '../../src/schema.ts';

/** What the type makes of `text`, or its message. */
function read(type: z.ZodType, text: string): unknown {
  const { data, error } = type.safeParse(text);
  return error === undefined ? data : error.issues.map(({ message }) => message).join();
}

it('a rejected value is shortened, and shown on one line', () => {
  expect(mustBe('x', `a\n::error::${'x'.repeat(5000)}`)).toBe(
    'is "a\\n::error::xxxxxxxxx"…, but must be x',
  );
  expect(mustBe('x', 'x'.repeat(20))).toBe('is "xxxxxxxxxxxxxxxxxxxx", but must be x');
});

const choice = oneOf(['a', 'b']);
const from1To64 = wholeNumber(1, 64);
const texts = (list: string[], row: (text: string) => [z.ZodType, string, unknown]) =>
  list.map(row);
const WRONG_NUMBERS = [
  '-1',
  '+8',
  '8.0',
  '1e1',
  '0x10',
  '8 8',
  '٨',
  'Infinity',
  '9'.repeat(400),
  '0',
  '65',
];
const isNumber = expect.stringMatching(/but must be a whole number from 1 to 64$/);
const isBoolean = expect.stringMatching(/`true` or `false`$/);

it.each<[z.ZodType, text: string, value: unknown]>([
  [choice, 'b', 'b'],
  [choice, 'B', 'is "B", but must be one of: a, b'],
  [from1To64, '08', 8],
  [from1To64, '1', 1],
  [from1To64, '64', 64],
  ...texts(WRONG_NUMBERS, (text) => [from1To64, text, isNumber]),
  ...texts(['true', 'True', 'TRUE'], (text) => [trueOrFalse, text, true]),
  ...texts(['false', 'False', 'FALSE'], (text) => [trueOrFalse, text, false]),
  ...texts(['yes', '1', 'tRUE'], (text) => [trueOrFalse, text, isBoolean]),
  [attempts, 'true', 1],
  [attempts, 'false', 0],
  [attempts, '3', 3],
  [attempts, '-1', expect.stringMatching(/the number of further attempts/)],
])(
  'a choice, a number, a boolean or a number of attempts is read from its text: %#',
  (type, text, value) => {
    expect(read(type, text)).toEqual(value);
  },
);

it.each([
  'https://gateway.example/linkedin/',
  'http://127.0.0.1:8080/',
  'http://localhost:8080/',
  'http://[::1]:8080/',
])('an API URL may be %s', (text) => {
  expect(String(read(apiUrl, text))).toBe(text);
});

it.each<[string, RegExp]>([
  ['api.linkedin.com', /https URL/],
  ['http://api.linkedin.com', /https URL \(http only on loopback\)/],
  ['http://127.0.0.1.evil.example', /https URL/],
  ['http://localhost.evil.example', /https URL/],
  ['ftp://127.0.0.1', /https URL/],
  ['https://api.linkedin.com/?key=1', /without .*`\?`/],
  ['https://api.linkedin.com/#x', /without .*`#`/],
])('an API URL is not %s', (text, message) => {
  expect(read(apiUrl, text)).toMatch(message);
});

it.each([
  'https://user:hunter2@api.linkedin.com',
  'https//user:hunter2@host',
  'https://hunter2@host:x',
])('the password in a rejected API URL is never shown: %s', (text) => {
  expect(read(apiUrl, text)).toMatch(/^contains an @, .* without user, password/);
  expect(read(apiUrl, text)).not.toContain('hunter2');
});

it.each([
  ['urn:li:person:AbC-d_9'],
  ['urn:li:organization:5'],
  ['urn:li:sponsoredAccount:512'],
  ['urn:li:sponsoredAdAccount:512'],
])('an owner may be %s', (text) => {
  expect(read(owner, text)).toBe(text);
});

it.each<[string, RegExp]>([
  ['Acme Inc.', /"Acme Inc\.".*urn:li:organization:/],
  ['urn:li:organization:acme', /the number of the page, not its name/],
  ['https://www.linkedin.com/company/acme/', /the number of the page, not its name/],
  ['https://www.linkedin.com/company/5/admin/', /a URN: urn:li:organization:5 for this page$/],
  ['urn:li:company:5', /a URN: urn:li:organization:5 for this page$/],
  ['organization:5', /a URN: urn:li:organization:5 for this page$/],
  ['5', /a URN: urn:li:organization:5 for this page$/],
  ["'urn:li:organization:5'", /without quotes/],
  ['urn:li:person:', /a URN: .*urn:li:person:… for a member/],
  [
    '/in/jane-doe',
    /the id of the person, which is not in the address of the profile; `mode: check`/,
  ],
  [
    'in/jane-doe',
    /the id of the person, which is not in the address of the profile; `mode: check`/,
  ],
  ['vars.OWNER', /the value of the variable, not its name/],
  ...[' ; ', ',', '\n'].map((separator): [string, RegExp] => [
    `urn:li:organization:5${separator}urn:li:person:1`,
    /one URN; for several owners, use a matrix of jobs with one owner each$/,
  ]),
])('a text that is no URN of an owner says which URN is meant: %s', (text, message) => {
  expect(read(owner, text)).toMatch(message);
});

it('an ad account is no author, and is not suggested as one', () => {
  expect(read(author, 'urn:li:sponsoredAccount:1')).toMatch(
    /an ad account cannot be the author of posts$/,
  );
  expect(read(author, 'acme')).toContain(
    'urn:li:organization:24141830 for the page with the admin view',
  );
  expect(read(author, 'acme')).not.toContain('sponsoredAccount');
});

it.each([
  ...[
    'a b',
    'a..b',
    '/a',
    'a/',
    'a//b',
    '-a',
    '.a',
    'a/.b',
    'a.lock',
    'a.',
    'a~1',
    'a:b',
    'a?',
    '@',
  ],
  ...['a@{1}', 'ä\u0007'],
])('the branch %j is rejected', (text) => {
  expect(read(branch, text)).toMatch(/, but must be the name of a branch$/);
});

it.each(['linkedin-media', 'bot/linkedin', 'größe', 'a.b', 'a@b', '1'])(
  'the branch %s is accepted',
  (text) => {
    expect(read(branch, text)).toBe(text);
  },
);

it.each(['heads/bot/linkedin', 'refs/heads/bot/linkedin'])(
  '%s means the branch bot/linkedin: two spellings are one memory',
  (text) => {
    expect(read(branch, text)).toBe('bot/linkedin');
  },
);

it.each(['origin/bot/linkedin', 'remotes/origin/bot/linkedin', 'refs/remotes/origin/bot/linkedin'])(
  'the remote branch %s is an error that shows the name without `origin/`',
  (text) => {
    expect(read(branch, text)).toMatch(/, but must be the name without `origin\/`: bot\/linkedin$/);
  },
);

it('another full reference is rejected with the form that is expected', () => {
  expect(read(branch, 'refs/tags/x')).toBe(
    'is "refs/tags/x", but must be the name alone, such as linkedin-media',
  );
});

it.each([
  ['media/linkedin.json', 'media/linkedin.json'],
  ['./media//linkedin.json', 'media/linkedin.json'],
])('the path %s is %s on the branch', (text, path) => {
  expect(read(branchPath, text)).toBe(path);
});

it.each(['/etc/linkedin.json', 'media/', '../linkedin.json', '.git/linkedin.json', '.'])(
  'the path %s is no file on a branch',
  (text) => {
    expect(read(branchPath, text)).toMatch(
      /with `manifest-branch` it is the path of a file on the branch/,
    );
  },
);
