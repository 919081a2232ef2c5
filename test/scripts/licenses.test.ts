// Whose code a build took, by webpack's account of it, and under which licences.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { licensesOf } from '../../scripts/licenses.ts';
import { packagesIn } from '../../scripts/stats.ts';

describe('the packages of a build', () => {
  const OF_CHUNK = { id: 1, names: [], initial: false };
  const chunk = (...paths: (string | null)[]) => ({
    ...OF_CHUNK,
    modules: paths.map((nameForCondition) => ({ nameForCondition })),
  });

  it.each<[name: string, chunks: Parameters<typeof packagesIn>[0], folders: string[]]>([
    ['of all its files', [chunk('/p/node_modules/b/x.js'), chunk('/p/node_modules/a/y.js')], ['b', 'a']],
    ['once', [chunk('/p/node_modules/a/x.js', '/p/node_modules/a/lib/y.js')], ['a']],
    ['with their scopes', [chunk('/p/node_modules/@s/a/lib/x.js')], ['@s/a']],
    ['inside of others', [chunk('/p/node_modules/a/node_modules/b/x.js')], ['a/node_modules/b']],
    [
      'of modules that were made into one',
      [{ ...OF_CHUNK, modules: [{ modules: [{ nameForCondition: '/p/node_modules/a/x.js' }] }] }],
      ['a'],
    ],
    ['and not our own code, nor Node', [chunk('/p/lib/index.js', null)], []],
  ])('%s', (_, chunks, folders) => {
    expect(packagesIn(chunks)).toEqual(folders.map((folder) => `/p/node_modules/${folder}`).sort());
  });

  it('on a drive of Windows', () => {
    expect(packagesIn([chunk('C:\\p\\node_modules\\@s\\a\\x.js')])).toEqual(['C:\\p\\node_modules\\@s\\a']);
  });
});

describe('the list of licences', () => {
  let folder: string;
  const given = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
    const path = join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, file)), { recursive: true });
      await writeFile(join(path, file), text);
    }
    return path;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'licenses-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has a section for each package, by name, with the text', async () => {
    const b = await given('1', { 'package.json': '{"name":"b","license":"MIT"}', LICENSE: 'Of b.\n' });
    const a = await given('2', { 'package.json': '{"name":"a","license":"ISC"}', 'licence.md': 'Of a.' });
    expect(await licensesOf([b, a], [], {})).toBe('a\nISC\nOf a.\n\nb\nMIT\nOf b.\n');
  });

  it('has the text of each folder of a package that code is taken from', async () => {
    const a = await given('a', {
      'package.json': '{"name":"a","license":"ISC"}',
      LICENSE: 'Of a.\n',
      'lib/taken/LICENSE.md': 'Of taken.\n',
      'lib/left/LICENSE': 'Of left.\n',
      'lib/taken/deep/node_modules/b/LICENSE': 'Of b.\n',
    });
    const files = ['lib/taken/deep/x.js', 'lib/taken/deep/node_modules/b/x.js', 'index.js'];
    const text = await licensesOf([a], [...files.map((file) => join(a, file)), join(folder, 'b/x.js')], {});
    expect(text).toBe('a\nISC\nOf a.\n\na/lib/taken:\n\nOf taken.\n');
  });

  it.each([
    ['a folder', 'undici/lib/llhttp'],
    ['a file', 'undici/lib/llhttp/llhttp-wasm.js'],
  ])('has the text for %s of others that comes without one', async (_, path) => {
    const undici = await given('undici', {
      'package.json': '{"name":"undici","license":"MIT"}',
      LICENSE: 'Of undici.\n',
      'lib/llhttp/llhttp-wasm.js': '',
    });
    const files = [join(undici, 'lib/llhttp/llhttp-wasm.js')];
    const text = await licensesOf([undici], files, { [path]: 'llhttp.txt' });
    expect(text).toContain(`Of undici.\n\n${path}:\n\nCopyright Fedor Indutny, 2018.\n`);
    const other = licensesOf([undici], files, { 'undici/lib/llhttp/llhttp': 'llhttp.txt' });
    await expect(other).rejects.toThrow('names undici/lib/llhttp/llhttp, which is not bundled');
  });

  it.each([
    ['no text', { 'package.json': '{"name":"a","license":"MIT"}', 'license-checker.js': '' }],
    ['no licence', { 'package.json': '{"name":"a"}', LICENSE: 'Some.' }],
  ])('does not come about where a package has %s', async (_, files) => {
    await expect(licensesOf([await given('a', files)], [], {})).rejects.toThrow('a is bundled, but ');
  });
});
