// The requests of the memory on a branch: which are repeated by themselves, which one decides, and which permission or rule an
// error names.

import { describe, expect, it } from 'vitest';
import { CallError, InputError } from '../../src/errors/action-error.ts';
import { Branch } from '../../src/memory/branch.ts';
import { EMPTY } from '../../src/memory/content.ts';
import { connect } from '../github/github-fixture.ts';
import { caught } from '../support/caught.ts';
import { formatManifest } from '../support/manifest.ts';
import { testRun } from '../support/run.ts';
import type { CallKind, GitHubFault, GitHubOptions } from '../world/github/api.ts';
import { GitHub } from '../world/github/github.ts';
import { freshPath } from './samples.ts';

const BRANCH = 'linkedin-media';
const down = { status: 502, body: '<html>Bad Gateway</html>' };
const OLD = formatManifest({ revision: 7, posts: { a: 1 } });
const NEW = { ...EMPTY, revision: 8 };

/** A branch that holds `text`, and how a job reads and writes it. */
function setUp({ text, ...options }: GitHubOptions & { readonly text?: string } = {}) {
  const fake = new GitHub(options);
  if (text !== undefined) fake.commit(BRANCH, { 'linkedin.json': text });
  const { github, clock } = connect(fake);
  const settings = { branch: BRANCH, path: 'linkedin.json', workspacePath: freshPath(), jobs: 1 };
  const branch = new Branch(settings, github, testRun({ clock }));
  const { signal } = new AbortController();
  const write = (version: string | null) => branch.write(NEW, version, signal);
  return { fake, branch, clock, write };
}

const times = (count: number, on: CallKind, fault: Omit<GitHubFault, 'on'>): GitHubFault[] =>
  Array(count).fill({ on, ...fault });

it('an outage of more than 6 s does not fail a read', async () => {
  const { branch, fake, clock } = setUp({ text: OLD });
  fake.faults.push(...Array(4).fill({ on: 'read contents', response: down }));
  expect((await branch.read()).content.revision).toBe(7);
  expect(clock.slept.reduce((sum, ms) => sum + ms)).toBeGreaterThan(6000);
});

it('a repository that cannot be read is not taken for a missing branch', async () => {
  const { branch } = setUp({ permissions: { contents: 'none' } });
  const error = await caught(() => branch.read(), InputError);
  expect([error.code, error.input]).toEqual(['GITHUB_DENIED', 'manifest-branch']);
  expect(error.hint).toContain('contents: read');
});

it('a token that GitHub does not accept needs another token, not a permission', async () => {
  const { branch } = setUp({ faults: [{ on: 'list refs', response: { status: 401 } }] });
  const error = await caught(() => branch.read(), InputError);
  expect(error).toMatchObject({
    code: 'GITHUB_DENIED',
    hint: expect.stringMatching(/or set it to a valid token\.$/),
  });
});

it.each([403, 404] as const)(
  'a token without contents: write (status %i) is an error that names the permission',
  async (denial) => {
    const { branch } = setUp({ permissions: { contents: 'read' }, denial });
    const error = await caught(() => branch.assertWritable(), InputError);
    expect([error.code, error.input]).toEqual(['GITHUB_DENIED', 'manifest-branch']);
    expect(error.hint).toContain('permissions: contents: write');
  },
);

describe('the creation of a branch', () => {
  async function setUpMissing(options: GitHubOptions = {}) {
    const made = setUp(options);
    await made.branch.read();
    return made;
  }

  it.each(['create tree', 'create commit'] as const)(
    'after a 502 to %s only that request is sent again',
    async (on) => {
      const { write, fake } = await setUpMissing();
      fake.faults.push(
        { on, response: down },
        { on, kind: 'truncated answer' },
        { on, kind: 'lost response' },
      );
      await write(null);
      const kinds = ['create tree', 'create commit', 'create ref'] as const;
      const counts = Object.fromEntries(kinds.map((kind) => [kind, fake.count(kind)]));
      expect(counts).toEqual({
        ...{ 'create tree': 1, 'create commit': 1, 'create ref': 1 },
        [on]: 4,
      });
      expect(fake.file(BRANCH)).toBe(formatManifest(NEW));
    },
  );

  it('the reference is created in one attempt, because another one could find what this one made', async () => {
    const { write, fake } = await setUpMissing();
    fake.faults.push({ on: 'create ref', kind: 'lost response' });
    const error = await caught(() => write(null), CallError);
    expect(error.effect).toBe('maybe');
    expect(fake.count('create ref')).toBe(1);
    expect(fake.file(BRANCH)).toBe(formatManifest(NEW));
  });

  it('a branch that exists already is a conflict, although a read of GitHub does not show it yet', async () => {
    const { write, fake } = await setUpMissing();
    fake.commit(BRANCH, { 'linkedin.json': 'theirs' });
    fake.faults.push(...times(3, 'list refs', { response: { status: 200, body: '[]' } }));
    expect(await write(null)).toBeNull();
    expect(fake.file(BRANCH)).toBe('theirs');
  });

  it.each([false, true])(
    'a rule against it is an error of its own (terse: %s)',
    async (isTerse) => {
      const { write } = await setUpMissing({ forbids: ['creation'], isTerse });
      const error = await caught(() => write(null), InputError);
      expect([error.code, error.input]).toEqual(['BRANCH_PROTECTED', 'manifest-branch']);
      expect(error.problem).toContain(
        'cannot be used: the rules of the repository forbid a write to branch linkedin-media (POST ',
      );
    },
  );
});

it.each<[string, Omit<GitHubFault, 'on'>]>([
  ['a 502', { response: down }],
  ['a lost response', { kind: 'lost response' }],
  ['an answer that is cut off', { kind: 'truncated answer' }],
])('a write is one attempt, and %s tells neither success nor refusal', async (_, fault) => {
  const { branch, write, fake } = setUp({ text: OLD });
  const { version } = await branch.read();
  fake.faults.push({ on: 'write contents', ...fault });
  const error = await caught(() => write(version), CallError);
  expect(error.effect).toBe('maybe');
  expect(fake.count('write contents')).toBe(1);
});

it('a write returns the version that the next read has', async () => {
  const { branch, write } = setUp({ text: OLD });
  const version = await write((await branch.read()).version);
  expect(await branch.read()).toEqual({ content: NEW, version });
});

it('a write to a version that is not the stored one is a conflict', async () => {
  const { write, fake } = setUp({ text: OLD });
  expect(await write('a'.repeat(40))).toBeNull();
  expect(fake.file(BRANCH)).toBe(OLD);
});
