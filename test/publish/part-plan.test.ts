// LinkedIn's plan of parts against the file: covered exactly, in order, or nothing is sent.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UploadError } from '../../src/errors.ts';
import type { Part } from '../../src/linkedin/session.ts';
import { assertPartsCoverFile } from '../../src/publish/transfer.ts';
import { fuzzed } from '../support/fuzz.ts';

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
      assertPartsCoverFile(
        parts.map((part) => partAt(...part)),
        10,
        URN,
      );
    expect(refuse).toThrow(UploadError);
    expect(refuse).toThrow(expect.objectContaining({ code: 'PART_PLAN', urn: URN }));
  });

  it.each<[parts: [firstByte: number, sizeBytes: number][], fileBytes: number, text: string]>([
    [
      [
        [0, 438_609],
        [877_219, 100_001],
      ],
      1_315_828,
      'part 2 starts at byte 877,219 and holds 100,001 bytes, where byte 438,609 is due',
    ],
    [[[0, 1]], 1_315_828, 'the parts hold 1 byte, the file 1,315,828 bytes'],
  ])('says how far %j misses a file of %i bytes, in bytes', (parts, fileBytes, text) => {
    const refuse = () =>
      assertPartsCoverFile(
        parts.map((part) => partAt(...part)),
        fileBytes,
        URN,
      );
    expect(refuse).toThrow(expect.objectContaining({ code: 'PART_PLAN', message: text }));
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
        assertPartsCoverFile(parts, sizeBytes, URN);
        const bent = parts.map((part, index) =>
          index === at % parts.length ? { ...part, [field]: part[field as 'firstByte'] + by } : part,
        );
        expect(() => assertPartsCoverFile(bent, sizeBytes, URN)).toThrow(UploadError);
      }),
      fuzzed(),
    );
  });

  it('takes a plan of any parts when they spell out the file byte by byte, and only then', () => {
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
        expect(isTaken(plan, sizeBytes)).toBe(spellsOut(parts, sizeBytes));
        const total = sum(parts.map((part) => part.sizeBytes));
        expect(isTaken(plan, total)).toBe(spellsOut(parts, total));
      }),
      fuzzed(),
    );
  });
});

function isTaken(parts: readonly Part[], sizeBytes: number): boolean {
  try {
    assertPartsCoverFile(parts, sizeBytes, URN);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UploadError);
    return false;
  }
}

function spellsOut(parts: readonly { firstByte: number; sizeBytes: number }[], sizeBytes: number): boolean {
  if (sizeBytes < 0 || parts.some((part) => part.sizeBytes <= 0)) return false;
  const sent = parts.flatMap((part) =>
    Array.from({ length: part.sizeBytes }, (_, at) => part.firstByte + at),
  );
  return sent.length === sizeBytes && sent.every((byte, at) => byte === at);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
