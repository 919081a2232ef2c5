// The part plan of LinkedIn: the parts cover the file exactly and in order, or nothing is sent.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UploadError } from '../../src/errors.ts';
import type { Part } from '../../src/linkedin/session.ts';
import { assertPartsCoverFile } from '../../src/upload/transfer.ts';
import { fuzzed } from '../support/fuzz.ts';

const URN = 'urn:li:digitalmediaAsset:1';
const partAt = (firstByte: number, sizeBytes: number): Part => ({
  firstByte,
  sizeBytes,
  expiresAtMs: null,
  put: async () => ({ status: 200, etag: null }),
});

describe('assertPartsCoverFile', () => {
  it.each<[name: string, parts: [firstByte: number, sizeBytes: number][]]>([
    [
      'a gap',
      [
        [0, 4],
        [5, 5],
      ],
    ],
    [
      'an overlap',
      [
        [0, 4],
        [3, 7],
      ],
    ],
    ['a first part that begins later', [[1, 9]]],
    ['a first part that begins before the file', [[-1, 11]]],
    [
      'too few bytes',
      [
        [0, 4],
        [4, 5],
      ],
    ],
    [
      'too many bytes',
      [
        [0, 4],
        [4, 7],
      ],
    ],
    [
      'an empty part',
      [
        [0, 4],
        [4, 0],
        [4, 6],
      ],
    ],
    [
      'an empty part at the end',
      [
        [0, 10],
        [10, 0],
      ],
    ],
    [
      'a negative part',
      [
        [0, 12],
        [12, -2],
      ],
    ],
    [
      'parts out of order',
      [
        [4, 6],
        [0, 4],
      ],
    ],
    [
      'the same part twice',
      [
        [0, 10],
        [0, 10],
      ],
    ],
    ['no parts', []],
    ['a size that is not a number', [[0, Number.NaN]]],
  ])('a part plan with %s is rejected', (_, parts) => {
    const check = () =>
      assertPartsCoverFile(
        parts.map((part) => partAt(...part)),
        10,
        URN,
      );
    expect(check).toThrow(UploadError);
    expect(check).toThrow(expect.objectContaining({ code: 'PART_PLAN', urn: URN }));
  });

  it.each<[parts: [firstByte: number, sizeBytes: number][], fileBytes: number, text: string]>([
    [
      [
        [0, 438_609],
        [877_219, 100_001],
      ],
      1_315_828,
      'part 2 has 100,001 bytes from byte 877,219; expected bytes from byte 438,609',
    ],
    [[[0, 1]], 1_315_828, 'the parts have 1 byte in total, but the file has 1,315,828 bytes'],
  ])(
    'the error of the part plan %j for a file of %i bytes names the difference in bytes',
    (parts, fileBytes, text) => {
      const check = () =>
        assertPartsCoverFile(
          parts.map((part) => partAt(...part)),
          fileBytes,
          URN,
        );
      expect(check).toThrow(expect.objectContaining({ code: 'PART_PLAN', message: text }));
    },
  );

  const plans = fc
    .array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 30 })
    .map((sizes) => ({
      parts: sizes.map((size, index) => partAt(sum(sizes.slice(0, index)), size)),
      sizeBytes: sum(sizes),
    }));

  it('every part plan that covers the file is accepted, and a plan that is moved by a byte anywhere is rejected', () => {
    const bends = fc.record({
      at: fc.nat(29),
      by: fc.constantFrom(-1, 1),
      field: fc.constantFrom('firstByte', 'sizeBytes'),
    });
    fc.assert(
      fc.property(plans, bends, ({ parts, sizeBytes }, { at, by, field }) => {
        assertPartsCoverFile(parts, sizeBytes, URN);
        const bent = parts.map((part, index) =>
          index === at % parts.length ? { ...part, [field]: part[field as 'firstByte'] + by } : part,
        );
        expect(() => assertPartsCoverFile(bent, sizeBytes, URN)).toThrow(UploadError);
      }),
      fuzzed(),
    );
  });

  it('a plan of any parts is accepted only when the parts cover the file byte by byte', () => {
    const any = fc.array(
      fc.record({ firstByte: fc.integer({ min: -1, max: 9 }), sizeBytes: fc.integer({ min: -1, max: 6 }) }),
      { maxLength: 5 },
    );
    const fitting = fc
      .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
      .map((sizes) =>
        sizes.map((sizeBytes, index) => ({ firstByte: sum(sizes.slice(0, index)), sizeBytes })),
      );
    const size = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.oneof(any, fitting), size, (parts, sizeBytes) => {
        const plan = parts.map((part) => partAt(part.firstByte, part.sizeBytes));
        expect(isAccepted(plan, sizeBytes)).toBe(coversBytes(parts, sizeBytes));
        const total = sum(parts.map((part) => part.sizeBytes));
        expect(isAccepted(plan, total)).toBe(coversBytes(parts, total));
      }),
      fuzzed(),
    );
  });
});

function isAccepted(parts: readonly Part[], sizeBytes: number): boolean {
  try {
    assertPartsCoverFile(parts, sizeBytes, URN);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UploadError);
    return false;
  }
}

function coversBytes(parts: readonly { firstByte: number; sizeBytes: number }[], sizeBytes: number): boolean {
  if (sizeBytes < 0 || parts.some((part) => part.sizeBytes <= 0)) return false;
  const sent = parts.flatMap((part) =>
    Array.from({ length: part.sizeBytes }, (_, at) => part.firstByte + at),
  );
  return sent.length === sizeBytes && sent.every((byte, at) => byte === at);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
