// Links to the files of a checkout, from git's own files.

import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileUrl, readFileLinks } from '../../../src/action/report/checkout.ts';
import { plant } from '../../media/tree.ts';

const NAMES = [
  'a.png',
  'media/b c.png',
  `media/${'x'.repeat(200)}.png`,
  'é.png',
  ...'1234567'.split('').map((n) => n.repeat(Number(n))),
];

/** A repository with one commit, and the environment of a run of it. */
async function checkout({ version = 2, detached = true } = {}) {
  const tree = await plant(Object.fromEntries([...NAMES, 'untracked.png'].map((name) => [name, name])));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: tree.workspace,
      encoding: 'utf8',
    });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'index.version', String(version));
  git('add', '--', ...NAMES);
  git('commit', '--quiet', '--message=one');
  const sha = git('rev-parse', 'HEAD').trim();
  if (detached) git('checkout', '--quiet', '--detach');
  const env = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_SHA: sha,
    GITHUB_WORKSPACE: tree.workspace,
  };
  return { env, tree, git };
}

it.each([{ detached: true }, { detached: false }])(
  'every tracked file is linked, and no other: %j',
  async (options) => {
    const { env } = await checkout(options);
    const links = readFileLinks(env);
    expect([...(links?.trackedFiles ?? [])].sort()).toEqual(NAMES.toSorted());
    expect(links && fileUrl('media/b c.png', links)).toBe(
      `https://github.com/o/r/blob/${env.GITHUB_SHA}/media/b%20c.png?raw=true`,
    );
    expect(links && fileUrl('untracked.png', links)).toBeNull();
  },
);

it('an index with extended entries is read too', async () => {
  const { env, tree, git } = await checkout();
  writeFileSync(tree.at('later.png'), 'x');
  git('add', '--intent-to-add', 'later.png');
  expect(readFileLinks(env)?.trackedFiles.has('later.png')).toBe(true);
});

it('there are no links for another commit, another version of the index, or a damaged one', async () => {
  const { env, tree } = await checkout();
  expect(readFileLinks({ ...env, GITHUB_SHA: '0'.repeat(40) })).toBeNull();
  expect(readFileLinks({ ...env, GITHUB_WORKSPACE: tree.outside })).toBeNull();
  expect(readFileLinks({})).toBeNull();
  writeFileSync(tree.at('.git/index'), 'DIRC');
  expect(readFileLinks(env)).toBeNull();
  appendFileSync(tree.at('.git/index'), Buffer.alloc(100));
  expect(readFileLinks(env)).toBeNull();
  expect(readFileLinks((await checkout({ version: 4 })).env)).toBeNull();
});
