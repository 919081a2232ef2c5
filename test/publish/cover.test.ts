// LinkedIn's plan of parts against the file: covered exactly, in order, or nothing is sent.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UploadError } from '../../src/errors.ts';
import type { Part } from '../../src/linkedin/session.ts';
import { assertCover } from '../../src/publish/transfer.ts';

const URN = 'urn:li:digitalmediaAsset:1';
const partAt = (firstByte: number, sizeBytes: number): Part => ({
  firstByte,
  sizeBytes,
  expiresAtMs: null,
  put: async () => ({ status: 200, etag: null }),
});

describe('assertCover', () => {
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
    ['no part at all', []],
    ['a size that is no number', [[0, Number.NaN]]],
  ])('refuses %s', (_, parts) => {
    const refuse = () =>
      assertCover(
        parts.map((part) => partAt(...part)),
        10,
        URN,
      );
    expect(refuse).toThrow(UploadError);
    expect(refuse).toThrow(expect.objectContaining({ code: 'PART_PLAN', urn: URN }));
  });

  const plans = fc
    .array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 30 })
    .map((sizes) => ({
      parts: sizes.map((size, index) => partAt(sum(sizes.slice(0, index)), size)),
      sizeBytes: sum(sizes),
    }));

  it('takes every plan that covers the file, and none that was moved by a byte anywhere', () => {
    const bends = fc.record({
      at: fc.nat(29),
      by: fc.constantFrom(-1, 1),
      field: fc.constantFrom('firstByte', 'sizeBytes'),
    });
    fc.assert(
      fc.property(plans, bends, ({ parts, sizeBytes }, { at, by, field }) => {
        assertCover(parts, sizeBytes, URN);
        const bent = parts.map((part, index) =>
          index === at % parts.length ? { ...part, [field]: part[field as 'firstByte'] + by } : part,
        );
        expect(() => assertCover(bent, sizeBytes, URN)).toThrow(UploadError);
      }),
    );
  });
});

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
