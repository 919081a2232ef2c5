// Edits of published posts by runs that meet each other, that are killed, or whose answers are lost: LinkedIn shows the text of the
// greatest number in the end, or a warning says that it may not.

import { expect, it } from 'vitest';
import type { WrittenPost } from '../../../src/post/file/post.ts';
import { PostWorld, type PostWorldOptions } from '../post-world.ts';
import { makePost } from '../posts.ts';

const MINUTE_MS = 60_000;
const SLOW = { kind: 'slow', ms: 45_000 } as const;

const edited = (revision: number, more: Partial<WrittenPost> = {}) =>
  makePost({ text: `Text ${revision}.`, revision, ...more });

/** The texts that LinkedIn shows. */
const shown = (world: PostWorld) => world.model.storedPosts.map(({ fields }) => fields.commentary);
const edits = (world: PostWorld) => world.world.calls.filter(({ name }) => name === 'revise');

async function published(options: PostWorldOptions = {}): Promise<PostWorld> {
  const world = new PostWorld(options);
  expect((await world.publish([makePost()])).rows).toMatchObject([{ state: 'posted' }]);
  return world;
}

/** A run that is lost when its edit has arrived at LinkedIn, and before it is stored. */
async function dieAfterEdit(post: WrittenPost): Promise<PostWorld> {
  const world = await published({ latencyMs: 0, faults: { revise: ['lost response'] } });
  const { machine, report } = world.start([post]);
  const lost = expect(report).rejects.toThrow('the machine is lost');
  await world.sleep(300);
  expect(shown(world)).toEqual([post.text]);
  machine.die();
  await lost;
  expect(world.entries).toMatchObject([{ revision: 0, editing: { revision: post.revision } }]);
  return world;
}

it('an edit is claimed before it is sent, and its claim is gone once it is stored', async () => {
  const world = await published({ faults: { revise: [SLOW] } });
  const report = world.start([edited(1)]).report;
  await world.sleep(5000);
  const claims = world.entries.map((entry) =>
    entry.state === 'posted' ? entry.editing?.revision : null,
  );
  expect((await world.finish(report)).rows).toMatchObject([{ state: 'edited' }]);
  expect(claims).toEqual([1]);
  expect(world.entries[0]).not.toHaveProperty('editing');
  expect(world.entries).toMatchObject([{ revision: 1 }]);
});

it.each([
  [1, 2],
  [2, 1],
  [1, 1],
])(
  'of two runs at once with the revisions %i and %i, one edits, and the other is skipped and names it, or finds a text that is newer',
  async (first, second) => {
    const world = await published({ faults: { revise: [SLOW] } });
    const { report } = world.start([edited(first)]);
    await world.sleep(5000);
    const later = await world.publish([edited(second)]);
    const rows = [...(await world.finish(report)).rows, ...later.rows];
    const [skipped] = rows.filter(({ state }) => state === 'skipped');
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['edited', 'skipped']);
    expect(skipped?.error?.code).toBe('POST_CLAIMED');
    expect(skipped?.error?.message).toMatch(
      /another run \(.*\) is replacing its text \(revision \d\); a run after 20\S+ would look again/,
    );
    const greatest = Math.max(first, second);
    await world.publish([edited(greatest)]);
    expect(shown(world)).toEqual([`Text ${greatest}.`]);
    expect(world.entries).toMatchObject([{ revision: greatest }]);
  },
);

it('an edit of a lost run is left alone for 20 minutes, and then sent again', async () => {
  const world = await dieAfterEdit(edited(1));
  await world.sleep(19 * MINUTE_MS);
  expect((await world.publish([edited(1)])).rows).toMatchObject([
    { state: 'skipped', error: { code: 'POST_CLAIMED' } },
  ]);
  await world.sleep(2 * MINUTE_MS);
  expect((await world.publish([edited(1)])).rows).toMatchObject([{ state: 'edited' }]);
  expect(world.entries[0]).not.toHaveProperty('editing');
});

it('a greater number than that of a lost edit is sent, and the text of the lost one counts as seen', async () => {
  const world = await dieAfterEdit(edited(1));
  await world.sleep(21 * MINUTE_MS);
  expect((await world.publish([edited(2)])).rows).toMatchObject([{ state: 'edited' }]);
  expect(shown(world)).toEqual(['Text 2.']);
  const back = await world.publish([edited(1)]);
  expect(back.rows).toMatchObject([{ state: 'known' }]);
  expect(back.annotations.filter(({ level }) => level === 'warning')).toEqual([]);
});

it('a file that was reverted after a lost edit is known, with a warning that LinkedIn may show the other text, until the next number repairs it', async () => {
  const world = await dieAfterEdit(edited(2));
  await world.sleep(21 * MINUTE_MS);
  for (const post of [makePost(), edited(1)]) {
    const { rows, annotations } = await world.publish([post]);
    expect(rows).toMatchObject([{ state: 'known' }]);
    const warnings = annotations.flatMap(({ level, message }) =>
      level === 'warning' ? message : [],
    );
    expect(warnings.join()).toMatch(
      /may show the text of revision 2 on LinkedIn: a run \(.*\) sent it, .*; `revision: 3` replaces it/,
    );
  }
  expect(shown(world)).toEqual(['Text 2.']);
  await world.publish([makePost({ revision: 3 })]);
  expect(shown(world)).toEqual([makePost().text]);
  expect((await world.publish([makePost({ revision: 3 })])).annotations).toEqual([]);
});

it('a text that only a lost edit may have shown is that post under a new name', async () => {
  const world = await dieAfterEdit(edited(1));
  await world.sleep(21 * MINUTE_MS);
  const { rows } = await world.publish([edited(0, { text: 'Text 1.', file: 'posts/renamed.md' })]);
  expect(rows).toMatchObject([{ state: 'known' }]);
  expect(world.urns).toHaveLength(1);
});

it('an edit that LinkedIn refuses leaves no claim, so that the next run sends it', async () => {
  const world = await published({ faults: { revise: [422] } });
  expect((await world.publish([edited(1)])).rows).toMatchObject([
    { state: 'failed', error: { code: 'POST_REFUSED' } },
  ]);
  expect(world.entries[0]).not.toHaveProperty('editing');
  expect((await world.publish([edited(1)])).rows).toMatchObject([{ state: 'edited' }]);
});

it('an edit whose claim cannot be stored is not sent', async () => {
  const world = await published({
    faults: { write: [...Array(8).fill(null), ...Array(200).fill(503)] },
  });
  const { rows } = await world.publish([edited(1)]);
  expect(rows).toMatchObject([{ state: 'skipped', error: { code: 'RUN_STOPPED' } }]);
  expect([shown(world), edits(world)]).toEqual([[makePost().text], []]);
});
