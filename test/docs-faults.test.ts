// docs/faults.md names only existing tests: each file exists and contains the quoted title.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

interface Named {
  readonly fault: string;
  readonly path: string;
  readonly title: string;
}

/** The rows of all tables, without headers and separators. */
function rowsOf(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (fault|---) /.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
}

function namedIn(row: readonly string[]): Named[] {
  const [fault = '', , tests = ''] = row;
  return tests.split('<br>').map((test) => {
    const [, path = '', title = ''] = /^`([^`]+)` “(.+)”$/.exec(test) ?? [];
    return { fault, path, title };
  });
}

/** Null if the test exists, otherwise the problem. */
function problemOf({ path, title }: Named, read: (path: string) => string | null): string | null {
  if (title === '') return 'names no test in the form `file` “title”';
  const text = read(path);
  if (text === null) return `${path} does not exist`;
  return [title, title.replaceAll("'", "\\'")].some((one) => text.includes(one))
    ? null
    : `${path} holds no “${title}”`;
}

function readIfThere(path: string): string | null {
  const absolute = join(ROOT, path);
  return path.startsWith('test/') && existsSync(absolute) ? readFileSync(absolute, 'utf8') : null;
}

const rows = rowsOf(readFileSync(join(ROOT, 'docs/faults.md'), 'utf8'));

describe('docs/faults.md', () => {
  it('every row has three cells, and no fault appears twice', () => {
    expect(rows.length).toBeGreaterThan(80);
    expect(rows.filter((row) => row.length !== 3)).toEqual([]);
    expect(new Set(rows.map(([fault]) => fault)).size).toBe(rows.length);
  });

  it('every quoted test exists', () => {
    const faults = rows
      .flatMap(namedIn)
      .map((named) => ({ fault: named.fault, problem: problemOf(named, readIfThere) }))
      .filter(({ problem }) => problem !== null);
    expect(faults).toEqual([]);
  });
});

describe('check of a quoted test', () => {
  const read = (path: string) => (path === 'test/a.test.ts' ? "it('is one\\'s own')" : null);
  it.each([
    ['`test/a.test.ts` “is one’s”', 'test/a.test.ts holds no “is one’s”'],
    ["`test/a.test.ts` “is one's own”", null],
    ['`test/b.test.ts` “is one”', 'test/b.test.ts does not exist'],
    ['test/a.test.ts', 'names no test in the form `file` “title”'],
    ['', 'names no test in the form `file` “title”'],
  ])('the cell %s gives the problem %j', (cell, problem) => {
    const [named] = namedIn(['a fault', 'what is done', cell]);
    expect(named && problemOf(named, read)).toBe(problem);
  });
});
