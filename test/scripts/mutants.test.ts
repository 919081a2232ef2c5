// The table of mutants fits the code, and the pure parts of the script that tries them.

import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyMutant, findingIn, type TestReport } from '../../scripts/mutants/mutant.ts';
import { ROOMS } from '../../scripts/mutants/rooms.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ALL = ROOMS.flatMap((room) => room.mutants.map((mutant) => ({ room, mutant })));

describe('table of mutants', () => {
  it('the text of each mutant is in its file exactly once', () => {
    const problems = ALL.flatMap(({ mutant }) => {
      const path = join(ROOT, mutant.file);
      try {
        applyMutant(mutant, existsSync(path) ? readFileSync(path, 'utf8') : '');
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
    expect(problems).toEqual([]);
  });

  it('there are at least sixty mutants, and four in each room of src', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(60);
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    // The errors belong to the files that every room may import.
    const rooms = folders.map(({ name }) => (name === 'errors' ? 'root' : name));
    expect(ROOMS.map(({ name }) => name).sort()).toEqual(rooms.sort());
    expect(ROOMS.filter(({ mutants }) => mutants.length < 4).map(({ name }) => name)).toEqual([]);
  });

  it('each file of src over 100 lines has at least one mutant', () => {
    const files = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
    const long = files.filter((file) => {
      const lineCount = readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
      return lineCount > 100;
    });
    const changed = new Set(ALL.map(({ mutant }) => mutant.file));
    expect(long.filter((file) => !changed.has(file))).toEqual([]);
  });

  it('each mutant is in the folder of its room', () => {
    const folders = ROOMS.map(({ folder }) => folder);
    const folderOf = (file: string) =>
      folders.filter((folder) => file.startsWith(folder)).sort((a, b) => b.length - a.length)[0];
    const strays = ALL.filter(({ room, mutant }) => folderOf(mutant.file) !== room.folder);
    expect(strays.map(({ mutant }) => mutant.name)).toEqual([]);
  });

  it('each filter of tests selects some, and none of the built action', () => {
    const tests = globSync('test/**/*.test.ts', { cwd: ROOT }).map((path) =>
      path.replaceAll('\\', '/'),
    );
    const filters = new Set(ALL.flatMap(({ room, mutant }) => mutant.tests ?? room.tests));
    for (const filter of filters) {
      const selected = tests.filter((path) => path.includes(filter));
      expect(selected, filter).not.toEqual([]);
      expect(selected.filter((path) => path.startsWith('test/dist/'))).toEqual([]);
    }
  });

  it('each test file that has found a mutant exists', () => {
    const files = Object.values<string>(
      JSON.parse(readFileSync(join(ROOT, 'scripts/mutants/found-by.json'), 'utf8')),
    );
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('a test has found each mutant: `npm run mutants -- --only NAME --write` stores which', () => {
    const foundBy = JSON.parse(readFileSync(join(ROOT, 'scripts/mutants/found-by.json'), 'utf8'));
    expect(ALL.map(({ mutant }) => mutant.name).filter((name) => !(name in foundBy))).toEqual([]);
  });
});

const MUTANT = {
  name: 'limit-off-by-one',
  fault: 'A file that is as large as the limit is refused.',
  file: 'src/limit.ts',
  search: 'size > $&',
  replace: "size >= $& $' $1",
};

it.each([
  ['is not in src/limit.ts any more', ''],
  ['is in src/limit.ts more than once', 'size > $& size > $&'],
])('a text that %s is an error that names the fault and what to do', (what, source) => {
  const advice = `find the place where this fault is decided about now \\("${MUTANT.fault}"\\)`;
  expect(() => applyMutant(MUTANT, source)).toThrow(
    new RegExp(`^the text of mutant limit-off-by-one ${what}: ${advice}`),
  );
});

const passed = { fullName: 'a', status: 'passed', failureMessages: [] };
const failed = {
  fullName: 'b c',
  status: 'failed',
  failureMessages: ['AssertionError: 1\n at x.ts'],
};
const fileOf = (
  name: string,
  tests: TestReport['testResults'][number]['assertionResults'],
  message = '',
) => ({
  name: `/copy/test/${name}.test.ts`,
  status: tests.includes(passed) ? 'passed' : 'failed',
  message,
  assertionResults: tests,
});
const find = (...testResults: TestReport['testResults']) => findingIn({ testResults }, '/copy');

it('the first file with a failed test has found the mutant, and not one that ended early because of it', () => {
  const files = [
    fileOf('z', [failed]),
    fileOf('y', [failed]),
    fileOf('a', []),
    fileOf('b', [passed]),
  ];
  expect(find(...files)).toEqual({ file: 'test/y.test.ts', title: 'b c' });
});

it('tests that did not run prove nothing', () => {
  expect(() => find()).toThrow('no test ran');
  expect(() => find(fileOf('a', [], 'boom'))).toThrow(
    'the code does not run with this change: boom',
  );
});
