// Mutants are planted at exactly one place. The list of mutants is checked against the code, so an edit that removes
// the place of a mutant fails here, and not only in `npm run mutants`.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../../scripts/mutants/all.ts';
import { type Mutant, plant } from '../../scripts/mutants/mutant.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MUTANT: Mutant = { name: 'a bug', file: 'src/a.ts', find: 'a < b', replace: '$& + 1', tests: [] };

describe('plant', () => {
  it('a mutant is planted literally, even with a replacement pattern in its text', () => {
    expect(plant(MUTANT, 'if (a < b) c();')).toBe('if ($& + 1) c();');
  });

  it.each(['', 'a > b', 'a < b; a < b'])(
    'a mutant whose text occurs zero or two times is an error: %j',
    (text) => {
      expect(() => plant(MUTANT, text)).toThrow(
        /^The mutant "a bug" .* in src\/a\.ts, but finds it (0|2) times: /,
      );
    },
  );
});

describe('list of mutants', () => {
  it('the list has at least 30 mutants with unique names', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(30);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'the mutant “%s” finds exactly one place',
    (_, mutant) => {
      const text = readFileSync(join(ROOT, mutant.file), 'utf8');
      expect(plant(mutant, text)).not.toBe(text);
    },
  );

  it('every mutant changes the code, and names files and tests that exist', () => {
    const gone = MUTANTS.flatMap(({ file, tests }) => [file, ...tests]).filter(
      (path) => !existsSync(join(ROOT, path)),
    );
    expect(gone).toEqual([]);
    expect(MUTANTS.filter(({ find, replace, tests }) => find === replace || tests.length === 0)).toEqual([]);
  });
});
