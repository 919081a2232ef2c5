// A manifest is input that anyone may have shaped: it is read as it was written, or refused by line and left alone.

import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { entryLine } from '../../../src/publish/manifest/schema.ts';
import { manifestChunks, parseManifest } from '../../../src/publish/manifest/text.ts';
import { caught } from '../../support/caught.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { freshPath, open, reread } from './samples.ts';
import { keyOf, pictureOf } from './uploads.ts';

const HEADER = '{"schema":1,"manifest":"linkedin-media-upload","entries":[';

const LINES = [0, 1, 2].map((n) =>
  entryLine({ ...keyOf(n), ...pictureOf(n), updatedAt: '2026-11-25T12:00:00.000Z' }),
);
const text = Buffer.concat([...manifestChunks(LINES)]).toString();

function entryText(change: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...JSON.parse(text).entries[1], ...change });
}

async function refused(content: string | Uint8Array): Promise<string> {
  const path = freshPath();
  writeFileSync(path, content);
  const error = await caught(() => open(path), InputError);
  expect([error.code, error.input]).toEqual(['MANIFEST_INVALID', 'manifest']);
  expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
  return error.message.slice(`${path}, `.length);
}

describe('what is refused, and left as it is', () => {
  it.each<[string, string, string]>([
    ['nothing at all', '', 'line 1: this is no manifest of this action'],
    ['a page', '<!doctype html>', 'line 1: this is no manifest of this action'],
    ['another list', '[]', 'line 1: this is no manifest of this action'],
    ['another object', '{"name":"x","version":"1.0.0"}', 'line 1: this is no manifest of this action'],
    ['another schema 1', '{"schema":1,"entries":[]}', 'line 1: this is no manifest of this action'],
    ['another tool', HEADER.replace('linkedin', 'x'), 'line 1: this is no manifest of this action'],
    [
      'one of a later version',
      '{"schema":2,"manifest":"linkedin-media-upload","uploads":{}}',
      'line 1: it is of schema 2, and this version of the action reads 1 alone',
    ],
    [
      'a header alone',
      '{"schema":1,"manifest":"linkedin-media-upload",',
      'line 1: the list of entries is missing',
    ],
    [
      'other entries',
      '{"schema":1,"manifest":"linkedin-media-upload","entries":{}}',
      'line 1: the list of entries is missing',
    ],
    ['no end', HEADER, 'line 1: the entry is not whole'],
    ['a comma too many', `${HEADER},]}`, 'line 1: the entry is not whole'],
    ['numbers', `${HEADER}\n1,2]}`, 'line 2: the entry is not whole'],
    ['an empty entry', `${HEADER}\n\n{}]}`, 'line 3: `file` of the entry is not what a manifest holds'],
    ['a deep entry', `${HEADER}\n${'{"a":'.repeat(9999)}`, 'line 2: the entry is not whole'],
    [
      'a deep list',
      `${HEADER}\n{"a":${'['.repeat(9999)}}]}`,
      'line 2: the entry is not what a manifest holds',
    ],
    ['a long string', `${HEADER}\n{"a":"${'x'.repeat(1_000_000)}"}]}`, 'line 2: the entry is not whole'],
  ])('%s', async (_, content, message) => {
    expect(await refused(content)).toBe(message);
  });

  it.each<[string, (text: string) => string, string]>([
    [
      'the marks of a merge',
      (whole) => whole.replace('\n{', '\n<<<<<<< HEAD\n{'),
      'line 2: the entry is not whole',
    ],
    ['a comma missing', (whole) => whole.replace('},\n', '}\n'), 'line 2: the list of entries breaks off'],
    ['a comma before the end', (whole) => whole.replace('}\n]', '},\n]'), 'line 5: the entry is not whole'],
    ['more after the end', (whole) => `${whole}{}`, 'line 4: the list of entries breaks off'],
    ['a second file after it', (whole) => whole + whole, 'line 4: the list of entries breaks off'],
  ])('%s', async (_, change, message) => {
    expect(await refused(change(text))).toBe(message);
  });

  it.each<[string, Record<string, unknown>]>([
    ['file', { file: 1 }],
    ['file', { file: 'x'.repeat(4097) }],
    ['kind', { kind: 'document' }],
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
    ['status', { status: '::error::x' }],
    ['status', { status: null }],
    ['checkedAt', { checkedAt: '2026-13-01T00:00:00.000Z' }],
    ['updatedAt', { updatedAt: 'now' }],
  ])('an entry whose `%s` is wrong (%#)', async (field, change) => {
    const message = await refused(`${HEADER}\n${entryText()},\n${entryText(change)}\n]}\n`);
    expect(message).toBe(`line 3: \`${field}\` of the entry is not what a manifest holds`);
  });

  it.each(['token', '__proto__', 'constructor', 'toString'])(
    'an entry with a field named %s, which is not told',
    async (name) => {
      const entry = entryText()
        .replace('{', `{${JSON.stringify(name)}:{"isAdmin":true},`)
        .replace('}', '');
      const broken = await refused(`${HEADER}\n${entry}\n]}\n`);
      const flat = await refused(
        `${HEADER}\n${entryText().replace('{', `{${JSON.stringify(name)}:"CANARY",`)}\n]}\n`,
      );
      expect(flat).toBe('line 2: the entry is not what a manifest holds');
      expect(broken).toMatch(/^line 2: the (entry is not what a manifest holds|list of entries breaks off)$/);
      expect({}).not.toHaveProperty('isAdmin');
    },
  );
});

describe('what is read', () => {
  it.each<[string, (text: string) => string]>([
    ['as it was written', (whole) => whole],
    ['with lines of Windows', (whole) => whole.replaceAll('\n', '\r\n')],
    ['with a byte order mark', (whole) => `\ufeff${whole}`],
    ['without white space', (whole) => JSON.stringify(JSON.parse(whole))],
    ['as a formatter leaves it', (whole) => JSON.stringify(JSON.parse(whole), null, 2)],
    ['with a line twice', (whole) => whole.replace(/\n(\{.*,)\n/, '\n$1\n$1\n')],
  ])('a manifest %s', async (_, change) => {
    const path = freshPath();
    writeFileSync(path, change(text));
    const { manifest } = await open(path);
    expect([0, 1, 2].map((n) => manifest.find(keyOf(n))?.file)).toEqual(
      [0, 1, 2].map((n) => pictureOf(n).file),
    );
    await manifest.close();
    expect(readFileSync(path, 'utf8')).toBe(change(text));
  });

  it('the newer of two entries with one key, wherever it stands', async () => {
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
      const { manifest } = await open(path);
      expect(manifest.find(keyOf(1))?.state).toBe('available');
      manifest.record(keyOf(2), pictureOf(2));
      await manifest.close();
      expect(JSON.parse(readFileSync(path, 'utf8')).entries).toHaveLength(2);
    }
  });

  it('names the line of an entry in a file of any layout', async () => {
    const broken = JSON.parse(text);
    broken.entries[2].state = 'lost';
    expect(await refused(JSON.stringify(broken, null, 2))).toMatch(/^line 31: `state`/);
  });
});

/** Whatever the bytes: they load, or are refused by the one code; and they stay. */
async function holdsFor(bytes: Uint8Array, path: string): Promise<void> {
  writeFileSync(path, bytes);
  try {
    const { manifest } = await open(path);
    await manifest.close();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.code).toBe('MANIFEST_INVALID');
  }
  expect(readFileSync(path).equals(Buffer.from(bytes))).toBe(true);
}

describe('whatever becomes of the bytes, they load or are refused, and stay', () => {
  const anywhere = fc.nat({ max: 100_000 });
  const asBytes = () => Buffer.from(text);

  it('cut at any byte: only the newline at the end may be missing', async () => {
    const path = freshPath();
    const bytes = asBytes();
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = () => parseManifest(bytes.toString('utf8', 0, length), path);
      if (length < bytes.length - 1) expect(cut, `cut at ${length}`).toThrow(InputError);
      else expect(cut()).toHaveLength(3);
      if (length % 37 === 0) await holdsFor(bytes.subarray(0, length), path);
    }
  });

  it('any byte changed', async () => {
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

  it('lines moved, doubled and dropped', async () => {
    const path = freshPath();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 4 }), { maxLength: 9 }), async (order) => {
        const lines = text.split('\n');
        await holdsFor(Buffer.from(order.map((index) => `${lines[index]}\n`).join('')), path);
      }),
      fuzzed(1000),
    );
  });

  it('a piece of JSON put in anywhere', async () => {
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

  it('JSON of any shape in the place of entries is none', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { maxLength: 3 }), (values) => {
        const whole = `${HEADER}${values.join(',')}]}`;
        if (values.length === 0) expect(parseManifest(whole, 'm')).toEqual([]);
        else expect(() => parseManifest(whole, 'm')).toThrow(InputError);
      }),
      fuzzed(2000),
    );
  });

  it('what loads is JSON', async () => {
    await fc.assert(
      fc.asyncProperty(anywhere, fc.constantFrom(...'{}[],:"\\ \n01'), async (place, character) => {
        const at = place % text.length;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        let entries: unknown[];
        try {
          entries = parseManifest(changed, 'm');
        } catch {
          return;
        }
        expect(JSON.parse(changed).entries).toHaveLength(entries.length);
      }),
      fuzzed(2000),
    );
  });
});

it('an API base of another run is another upload: a URN of a sandbox never reaches LinkedIn', async () => {
  const path = freshPath();
  const { manifest } = await open(path);
  manifest.record({ ...keyOf(1), apiUrl: 'http://127.0.0.1:4000' }, pictureOf(1));
  await manifest.close();
  expect((await reread(path)).find(keyOf(1))).toBeNull();
});
