// Byte ranges of the parts: a client must follow them, so they must cover the file exactly.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SandboxModel } from '../../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { type ByteRange, cutRanges } from '../../../src/sandbox/uploads/slot.ts';

const sizes = fc.integer({ min: 1, max: 400_000_000 });

function rangesOf(options: SandboxOptions, fileSizeBytes: number): ByteRange[] {
  return cutRanges(fileSizeBytes, new SandboxModel(options).settings.partSizeBytes(fileSizeBytes));
}

function expectExactCover(ranges: readonly ByteRange[], fileSizeBytes: number): void {
  let next = 0;
  for (const { firstByte, lastByte } of ranges) {
    expect(firstByte).toBe(next);
    expect(lastByte).toBeGreaterThanOrEqual(firstByte);
    next = lastByte + 1;
  }
  expect(next).toBe(fileSizeBytes);
}

test('ranges cover the file exactly for any part size', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 999_983, max: 9_999_991 }), (fileSizeBytes, partSizeBytes) => {
      const ranges = rangesOf({ partSizeBytes }, fileSizeBytes);
      expectExactCover(ranges, fileSizeBytes);
      expect(ranges).toHaveLength(Math.ceil(fileSizeBytes / partSizeBytes));
    }),
    { numRuns: 50 },
  );
});

test('a small file has three ranges, and a large one has ranges of 4 MiB, unless the part size is set', () => {
  expect(rangesOf({}, 10)).toEqual([
    { firstByte: 0, lastByte: 3 },
    { firstByte: 4, lastByte: 7 },
    { firstByte: 8, lastByte: 9 },
  ]);
  expect(rangesOf({}, 1)).toHaveLength(1);
  expect(rangesOf({}, 12_582_912)).toHaveLength(3);
  expect(rangesOf({}, 12_582_913)).toHaveLength(4);
  expect(rangesOf({ partSizeBytes: (size) => size - 1 }, 7)).toEqual([
    { firstByte: 0, lastByte: 5 },
    { firstByte: 6, lastByte: 6 },
  ]);
});
