// Dependencies: their number, exact versions, registry, licences and install scripts.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const RUNTIME_MAX = 11;
/** Licences that allow their code in an MIT-licensed bundle that comes with their text. */
const PERMISSIVE = [
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'Apache-2.0',
];
/** Not in the bundles: scripts/build.ts replaces the first, and nothing else needs the second. */
const LEFT_OUT = ['@actions/exec', '@actions/io'];
const REGISTRY = 'https://registry.npmjs.org/';

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly license?: string;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T;
}

const { dependencies, devDependencies, allowScripts } = readJson<Manifest>('package.json');
const { '': _, ...locked } = readJson<{ packages: Record<string, Locked> }>(
  'package-lock.json',
).packages;
const packages = Object.entries(locked);
/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
const nameOf = (path: string) =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const runtime = packages.filter(([, { dev }]) => dev !== true).map(([path]) => path);

it(`package.json has at most ${RUNTIME_MAX} runtime dependencies`, () => {
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(RUNTIME_MAX);
});

it.each(Object.entries({ ...dependencies, ...devDependencies }))(
  'package.json pins an exact version of %s',
  (_, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  },
);

it('only the package `node` may run install scripts', () => {
  expect(allowScripts).toEqual({ node: true });
  expect(
    packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path)),
  ).toEqual(['node']);
});

it('package-lock.json has a SHA-512 digest of every package', () => {
  expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
});

// npm omits the URL of a package from the default registry.
it('every package comes from the npm registry', () => {
  const foreign = packages.filter(([, { resolved = REGISTRY }]) => !resolved.startsWith(REGISTRY));
  expect(foreign).toEqual([]);
});

it.each(runtime)('the licence of %s is permissive', (path) => {
  expect(PERMISSIVE).toContain(readJson<Manifest>(`${path}/package.json`).license);
});

const licenses = readFileSync(join(ROOT, 'dist/licenses.txt'), 'utf8');
const texts = sections(licenses);

it('dist/licenses.txt has the licence text of every bundled package', () => {
  const bare = runtime
    .filter(hasCode)
    .map(nameOf)
    .filter((name) => (texts.get(name)?.length ?? 0) < 500);
  expect(bare.sort()).toEqual(LEFT_OUT);
});

it.each([
  ['llhttp', 'Copyright Fedor Indutny'],
  ['Milo', 'Paolo Insogna'],
  ['its fetch', 'Ethan Arrowood'],
  ['formdata-polyfill', 'Jimmy Karl Roland Wärting'],
])('dist/licenses.txt has the licences of code inside undici: %s', (_, author) => {
  expect(licenses).toContain(author);
});

it('dist/licenses.txt has every licence file inside a package', () => {
  const inner = runtime.flatMap(textsWithin);
  expect(inner.length).toBeGreaterThan(0);
  expect(inner.filter((path) => !licenses.includes(readText(path)))).toEqual([]);
});

it('every licence in dist/licenses.txt is permissive', () => {
  const named = [...texts.values()].map((text) => text.split('\n', 2)[1]);
  expect(named.filter((license) => !PERMISSIVE.includes(license ?? ''))).toEqual([]);
  expect(named.length).toBeGreaterThan(10);
});

/** The licence files in the folder of a package, except those of nested packages. */
function textsWithin(path: string): string[] {
  const names = readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' });
  return names
    .filter(
      (name) =>
        /[\\/]licen[cs]e[^\\/]*$/i.test(name) &&
        !/\.[cm]?[jt]s$/.test(name) &&
        !name.includes('node_modules'),
    )
    .map((name) => join(path, name));
}

function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');
}

/** False for packages that contain only types, which are not bundled. */
function hasCode(path: string): boolean {
  const names = readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' });
  return names.some((name) => /\.[cm]?js$/.test(name) && statSync(join(ROOT, path, name)).size > 0);
}

/** The section of each package: its name, the name of its licence, and the licence text. */
function sections(licenses: string): Map<string, string> {
  const heads = [...licenses.matchAll(/^((?:@[\w-]+\/)?[\w.-]+)\n[\w.-]+\n/gm)];
  return new Map(
    heads.map(({ 1: name = '', index }, at) => [name, licenses.slice(index, heads[at + 1]?.index)]),
  );
}
