// The pages of the repository: the file list for newcomers, the release notes and the examples.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readNotes } from '../../scripts/check-release.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');
/** Folders that npm, the build, git or an editor creates. */
const isGenerated = (name: string) =>
  ['node_modules', 'lib'].includes(name) ||
  (name.startsWith('.') && !['.ci', '.github'].includes(name));

function foldersIn(path: string): string[] {
  return readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !isGenerated(entry.name))
    .map((entry) => `${path}${entry.name}/`);
}

const list = read('CONTRIBUTING.md').split('\n\n')[1] ?? '';
const cells = [...list.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = '']) => cell);
const listed = cells.flatMap((cell) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
);

it('the file list has a line for every folder of the root and of src/', () => {
  expect(
    [...foldersIn(''), ...foldersIn('src/')].filter((folder) => !listed.includes(folder)),
  ).toEqual([]);
});

it('the file list has no missing path and no duplicate', () => {
  expect(listed.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

it('CHANGELOG.md has notes for the version in package.json', () => {
  const [manifest, lock, changelog] = [
    read('package.json'),
    read('package-lock.json'),
    read('CHANGELOG.md'),
  ];
  const { version } = JSON.parse(manifest) as { version: string };
  expect(readNotes({ tag: `v${version}`, manifest, lock, changelog })).toMatch(/^### /);
  expect(changelog).toContain('\n## [Unreleased]\n');
});

it('every example uses the major version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const pages = [
    'README.md',
    'post/README.md',
    ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
  ];
  const used = pages.flatMap(
    (page) => read(page).match(/(?<=\/linkedin-media-upload@)[\w.]+/g) ?? [],
  );
  expect([...new Set(used)]).toEqual([`v${version.split('.')[0]}`]);
});
