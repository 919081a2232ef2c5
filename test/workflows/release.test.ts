// The publishing scripts of release.yml, run in a real git repository with a fake `gh` that records its arguments.

import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { machineVariables } from '../support/job-environment.ts';

const WORKFLOW = resolve(import.meta.dirname, '../../.github/workflows/release.yml');
const hasTools = ['bash', 'git'].every((tool) => spawnSync(tool, ['--version']).status === 0);

/**
 * `gh release view` prints whether the release is a draft, or fails without one. `gh api` knows the tag, which may be annotated,
 * and a branch of the same name. All other commands succeed.
 */
const GH = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$GH_LOG"
if [ "$1 $2" = "release view" ]; then
  test -n "$IS_DRAFT" || { echo "release not found" >&2; exit 1; }
  echo "$IS_DRAFT"
fi
if [ "$1" = "api" ]; then
  case "$2" in
    repos/octocat/media/git/ref/tags/v1.2.3) echo "\${ANNOTATED:-commit $TAGGED}" ;;
    repos/octocat/media/git/tags/0b1ec7) echo "$TAGGED" ;;
    repos/octocat/media/commits/v1.2.3) echo "abc" ;;
    meta) ;;
    *) echo "gh: Not Found (HTTP 404)" >&2; exit 1 ;;
  esac
fi
`;

/** Records each push instead of making it. */
const GIT = `#!/usr/bin/env bash
if [ "$1" = "push" ]; then printf 'git %s\\n' "$*" >> "$GH_LOG"; else PATH="$REAL_PATH" exec git "$@"; fi
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-'));
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/gh'), GH);
  await writeFile(join(folder, 'bin/git'), GIT);
  for (const name of ['gh', 'git']) await chmod(join(folder, 'bin', name), 0o755);
  await writeFile(join(folder, 'log'), '');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Resolves with the arguments of each `gh` command. */
async function runStep(name: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const { jobs } = parse(await readFile(WORKFLOW, 'utf8')) as {
    jobs: { publish: { steps: { name?: string; run?: string }[] } };
  };
  const script = jobs.publish.steps.find((step) => step.name?.startsWith(name))?.run;
  if (script === undefined) throw new Error(`release.yml has no step ${name}`);
  const { PATH = '', ...variables } = machineVariables();
  // As the runner starts `shell: bash`.
  await promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env: {
      ...variables,
      PATH: `${join(folder, 'bin')}${delimiter}${PATH}`,
      REAL_PATH: PATH,
      GH_LOG: join(folder, 'log'),
      RUNNER_TEMP: folder,
      REPOSITORY: 'octocat/media',
      ...env,
    },
  });
  return (await readFile(join(folder, 'log'), 'utf8')).split('\n').filter((line) => line !== '');
}

describe.skipIf(!hasTools)('repeated release', () => {
  const create = async (
    isDraft: string,
    { tagged = 'abc', annotated = '' } = {},
  ): Promise<string[]> => {
    await writeFile(join(folder, 'bundle'), '{}');
    const asked = await runStep('Create the release', {
      TAG: 'v1.2.3',
      PROVENANCE: join(folder, 'bundle'),
      IS_DRAFT: isDraft,
      TAGGED: tagged,
      ANNOTATED: annotated,
      VERIFIED: 'abc',
    });
    return asked
      .filter((line) => !line.startsWith('api'))
      .map((line) => line.split(' ').slice(0, 3).join(' '));
  };

  it('a release is created if it does not exist', async () => {
    expect(await create('')).toEqual(['release view v1.2.3', 'release create v1.2.3']);
  });

  it.each([
    ['lightweight', ''],
    ['annotated', 'tag 0b1ec7'],
  ])(
    'no release is created if the %s tag was moved after the commit was verified, whatever branch has its name',
    async (_, annotated) => {
      const stdout = expect.stringContaining('v1.2.3 is def now, but abc was verified');
      await expect(create('', { tagged: 'def', annotated })).rejects.toMatchObject({
        code: 1,
        stdout,
      });
      const asked = await readFile(join(folder, 'log'), 'utf8');
      expect(asked).not.toContain('release');
    },
  );

  it('a published release is not changed', async () => {
    expect(await create('false')).toEqual(['release view v1.2.3']);
  });

  it('a draft, which may lack files, is deleted and created again', async () => {
    const asked = ['release view v1.2.3', 'release delete v1.2.3', 'release create v1.2.3'];
    expect(await create('true')).toEqual(asked);
  });
});

describe.skipIf(!hasTools)('major tag', () => {
  const isMoved = async (tag: string, tags: readonly string[]): Promise<boolean> => {
    const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder });
    await git('init', '-q');
    await git(
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@github.invalid',
      'commit',
      '-q',
      '--allow-empty',
      '-mA',
    );
    for (const one of tags) await git('tag', one);
    const asked = await runStep('Move the major tag', { TAG: tag });
    const push = `git push --force git@github.com:octocat/media.git HEAD:refs/tags/${tag.split('.')[0]}`;
    return asked.includes(push);
  };

  it.each([
    ['the major tag is created by the first release', 'v1.0.0', ['v1.0.0'], true],
    [
      'the major tag moves to the newest release',
      'v1.10.0',
      ['v1', 'v1.9.0', 'v1.10.0', 'v2.0.0'],
      true,
    ],
    ['the major tag stays at a newer release', 'v1.9.1', ['v1', 'v1.9.1', 'v1.10.0'], false],
    [
      'the major tag ignores a pre-release that sorts later',
      'v1.2.2',
      ['v1', 'v1.2.2', 'v1.2.3-rc.1'],
      true,
    ],
  ])('%s', async (_, tag, tags, expected) => {
    expect(await isMoved(tag, tags)).toBe(expected);
  });
});
