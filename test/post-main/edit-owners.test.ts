// The post action with files that take each other's names: no edit replaces the text of another post, and whoever follows the advice
// of an error or a warning ends in a green run.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type Files,
  type Inputs,
  MEMORY_BRANCH,
  type Posting,
  postEnds,
  postRows,
  startPosting,
} from '../support/posting.ts';
import type { StepRun } from '../support/runner.ts';

const HOUR_MS = 3_600_000;

let posting: Posting;

beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

const publish = (files: Files, inputs: Inputs = {}) =>
  posting.run(files, { posts: 'posts/*.md', 'max-posts': '50', ...inputs });
const file = (text: string, ...keys: string[]) => ['---', ...keys, '---', text, ''].join('\n');
const at = (hours: number) =>
  `at: ${new Date(Date.now() + hours * HOUR_MS).toISOString().replace(/\.\d+/, '')}`;
const endsOf = (run: StepRun) => [run.exitCode, postEnds(run)];
/** The texts that LinkedIn shows, oldest first. */
const shown = () => posting.sandbox.model.storedPosts.map(({ fields }) => fields.commentary);
const edits = () => posting.sandbox.model.otherCalls().postEdit;

/** Publishes posts one after the other. Returns the keys `urn` by file. */
async function publishFirst(files: Record<string, string>): Promise<Record<string, string>> {
  // A new memory lets only one post out.
  const entries = Object.entries(files);
  for (let count = 1; count <= entries.length; count += 1)
    await publish(Object.fromEntries(entries.slice(0, count)));
  const rows = postRows(await publish(files));
  return Object.fromEntries(rows.map(({ file: path, urn }) => [path, `urn: ${urn}`]));
}

const [A, B, C] = ['posts/a.md', 'posts/b.md', 'posts/c.md'] as const;

it.each<[title: string, files: Files, wrong: Record<string, string>]>([
  ['one file moved over another', { [B]: file('One', 'revision: 1') }, { [B]: 'failed POST_KEY' }],
  [
    'one file copied over another',
    { [A]: file('One', 'revision: 1'), [B]: file('One', 'revision: 1') },
    { [A]: 'skipped RUN_STOPPED', [B]: 'failed POST_KEY' },
  ],
])(
  '%s does not replace the text of the other post: its `revision` is an error that names the `urn`',
  async (_, files, wrong) => {
    const urns = await publishFirst({ [A]: file('One'), [B]: file('Two') });
    const run = await publish(files);
    expect(endsOf(run)[0]).toBe(1);
    expect(postEnds(run)).toMatchObject({ [B]: wrong[B] });
    expect(run.messages('error').join()).toContain(`set \`${urns[A]}\``);
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: B, line: 2 }),
    );
    expect([shown(), edits()]).toEqual([['One', 'Two'], 0]);
  },
);

it.each<[title: string, files: (urns: Record<string, string>) => [wrong: Files, right: Files]]>([
  [
    'two swapped files',
    (urns) => [
      { [A]: file('Two', 'revision: 1'), [B]: file('One', 'revision: 1') },
      { [A]: file('Two', String(urns[B])), [B]: file('One', String(urns[A])) },
    ],
  ],
  [
    'a rotation of three files',
    (urns) => [
      { [A]: file('Three'), [B]: file('One'), [C]: file('Two') },
      {
        [A]: file('Three', String(urns[C])),
        [B]: file('One', String(urns[A])),
        [C]: file('Two', String(urns[B])),
      },
    ],
  ],
])(
  '%s are an error in each, which names the `urn` of its post, and with these URNs all are known',
  async (_, filesOf) => {
    const urns = await publishFirst({ [A]: file('One'), [B]: file('Two'), [C]: file('Three') });
    const before = shown();
    const [wrong, right] = filesOf(urns);
    const run = await publish(wrong);
    expect(run.exitCode).toBe(1);
    for (const [path, end] of Object.entries(postEnds(run))) {
      expect([path, end]).toEqual([path, 'failed POST_KEY']);
      const text = String(right[path]);
      expect(run.messages('error').join()).toContain(`set \`${/^urn: .*$/m.exec(text)?.[0]}\``);
    }
    const repaired = await publish(right);
    expect(repaired.exitCode).toBe(0);
    expect(new Set(Object.values(postEnds(repaired)))).toEqual(new Set(['known']));
    expect([shown(), edits()]).toEqual([before, 0]);
  },
);

it('two swapped `id`s are an error in each file, and with the URNs of their posts both are known', async () => {
  const urns = await publishFirst({ [A]: file('One', 'id: x'), [B]: file('Two', 'id: y') });
  const swapped = (...more: string[][]) => ({
    [A]: file('One', 'id: y', ...(more[0] ?? [])),
    [B]: file('Two', 'id: x', ...(more[1] ?? [])),
  });
  const run = await publish(swapped(['revision: 1'], ['revision: 1']));
  expect(endsOf(run)).toEqual([1, { [A]: 'failed POST_KEY', [B]: 'failed POST_KEY' }]);
  expect(run.messages('error').join()).toContain(`set \`${urns[A]}\``);
  expect(endsOf(await publish(swapped([String(urns[A])], [String(urns[B])])))).toEqual([
    0,
    { [A]: 'known', [B]: 'known' },
  ]);
  expect([shown(), edits()]).toEqual([['One', 'Two'], 0]);
});

it('files that are renumbered after a new one was inserted are errors that say `id` or `urn`, and with these the new one goes out, and nothing else', async () => {
  const [one, two, three, four] = [
    'posts/01.md',
    'posts/02.md',
    'posts/03.md',
    'posts/04.md',
  ] as const;
  const urns = await publishFirst({
    [one]: file('One'),
    [two]: file('Two'),
    [three]: file('Three'),
  });
  const renumbered = {
    [one]: file('New'),
    [two]: file('One'),
    [three]: file('Two'),
    [four]: file('Three'),
  };
  const run = await publish(renumbered);
  expect(postEnds(run)).toMatchObject({
    [one]: 'failed POST_KEY',
    [two]: 'failed POST_KEY',
    [three]: 'failed POST_KEY',
  });
  const errors = run.messages('error').join('\n');
  expect(errors).toMatch(
    /01\.md, line \d+: the post that was here is now in posts\/02\.md, .* give it an `id`/,
  );
  expect(errors).toContain(`set \`${urns[one]}\``);
  expect(errors).toContain(`set \`${urns[two]}\``);
  const repaired = await publish({
    [one]: file('New', 'id: new'),
    [two]: file('One', String(urns[one])),
    [three]: file('Two', String(urns[two])),
    [four]: file('Three'),
  });
  expect(endsOf(repaired)).toEqual([
    0,
    { [one]: 'posted', [two]: 'known', [three]: 'known', [four]: 'known' },
  ]);
  expect(shown()).toEqual(['One', 'Two', 'Three', 'New']);
});

it('a file that was copied over another published one has a warning with the `urn` of its post, and with it the run is green', async () => {
  const urns = await publishFirst({ [A]: file('One'), [B]: file('Two') });
  const run = await publish({ [A]: file('One'), [B]: file('One') });
  expect(endsOf(run)).toEqual([0, { [A]: 'known', [B]: 'known' }]);
  expect(run.messages('warning').join()).toMatch(
    `posts/b.md has the text of another post, posts/a.md, and nothing is sent: if it is that post, set \`${urns[A]}\``,
  );
  expect(endsOf(await publish({ [A]: file('One'), [B]: file('One', String(urns[A])) }))).toEqual([
    0,
    { [A]: 'known', [B]: 'known' },
  ]);
  expect(shown()).toEqual(['One', 'Two']);
});

it.each<[title: string, files: Files, path: string]>([
  ['renamed, corrected and numbered in one push', { [B]: file('Corrected', 'revision: 1') }, B],
  [
    'copied, and corrected and numbered in the copy',
    { [A]: file('One'), [B]: file('Corrected', 'revision: 1') },
    B,
  ],
])(
  'a post that was %s is an error that asks for its `urn`, and no second post',
  async (_, files, path) => {
    await publishFirst({ [A]: file('One') });
    const run = await publish(files);
    expect(endsOf(run)).toEqual([1, expect.objectContaining({ [path]: 'failed POST_KEY' })]);
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: path, line: 2 }),
    );
    expect(run.messages('error').join()).toContain(
      'set `urn` to its URN; if it is a new post, remove `revision`',
    );
    expect(shown()).toEqual(['One']);
  },
);

it('a simulation, which has no memory, takes a `revision` as 0', async () => {
  const run = await publish({ [A]: file('One', 'revision: 2') }, { mode: 'simulate' });
  expect(endsOf(run)).toEqual([0, { [A]: 'posted' }]);
});

it('a `revision` of one of two entries with one URN is an error', async () => {
  const urns = await publishFirst({ [A]: file('One'), [B]: file('Two') });
  const memory = posting.github.file(MEMORY_BRANCH) ?? '';
  const [first = '', second = ''] = [urns[A], urns[B]].map((key = '') => key.slice('urn: '.length));
  posting.github.commit(MEMORY_BRANCH, {
    'linkedin.json': memory.replace(`"urn":"${second}"`, `"urn":"${first}"`),
  });
  const run = await publish({ [A]: file('One (new)', 'revision: 1'), [B]: file('Two') });
  expect(postEnds(run)).toMatchObject({ [A]: 'failed POST_KEY' });
  expect(run.messages('error').join()).toContain(
    'two posts are remembered with this URN, the other one as posts/b.md',
  );
  expect(edits()).toBe(0);
});

it('`draft` and an `at` that is still to come hold an edit back, and the output `next-at` says until when', async () => {
  await publishFirst({ [A]: file('One') });
  const later = at(2);
  const scheduled = await publish({ [A]: file('Two', later, 'revision: 1') });
  expect(endsOf(scheduled)).toEqual([0, { [A]: 'scheduled' }]);
  expect(scheduled.outputs['next-at']).toContain(later.slice('at: '.length, -1));
  expect(scheduled.outputs['waiting-count']).toBe('1');
  const plan = await publish({ [A]: file('Two', later, 'revision: 1') }, { mode: 'plan' });
  const preview = readFileSync(String(plan.outputs['preview-file']), 'utf8');
  expect(preview).toMatch(
    /scheduled: its text on LinkedIn is not replaced yet \(revision 1\).*published earlier.*Two/s,
  );
  const draft = await publish({ [A]: file('Two', later, 'revision: 1', 'draft: true') });
  expect(endsOf(draft)).toEqual([0, { [A]: 'draft' }]);
  expect([shown(), edits()]).toEqual([['One'], 0]);
  expect(endsOf(await publish({ [A]: file('Two', at(-100), 'revision: 1') }))).toEqual([
    0,
    { [A]: 'edited' },
  ]);
  expect(shown()).toEqual(['Two']);
});

it('another text with a future `at` in a published file never goes out, and each run warns', async () => {
  await publishFirst({ [A]: file('One') });
  const files = { [A]: file('Two', at(2)) };
  for (const _ of [1, 2]) {
    const run = await publish(files);
    expect(endsOf(run)).toEqual([0, { [A]: 'known' }]);
    expect(run.messages('warning').join()).toContain('nothing goes out at its `at` either');
  }
});

it('several published files with other texts share one warning in the first run that sees them, and a plan warns each time, in the preview too', async () => {
  await publishFirst({ [A]: file('One'), [B]: file('Two') });
  const files = { [A]: file('One more'), [B]: file('Two more') };
  for (const _ of [1, 2]) {
    const plan = await publish(files, { mode: 'plan' });
    expect(plan.messages('warning')).toHaveLength(1);
    expect(readFileSync(String(plan.outputs['preview-file']), 'utf8')).toContain(
      'the new text is not on LinkedIn',
    );
  }
  const first = await publish(files);
  const warnings = first.messages('warning');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^posts\/a\.md, posts\/b\.md: each has changed since it was posted/);
  const second = await publish(files);
  expect(second.messages('warning')).toEqual([]);
  expect(second.messages('notice').join()).toMatch(
    /a\.md has changed since .*b\.md has changed since/s,
  );
});

it('a new number with the text that is published already is sent, with a notice that nothing changes', async () => {
  await publishFirst({ [A]: file('One') });
  const run = await publish({ [A]: file('One', 'revision: 1') });
  expect(endsOf(run)).toEqual([0, { [A]: 'edited' }]);
  expect(run.messages('notice').join()).toContain(
    'the text that is published already, so that nothing changes',
  );
  expect(edits()).toBe(1);
});

it('a new text at an earlier name of a post is an error that asks for its `urn` or an `id`, and either ends in a green run', async () => {
  const urns = await publishFirst({ [A]: file('One') });
  await publish({ [B]: file('One') });
  const run = await publish({ [A]: file('New') });
  expect(endsOf(run)).toEqual([1, { [A]: 'failed POST_KEY' }]);
  expect(run.messages('error').join()).toContain(
    `posts/a.md is an earlier name of posts/b.md: if this is the same post, set \`${urns[A]}\`; if it is another post, give it an \`id\``,
  );
  expect(endsOf(await publish({ [A]: file('New', String(urns[A])) }))).toEqual([
    0,
    { [A]: 'known' },
  ]);
  expect(endsOf(await publish({ [A]: file('Newer', 'id: newer') }))).toEqual([
    0,
    { [A]: 'posted' },
  ]);
});

it('the same text in a new file has a warning that names `id` first, and with an `id` in both files it goes out', async () => {
  await publishFirst({ [A]: file('One') });
  const run = await publish({ [A]: file('One'), [B]: file('One') });
  expect(run.messages('warning').join()).toContain(
    'if it is another post, give each of the two files an `id`, or write another text',
  );
  const both = await publish(
    { [A]: file('One', 'id: w1'), [B]: file('One', 'id: w2') },
    { mode: 'plan' },
  );
  expect(endsOf(both)).toEqual([0, { [A]: 'known', [B]: 'planned' }]);
});

it('a copied template with a `urn` is not sent, and a warning says that the `urn` keeps it back', async () => {
  const run = await publish({ [A]: file('One', 'urn: urn:li:share:7111111111111111111') });
  expect(endsOf(run)).toEqual([0, { [A]: 'known' }]);
  expect(run.messages('warning').join()).toContain('if this is another post, remove `urn`');
});
