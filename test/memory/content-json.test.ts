// A manifest is untrusted input: it is read as this action writes it, or rejected and left unchanged.

import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import type { Content } from '../../src/memory/content.ts';
import { formatContent, parseContent } from '../../src/memory/content-json.ts';
import { makeUploadEntry, type UploadEntry, uploadKeyText } from '../../src/memory/upload-entry.ts';
import { callsOn } from '../../src/memory/uploads.ts';
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';
import { imageOf, keyOf } from './entries.ts';
import { freshPath, open } from './samples.ts';

const HEADER = '{"schema":1,"manifest":"linkedin-media-upload","uploads":[';

const text = textOf(
  [0, 1, 2].map((n) => ({ ...keyOf(n), ...imageOf(n), updatedAt: '2026-11-25T12:00:00.000Z' })),
);

function textOf(uploads: readonly UploadEntry[]): string {
  const entries = uploads
    .map((upload) => makeUploadEntry(upload))
    .filter((entry) => typeof entry !== 'string');
  return formatContent({ uploads: new Map(entries.map((entry) => [uploadKeyText(entry), entry])) });
}

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

describe('call counts of a manifest', () => {
  it('the call counts of each day are written and read again', () => {
    const calls: Content['calls'] = {
      '2026-11-25': { '6.1.media.b': 40, '6.1.media.c': 100 },
      '2026-11-26': { '7.1.media.a': 3 },
    };
    const written = formatContent({ calls });
    expect(written).toContain(
      '"calls":{"2026-11-25":{"6.1.media.b":40,"6.1.media.c":100},"2026-11-26":{"7.1.media.a":3}},',
    );
    expect(parseContent(written, 'm').calls).toEqual(calls);
    expect(callsOn({ calls }, '2026-11-25')).toBe(140);
    expect(callsOn({ calls }, '2026-11-24')).toBe(0);
  });

  it.each([
    ['a negative count', '{"2026-11-25":-1}'],
    ['a negative count of a job', '{"2026-11-25":{"a":-1}}'],
    ['a count of a day that is not a date', '{"today":1}'],
    ['a list', '[]'],
  ])('%s is invalid', async (_, calls) => {
    expect(await rejected(`${HEADER}],"calls":${calls}}`)).toBe('m: `calls` is not valid');
  });
});

describe('manifests of other versions', () => {
  it.each([0, 2, 3])(
    'a manifest of schema %i is rejected, and the error names both schemas',
    async (schema) => {
      const text = `{"schema":${schema},"manifest":"linkedin-media-upload","uploads":{}}`;
      expect(await rejected(text)).toBe(
        `m: it has schema ${schema}, but this version of the action reads only schema 1`,
      );
    },
  );

  it('a key at the top that this version does not know is rejected and named', async () => {
    expect(await rejected(`${HEADER}],"revision":7,"more":1}`)).toBe('m: its key `more` is not known');
    expect(await rejected(`${HEADER}],"${'x'.repeat(200)}":1}`)).toBe(
      `m: its key \`${'x'.repeat(100)}\` is not known`,
    );
  });
});

describe('posts in a manifest', () => {
  it('posts are written one a line, by key, whatever they hold', () => {
    const unsorted = `${HEADER}],"posts":{"b":[null,{"c":2}],"a":{"id":1}}}`;
    const written = formatContent(parseContent(unsorted, 'm'));
    expect(written.endsWith('"uploads":[\n],"posts":{\n"a":{"id":1},\n"b":[null,{"c":2}]\n}}\n')).toBe(true);
    expect(formatContent(parseContent(written, 'm'))).toBe(written);
  });

  it.each([
    '"__proto__":1',
    '"posts":{"a":[1,{"__proto__":2}]}',
    '"posts":{"__proto__":{}}',
    '"calls":{"2026-11-25":{"\\u005f_proto__":1}}',
  ])('a key `__proto__` (%s) is invalid, because a parser would drop it without a word', async (field) => {
    expect(await rejected(`${HEADER}],${field}}`)).toBe('m, line 1: it has a key `__proto__`');
  });

  it.each(['-1', '1.5', '1e16', '"7"'])('the revision %s is invalid', async (revision) => {
    expect(await rejected(`${HEADER}],"revision":${revision}}`)).toBe('m: `revision` is not valid');
  });

  it('a list of posts is invalid', async () => {
    expect(await rejected(`${HEADER}],"posts":[]}`)).toBe('m: `posts` is not valid');
  });
});

describe('tokens in a manifest', () => {
  it('tokens are kept in the text', () => {
    const tokens = { '0123456789abcdef': '2026-11-25' };
    const written = formatContent({ tokens });
    expect(written).toContain('"tokens":{"0123456789abcdef":"2026-11-25"}');
    expect(parseContent(written, 'm').tokens).toEqual(tokens);
  });

  it.each(['{"token":"2026-11-25"}', '{"0123456789abcdef":"today"}', '[]'])(
    'the tokens %s are invalid',
    async (tokens) => {
      expect(await rejected(`${HEADER}],"tokens":${tokens}}`)).toBe('m: `tokens` is not valid');
    },
  );
});

describe('invalid manifests', () => {
  it.each<[string, string, string]>([
    ['another list', '[]', 'm: it is not a manifest of this action'],
    ['another object', '{"name":"x","version":"1.0.0"}', 'm: it is not a manifest of this action'],
    ['another file of schema 1', '{"schema":1,"uploads":[]}', 'm: it is not a manifest of this action'],
    ['another tool', `${HEADER.replace('linkedin', 'x')}]}`, 'm: it is not a manifest of this action'],
    ['a missing list', '{"schema":1,"manifest":"linkedin-media-upload"}', 'm: `uploads` is not valid'],
    ['an object as the list', `${HEADER.replace('[', '{')}}}`, 'm: `uploads` is not valid'],
    ['a number as an entry', `${HEADER}\n1,2]}`, 'm, line 2: it does not match the manifest format'],
    ['an empty entry', `${HEADER}\n{}]}`, 'm, line 2: `file` is not valid'],
  ])('an invalid manifest is rejected and left unchanged: %s', async (_, content, message) => {
    expect(await rejected(content)).toBe(message);
  });

  it.each<[string, (text: string) => string, quote: string]>([
    ['an empty file', () => '', 'end of JSON input'],
    ['an HTML page', () => '<!doctype html>', '<!doctype'],
    ['deep nesting', () => `${HEADER}\n${'{"a":'.repeat(9999)}`, 'end of JSON input'],
    ['a comma before the end', (whole) => whole.replace('}\n]', '},\n]'), ', ]'],
    ['text after the end', (whole) => `${whole}{}`, 'after JSON at position'],
    ['a truncated line', (whole) => whole.slice(0, whole.indexOf('00002.png')), 'Unterminated string'],
  ])('a manifest that is not valid JSON is rejected with a quotation: %s', async (_, change, quote) => {
    const message = await rejected(change(text));
    expect(message).toMatch(/^m: it is not valid JSON: .+$/);
    expect(message).toContain(quote);
  });

  it('a manifest with a merge conflict is rejected with its line', async () => {
    const conflict = text.replace('},\n{', '},\n<<<<<<< HEAD\n{');
    expect(await rejected(conflict)).toBe('m: it has a merge conflict in line 3');
  });

  it.each<[string, Record<string, unknown>]>([
    ['file', { file: 1 }],
    ['file', { file: 'x'.repeat(4097) }],
    ['kind', { kind: 'audio' }],
    ['sha256', { sha256: 'E3'.repeat(32) }],
    ['sizeBytes', { sizeBytes: -1 }],
    ['sizeBytes', { sizeBytes: 1e300 }],
    ['owner', { owner: 'urn:li:person:' }],
    ['owner', { owner: 'urn:li:person:a\n' }],
    ['owner', { owner: `urn:li:person:${'a'.repeat(600)}` }],
    ['api', { api: 'constructor' }],
    ['recipe', { recipe: 'urn:li:digitalmediaRecipe:a"b' }],
    ['apiUrl', { apiUrl: 'javascript:alert(1)' }],
    ['apiUrl', { apiUrl: 'https://evil.test\\@api.linkedin.com' }],
    ['urn', { urn: 'urn:li:digitalmediaAsset:x)y' }],
    ['urn', { urn: 'urn:li:digitalmediaAsset:x\n' }],
    ['urn', { urn: 'urn:li:video:C4' }],
    ['urn', { urn: 'urn:li:share:1' }],
    ['state', { state: 'reused' }],
    ['checkedAt', { checkedAt: '2026-13-01T00:00:00.000Z' }],
    ['updatedAt', { updatedAt: 'now' }],
  ])('an entry whose `%s` is invalid is rejected with the line number (%#)', async (field, change) => {
    const message = await rejected(`${HEADER}\n${entryText()},\n${entryText(change)}\n]}\n`);
    expect(message).toBe(`m, line 3: \`${field}\` is not valid`);
  });

  it('an invalid entry is rejected with its number when another program formatted the file', async () => {
    const broken = JSON.parse(text);
    broken.uploads[2].state = 'lost';
    expect(await rejected(JSON.stringify(broken, null, 2))).toBe('m, upload 3: `state` is not valid');
  });

  it.each(['token', 'constructor', 'toString'])(
    'an entry with a field named %s is rejected, and nothing of its value is repeated',
    async (name) => {
      for (const value of ['"CANARY"', '{"isAdmin":true}']) {
        const entry = entryText().replace('{', `{${JSON.stringify(name)}:${value},`);
        const message = await rejected(`${HEADER}\n${entry}\n]}\n`);
        expect(message).toBe(`m, line 2: its key \`${name}\` is not known`);
      }
      expect({}).not.toHaveProperty('isAdmin');
    },
  );
});

describe('keys that appear twice', () => {
  const POST = '{"id":"a"}';

  it('a manifest with `posts` twice, as after a merge that kept both sides, is rejected with the line', async () => {
    const both = `${HEADER}\n],"posts":{\n"a":${POST}\n},"posts":{\n"b":${POST}\n}}\n`;
    expect(await rejected(both)).toBe(
      'm, line 4: the key `posts` appears twice in one object, as after a merge that kept both sides',
    );
  });

  it.each<[string, string, string, number]>([
    ['the list of uploads', `${HEADER}\n],\n"uploads":[]}`, 'uploads', 3],
    ['a post', `${HEADER}],"posts":{\n"a":${POST},\n"a":${POST}}}`, 'a', 3],
    ['a field of a post', `${HEADER}],"posts":{\n"a":{"id":1,"urn":2,"id":3}}}`, 'id', 2],
    ['a field of an upload', `${HEADER}\n${entryText().replace('{', '{"file":"x",')}\n]}`, 'file', 2],
    ['a day', `${HEADER}],"calls":{"2026-11-25":{},"2026-11-26":{},"2026-11-25":{}}}`, '2026-11-25', 1],
    ['a field of a list in a post', `${HEADER}],"posts":{"p":[{"a":[{"a":1}],"b":1,"b":1}]}}`, 'b', 1],
    ['another spelling of the key', `${HEADER}],"posts":{},"p\\u006fsts" : {}}`, 'posts', 1],
    ['a key with a quotation mark', `${HEADER}],"posts":{"a\\"":1,"a\\"":1}}`, 'a"', 1],
    ['a name of the prototype', `${HEADER}],"posts":{"toString":1,"toString":1}}`, 'toString', 1],
  ])(
    'a key that appears twice in one object is rejected with its line: %s',
    async (_, content, key, line) => {
      const message = await rejected(content);
      expect(message).toContain(`m, line ${line}: the key \`${key}\` appears twice in one object`);
    },
  );

  it.each([
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
    '{"a":"\\"a\\":","b":"{\\"a\\":1,","c":["a","a",":","a"]}',
    '{"a\\\\":1,"a":"\\\\","A":2,"":3," ":4,"constructor":5}',
  ])('a key that appears once in each object is valid: %s', (post) => {
    expect(parseContent(`${HEADER}],"posts":{"a":${post}}}`, 'm').posts).toEqual({ a: JSON.parse(post) });
  });

  it('a manifest with any JSON as a post is read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat({ max: 3 }), (post, indent) => {
        const isRejected = JSON.stringify(post).includes('"__proto__"');
        const whole = JSON.stringify({ ...JSON.parse(`${HEADER}]}`), posts: { a: post } }, null, indent);
        if (!isRejected)
          expect(parseContent(whole, 'm').posts).toEqual({ a: JSON.parse(JSON.stringify(post)) });
      }),
      fuzzed(),
    );
  });
});

describe('valid manifests', () => {
  it.each<[string, (text: string) => string]>([
    ['as this action writes it', (whole) => whole],
    ['with Windows line ends', (whole) => whole.replaceAll('\n', '\r\n')],
    ['with a byte order mark', (whole) => `\ufeff${whole}`],
    ['without white space', (whole) => JSON.stringify(JSON.parse(whole))],
    ['as a formatter writes it', (whole) => JSON.stringify(JSON.parse(whole), null, 2)],
    ['with a duplicate line', (whole) => whole.replace(/\n(\{.*,)\n/, '\n$1\n$1\n')],
  ])('a valid manifest is read and left unchanged: %s', async (_, change) => {
    const path = freshPath();
    writeFileSync(path, change(text));
    const { uploads, memory } = await open(path);
    expect([0, 1, 2].map((n) => uploads.find(keyOf(n))?.file)).toEqual([0, 1, 2].map((n) => imageOf(n).file));
    await memory.close();
    expect(readFileSync(path, 'utf8')).toBe(change(text));
  });

  it('the newer of two entries with one key is read, whatever their order', async () => {
    const [older, newer] = [
      entryText({ state: 'registered', updatedAt: '2026-11-24T00:00:00.000Z' }),
      entryText({ state: 'available', updatedAt: '2026-11-25T00:00:00.000Z' }),
    ];
    for (const entries of [
      [older, newer],
      [newer, older],
    ]) {
      const path = freshPath();
      writeFileSync(path, `${HEADER}\n${entries.join(',\n')}\n]}\n`);
      const { uploads, memory } = await open(path);
      expect(uploads.find(keyOf(1))?.state).toBe('available');
      uploads.record(keyOf(2), imageOf(2));
      await memory.close();
      expect(JSON.parse(readFileSync(path, 'utf8')).uploads).toHaveLength(2);
    }
  });

  it.each(['::error::x', 'a word', null])('a status that is not a word is dropped: %j', (status) => {
    const { uploads } = parseContent(`${HEADER}\n${entryText({ status })}\n]}\n`, 'm');
    expect([...uploads.values()].map((entry) => entry.status)).toEqual([undefined]);
    expect(formatContent({ uploads })).not.toContain('status');
  });
});

/** Checks that the bytes load or are rejected with MANIFEST_INVALID, and stay unchanged. */
async function holdsFor(bytes: Uint8Array, path: string): Promise<void> {
  writeFileSync(path, bytes);
  try {
    const { memory } = await open(path);
    await memory.close();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.code).toBe('MANIFEST_INVALID');
  }
  expect(readFileSync(path).equals(Buffer.from(bytes))).toBe(true);
}

describe('damaged manifests', () => {
  const anywhere = fc.nat({ max: 100_000 });
  const asBytes = () => Buffer.from(text);

  it('a manifest that is cut at any byte is rejected, unless only the last newline is missing', async () => {
    const path = freshPath();
    const bytes = asBytes();
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = () => parseContent(bytes.toString('utf8', 0, length), path);
      if (length < bytes.length - 1) expect(cut, `cut at ${length}`).toThrow(InputError);
      else expect(cut().uploads.size).toBe(3);
      if (length % 37 === 0) await holdsFor(bytes.subarray(0, length), path);
    }
  });

  it('a manifest with a changed byte loads or is rejected, and stays unchanged', async () => {
    const path = freshPath();
    await fc.assert(
      fc.asyncProperty(anywhere, fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const bytes = asBytes();
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        await holdsFor(bytes, path);
      }),
      fuzzed(1000),
    );
  });

  it('a manifest with moved, doubled and dropped lines loads or is rejected, and stays unchanged', async () => {
    const path = freshPath();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 4 }), { maxLength: 9 }), async (order) => {
        const lines = text.split('\n');
        await holdsFor(Buffer.from(order.map((index) => `${lines[index]}\n`).join('')), path);
      }),
      fuzzed(1000),
    );
  });

  it('a manifest with inserted text loads or is rejected, and stays unchanged', async () => {
    const path = freshPath();
    const piece = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '\n', 'null'),
    );
    await fc.assert(
      fc.asyncProperty(anywhere, piece, async (place, inserted) => {
        const at = place % text.length;
        await holdsFor(Buffer.from(text.slice(0, at) + inserted + text.slice(at)), path);
      }),
      fuzzed(1000),
    );
  });

  it('a manifest with other JSON in place of uploads is rejected', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { maxLength: 3 }), (values) => {
        const whole = `${HEADER}${values.join(',')}]}`;
        if (values.length === 0) expect(parseContent(whole, 'm').uploads.size).toBe(0);
        else expect(() => parseContent(whole, 'm')).toThrow(InputError);
      }),
      fuzzed(),
    );
  });
});
