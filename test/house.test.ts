// Holds the house rules over the repository, and the checker of them over planted breaches.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCircles } from './support/circles.ts';
import { findBreaches } from './support/house-rules.ts';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['src', 'test', 'scripts', 'bench'];

function readSources(): Map<string, string> {
  const entries = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }),
  );
  const paths = entries
    .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  );
}

it('the repository keeps the house rules', () => {
  const sources = readSources();
  expect([...sources.keys()]).toContain('src/errors.ts');
  expect(findBreaches(sources)).toEqual([]);
});

it('no files import each other in a circle', () => {
  expect(findCircles(readSources())).toEqual([]);
});

describe('a circle is found', () => {
  it.each<[name: string, files: Record<string, string>, circles: string[]]>([
    ['of two', { 'src/a.ts': './b.ts', 'src/b.ts': './a.ts' }, ['src/a.ts -> src/b.ts -> src/a.ts']],
    [
      'behind a file outside of it, and across folders',
      { 'src/main.ts': './x/a.ts', 'src/x/a.ts': '../b.ts', 'src/b.ts': './x/a.ts' },
      ['src/x/a.ts -> src/b.ts -> src/x/a.ts'],
    ],
    ['nowhere in a line', { 'src/a.ts': './b.ts', 'src/b.ts': './c.ts', 'src/c.ts': 'undici' }, []],
  ])('%s', (_, files, circles) => {
    const code = Object.entries(files).map(([path, from]): [string, string] => [
      path,
      `import type { X } from '${from}';\n`,
    ]);
    expect(findCircles(new Map(code))).toEqual(circles);
  });
});

/** A breach is planted in a file of one line after its comment. */
function plant(path: string, code: string): string[] {
  return findBreaches(new Map([[path, `// Its place.\n${code}\n`]]));
}

describe('an import against the rules is named', () => {
  it.each([
    ['index.ts', './action/inputs.ts'],
    ['main.ts', './linkedin/open.ts'],
    ['main.ts', './sandbox/server.ts'],
    ['send.ts', './linkedin/assets.ts'],
    ['send.ts', './http/client.ts'],
    ['action/report.ts', '../linkedin/session.ts'],
    ['action/report.ts', '../http/client.ts'],
    ['action/report.ts', '../sandbox/server.ts'],
    ['publish/plan.ts', '../action/say.ts'],
    ['publish/plan.ts', '../linkedin/assets.ts'],
    ['publish/plan.ts', '../linkedin/versions.ts'],
    ['linkedin/assets.ts', '../media/media-file.ts'],
    ['linkedin/assets.ts', '../publish/ledger.ts'],
    ['http/client.ts', '../linkedin/urn.ts'],
    ['media/files.ts', '../publish/plan.ts'],
    ['media/files.ts', '../linkedin/session.ts'],
    ['media/files.ts', '../deps.ts'],
    ['sandbox/model.ts', '../errors.ts'],
    ['sandbox/model.ts', '../linkedin/urn.ts'],
    ['errors.ts', './deps.ts'],
    ['errors.ts', 'zod'],
    ['linkedin/replies.ts', 'zod'],
    ['http/client.ts', '../schema.ts'],
    ['linkedin/urn.ts', './session.ts'],
    ['linkedin/urn.ts', 'node:path'],
    ['secret.ts', 'node:util'],
    ['deps.ts', './errors.ts'],
    ['units.ts', './deps.ts'],
    ['publish/plan.ts', '@actions/core'],
    ['media/inspect.ts', '@actions/glob'],
    ['main.ts', '@actions/core'],
    ['main.ts', '../test/support/runner.ts'],
  ])('%s from %s', (path, from) => {
    for (const code of [`import { x } from '${from}';`, `const x = await import('${from}');`]) {
      const [breach, ...others] = plant(`src/${path}`, code);
      expect(breach).toContain(`src/${path} imports ${from}: `);
      expect(others).toEqual([]);
    }
  });

  it('deps.ts takes the types of undici and nothing else of it', () => {
    expect(plant('src/deps.ts', `import type { Dispatcher } from 'undici';`)).toEqual([]);
    expect(plant('src/deps.ts', `import { Agent } from 'undici';`)).toHaveLength(1);
  });

  it('a file of src/ outside every room is a breach', () => {
    expect(plant('src/extra.ts', '')).toEqual([
      'src/extra.ts belongs to no room: give it one in house-rules.ts',
    ]);
  });
});

describe('an import within the rules passes', () => {
  it.each([
    ['index.ts', './main.ts'],
    ['index.ts', '@actions/core'],
    ['main.ts', './send.ts'],
    ['send.ts', './sandbox/server.ts'],
    ['send.ts', './linkedin/open.ts'],
    ['action/say.ts', '@actions/core'],
    ['action/report.ts', '../publish/ledger.ts'],
    ['publish/publish.ts', '../linkedin/session.ts'],
    ['linkedin/api.ts', '../http/client.ts'],
    ['linkedin/replies.ts', '../schema.ts'],
    ['schema.ts', 'zod'],
    ['media/glob.ts', 'minimatch'],
    ['media/limits.ts', '../linkedin/urn.ts'],
    ['sandbox/server.ts', './model.ts'],
    ['sandbox/server.ts', 'undici'],
  ])('%s from %s', (path, from) => {
    expect(plant(`src/${path}`, `import { x } from '${from}';`)).toEqual([]);
  });
});

describe('other breaches', () => {
  // In two pieces, or this file would be a breach itself.
  const ONLY = ['', 'only'].join('.');
  const long = 'x\n'.repeat(250);
  it.each([
    ['src/media/utils.ts', '', 'has a name that says nothing'],
    ['test/support/helpers.ts', '', 'has a name that says nothing'],
    ['src/media/mediaFile.ts', '', 'is not kebab-case'],
    ['src/media/files.ts', long, 'has 251 lines, more than 250'],
    ['src/main.ts', 'x\n'.repeat(59), 'has 60 lines, more than 59'],
    ['src/media/files.ts', '\n// TODO: later', 'holds "TODO" in line 3'],
    ['src/media/files.ts', 'console.log(1)', 'holds "console." in line 2'],
    ['test/a.test.ts', `it${ONLY}`, `holds "it${ONLY}" in line 2`],
    ['test/a.test.ts', `it.each${ONLY}`, `holds "it.each${ONLY}" in line 2`],
  ])('%s %#', (path, code, breach) => {
    expect(plant(path, code)).toEqual([`${path} ${breach}`]);
  });

  it('a file that opens without a comment', () => {
    expect(findBreaches(new Map([['src/media/a.ts', 'export {};\n']]))).toEqual([
      'src/media/a.ts does not open with a comment on its place',
    ]);
  });
});
