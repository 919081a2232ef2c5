// The ledger of a run: it settles files together, tells its observers, and keeps why the run stopped.

import { expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../src/errors/action-error.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import type { UploadEntry } from '../../src/memory/upload-entry.ts';
import type { FileEvent, FileItem } from '../../src/upload/file-state.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import type { PlannedFile } from '../../src/upload/plan.ts';
import { TestClock } from '../support/clock.ts';
import {
  assetUrn,
  changesUntil,
  itemAt,
  ledgerOf,
  mediaFile,
  picture,
  planOf,
  recordAll,
} from '../support/ledgers.ts';

const registered: FileEvent = {
  ...{ kind: 'registered', parts: 1 },
  identity: toMediaIdentity(assetUrn('1'), 'image'),
};
const cancelled = new RunError('RUN_CANCELLED', 'on purpose');

it.each<[string, (ledger: Ledger) => void, FileItem['state']]>([
  ['is planned', (ledger) => ledger.settle(ledger.open, { state: 'planned' }), 'planned'],
  ['is deferred', (ledger) => ledger.settle(ledger.open, { state: 'deferred' }), 'deferred'],
  ['is skipped because of an error of the run', (ledger) => ledger.failAll(cancelled), 'skipped'],
  ['is skipped because the run was cancelled', (ledger) => ledger.interrupt(cancelled), 'skipped'],
])(
  'a file that %s keeps the URN of its earlier upload, and so does its copy',
  (_, settle, state) => {
    const earlier = { urn: assetUrn('7'), kind: 'image', state: 'available' } as UploadEntry;
    const names = ['known.png', 'new.png', 'copy-of-known.png', 'copy-of-new.png'];
    const planned = planOf(names.map((name) => picture(name))).files as PlannedFile[];
    const [first, fresh, copyOfKnown, copyOfNew] = planned as [
      PlannedFile,
      PlannedFile,
      PlannedFile,
      PlannedFile,
    ];
    const known = { ...first, reused: { earlier } };
    const copies = [
      { ...copyOfKnown, reused: { duplicateOf: known } },
      { ...copyOfNew, reused: { duplicateOf: fresh } },
    ];
    const files = [known, fresh, ...copies];
    const ledger = new Ledger({ files, warnings: [], notices: [] }, new TestClock());
    settle(ledger);
    expect(ledger.items.map(({ identity }) => identity?.urn)).toEqual([
      earlier.urn,
      undefined,
      earlier.urn,
      undefined,
    ]);
    for (const item of ledger.items)
      expect(item).toMatchObject({ stage: 'settled', state, startedMs: null });
  },
);

it('the ledger settles rejected files from the start, as skipped if the run was cancelled, and leaves the others open', () => {
  const empty = new FileError('FILE_EMPTY', 'b.png', 'is empty');
  const files = [null, empty, cancelled, null].map((rejection, index) => ({
    ...{ file: mediaFile(`${index}.png`), request: null, rejection, warnings: [] },
  }));
  const ledger = new Ledger({ files, warnings: [], notices: [] }, new TestClock());
  expect(ledger.open).toEqual([itemAt(ledger, 0), itemAt(ledger, 3)]);
  expect(itemAt(ledger, 1)).toMatchObject({
    stage: 'settled',
    state: 'failed',
    error: empty,
    attempts: 0,
  });
  expect(itemAt(ledger, 2)).toMatchObject({ stage: 'settled', state: 'skipped', error: cancelled });
});

it('the ledger tells every observer of each event with the item after it', () => {
  const ledger = ledgerOf(['a.png', 'b.png']);
  const notified: string[] = [];
  for (const name of ['first', 'second'])
    ledger.subscribe({
      onFile: ({ planned, stage }, { kind }) =>
        notified.push(`${name} ${planned.file.path} ${kind} ${stage}`),
    });
  ledger.record(itemAt(ledger, 1), { kind: 'registering' });
  ledger.record(itemAt(ledger, 0), registered);
  expect(notified).toEqual([
    'first b.png registering registering',
    'second b.png registering registering',
    'first a.png registered registered',
    'second a.png registered registered',
  ]);
});

it('an observer that throws stops the run, and the event still reaches the ledger and the other observers', () => {
  const ledger = ledgerOf(['a.png']);
  const notified: FileEvent[] = [];
  ledger.subscribe({
    onFile: () => {
      throw new TypeError('on purpose');
    },
  });
  ledger.subscribe({ onFile: (_, event) => notified.push(event) });
  ledger.record(itemAt(ledger, 0), registered);
  expect(itemAt(ledger, 0).identity?.urn).toBe(assetUrn('1'));
  expect(notified).toHaveLength(1);
  expect(ledger.stopReason).toMatchObject({ code: 'INTERNAL' });
});

it('the ledger keeps the first reason to stop', () => {
  const ledger = ledgerOf(['a.png']);
  expect(ledger.stopReason).toBeNull();
  const first = new ActionError('TOKEN_REFUSED', 'first');
  ledger.stop(first);
  ledger.stop(new ActionError('ACCESS_DENIED', 'second'));
  expect(ledger.stopReason).toBe(first);
});

it('the ledger counts uploads apart from all other requests', () => {
  const ledger = ledgerOf(['a.png']);
  for (const phase of ['register', 'upload', 'upload', 'complete', 'status', 'token'])
    ledger.countRequest(phase);
  expect(ledger.requests).toEqual({ calls: 3, uploads: 2 });
});

it('the ledger finds the item of a planned file, and throws for a file of another plan', () => {
  const ledger = ledgerOf(['a.png', 'b.png']);
  const item = itemAt(ledger, 1);
  expect(ledger.itemOf(item.planned)).toBe(item);
  expect(() => ledger.itemOf({ ...item.planned })).toThrow(RangeError);
});

it('an interrupted ledger has the progress and the URN of each file, and ignores later events', () => {
  const STAGES = ['registering', 'registered', 'uploading', 'uploaded'] as const;
  const ledger = ledgerOf(['waiting', ...STAGES].map((stage) => `${stage}.png`));
  for (const [place, stage] of STAGES.entries())
    recordAll(ledger, 1 + place, changesUntil(stage, { id: stage }));
  ledger.interrupt(cancelled);
  ledger.record(itemAt(ledger, 4), { kind: 'settled', state: 'available' });
  const states = ledger.items.map(({ state }) => state);
  expect(states).toEqual(['skipped', 'failed', 'failed', 'failed', 'processing']);
  expect(ledger.items.map(({ identity }) => identity !== null)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});
