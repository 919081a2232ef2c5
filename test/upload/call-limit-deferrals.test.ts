// What `mode: plan` expects a limit of API calls to leave for another day.

import { expect, it } from 'vitest';
import type { Memory } from '../../src/memory/memory.ts';
import type { UploadEntry } from '../../src/memory/upload-entry.ts';
import { CallLimit } from '../../src/upload/call-limit.ts';
import { type PlannedFile, planUploads } from '../../src/upload/plan.ts';
import { IMAGE, ledgerOf, mediaFile, settingsOf, VIDEO } from '../support/ledgers.ts';
import { testRun } from '../support/run.ts';

const planOf = (kinds: readonly ('image' | 'video')[]) =>
  planUploads(
    settingsOf(),
    kinds.map((kind, index) => mediaFile(`${kind}-${index}`, { media: kind === 'image' ? IMAGE : VIDEO })),
  ).files;

const earlier = (state: 'uploaded' | 'available') => ({ reused: { earlier: { state } as UploadEntry } });
const [sent, available, uploaded, rejected, copy] = planOf(['image', 'image', 'video', 'image', 'image']);
const MIXED = [
  sent,
  { ...available, ...earlier('available') },
  { ...uploaded, ...earlier('uploaded') },
  { ...rejected, request: null },
  { ...copy, reused: { duplicateOf: sent } },
] as PlannedFile[];

it.each<[what: string, readonly PlannedFile[], maxCalls: number, usedCalls: number, deferred: number[]]>([
  ['the first files of the plan start', planOf(Array(5).fill('image')), 100, 97, [3, 4]],
  ['nothing is deferred while calls are left', planOf(Array(5).fill('image')), 100, 95, []],
  ['no file starts when no call is left', planOf(['image', 'image']), 100, 100, [0, 1]],
  ['no file starts when other jobs have made more calls', planOf(['image', 'image']), 100, 107, [0, 1]],
  ['a later file that fits is not deferred', planOf(['video', 'image', 'image']), 100, 98, [0]],
  // The video is read once, and perhaps six times more.
  ['rejected files and available uploads need no calls', MIXED, 100, 93, []],
  ['earlier uploads are read first', MIXED, 100, 94, [2]],
  ['a copy is deferred with its file', MIXED, 100, 100, [0, 2, 4]],
  ['one file with more calls than a day has starts on an unused day', planOf(['video', 'video']), 6, 0, [1]],
  ['and none on another day', planOf(['video', 'video']), 6, 1, [0, 1]],
])('%s', (_, plan, maxCalls, usedCalls, expected) => {
  const memory = { epochMs: () => 0, uploads: { callsOn: () => usedCalls } } as unknown as Memory;
  const run = { ...testRun(), memory, ledger: ledgerOf([]) };
  const limit = new CallLimit(maxCalls, { waitMs: 30 * 60_000, readsArtifacts: false }, run);
  const deferred = limit.planDeferrals(plan);
  expect([...plan.keys()].filter((place) => deferred.has(plan[place] as PlannedFile))).toEqual(expected);
});
