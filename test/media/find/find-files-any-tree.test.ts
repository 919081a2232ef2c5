// In any workspace and for any patterns, the search finds only regular files inside the workspace, under their own
// names, and no hidden ones. It prints only debug commands, each on a line of its own.

import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { plantFifo } from '../tree.ts';
import { find } from './find.ts';

const isWindows = process.platform === 'win32';

// Few names, so that entries collide: a link to a link, a file in place of a folder, two names of one file.
const NAMES = [
  'a',
  'b.png',
  'c d',
  '.h',
  '.env',
  '.git',
  'id_rsa.png',
  '*',
  '[x]',
  '##[error]x',
  'n\n::error::l',
] as const;
const FOREIGN = ['../outside', '../outside/o.png', '/etc/passwd', '/dev/zero'];

const name = fc.constantFrom(...NAMES);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

type TreeEntry =
  | { readonly kind: 'file' | 'folder' | 'fifo' | 'gone'; readonly path: string }
  | { readonly kind: 'link' | 'hard-link'; readonly path: string; readonly to: string };

const target = fc.oneof(
  path,
  fc.constantFrom(...FOREIGN),
  fc.constantFrom('.', '..', './a', 'a/../b.png'),
);
const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('file'), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('folder'), path }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('link'), path, to: target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hard-link'), path, to: path }) },
) as fc.Arbitrary<TreeEntry>;
// Made by a child process, and so at most one per tree.
const fifo = fc.record({ kind: fc.constant('fifo'), path }) as fc.Arbitrary<TreeEntry>;
const rareFifo = fc.oneof(
  { weight: 9, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fifo },
);

const pattern = fc.oneof(
  fc.constantFrom(
    '**',
    '*',
    '**/*.png',
    '*/**',
    '**/.*',
    '.*/**',
    'a/..',
    '!**/b.png',
    '!a',
    './**',
    '../**',
  ),
  path,
);

/** Throws for an entry that cannot be made, such as one whose path is taken. */
async function plantEntry(workspace: string, one: TreeEntry): Promise<void> {
  const at = join(workspace, one.path);
  await mkdir(dirname(at), { recursive: true });
  if (one.kind === 'file') await writeFile(at, one.path, { flag: 'wx' });
  else if (one.kind === 'folder') await mkdir(at);
  else if (one.kind === 'fifo') plantFifo(at);
  else if (one.kind === 'link') await symlink(one.to, at);
  else if (one.kind === 'hard-link') await link(join(workspace, one.to), at);
}

async function withTree(
  entries: readonly TreeEntry[],
  work: (workspace: string) => Promise<void>,
): Promise<void> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'any-tree-')));
  const workspace = join(base, 'workspace');
  try {
    await mkdir(workspace);
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside/o.png'), 'foreign');
    for (const one of entries) await plantEntry(workspace, one).catch(() => {});
    await work(workspace);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

function statsOf(absolutePath: string): Stats {
  expect(realpathSync(absolutePath)).toBe(absolutePath);
  return lstatSync(absolutePath);
}

/** Runs `work`, which may print only `::debug::` lines: the runner could execute a file name in others as a command. */
async function printingDebugLines<T>(work: () => Promise<T>): Promise<T> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    return await work();
  } finally {
    const written = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    write.mockRestore();
    expect(written).toMatch(/^(?:::debug::[^\r\n]*\n)*$/);
  }
}

const isHidden = (shown: string) => /(^|\/)\./.test(shown);

it.skipIf(isWindows)('found files in any tree are regular files of the workspace', async () => {
  let found = 0;
  const choice = fc.record({
    entries: fc.array(entry, { maxLength: 12 }),
    fifo: rareFifo,
    patterns: fc.array(pattern, { minLength: 1, maxLength: 4 }),
    followSymlinks: fc.boolean(),
    includeHiddenFiles: fc.boolean(),
  });
  const property = fc.asyncProperty(choice, ({ entries, fifo: pipe, patterns, ...options }) =>
    withTree(pipe === null ? entries : [pipe, ...entries], async (workspace) => {
      const answer = await printingDebugLines(() =>
        find({ workspace }, patterns.join('\n'), options).catch((error: unknown) => error),
      );
      if (answer instanceof InputError) return;
      const { files } = answer as Awaited<ReturnType<typeof find>>;
      const real = files.map(({ absolutePath }) => absolutePath);
      expect(new Set(real).size).toBe(real.length);
      for (const { path: shown, absolutePath } of files) {
        found += 1;
        expect(statsOf(absolutePath).isFile()).toBe(true);
        const below = relative(workspace, absolutePath);
        expect(below).not.toMatch(/^\.\.(\/|$)|^\//);
        if (!options.followSymlinks) expect(shown).toBe(below);
        if (!options.includeHiddenFiles)
          expect([isHidden(shown), isHidden(below)]).toEqual([false, false]);
      }
    }),
  );
  await fc.assert(property, fuzzed(100));
  expect(found).toBeGreaterThan(20);
});
