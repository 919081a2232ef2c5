// Stand-ins for the other actions in the documented workflows: checkout, artifacts and the cache.

import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { runCommand } from './script.ts';

export interface Place {
  /** GITHUB_WORKSPACE of the job. */
  readonly workspace: string;
  /** A bare git repository with the files of the project. */
  readonly remote: string;
  /** The commit and ref of the event, which a checkout without `ref` uses. */
  readonly sha: string;
  readonly ref: string;
  /** A folder for artifacts and caches, shared by all jobs of a run. */
  readonly store: string;
}

type Inputs = Readonly<Record<string, string>>;

type StandIn = (inputs: Inputs, place: Place) => Promise<void>;

const STAND_INS: Readonly<Record<string, StandIn>> = {
  'actions/checkout': checkOut,
  'actions/upload-artifact': ({ name = '', path = '' }, { workspace, store }) =>
    copyMatching(path, workspace, join(store, 'artifacts', name)),
  'actions/download-artifact': async (_, { workspace, store }) => {
    for (const name of await namesIn(join(store, 'artifacts')))
      await cp(join(store, 'artifacts', name), workspace, { recursive: true });
  },
  // An existing key is not overwritten.
  'actions/cache/save': async ({ path = '', key = '' }, { workspace, store }) => {
    if (!(await namesIn(join(store, 'cache'))).includes(key))
      await copyMatching(path, workspace, join(store, 'cache', key));
  },
  'actions/cache/restore': async ({ 'restore-keys': prefix = '' }, { workspace, store }) => {
    const newest = (await namesIn(join(store, 'cache'))).filter((key) => key.startsWith(prefix)).at(-1);
    if (newest !== undefined) await cp(join(store, 'cache', newest), workspace, { recursive: true });
  },
};

/** Like the real action: at the commit of the event if `ref` is empty, and without a branch for a tag or pull request. */
async function checkOut({ ref = '' }: Inputs, { remote, workspace, ...event }: Place): Promise<void> {
  const git = (...args: string[]) => runCommand('git', args, workspace);
  await git('clone', '-q', remote, '.');
  if (ref !== '') await git('fetch', '-q', 'origin', ref);
  const commit = ref === '' ? event.sha : 'FETCH_HEAD';
  const [, branch] = /^refs\/heads\/(.+)/.exec(ref || event.ref) ?? [];
  await git('checkout', '-q', ...(branch === undefined ? ['--detach'] : ['-B', branch]), commit);
}

/** @throws if the action has no stand-in */
export async function runStandIn(uses: string, inputs: Inputs, place: Place): Promise<void> {
  const [name = ''] = uses.split('@');
  const standIn = STAND_INS[name];
  if (standIn === undefined) throw new Error(`There is no stand-in for ${uses}`);
  await standIn(inputs, place);
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).toSorted();
}

/** Supports only `*` within one folder. @throws if nothing matches, where the real actions warn */
async function copyMatching(pattern: string, from: string, to: string): Promise<void> {
  if (isAbsolute(pattern)) return await cp(pattern, join(to, basename(pattern)));
  const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
  const names = (await readdir(from)).filter((name) => expression.test(name));
  if (names.length === 0) throw new Error(`${pattern} matches nothing in the workspace`);
  await mkdir(to, { recursive: true });
  for (const name of names) await cp(join(from, name), join(to, name), { recursive: true });
}
