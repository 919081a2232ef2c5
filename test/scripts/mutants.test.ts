// Planting a bug: at the one place it was meant for, or not at all. And the list of them, as far as it is told apart from
// the code: `npm run mutants` finds the places.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MEMORY } from '../../scripts/mutants/memory.ts';
import { type Mutant, plant } from '../../scripts/mutants/mutant.ts';
import { RUN } from '../../scripts/mutants/run.ts';
import { UPLOADS } from '../../scripts/mutants/uploads.ts';
import { WIRE } from '../../scripts/mutants/wire.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ALL = [...WIRE, ...UPLOADS, ...RUN, ...MEMORY];
const MUTANT: Mutant = { name: 'a bug', file: 'src/a.ts', find: 'a < b', replace: '$& + 1', tests: [] };

describe('a bug', () => {
  it('is planted at its place, whatever its text', () => {
    expect(plant(MUTANT, 'if (a < b) c();')).toBe('if ($& + 1) c();');
  });

  it.each(['', 'a > b', 'a < b; a < b'])('that finds no place, or several, is none: %j', (text) => {
    expect(() => plant(MUTANT, text)).toThrow(/^"a bug" finds its text (0|2) times in src\/a\.ts/);
  });
});

describe('the list', () => {
  it('has a name of its own for each of many', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThanOrEqual(30);
  });

  it('names tests that are there, and bugs that change something', () => {
    const gone = ALL.flatMap(({ file, tests }) => [file, ...tests]).filter(
      (path) => !existsSync(join(ROOT, path)),
    );
    expect(gone).toEqual([]);
    expect(ALL.filter(({ find, replace, tests }) => find === replace || tests.length === 0)).toEqual([]);
  });
});
