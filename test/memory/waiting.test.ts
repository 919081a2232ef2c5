// The table of posts that waited for their turn.

import { expect, it } from 'vitest';
import { type Change, type Content, EMPTY } from '../../src/memory/content.ts';
import { WaitingTable } from '../../src/memory/waiting.ts';

const AUTHOR = 'urn:li:organization:1';
const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)] as const;
const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-12-03T09:00:00Z');

/** A memory whose content is what was staged last. */
function memoryAt(days: number, content: Content = EMPTY) {
  const owner = {
    content,
    job: 'job',
    epochMs: () => START_MS + days * DAY_MS,
    stage(_: unknown, change: Change) {
      const draft = { ...owner.content, uploads: new Map(owner.content.uploads) };
      change(draft);
      // Applied twice, it changes nothing.
      expect(change(draft)).toBe(false);
      owner.content = draft;
    },
  };
  return { owner, table: new WaitingTable(owner, 'https://api.linkedin.com') };
}

it('the last run that let a post wait counts', () => {
  const first = memoryAt(0);
  first.table.record({ author: AUTHOR, waiting: [ONE, TWO], published: [] });
  const second = memoryAt(1, first.owner.content);
  second.table.record({ author: AUTHOR, waiting: [TWO], published: [] });
  expect(second.table.waitedMs(AUTHOR, ONE)).toBe(START_MS);
  expect(second.table.waitedMs(AUTHOR, TWO)).toBe(START_MS + DAY_MS);
});

it('a post that went out is dropped, and the same content of another author is kept', () => {
  const { owner, table } = memoryAt(0);
  table.record({ author: AUTHOR, waiting: [ONE], published: [] });
  table.record({ author: 'urn:li:organization:2', waiting: [ONE], published: [] });
  table.record({ author: AUTHOR, waiting: [], published: [ONE] });
  expect(owner.content.waiting.map(({ author }) => author)).toEqual(['urn:li:organization:2']);
  expect(table.waitedMs(AUTHOR, ONE)).toBeNull();
});

it('a wait is kept for 30 days', () => {
  const { owner, table } = memoryAt(0);
  table.record({ author: AUTHOR, waiting: [ONE], published: [] });
  const almost = memoryAt(29.99, owner.content);
  almost.table.record({ author: AUTHOR, waiting: [TWO], published: [] });
  expect(almost.owner.content.waiting).toHaveLength(2);
  const later = memoryAt(30, owner.content);
  later.table.record({ author: AUTHOR, waiting: [TWO], published: [] });
  expect(later.owner.content.waiting.map(({ content }) => content)).toEqual([TWO]);
});

it('a run without a post that waits writes nothing', () => {
  const { owner, table } = memoryAt(0);
  table.record({ author: AUTHOR, waiting: [], published: [ONE] });
  expect(owner.content).toBe(EMPTY);
});
