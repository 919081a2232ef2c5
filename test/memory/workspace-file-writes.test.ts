// The writes of a memory in the workspace: a text that git can compare, written shortly after each change.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { TestClock } from '../support/clock.ts';
import { imageOf, keyOf } from './entries.ts';
import { freshPath, open, reread, TODAY_MS, written } from './samples.ts';

/** The lines of the entries, without header, footer and commas. */
function linesOf(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(1, -3).map((line) => line.replace(/,$/, ''));
}

function filesOf(path: string): string[] {
  return linesOf(path).map((line) => JSON.parse(line).file);
}

describe('manifest file', () => {
  it('the manifest has a header, one entry per line sorted by file and key, and a newline at the end', async () => {
    const { uploads, memory, path } = await open(freshPath());
    for (const n of [3, 1, 2]) uploads.record(keyOf(n), imageOf(n));
    for (const n of [8, 9]) uploads.record(keyOf(n), imageOf(n, { file: 'a.png' }));
    await memory.close();
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(
      /^\{"schema":1,"manifest":"linkedin-media-upload",.*"uploads":\[\n\{"file":"a\.png",/,
    );
    expect(text).toMatch(/\}\n\],"posts":\{\n\}\}\n$/);
    expect(JSON.parse(text).uploads).toHaveLength(5);
    expect(filesOf(path)).toEqual(['a.png', 'a.png', ...[1, 2, 3].map((n) => imageOf(n).file)]);
    const [first, second] = linesOf(path).map((line) => JSON.parse(line).sha256);
    expect([first, second]).toEqual([keyOf(8).sha256, keyOf(9).sha256].sort());
  });

  it('the manifest has the fields of each entry in a fixed order', async () => {
    const { uploads, memory, path } = await open(freshPath());
    const backwards = <T extends object>(record: T) =>
      Object.fromEntries(Object.entries(record).reverse()) as T;
    const checked = { status: 'AVAILABLE', checkedAt: '2026-11-25T11:00:00.000Z' };
    uploads.record(backwards(keyOf(1)), backwards(imageOf(1, checked)));
    await memory.close();
    expect(Object.keys(JSON.parse(linesOf(path)[0] ?? '')).join(' ')).toBe(
      'file kind sha256 sizeBytes owner api recipe apiUrl urn state status checkedAt updatedAt',
    );
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
  ])('the entry of a file named %j takes one line', async (file) => {
    const { uploads, memory, path } = await open(freshPath());
    uploads.record(keyOf(1), imageOf(1, { file }));
    await memory.close();
    expect(linesOf(path)).toHaveLength(1);
    expect((await reread(path)).find(keyOf(1))?.file).toBe(file);
  });

  it('a run that changes nothing but dates does not write the manifest', async () => {
    const path = await written(3);
    const before = [readFileSync(path, 'utf8'), statSync(path).ino];
    const { uploads, memory, clock } = await open(path, new TestClock({ epochMs: TODAY_MS + 86_400_000 }));
    for (const n of [2, 0, 1]) uploads.record(keyOf(n), imageOf(n));
    expect(clock.waiting).toBe(0);
    await memory.close();
    expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual(before);
  });

  it('two jobs that write at once leave the complete manifest of one job', async () => {
    const path = freshPath();
    const [one, two] = [await open(path), await open(path)];
    for (let n = 0; n < 50; n += 1) {
      one.uploads.record(keyOf(n), imageOf(n, { file: `one-${n}` }));
      two.uploads.record(keyOf(n), imageOf(n, { file: `two-${n}` }));
      await Promise.all([one.memory.close(), two.memory.close()]);
      expect(new Set(filesOf(path).map((file) => file.slice(0, 3)))).toHaveProperty('size', 1);
      expect(filesOf(path)).toHaveLength(n + 1);
    }
    expect(readdirSync(dirname(path))).toEqual(['manifest.json']);
  });
});

/** Waits in real time until the file holds so many entries. */
async function untilHolds(path: string, entries: number): Promise<void> {
  await vi.waitFor(() => expect(filesOf(path)).toHaveLength(entries));
}

describe('manifest writes', () => {
  it('a write begins 200 ms after the first change and includes all changes until then', async () => {
    const { uploads, clock, path } = await open(freshPath());
    uploads.record(keyOf(1), imageOf(1));
    await clock.advance(199);
    uploads.record(keyOf(2), imageOf(2));
    expect(clock.waiting).toBe(1);
    expect(readdirSync(dirname(path))).toEqual([]);
    await clock.advance(1);
    await untilHolds(path, 2);
    expect(clock.waiting).toBe(0);
  });

  it('a change during a write goes into the next write, 200 ms later', async () => {
    const { uploads, clock, path } = await open(freshPath());
    uploads.record(keyOf(1), imageOf(1));
    await clock.advance(200);
    uploads.record(keyOf(2), imageOf(2));
    uploads.record(keyOf(1), imageOf(1, { state: 'available' }));
    await untilHolds(path, 1);
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
    expect((await reread(path)).find(keyOf(1))?.state).toBe('uploaded');
    await clock.advance(200);
    await untilHolds(path, 2);
    expect((await reread(path)).find(keyOf(1))?.state).toBe('available');
  });

  it('the manifest is written at most five times a second', async () => {
    const { uploads, memory, clock, path } = await open(freshPath());
    for (let n = 0; n < 10_000; n += 1) {
      uploads.record(keyOf(n), imageOf(n));
      if (n % 500 === 499) await clock.advance(100);
    }
    await memory.close();
    // Two seconds of changes, and the end of the run.
    const { revision } = JSON.parse(readFileSync(path, 'utf8'));
    expect(revision).toBeGreaterThan(1);
    expect(revision).toBeLessThanOrEqual(11);
    expect(filesOf(path)).toHaveLength(10_000);
    expect(clock.waiting).toBe(0);
  });
});
