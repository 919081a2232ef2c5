// What a run remembers for the next one: found at once, written a little later, in a text that git can compare.

import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { identify } from '../../../src/linkedin/session.ts';
import {
  apiBaseOf,
  type ManifestKey,
  openManifest,
  type UploadRecord,
} from '../../../src/publish/manifest/manifest.ts';
import { caught } from '../../support/caught.ts';
import { TestClock } from '../../support/clock.ts';
import { freshPath, open, reread, TODAY_MS, written } from './samples.ts';
import { keyOf, pictureOf } from './uploads.ts';

/** Without its header, its footer and the commas. */
function linesOf(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(1, -2).map((line) => line.replace(/,$/, ''));
}

function filesOf(path: string): string[] {
  return linesOf(path).map((line) => JSON.parse(line).file);
}

const VIDEO: UploadRecord = {
  file: 'clip.mp4',
  kind: 'video',
  identity: identify('urn:li:video:C4E', 'video'),
  state: 'available',
  status: 'AVAILABLE',
  checkedAt: '2026-11-25T11:00:00.000Z',
};

describe('find', () => {
  it('knows nothing when there is no file, and makes none', async () => {
    const { manifest, path } = await open(freshPath());
    expect(manifest.find(keyOf(1))).toBeNull();
    await manifest.close();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('gives what was recorded, at once and in the next run', async () => {
    const { manifest, path } = await open(freshPath());
    const key: ManifestKey = { ...keyOf(1), api: 'media', recipe: null };
    manifest.record(key, VIDEO);
    const entry = { ...key, ...VIDEO, updatedAt: '2026-11-25T12:00:00.000Z' };
    expect(manifest.find(key)).toEqual(entry);
    await manifest.flush();
    expect((await reread(path)).find(key)).toEqual(entry);
  });

  it.each<[string, Partial<ManifestKey>]>([
    ['bytes', { sha256: keyOf(2).sha256 }],
    ['size', { sizeBytes: 1 }],
    ['owner', { owner: 'urn:li:person:x' }],
    ['api', { api: 'media' }],
    ['recipe', { recipe: null }],
    ['API base', { apiUrl: 'https://gateway.test/linkedin' }],
  ])('takes an upload of another %s for another', async (_, change) => {
    const { manifest } = await open(freshPath());
    manifest.record(keyOf(1), pictureOf(1));
    expect(manifest.find({ ...keyOf(1), ...change })).toBeNull();
    expect(manifest.find({ ...keyOf(1) })).not.toBeNull();
  });

  it('derives the names of an asset from its URN', async () => {
    const path = await written(1);
    expect((await reread(path)).find(keyOf(0))?.identity).toEqual({
      urn: 'urn:li:digitalmediaAsset:A0',
      assetUrn: 'urn:li:digitalmediaAsset:A0',
      mediaUrn: 'urn:li:image:A0',
      urnSource: 'derived',
    });
  });
});

describe('record', () => {
  it('puts the newest change in the place of all before it', async () => {
    const path = await written(1);
    const { manifest } = await open(path, new TestClock({ todayMs: TODAY_MS + 60_000 }));
    manifest.record(keyOf(0), pictureOf(0, { state: 'available', status: 'AVAILABLE' }));
    manifest.record(keyOf(0), pictureOf(0, { state: 'available' }));
    await manifest.flush();
    const entry = (await reread(path)).find(keyOf(0));
    expect(entry).toMatchObject({ state: 'available', updatedAt: '2026-11-25T12:01:00.000Z' });
    expect(entry).not.toHaveProperty('status');
  });

  it('keeps no word of a server that is none, and no field but its own', async () => {
    const { manifest, path } = await open(freshPath());
    const extra = {
      token: 'CANARY-1',
      uploadUrl: 'https://www.linkedin.com/dms-uploads/CANARY-2?sau=CANARY-3',
      metadata: 'CANARY-4',
    };
    const identity = { ...identify('urn:li:digitalmediaAsset:A1', 'image'), ...extra };
    const status = 'https://www.linkedin.com/?sau=CANARY-5';
    manifest.record({ ...keyOf(1), ...extra }, { ...pictureOf(1), ...extra, identity, status });
    await manifest.flush();
    expect(readFileSync(path, 'utf8')).not.toContain('CANARY');
    expect(JSON.stringify(manifest.find(keyOf(1)))).not.toContain('CANARY');
    expect((await reread(path)).find(keyOf(1))).toMatchObject({ state: 'uploaded' });
  });

  it.each<[string, Partial<ManifestKey & UploadRecord>]>([
    ['sha256', { sha256: 'x' }],
    ['sizeBytes', { sizeBytes: 0 }],
    ['owner', { owner: 'urn:li:share:1' }],
    ['api', { api: 'toString' }],
    ['apiUrl', { apiUrl: 'https://user@api.linkedin.com' }],
    ['apiUrl', { apiUrl: 'https://api.linkedin.com/?token=x' }],
    ['recipe', { recipe: 'feedshare-image' }],
    ['file', { file: '' }],
    ['file', { file: 'x'.repeat(5000) }],
    ['urn', { identity: identify('urn:li:share:1', 'image') }],
    ['urn', { identity: identify('urn:li:video:1', 'image') }],
    ['urn', { identity: identify(`urn:li:image:${'x'.repeat(600)}`, 'image') }],
    ['checkedAt', { checkedAt: 'yesterday' }],
  ])(
    'does not throw for a `%s` that cannot be read again: flush tells it, and keeps the rest',
    async (field, change) => {
      const { manifest, path } = await open(freshPath());
      const key = { ...keyOf(1), ...change };
      manifest.record(key, { ...pictureOf(1), ...change });
      manifest.record(keyOf(2), pictureOf(2));
      const error = await caught(() => manifest.flush(), ActionError);
      expect(error.code).toBe('MANIFEST_WRITE');
      expect(error.message).toContain(`\`${field}\``);
      expect(filesOf(path)).toEqual([pictureOf(2).file]);
    },
  );
});

describe('the file', () => {
  it('is a header, one entry a line by file and then by key, and a newline at the end', async () => {
    const { manifest, path } = await open(freshPath());
    for (const n of [3, 1, 2]) manifest.record(keyOf(n), pictureOf(n));
    for (const n of [8, 9]) manifest.record(keyOf(n), pictureOf(n, { file: 'a.png' }));
    await manifest.flush();
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^\{"schema":1,"manifest":"linkedin-media-upload","entries":\[\n\{"file":"a\.png",/);
    expect(text).toMatch(/\}\n\]\}\n$/);
    expect(JSON.parse(text).entries).toHaveLength(5);
    expect(filesOf(path)).toEqual(['a.png', 'a.png', ...[1, 2, 3].map((n) => pictureOf(n).file)]);
    const [first, second] = linesOf(path).map((line) => JSON.parse(line).sha256);
    expect([first, second]).toEqual([keyOf(8).sha256, keyOf(9).sha256].sort());
  });

  it('has the fields of an entry in one order, whatever order they came in', async () => {
    const { manifest, path } = await open(freshPath());
    const backwards = (record: object) => Object.fromEntries(Object.entries(record).reverse());
    manifest.record(
      backwards(keyOf(1)) as unknown as ManifestKey,
      backwards(VIDEO) as unknown as UploadRecord,
    );
    await manifest.flush();
    expect(Object.keys(JSON.parse(linesOf(path)[0] ?? '')).join(' ')).toBe(
      'file kind sha256 sizeBytes owner api recipe apiUrl urn state status checkedAt updatedAt',
    );
  });

  it('is the same text whatever order the files came in', async () => {
    const [one, two] = [await open(freshPath()), await open(freshPath())];
    for (const n of [1, 2, 3, 4]) one.manifest.record(keyOf(n), pictureOf(n));
    for (const n of [3, 1, 4, 2]) {
      two.manifest.record(keyOf(n), pictureOf(n));
      await two.manifest.flush();
    }
    await one.manifest.flush();
    expect(readFileSync(two.path, 'utf8')).toBe(readFileSync(one.path, 'utf8'));
  });

  it.each([
    'with\nnewline',
    '::add-mask::x',
    '"quoted"\\',
    '\u{1f3ac}',
    '\ud800',
    '__proto__',
    '],}',
    '\u2028',
  ])('holds a file named %j in one line', async (file) => {
    const { manifest, path } = await open(freshPath());
    manifest.record(keyOf(1), pictureOf(1, { file }));
    await manifest.flush();
    expect(linesOf(path)).toHaveLength(1);
    expect((await reread(path)).find(keyOf(1))?.file).toBe(file);
  });

  it('is left alone by a run that finds everything as it is remembered', async () => {
    const path = await written(3);
    const before = [readFileSync(path, 'utf8'), statSync(path).ino];
    const { manifest, clock } = await open(path, new TestClock({ todayMs: TODAY_MS + 86_400_000 }));
    for (const n of [2, 0, 1]) manifest.record(keyOf(n), pictureOf(n));
    expect(clock.waiting).toBe(0);
    await manifest.close();
    expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual(before);
  });

  it('changes in one line when one upload does', async () => {
    const path = await written(5);
    const before = linesOf(path);
    const { manifest } = await open(path);
    manifest.record(keyOf(2), pictureOf(2, { state: 'available' }));
    await manifest.flush();
    expect(linesOf(path).filter((line) => !before.includes(line))).toHaveLength(1);
    expect(linesOf(path)).toHaveLength(5);
  });

  it('is not written in mode read-only, though changes are found', async () => {
    const path = await written(1);
    const before = readFileSync(path, 'utf8');
    const clock = new TestClock();
    const manifest = await openManifest({ path, clock, mode: 'read-only' });
    manifest.record(keyOf(7), pictureOf(7));
    await clock.advance(1000);
    await manifest.flush();
    await manifest.close();
    expect(manifest.find(keyOf(7))).not.toBeNull();
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  });

  it('is whole, and of one job alone, when two jobs write it', async () => {
    const path = freshPath();
    const [one, two] = [await open(path), await open(path)];
    for (let n = 0; n < 50; n += 1) {
      one.manifest.record(keyOf(n), pictureOf(n, { file: `one-${n}` }));
      two.manifest.record(keyOf(n), pictureOf(n, { file: `two-${n}` }));
      await Promise.all([one.manifest.flush(), two.manifest.flush()]);
      expect(new Set(filesOf(path).map((file) => file.slice(0, 3)))).toHaveProperty('size', 1);
      expect(filesOf(path)).toHaveLength(n + 1);
    }
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  });
});

/** Counts the waits before writes: each write that is not a flush has one. */
class CountingClock extends TestClock {
  sleeps = 0;
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps += 1;
    return super.sleep(ms, signal);
  }
}

describe('when it is written', () => {
  it('begins its write 200 ms after the first change, with all that came until then', async () => {
    const { manifest, clock, path } = await open(freshPath());
    manifest.record(keyOf(1), pictureOf(1));
    await clock.advance(199);
    manifest.record(keyOf(2), pictureOf(2));
    expect(clock.waiting).toBe(1);
    expect(readdirSync(dirname(path))).toEqual([]);
    await clock.advance(1);
    expect(clock.waiting).toBe(0);
    await vi.waitFor(() => expect(filesOf(path)).toHaveLength(2));
  });

  it('takes a change that comes during a write with the next one, which it begins no later', async () => {
    const { manifest, clock, path } = await open(freshPath());
    manifest.record(keyOf(1), pictureOf(1));
    const first = manifest.flush();
    manifest.record(keyOf(2), pictureOf(2));
    await new Promise(setImmediate);
    manifest.record(keyOf(3), pictureOf(3));
    manifest.record(keyOf(1), pictureOf(1, { state: 'available' }));
    expect(clock.waiting).toBe(1);
    await first;
    await clock.advance(200);
    await vi.waitFor(() => expect(filesOf(path)).toHaveLength(3));
    expect((await reread(path)).find(keyOf(1))?.state).toBe('available');
  });

  it('is written once at a time: an older write cannot replace a newer one', async () => {
    const { manifest, path } = await open(freshPath());
    const flushes: Promise<void>[] = [];
    for (let n = 0; n < 3000; n += 1) {
      manifest.record(keyOf(n), pictureOf(n));
      if (n % 500 === 499) flushes.push(manifest.flush());
    }
    let isOver = false;
    const over = Promise.all(flushes).finally(() => {
      isOver = true;
    });
    const seen = new Set<number>();
    while (!isOver) {
      seen.add(readdirSync(dirname(path)).filter((name) => name.endsWith('.tmp')).length);
      await new Promise(setImmediate);
    }
    await over;
    expect([...seen].sort()).toEqual([0, 1]);
    expect(linesOf(path)).toHaveLength(3000);
  });

  it('holds every change of any order of changes, writes and waits', async () => {
    const { manifest, clock, path } = await open(freshPath());
    const flushes: Promise<void>[] = [];
    for (let step = 0; step < 300; step += 1) {
      manifest.record(keyOf(step % 40), pictureOf(step % 40, { status: `STEP_${step}` }));
      if (step % 7 === 0) flushes.push(manifest.flush());
      if (step % 11 === 0) await clock.advance(90);
      if (step % 13 === 0) await new Promise(setImmediate);
    }
    await Promise.all(flushes);
    await manifest.close();
    const again = await reread(path);
    const steps = Array.from({ length: 40 }, (_, n) => again.find(keyOf(n))?.status);
    expect(steps).toEqual(Array.from({ length: 40 }, (_, n) => `STEP_${n < 20 ? 280 + n : 240 + n}`));
  });

  it('writes as often as time allows, not as often as there are changes', async () => {
    const clock = new CountingClock({ todayMs: TODAY_MS });
    const { manifest, path } = await open(freshPath(), clock);
    for (let n = 0; n < 10_000; n += 1) {
      manifest.record(keyOf(n), pictureOf(n));
      if (n % 500 === 499) await clock.advance(100);
    }
    await manifest.close();
    // Two seconds of changes, one write in 200 ms at most.
    expect(clock.sleeps).toBeLessThanOrEqual(10);
    expect(linesOf(path)).toHaveLength(10_000);
    expect(clock.waiting).toBe(0);
  });

  it('leaves no wait behind when it is closed, and writes later changes when told to', async () => {
    const { manifest, clock, path } = await open(freshPath());
    manifest.record(keyOf(1), pictureOf(1));
    await manifest.close();
    expect(filesOf(path)).toHaveLength(1);
    manifest.record(keyOf(2), pictureOf(2));
    await clock.advance(0);
    expect(clock.waiting).toBe(0);
    await manifest.flush();
    expect(filesOf(path)).toHaveLength(2);
  });

  it('keeps what a write could not take for the next one', async () => {
    const path = freshPath('folder/manifest.json');
    const folder = dirname(path);
    const { manifest, clock } = await open(path);
    manifest.record(keyOf(1), pictureOf(1));
    await manifest.flush();
    renameSync(folder, `${folder}-aside`);
    writeFileSync(folder, 'no folder');
    manifest.record(keyOf(2), pictureOf(2));
    await clock.advance(200);
    for (const work of [() => manifest.flush(), () => manifest.close()]) {
      const error = await caught(work, ActionError);
      expect(error.code).toBe('MANIFEST_WRITE');
      expect(error.message).toMatch(/\((EEXIST|ENOTDIR)\)$/);
    }
    expect(filesOf(`${folder}-aside/manifest.json`)).toHaveLength(1);
    renameSync(folder, `${folder}.txt`);
    renameSync(`${folder}-aside`, folder);
    await manifest.flush();
    expect(filesOf(path)).toHaveLength(2);
  });
});

it.each([
  ['https://api.linkedin.com', 'https://api.linkedin.com'],
  ['https://api.linkedin.com/', 'https://api.linkedin.com'],
  ['https://API.linkedin.com:443/', 'https://api.linkedin.com'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://[::1]:80/', 'http://[::1]'],
  ['https://gateway.test/linkedin//', 'https://gateway.test/linkedin'],
])('the API base of %s is %s, and may be kept', async (url, base) => {
  const { manifest } = await open(freshPath());
  const key = { ...keyOf(1), apiUrl: apiBaseOf(new URL(url)) };
  expect(key.apiUrl).toBe(base);
  manifest.record(key, pictureOf(1));
  await manifest.close();
});
