// One file on a branch: which requests are repeated by themselves, and which one decides.

import { describe, expect, it } from 'vitest';
import { CallError, InputError } from '../../../src/errors/action-error.ts';
import { BranchFile } from '../../../src/github/branch/branch-file.ts';
import { isConflict } from '../../../src/github/branch/branch-requests.ts';
import { caught } from '../../support/caught.ts';
import type { CallKind, GitHubFault } from '../../world/github/api.ts';
import { GitHub } from '../../world/github/github.ts';
import { connect } from '../github-fixture.ts';

const BRANCH = 'linkedin-media';
const down = { status: 502, body: '<html>Bad Gateway</html>' };

function setUp({
  text,
  ...options
}: {
  readonly text?: string;
  readonly forbids?: readonly ['creation'];
  readonly isTerse?: boolean;
} = {}) {
  const fake = new GitHub(options);
  if (text !== undefined) fake.commit(BRANCH, { 'linkedin.json': text });
  const { github, clock } = connect(fake);
  const file = new BranchFile({ github, branch: BRANCH, path: 'linkedin.json', maxBytes: 1000 });
  return { fake, file, clock };
}

const times = (count: number, on: CallKind, fault: Omit<GitHubFault, 'on'>): GitHubFault[] =>
  Array(count).fill({ on, ...fault });

describe('reads', () => {
  it.each(['read contents', 'read blob'] as const)(
    'an outage of more than 6 s at the first request to %s does not fail a read',
    async (on) => {
      const { file, fake, clock } = setUp({ text: 'old' });
      fake.faults.push(...times(4, on, { response: down }));
      expect(await file.read()).toMatchObject({ kind: 'found', text: 'old' });
      expect(clock.slept.reduce((sum, ms) => sum + ms)).toBeGreaterThan(6000);
    },
  );
});

describe('a write that GitHub answers with 404', () => {
  const hidden = { on: 'write contents', response: { status: 404 } } as const;

  it('a write to a branch that exists lacks a permission, which the error names', async () => {
    const { file, fake } = setUp({ text: 'old' });
    fake.faults.push(hidden);
    const error = await caught(() => file.write('new', null, 'Message'), InputError);
    expect(error.code).toBe('GITHUB_DENIED');
    expect(error.hint).toContain('contents: write');
  });

  it('a write to a branch that was deleted is a conflict', async () => {
    const { file } = setUp();
    const error = await caught(() => file.write('new', null, 'Message'), CallError);
    expect(isConflict(error)).toBe(true);
  });
});

describe('the creation of a branch', () => {
  it.each(['create blob', 'create tree', 'create commit'] as const)(
    'after a 502 to %s only that request is sent again',
    async (on) => {
      const { file, fake } = setUp();
      fake.faults.push({ on, response: down }, { on, isCut: true }, { on, breaks: 'after' });
      await file.createBranch('new', 'Message');
      const kinds = ['create blob', 'create tree', 'create commit', 'create ref'] as const;
      const counts = Object.fromEntries(kinds.map((kind) => [kind, fake.count(kind)]));
      expect(counts).toEqual({
        ...{ 'create blob': 1, 'create tree': 1, 'create commit': 1, 'create ref': 1 },
        [on]: 4,
      });
      expect(fake.file(BRANCH)).toBe('new');
    },
  );

  it('the reference is created in one attempt, because another one could find what this one made', async () => {
    const { file, fake } = setUp();
    fake.faults.push({ on: 'create ref', breaks: 'after' });
    const error = await caught(() => file.createBranch('new', 'Message'), CallError);
    expect(error.effect).toBe('maybe');
    expect(fake.count('create ref')).toBe(1);
    expect(fake.file(BRANCH)).toBe('new');
  });

  it('a branch that exists already is a conflict, although a read of GitHub does not show it yet', async () => {
    const { file, fake } = setUp({ text: 'theirs' });
    fake.faults.push(...times(3, 'list refs', { response: { status: 200, body: '[]' } }));
    const error = await caught(() => file.createBranch('new', 'Message'), CallError);
    expect(isConflict(error)).toBe(true);
    expect(error.message).toContain('Reference already exists');
    expect(fake.file(BRANCH)).toBe('theirs');
  });

  it.each([
    [false, 'the rules of the repository forbid creating branch', /may bypass it\.$/],
    [
      true,
      'GitHub refuses to create branch',
      /^Exclude the branch.* begins with `linkedin-media\/`, set another/,
    ],
  ])('a rule against it is an error of its own (terse: %s)', async (isTerse, problem, hint) => {
    const { file } = setUp({ forbids: ['creation'], isTerse });
    const error = await caught(() => file.createBranch('new', 'Message'), InputError);
    expect([error.code, error.input]).toEqual(['BRANCH_PROTECTED', 'manifest-branch']);
    expect(error.problem).toContain(`cannot be used: ${problem} linkedin-media`);
    expect(error.hint).toMatch(hint);
  });
});

describe('writes', () => {
  it.each<[string, Omit<GitHubFault, 'on'>]>([
    ['a 502', { response: down }],
    ['a lost response', { breaks: 'after' }],
    ['an answer that is cut off', { isCut: true }],
  ])('a write is one attempt, and %s tells neither success nor refusal', async (_, fault) => {
    const { file, fake } = setUp({ text: 'old' });
    const state = await file.read();
    fake.faults.push({ on: 'write contents', ...fault });
    const sha = state.kind === 'found' ? state.sha : null;
    const error = await caught(() => file.write('new', sha, 'Message'), CallError);
    expect([error.effect, isConflict(error)]).toEqual(['maybe', false]);
    expect(fake.count('write contents')).toBe(1);
  });

  it('a write to a version that is not the stored one is a conflict', async () => {
    const { file, fake } = setUp({ text: 'theirs' });
    const error = await caught(() => file.write('new', 'a'.repeat(40), 'Message'), CallError);
    expect(isConflict(error)).toBe(true);
    expect(fake.file(BRANCH)).toBe('theirs');
  });
});
