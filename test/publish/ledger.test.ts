// What the run remembers: every kind of change, and that no URN which was ever recorded is forgotten.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError, FileError, RunError, UploadError } from '../../src/errors.ts';
import { toMediaIdentity } from '../../src/linkedin/session.ts';
import type { FileEvent, FileState } from '../../src/publish/file-state.ts';
import { Ledger } from '../../src/publish/ledger.ts';
import { TestClock } from '../support/clock.ts';
import { ledgerOf, mediaFile } from './planned-files.ts';

const urn = (id: number | string) => `urn:li:digitalmediaAsset:${id}`;
const registered = (id: number | string, parts = 1): FileEvent => ({
  kind: 'registered',
  identity: toMediaIdentity(urn(id), 'image'),
  parts,
});

/** The entry after `changes`, a second between one and the next. */
async function after(...changes: readonly FileEvent[]): Promise<FileState> {
  const clock = new TestClock();
  const ledger = ledgerOf(['a.png'], clock);
  for (const event of changes) {
    await clock.advance(1000);
    ledger.record(0, event);
  }
  return ledger.entry(0);
}

const MADE = [{ kind: 'x', addresses: [] }];
const boom = new UploadError('PROCESSING_FAILED', 'on purpose');

describe('a change is kept', () => {
  const cases: [name: string, changes: readonly FileEvent[], expected: Partial<FileState>][] = [
    ['nothing yet', [], { stage: 'waiting', state: null, attempts: 0, startedMs: null, endedMs: null }],
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
      'sent, piece by piece',
      [registered(1), { kind: 'sent', bytes: 7 }, { kind: 'sent', bytes: 5 }],
      { stage: 'uploading', sentBytes: 12 },
    ],
    [
      'uploaded, for good',
      [registered(1), { kind: 'uploaded' }, { kind: 'settled', state: 'failed', error: boom }],
      { stage: 'settled', isUploaded: true },
    ],
    [
      'uploaded',
      [registered(1), { kind: 'uploaded' }],
      { stage: 'uploaded', state: null, isUploaded: true, artifacts: null },
    ],
    [
      'bytes alone, which are no upload',
      [registered(1), { kind: 'sent', bytes: 7 }, { kind: 'settled', state: 'failed', error: boom }],
      { isUploaded: false },
    ],
    [
      'artifacts',
      [{ kind: 'uploaded' }, { kind: 'artifacts', artifacts: MADE }],
      { stage: 'uploaded', artifacts: MADE },
    ],
    [
      'artifacts unread, which is no error of the file',
      [{ kind: 'uploaded' }, { kind: 'artifacts-unread', error: boom }],
      { stage: 'uploaded', artifacts: null, error: null },
    ],
    [
      'status, the last one read',
      [{ kind: 'uploaded' }, { kind: 'status', status: 'NEW' }, { kind: 'status', status: 'PROCESSING' }],
      { stage: 'uploaded', status: 'PROCESSING' },
    ],
    [
      'abandoned',
      [registered(1), { kind: 'sent', bytes: 7 }, { kind: 'abandoned' }],
      { stage: 'registering', identity: null, abandonedUrns: [urn(1)], attempts: 1, sentBytes: 0 },
    ],
    [
      'settled well',
      [{ kind: 'registering' }, { kind: 'settled', state: 'available' }],
      { stage: 'settled', state: 'available', error: null, startedMs: 1000, endedMs: 2000 },
    ],
    [
      'settled badly, its URN in place',
      [registered(1), { kind: 'settled', state: 'failed', error: boom }],
      { state: 'failed', error: boom, identity: toMediaIdentity(urn(1), 'image') },
    ],
    [
      'a second session: attempts and start go on, its bytes begin again',
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
  it.each(cases)('%s', async (_, changes, expected) => {
    expect(await after(...changes)).toMatchObject(expected);
  });
});

it('a failure without its reason, or a success with one, is not even a change', () => {
  const changes: FileEvent[] = [
    // @ts-expect-error why it failed is missing
    { kind: 'settled', state: 'failed' },
    // @ts-expect-error why it was skipped is missing
    { kind: 'settled', state: 'skipped' },
    // @ts-expect-error a success has no error
    { kind: 'settled', state: 'available', error: boom },
    // @ts-expect-error nor has one that nobody could verify
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

it('no sequence of changes loses a URN that was recorded, or tells one twice in a row', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { maxLength: 30 }), async (sequence) => {
      const { identity, abandonedUrns, attempts } = await after(...sequence);
      const given = sequence.flatMap((event) => (event.kind === 'registered' ? [event.identity.urn] : []));
      const known = [...abandonedUrns, ...(identity === null ? [] : [identity.urn])];
      expect(new Set(known)).toEqual(new Set(given));
      expect(known.length).toBeLessThanOrEqual(given.length);
      expect(attempts).toBe(given.length);
    }),
  );
});

function withRefusals(refusals: Readonly<Record<string, ActionError | null>>): Ledger {
  const files = Object.entries(refusals).map(([path, rejection]) => ({
    file: mediaFile(path),
    request: null,
    rejection,
    warnings: [],
  }));
  return new Ledger({ files, warnings: [], notices: [] }, new TestClock());
}

describe('the ledger', () => {
  it('settles refused files from the start, and leaves the rest open', () => {
    const error = new FileError('FILE_EMPTY', 'b.png is empty');
    const ledger = withRefusals({ 'a.png': null, 'b.png': error, 'c.png': null });
    expect(ledger.openIndices()).toEqual([0, 2]);
    expect(ledger.entry(1)).toMatchObject({ stage: 'settled', state: 'failed', error, attempts: 0 });
    ledger.settleAsPlanned();
    expect(ledger.entries.map(({ state }) => state)).toEqual(['planned', 'failed', 'planned']);
    expect(ledger.openIndices()).toEqual([]);
  });

  it('settles what the run had no time to look at as skipped', () => {
    const error = new RunError('RUN_CANCELLED', 'on purpose');
    const ledger = withRefusals({ 'a.png': error });
    expect(ledger.entry(0)).toMatchObject({ stage: 'settled', state: 'skipped', error });
  });

  it('tells every listener of each change, with the entry as it is by then', () => {
    const ledger = ledgerOf(['a.png', 'b.png'], new TestClock());
    const heard: string[] = [];
    for (const name of ['first', 'second'])
      ledger.subscribe((entry, event) =>
        heard.push(`${name} ${entry.planned.file.path} ${event.kind} ${entry.stage}`),
      );
    ledger.record(1, { kind: 'registering' });
    ledger.record(0, registered(1));
    expect(heard).toEqual([
      'first b.png registering registering',
      'second b.png registering registering',
      'first a.png registered registered',
      'second a.png registered registered',
    ]);
  });

  it('keeps the change, tells the others and stops the run when a listener throws', () => {
    const ledger = ledgerOf(['a.png'], new TestClock());
    const heard: FileEvent[] = [];
    ledger.subscribe(() => {
      throw new TypeError('on purpose');
    });
    ledger.subscribe((_, event) => heard.push(event));
    ledger.record(0, registered(1));
    expect(ledger.entry(0).identity?.urn).toBe(urn(1));
    expect(heard).toHaveLength(1);
    expect(ledger.stopReason).toMatchObject({ code: 'INTERNAL' });
  });

  it('keeps the first reason to stop', () => {
    const ledger = ledgerOf(['a.png'], new TestClock());
    expect(ledger.stopReason).toBeNull();
    const first = new ActionError('TOKEN_REFUSED', 'first');
    ledger.stop(first);
    ledger.stop(new ActionError('ACCESS_DENIED', 'second'));
    expect(ledger.stopReason).toBe(first);
  });

  it('counts uploads apart from all other requests', () => {
    const ledger = ledgerOf(['a.png'], new TestClock());
    for (const phase of ['register', 'upload', 'upload', 'complete', 'status']) ledger.countRequest(phase);
    expect(ledger.requests).toEqual({ calls: 3, uploads: 2 });
  });

  it('knows how long the run takes, whenever the clock began', async () => {
    const clock = new TestClock();
    await clock.advance(500);
    const ledger = ledgerOf(['a.png'], clock);
    await clock.advance(1500);
    expect(ledger.elapsedMs).toBe(1500);
  });

  it('knows no file beyond its last', () => {
    const ledger = ledgerOf(['a.png'], new TestClock());
    expect(() => ledger.entry(1)).toThrow(RangeError);
    expect(() => ledger.record(-1, { kind: 'registering' })).toThrow(RangeError);
  });
});
