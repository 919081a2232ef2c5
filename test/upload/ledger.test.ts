// The ledger of a run: every kind of change, and no recorded URN is lost.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../src/errors/action-error.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import type { UploadEntry } from '../../src/memory/upload-entry.ts';
import type { FileEvent, FileItem } from '../../src/upload/file-state.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import type { PlannedFile } from '../../src/upload/plan.ts';
import { TestClock } from '../support/clock.ts';
import { fuzzed } from '../support/fuzz.ts';
import { changesUntil, itemAt, ledgerOf, mediaFile, picture, planOf, recordAll } from '../support/ledgers.ts';

const urn = (id: number | string) => `urn:li:digitalmediaAsset:${id}`;
const registered = (id: number | string, parts = 1): FileEvent => ({
  kind: 'registered',
  identity: toMediaIdentity(urn(id), 'image'),
  parts,
});

/** The entry after `changes`, which are a second apart. */
async function after(...changes: readonly FileEvent[]): Promise<FileItem> {
  const clock = new TestClock();
  const ledger = ledgerOf(['a.png'], clock);
  for (const event of changes) {
    await clock.advance(1000);
    ledger.record(itemAt(ledger, 0), event);
  }
  return itemAt(ledger, 0);
}

const MADE = [{ kind: 'x', addresses: [] }];
const boom = new ActionError('PROCESSING_FAILED', 'on purpose');

describe('files that are not started', () => {
  const cancelled = new RunError('RUN_CANCELLED', 'on purpose');

  it.each<[string, (ledger: Ledger) => void, Partial<FileItem>]>([
    [
      'is planned',
      (ledger) => ledger.settle(ledger.open, { state: 'planned' }),
      { state: 'planned', error: null },
    ],
    [
      'is deferred',
      (ledger) => ledger.settle(ledger.open, { state: 'deferred' }),
      { state: 'deferred', error: null },
    ],
    ['is skipped because of an error of the run', (ledger) => ledger.failAll(boom), { state: 'skipped' }],
    [
      'is skipped because the run was cancelled',
      (ledger) => ledger.interrupt(cancelled),
      { state: 'skipped' },
    ],
  ])('a file that %s keeps the URN of its earlier upload, and so does its copy', (_, settle, expected) => {
    const earlier = { urn: urn(7), kind: 'image', state: 'available' } as UploadEntry;
    const names = ['known.png', 'new.png', 'copy-of-known.png', 'copy-of-new.png'];
    const [first, fresh, copyOfKnown, copyOfNew] = planOf(names.map((name) => picture(name))).files as [
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
    const urns = ledger.items.map(({ identity }) => identity?.urn);
    expect(urns).toEqual([urn(7), undefined, urn(7), undefined]);
    const outcome = { ...expected, stage: 'settled', startedMs: null };
    for (const item of ledger.items) expect(item).toMatchObject(outcome);
  });
});

describe('ledger changes', () => {
  const cases: [name: string, changes: readonly FileEvent[], expected: Partial<FileItem>][] = [
    ['no change', [], { stage: 'waiting', state: null, attempts: 0, startedMs: null, endedMs: null }],
    ['registering', [{ kind: 'registering' }], { stage: 'registering', attempts: 0, startedMs: 1000 }],
    [
      'registered',
      [{ kind: 'registering' }, registered(1, 3)],
      {
        stage: 'registered',
        attempts: 1,
        parts: 3,
        identity: toMediaIdentity(urn(1), 'image'),
        abandonedUrns: [],
      },
    ],
    [
      'sent in pieces',
      [registered(1), { kind: 'sent', bytes: 7 }, { kind: 'sent', bytes: 5 }],
      { stage: 'uploading', sentBytes: 12 },
    ],
    [
      'uploaded, also after a failure',
      [registered(1), { kind: 'uploaded' }, { kind: 'settled', state: 'failed', error: boom }],
      { stage: 'settled', isUploaded: true },
    ],
    [
      'uploaded',
      [registered(1), { kind: 'uploaded' }],
      { stage: 'uploaded', state: null, isUploaded: true, artifacts: null },
    ],
    [
      'sent bytes without an upload',
      [registered(1), { kind: 'sent', bytes: 7 }, { kind: 'settled', state: 'failed', error: boom }],
      { isUploaded: false },
    ],
    [
      'artifacts',
      [{ kind: 'uploaded' }, { kind: 'artifacts', artifacts: MADE }],
      { stage: 'uploaded', artifacts: MADE },
    ],
    [
      'unread artifacts, without an error of the file',
      [{ kind: 'uploaded' }, { kind: 'artifacts-unread', error: boom }],
      { stage: 'uploaded', artifacts: null, error: null },
    ],
    [
      'the last status',
      [{ kind: 'uploaded' }, { kind: 'status', status: 'NEW' }, { kind: 'status', status: 'PROCESSING' }],
      { stage: 'uploaded', status: 'PROCESSING' },
    ],
    [
      'abandoned',
      [registered(1), { kind: 'sent', bytes: 7 }, { kind: 'abandoned' }],
      { stage: 'registering', identity: null, abandonedUrns: [urn(1)], attempts: 1, sentBytes: 0 },
    ],
    [
      'settled as available',
      [{ kind: 'registering' }, { kind: 'settled', state: 'available' }],
      { stage: 'settled', state: 'available', error: null, startedMs: 1000, endedMs: 2000 },
    ],
    [
      'settled as failed, with its URN',
      [registered(1), { kind: 'settled', state: 'failed', error: boom }],
      { state: 'failed', error: boom, identity: toMediaIdentity(urn(1), 'image') },
    ],
    [
      'a second session, with its own byte count',
      [
        { kind: 'registering' },
        registered(1, 2),
        { kind: 'sent', bytes: 7 },
        { kind: 'abandoned' },
        { kind: 'registering' },
        registered(2, 4),
        { kind: 'sent', bytes: 3 },
      ],
      {
        startedMs: 1000,
        attempts: 2,
        parts: 4,
        sentBytes: 3,
        abandonedUrns: [urn(1)],
        identity: toMediaIdentity(urn(2), 'image'),
      },
    ],
    [
      'abandoned without a URN',
      [{ kind: 'registering' }, { kind: 'abandoned' }],
      { abandonedUrns: [], identity: null, attempts: 0 },
    ],
  ];
  it.each(cases)('the ledger keeps the state of a file after: %s', async (_, changes, expected) => {
    expect(await after(...changes)).toMatchObject(expected);
  });
});

it('a failure without an error and a success with one do not compile', () => {
  const changes: FileEvent[] = [
    // @ts-expect-error the error is missing
    { kind: 'settled', state: 'failed' },
    // @ts-expect-error the reason is missing
    { kind: 'settled', state: 'skipped' },
    // @ts-expect-error a success has no error
    { kind: 'settled', state: 'available', error: boom },
    // @ts-expect-error an unverified file has no error
    { kind: 'settled', state: 'unverified', error: boom },
    { kind: 'settled', state: 'processing' },
    { kind: 'settled', state: 'processing', error: boom },
  ];
  expect(changes).toHaveLength(6);
});

const changes: fc.Arbitrary<FileEvent> = fc.oneof(
  fc.nat(5).map((id) => registered(id)),
  fc.constantFrom<FileEvent>(
    { kind: 'registering' },
    { kind: 'sent', bytes: 9 },
    { kind: 'uploaded' },
    { kind: 'status', status: 'PROCESSING' },
    { kind: 'artifacts', artifacts: MADE },
    { kind: 'abandoned' },
    { kind: 'settled', state: 'failed', error: boom },
  ),
);

it('no sequence of changes loses a recorded URN or lists more URNs than were recorded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { maxLength: 30 }), async (sequence) => {
      const { identity, abandonedUrns, attempts } = await after(...sequence);
      const given = sequence.flatMap((event) => (event.kind === 'registered' ? [event.identity.urn] : []));
      const known = [...abandonedUrns, ...(identity === null ? [] : [identity.urn])];
      expect(new Set(known)).toEqual(new Set(given));
      expect(known.length).toBeLessThanOrEqual(given.length);
      expect(attempts).toBe(given.length);
    }),
    fuzzed(100),
  );
});

function withRejections(rejections: Readonly<Record<string, ActionError | null>>): Ledger {
  const files = Object.entries(rejections).map(([path, rejection]) => ({
    file: mediaFile(path),
    request: null,
    rejection,
    warnings: [],
  }));
  return new Ledger({ files, warnings: [], notices: [] }, new TestClock());
}

describe('ledger', () => {
  it('the ledger settles rejected files from the start and leaves the others open', () => {
    const error = new FileError('FILE_EMPTY', 'b.png', 'is empty');
    const ledger = withRejections({ 'a.png': null, 'b.png': error, 'c.png': null });
    expect(ledger.open).toEqual([itemAt(ledger, 0), itemAt(ledger, 2)]);
    expect(itemAt(ledger, 1)).toMatchObject({ stage: 'settled', state: 'failed', error, attempts: 0 });
    ledger.settle(ledger.open, { state: 'planned' });
    expect(ledger.items.map(({ state }) => state)).toEqual(['planned', 'failed', 'planned']);
    expect(ledger.open).toEqual([]);
  });

  it('the ledger settles files that were cancelled before their inspection as skipped', () => {
    const error = new RunError('RUN_CANCELLED', 'on purpose');
    const ledger = withRejections({ 'a.png': error });
    expect(itemAt(ledger, 0)).toMatchObject({ stage: 'settled', state: 'skipped', error });
  });

  it('the ledger tells every observer of each change with the item after it', () => {
    const ledger = ledgerOf(['a.png', 'b.png'], new TestClock());
    const notified: string[] = [];
    for (const name of ['first', 'second'])
      ledger.subscribe({
        onFile: (item, event) =>
          notified.push(`${name} ${item.planned.file.path} ${event.kind} ${item.stage}`),
      });
    ledger.record(itemAt(ledger, 1), { kind: 'registering' });
    ledger.record(itemAt(ledger, 0), registered(1));
    expect(notified).toEqual([
      'first b.png registering registering',
      'second b.png registering registering',
      'first a.png registered registered',
      'second a.png registered registered',
    ]);
  });

  it('an observer that throws stops the run, and the change still reaches the ledger and the other observers', () => {
    const ledger = ledgerOf(['a.png'], new TestClock());
    const notified: FileEvent[] = [];
    ledger.subscribe({
      onFile: () => {
        throw new TypeError('on purpose');
      },
    });
    ledger.subscribe({ onFile: (_, event) => notified.push(event) });
    ledger.record(itemAt(ledger, 0), registered(1));
    expect(itemAt(ledger, 0).identity?.urn).toBe(urn(1));
    expect(notified).toHaveLength(1);
    expect(ledger.stopReason).toMatchObject({ code: 'INTERNAL' });
  });

  it('the ledger keeps the first reason to stop', () => {
    const ledger = ledgerOf(['a.png'], new TestClock());
    expect(ledger.stopReason).toBeNull();
    const first = new ActionError('TOKEN_REFUSED', 'first');
    ledger.stop(first);
    ledger.stop(new ActionError('ACCESS_DENIED', 'second'));
    expect(ledger.stopReason).toBe(first);
  });

  it('the ledger counts uploads apart from all other requests', () => {
    const ledger = ledgerOf(['a.png'], new TestClock());
    for (const phase of ['register', 'upload', 'upload', 'complete', 'status']) ledger.countRequest(phase);
    expect(ledger.requests).toEqual({ calls: 3, uploads: 2 });
  });

  it('the ledger finds the item of a planned file, and throws for a file of another plan', () => {
    const ledger = ledgerOf(['a.png', 'b.png'], new TestClock());
    const item = itemAt(ledger, 1);
    expect(ledger.itemOf(item.planned)).toBe(item);
    expect(() => ledger.itemOf({ ...item.planned })).toThrow(RangeError);
  });
});

describe('interrupt', () => {
  const STAGES = ['registering', 'registered', 'uploading', 'uploaded'] as const;

  function settled() {
    const ledger = ledgerOf(['waiting', ...STAGES].map((stage) => picture(`${stage}.png`)));
    for (const [place, stage] of STAGES.entries())
      recordAll(ledger, 1 + place, changesUntil(stage, { id: stage }));
    ledger.interrupt(new RunError('RUN_CANCELLED', 'on purpose'));
    return ledger;
  }

  it('reports each file with its progress and its URN', () => {
    const { items } = settled();
    expect(items.map(({ state, error }) => [state, error?.message])).toEqual([
      ['skipped', 'the run was cancelled before it started'],
      ...Array(3).fill(['failed', 'the run was cancelled during the upload']),
      ['processing', 'the run was cancelled while LinkedIn processed the file'],
    ]);
    expect(items.slice(2).every(({ identity }) => identity !== null)).toBe(true);
  });

  it('ignores late changes', () => {
    const ledger = settled();
    const before = [...ledger.items];
    ledger.record(itemAt(ledger, 4), { kind: 'settled', state: 'available' });
    expect(ledger.items).toEqual(before);
  });
});
