// What is taken from others: how much, exactly which, from where, under which licence, and who may run a script.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const RUNTIME_MAX = 8;
/** All of them let their code be shipped inside of an MIT-licensed file, as long as their text comes along. */
const PERMISSIVE = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'Apache-2.0'];
/** Not in the bundle: scripts/build.ts puts something in the place of the first, and nothing else wants the other. */
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
const { '': _, ...locked } = readJson<{ packages: Record<string, Locked> }>('package-lock.json').packages;
const packages = Object.entries(locked);
/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const runtime = packages.filter(([, { dev }]) => dev !== true).map(([path]) => path);

describe('package.json', () => {
  it(`has ${RUNTIME_MAX} runtime dependencies at most`, () => {
    expect(Object.keys(dependencies).length).toBeLessThanOrEqual(RUNTIME_MAX);
  });

  it.each(Object.entries({ ...dependencies, ...devDependencies }))('wants exactly one %s', (_, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('lets the scripts of `node` run at installation, and no others', () => {
    expect(allowScripts).toEqual({ node: true });
    expect(
      packages.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path)),
    ).toEqual(['node']);
  });
});

describe('package-lock.json', () => {
  it('tells the digest of every package', () => {
    expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  });

  // npm leaves the address out where it is the registry's usual one.
  it('takes none from anywhere but the registry', () => {
    const foreign = packages.filter(([, { resolved = REGISTRY }]) => !resolved.startsWith(REGISTRY));
    expect(foreign).toEqual([]);
  });

  it('holds none of the LinkedIn clients of others', () => {
    expect(packages.map(([path]) => nameOf(path)).filter((name) => name.includes('linkedin'))).toEqual([]);
  });
});

describe('the licences', () => {
  it.each(runtime)('%s is permissive', (path) => {
    expect(PERMISSIVE).toContain(readJson<Manifest>(`${path}/package.json`).license);
  });

  const licenses = readFileSync(join(ROOT, 'dist/licenses.txt'), 'utf8');
  const texts = sections(licenses);

  it('of all that is in the bundle stand beside it, with their text', () => {
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
  ])('of what undici took from others stand there: %s', (_, author) => {
    expect(licenses).toContain(author);
  });

  it('that lie inside of a package, for code that it took from others, stand there', () => {
    const inner = runtime.flatMap(textsWithin);
    expect(inner.length).toBeGreaterThan(0);
    expect(inner.filter((path) => !licenses.includes(readText(path)))).toEqual([]);
  });

  it('that stand there are permissive, whatever else got into the bundle', () => {
    const named = [...texts.values()].map((text) => text.split('\n', 2)[1]);
    expect(named.filter((license) => !PERMISSIVE.includes(license ?? ''))).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });
});

/** The licences below the folder of a package, but for those of packages inside it. */
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

/** Some packages are types alone: of them there is nothing to bundle. */
function hasCode(path: string): boolean {
  const names = readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' });
  return names.some((name) => /\.[cm]?js$/.test(name));
}

/** The name of a package, its licence's and the text, one after the other. */
function sections(licenses: string): Map<string, string> {
  const heads = [...licenses.matchAll(/^((?:@[\w-]+\/)?[\w.-]+)\n[\w.-]+\n/gm)];
  return new Map(
    heads.map(({ 1: name = '', index }, at) => [name, licenses.slice(index, heads[at + 1]?.index)]),
  );
}
