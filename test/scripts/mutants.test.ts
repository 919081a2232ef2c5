// Planting a bug: at the one place it was meant for, or not at all. And the list of them, held against the code: an edit
// that takes away the place of one is told here, and not only by `npm run mutants`.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../../scripts/mutants/all.ts';
import { type Mutant, plant } from '../../scripts/mutants/mutant.ts';

const ROOT = resolve(import.meta.dirname, '../..');
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
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(30);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'finds the one place to %s',
    (_, mutant) => {
      const text = readFileSync(join(ROOT, mutant.file), 'utf8');
      expect(plant(mutant, text)).not.toBe(text);
    },
  );

  it('names tests that are there, and bugs that change something', () => {
    const gone = MUTANTS.flatMap(({ file, tests }) => [file, ...tests]).filter(
      (path) => !existsSync(join(ROOT, path)),
    );
    expect(gone).toEqual([]);
    expect(MUTANTS.filter(({ find, replace, tests }) => find === replace || tests.length === 0)).toEqual([]);
  });
});
