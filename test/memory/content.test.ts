// A manifest is untrusted input: it is read as this action writes it, or rejected and left unchanged.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { parseContent } from '../../src/memory/content.ts';
import { uploadEntry } from '../../src/memory/upload-entry.ts';
import { caught } from '../support/caught.ts';
import { formatManifest, parseManifest } from '../support/manifest.ts';
import { manifestText } from './branch-fixture.ts';
import { entryOf, imageOf, keyOf } from './entries.ts';
import { freshPath, open } from './samples.ts';

const HEADER = '{"schema":1,"manifest":"linkedin-media-upload","uploads":[';
const text = manifestText(...[0, 1, 2].map((n) => uploadEntry.parse(entryOf(n))));
const POST = '{"id":"a"}';

function entryText(change: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...JSON.parse(text).uploads[1], ...change });
}

async function rejected(content: string | Uint8Array): Promise<string> {
  const path = freshPath();
  writeFileSync(path, content);
  const error = await caught(() => open(path), InputError);
  expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
  expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
  return error.problem.replace(path, 'm');
}

it('all tables are written and read again, posts by key, one a line, whatever they hold', () => {
  const tables = {
    revision: 3,
    calls: {
      '2026-11-25': { '6.1.media.b': 40, '6.1.media.c': 100 },
      '2026-11-26': { '7.1.media.a': 3 },
    },
    tokens: { '0123456789abcdef': '2026-11-25' },
    waiting: [
      {
        author: 'urn:li:organization:1',
        apiUrl: 'https://api.linkedin.com',
        content: 'a'.repeat(64),
        waitedAt: '2026-11-25T09:00:00.000Z',
      },
    ],
    posts: { b: [null, { c: 2 }], a: { id: 1 } },
  };
  const written = formatManifest(tables);
  expect(written).toBe(
    `{"schema":1,"manifest":"linkedin-media-upload","revision":3,"calls":${JSON.stringify(tables.calls)},` +
      `"tokens":${JSON.stringify(tables.tokens)},"waiting":${JSON.stringify(tables.waiting)},"uploads":[\n],"posts":{\n"a":{"id":1},\n"b":[null,{"c":2}]\n}}\n`,
  );
  expect(parseManifest(written)).toMatchObject(tables);
  expect(formatManifest(parseManifest(written))).toBe(written);
});

const PARTS = '"schema":1,"manifest":"linkedin-media-upload","uploads":[]';
const ONLY_SCHEMA_1 = '`schema`: this version of the action reads only manifests of schema 1';

it.each<[string, string, string | RegExp]>([
  ['a list', '[]', /^Invalid input: expected object/],
  ['the file of another program', '{"name":"x","version":"1.0.0"}', ONLY_SCHEMA_1],
  ['another schema', `{${PARTS.replace('1', '2')}}`, ONLY_SCHEMA_1],
  [
    'a key at the top that this version does not know',
    `{${PARTS},"more":1}`,
    /^Unrecognized key: "more"$/,
  ],
  ['a missing list', '{"schema":1,"manifest":"linkedin-media-upload"}', /^`uploads`: /],
  ['an object as the list', `{${PARTS.replace('[]', '{}')}}`, /^`uploads`: /],
  ['an empty entry', `${HEADER}{}]}`, /^`uploads\[0\]\.file`: /],
  ['a negative count of a job', `{${PARTS},"calls":{"2026-11-25":{"a":-1}}}`, /^`calls/],
  ['a token in place of its digest', `{${PARTS},"tokens":{"token":"2026-11-25"}}`, /^`tokens/],
  ['a list of posts', `{${PARTS},"posts":[]}`, /^`posts`: /],
  ['a revision that cannot be raised', `{${PARTS},"revision":1e300}`, /^`revision`: /],
  ['bytes that are not UTF-8', '\ufffd', /^it is not valid JSON: .*utf-8/],
  ['an empty file', '', /^it is not valid JSON: .*end of JSON input/],
  [
    'deep nesting',
    `${HEADER}\n${'{"a":'.repeat(9999)}`,
    /^it is not valid JSON: .*end of JSON input/,
  ],
  ['a merge conflict', text.replace('\n{', '\n<<<<<<< HEAD\n{'), /^it is not valid JSON: .*<<<<<</],
])('a manifest is rejected and left unchanged: %s', async (_, content, message) => {
  const found = await rejected(content === '\ufffd' ? Buffer.from([0x7b, 0xff, 0xfe]) : content);
  if (typeof message === 'string') expect(found).toBe(`m: ${message}`);
  else expect(found.replace(/^m: /, '')).toMatch(message);
});

it.each<[string, unknown]>([
  ['kind', 'audio'],
  ['sha256', 'E3'.repeat(32)],
  ['sizeBytes', -1],
  ['owner', 'urn:li:person:'],
  ['api', 'constructor'],
  ['recipe', 'urn:li:digitalmediaRecipe:a"b'],
  ['apiUrl', 'javascript:alert(1)'],
  ['apiUrl', 'https://evil.test\\@api.linkedin.com'],
  ['urn', 'urn:li:digitalmediaAsset:x)y'],
  ['urn', 'urn:li:video:C4'],
  ['state', 'reused'],
  ['checkedAt', '2026-13-01T00:00:00.000Z'],
  ['updatedAt', 'now'],
])('an entry whose `%s` is %j is rejected, and the error names the field', async (field, value) => {
  const message = await rejected(
    `${HEADER}\n${entryText()},\n${entryText({ [field]: value })}\n]}\n`,
  );
  expect(message).toMatch(new RegExp(`^m: \`uploads\\[1\\]\\.${field}\`: `));
});

it('an entry whose `file` has 4,097 characters is rejected, and one with 4,096 is taken', async () => {
  const withFile = (chars: number) => `${HEADER}\n${entryText({ file: 'x'.repeat(chars) })}\n]}\n`;
  expect(await rejected(withFile(4097))).toMatch(/^m: `uploads\[0\]\.file`: /);
  expect(parseManifest(withFile(4096)).uploads.size).toBe(1);
});

it.each(['token', 'constructor', 'toString'])(
  'an entry with a field named %s is rejected, and nothing of its value is repeated',
  async (name) => {
    const entry = entryText().replace('{', `{${JSON.stringify(name)}:"CANARY",`);
    expect(await rejected(`${HEADER}${entry}]}`)).toBe(
      `m: \`uploads[0]\`: Unrecognized key: "${name}"`,
    );
  },
);

it.each<[string, string, string, number]>([
  [
    '`posts`, as after a merge that kept both sides',
    `${HEADER}\n],"posts":{\n"a":${POST}\n},"posts":{\n"b":${POST}\n}}\n`,
    'posts',
    4,
  ],
  ['a post', `${HEADER}],"posts":{\n"a":${POST},\n"a":${POST}}}`, 'a', 3],
  ['a field of an upload', `${HEADER}\n${entryText().replace('{', '{"file":"x",')}\n]}`, 'file', 2],
  [
    'a field of a list in a post',
    `${HEADER}],"posts":{"p":[{"a":[{"a":1}],"b":1,"b":1}]}}`,
    'b',
    1,
  ],
  ['another spelling of the key', `${HEADER}],"posts":{},"p\\u006fsts" : {}}`, 'posts', 1],
  ['a name of the prototype', `${HEADER}],"posts":{"toString":1,"toString":1}}`, 'toString', 1],
])(
  'a key that appears twice in one object is rejected with its line: %s',
  async (_, content, key, line) => {
    expect(await rejected(content)).toBe(
      `m, line ${line}: the key \`${key}\` appears twice in one object, as after a merge that kept both sides`,
    );
  },
);

it.each([
  '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
  '{"a":"\\"a\\":","b":"{\\"a\\":1,","c":["a","a",":","a"]}',
  '{"a\\\\":1,"a":"\\\\","A":2,"":3," ":4,"constructor":5}',
])('a key that appears once in each object is valid: %s', (post) => {
  expect(parseManifest(`${HEADER}],"posts":{"a":${post}}}`).posts).toEqual({ a: JSON.parse(post) });
});

it.each<[string, (text: string) => string]>([
  ['as this action writes it', (whole) => whole],
  ['with Windows line ends', (whole) => whole.replaceAll('\n', '\r\n')],
  ['with a byte order mark', (whole) => `\ufeff${whole}`],
  ['as a formatter writes it', (whole) => JSON.stringify(JSON.parse(whole), null, 2)],
  ['with a duplicate line', (whole) => whole.replace(/\n(\{.*,)\n/, '\n$1\n$1\n')],
])('a valid manifest is read and left unchanged: %s', async (_, change) => {
  const path = freshPath();
  writeFileSync(path, change(text));
  const { uploads, memory } = await open(path);
  expect([0, 1, 2].map((n) => uploads.find(keyOf(n))?.file)).toEqual(
    [0, 1, 2].map((n) => imageOf(n).file),
  );
  await memory.close();
  expect(readFileSync(path, 'utf8')).toBe(change(text));
});

it('the newer of two entries with one key is read, whatever their order', () => {
  const [older, newer] = [
    entryText({ state: 'registered', updatedAt: '2026-11-24T00:00:00.000Z' }),
    entryText({ state: 'available', updatedAt: '2026-11-25T00:00:00.000Z' }),
  ];
  for (const entries of [`${older},${newer}`, `${newer},${older}`])
    expect([...parseManifest(`${HEADER}${entries}]}`).uploads.values()]).toMatchObject([
      { state: 'available' },
    ]);
});

it.each(['::error::x', 'a word', null])('a status that is not a word is dropped: %j', (status) => {
  const { uploads } = parseManifest(`${HEADER}\n${entryText({ status })}\n]}\n`);
  expect([...uploads.values()].map((entry) => entry.status)).toEqual([undefined]);
  expect(formatManifest({ uploads })).not.toContain('status');
});

it('a manifest that is cut at any byte is rejected, unless only the last newline is missing', () => {
  const bytes = Buffer.from(text);
  for (let length = 0; length < bytes.length; length += 1) {
    const cut = () => parseContent(bytes.subarray(0, length), 'm');
    if (length < bytes.length - 1) expect(cut, `cut at ${length}`).toThrow(InputError);
    else expect(cut().uploads.size).toBe(3);
  }
});
