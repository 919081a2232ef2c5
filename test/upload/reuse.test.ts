// Uploads of earlier runs, and of files with the same bytes: which are reused, and when a file is sent again.

import { describe, expect, it } from 'vitest';
import type { UploadEntry } from '../../src/memory/upload-entry.ts';
import type { CallLimit } from '../../src/upload/calls/call-limit.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { isFresh, needsCalls, reuseUpload } from '../../src/upload/reuse.ts';
import type { UploadRun } from '../../src/upload/upload.ts';
import { imageOf, keyOf } from '../memory/entries.ts';
import { TODAY_MS } from '../memory/samples.ts';
import { TestClock } from '../support/clock.ts';
import { itemAt, ledgerOf } from '../support/ledgers.ts';
import { png } from '../support/media.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadSetup, Uploads } from '../world/uploads.ts';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');

it.each([
  ['just now', '2026-11-25T12:00:00.000Z', true],
  ['a day ago, less a millisecond', '2026-11-24T12:00:00.001Z', true],
  ['a day ago', '2026-11-24T12:00:00.000Z', false],
  ['long ago', '2020-01-01T00:00:00.000Z', false],
  ['in the future', '2026-11-25T12:00:00.001Z', false],
  ['never', undefined, false],
  ['at an invalid date', 'yesterday', false],
])('an entry that was checked $0 is fresh: $2', (_, checkedAt, expected) => {
  const entry = { ...(checkedAt === undefined ? {} : { checkedAt }) } as UploadEntry;
  expect(isFresh(entry, NOW)).toBe(expected);
});

it.each<[state: 'uploaded' | 'available', checkedMs: number, expected: unknown, reads: number]>([
  ['uploaded', TODAY_MS, { state: 'reused' }, 1],
  ['available', TODAY_MS, { state: 'reused' }, 0],
  ['available', 0, { state: 'reused' }, 1],
])(
  'an upload that was $0 and checked at $1 ms is reused with $3 status reads',
  async (state, checkedMs, expected, reads) => {
    const date = (ms: number) => new Date(ms).toISOString();
    const entry = {
      ...keyOf(1),
      ...imageOf(1),
      state,
      checkedAt: date(checkedMs),
      updatedAt: date(TODAY_MS),
    };
    const clock = new TestClock({ epochMs: TODAY_MS });
    const files = ledgerOf(['a.png'], clock).items.map(({ planned }) => planned);
    const ledger = new Ledger(
      { files: files.map((file) => ({ ...file, reused: { earlier: entry } })), warnings: [], notices: [] },
      clock,
    );
    let read = 0;
    const poller = {
      verify: async () => {
        read += 1;
        return { state: 'reused' };
      },
    };
    const shared: Partial<UploadRun> = { ledger, clock, callLimit: null, poller: poller as never };
    const takesCalls = needsCalls(itemAt(ledger, 0).planned, { epochMs: clock.epochMs(), limit: null });
    expect(await reuseUpload(itemAt(ledger, 0), shared as UploadRun)).toEqual(expected);
    expect([read, takesCalls]).toEqual([reads, reads > 0]);
  },
);

it('a file without an earlier upload takes calls, and a duplicate follows the first file with its bytes', () => {
  const [planned = expect.fail('no file')] = ledgerOf(['a.png'], new TestClock()).items.map(
    (entry) => entry.planned,
  );
  const context = { epochMs: TODAY_MS, limit: null };
  expect(needsCalls(planned, context)).toBe(true);
  expect(needsCalls({ ...planned, reused: { duplicateOf: planned } }, context)).toBe(false);
});

it.each<[state: 'uploaded' | 'available', isLimited: boolean, expected: boolean]>([
  ['available', true, false],
  ['available', false, true],
  ['uploaded', true, true],
])('an old upload that is %s takes calls (limit of calls: %s): %s', (state, isLimited, expected) => {
  const [planned = expect.fail('no file')] = ledgerOf(['a.png'], new TestClock()).items.map(
    (entry) => entry.planned,
  );
  const earlier = { ...keyOf(1), ...imageOf(1), state, updatedAt: new Date(0).toISOString() };
  const limit = isLimited ? ({} as CallLimit) : null;
  expect(needsCalls({ ...planned, reused: { earlier } }, { epochMs: TODAY_MS, limit })).toBe(expected);
});

const KEPT = { manifest: 'linkedin.json' };

describe('files with the same bytes', () => {
  const copies = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.png`, png()]));
  const start = ({ inputs = {}, ...more }: Omit<UploadSetup, 'files'> = {}) =>
    new Uploads({ files: copies, ...more, inputs: { ...KEPT, ...inputs } });
  const all = (end: string) => Array(4).fill(end);

  it('copies time out together with the file when its processing outlasts the wait', async () => {
    const inputs = { 'image-upload': 'asynchronous', 'wait-minutes': '1' };
    const run = await start({ inputs, linkedin: { processingMs: 600_000 } }).run();
    expect(Object.values(run.ends)).toEqual(all('processing PROCESSING_TIMEOUT'));
  });

  it('copies fail with the reason of the first file, and nothing is sent for them', async () => {
    const faults: FaultRule[] = [{ on: 'upload', every: true, reply: { status: 413 } }];
    const run = await start({ linkedin: { faults } }).run();
    expect(Object.values(run.ends)).toEqual(all('failed REQUEST_REFUSED'));
    expect(run.names()).toEqual(['register', 'upload']);
    expect(run.row('d.png')).toMatchObject({ attempts: 0 });
    expect(run.row('d.png').error?.message).toMatch(
      /^not uploaded: media\/a\.png has the same bytes and failed: /,
    );
  });

  it('copies are skipped when the failure of the file stops the run', async () => {
    const faults: FaultRule[] = [{ on: 'register', reply: { status: 401 } }];
    const run = await start({ linkedin: { faults } }).run();
    expect(Object.values(run.ends)).toEqual([
      'failed TOKEN_REFUSED',
      ...Array(3).fill('skipped RUN_STOPPED'),
    ]);
    expect(run.names()).toEqual(['register']);
  });

  it('copies are skipped when the run is cancelled while the file is sent', async () => {
    const run = await start({
      onCall: ({ name }, _, machine) => name === 'upload' && machine.cancel(),
    }).run();
    expect(Object.values(run.ends)).toEqual([
      'failed RUN_CANCELLED',
      ...Array(3).fill('skipped RUN_CANCELLED'),
    ]);
    expect(run.names()).toEqual(['register', 'upload']);
  });
});

describe('an upload of an earlier run', () => {
  const MINUTE_MS = 60_000;
  const READS = {
    404: { reply: { status: 404 } },
    503: { reply: { status: 503 } },
    WAITING_UPLOAD: { mutate: { recipes: { 0: { status: 'WAITING_UPLOAD' } } } },
    PROCESSING: { mutate: { recipes: { 0: { status: 'PROCESSING' } } } },
    SERVER_ERROR: { mutate: { recipes: { 0: { status: 'SERVER_ERROR' } } } },
    AVAILABLE: {},
  } as const;
  type Read = keyof typeof READS;

  /** A second run. Its status reads of the first upload end as `reads`; the last one repeats. */
  async function resume(reads: readonly Read[], { wait = 30, agoMs = 1000, isChecked = false } = {}) {
    const asset = 'SIMULATED-C5622AQ000001';
    const faults = reads.map(
      (read, index): FaultRule => ({
        ...{ on: 'status', asset, nth: index + (isChecked ? 2 : 1), every: index === reads.length - 1 },
        ...READS[read],
      }),
    );
    const uploads = new Uploads({
      files: { 'a.png': png() },
      inputs: { ...KEPT, 'image-upload': 'asynchronous' },
      linkedin: { faults },
    });
    await uploads.run({ inputs: { 'wait-minutes': isChecked ? '30' : '0' } });
    await uploads.time.advance(agoMs);
    const startMs = uploads.time.now();
    const run = await uploads.run({ inputs: { 'wait-minutes': String(wait) } });
    const at = (name: string) =>
      run.calls.filter((call) => call.name === name).map(({ atMs }) => Math.round((atMs - startMs) / 1000));
    return { run, reads: at('status'), sent: at('register') };
  }

  const MISSING: Read[] = ['404', 'WAITING_UPLOAD'] as never[];

  it.each(MISSING)('is reused if it is recent and LinkedIn shows it after seconds of %s', async (missing) => {
    const { run, sent } = await resume([missing, missing, missing, 'AVAILABLE']);
    expect(run.ends).toEqual({ 'a.png': 'reused' });
    expect(sent).toEqual([]);
  });

  it.each(MISSING)('is sent again after a minute of %s, or half of a short wait', async (missing) => {
    const { run, sent } = await resume([missing]);
    expect([run.ends, sent]).toEqual([{ 'a.png': 'available' }, [60]]);
    expect(run.row('a.png').abandonedUrns).toHaveLength(1);
    expect((await resume([missing], { wait: 1 })).sent).toEqual([30]);
  });

  it('is waited for until the end of the wait once LinkedIn shows it', async () => {
    const { run, sent } = await resume(['WAITING_UPLOAD', 'PROCESSING'], { wait: 1 });
    expect([run.ends, sent]).toEqual([{ 'a.png': 'processing PROCESSING_TIMEOUT' }, []]);
    expect(run.tookMs).toBe(MINUTE_MS);
  });

  it('and the upload that replaces it share one wait', async () => {
    const { run, sent } = await resume(['PROCESSING', 'PROCESSING', 'SERVER_ERROR'], { wait: 1 });
    expect(sent).toHaveLength(1);
    expect(run.ends).toEqual({ 'a.png': 'available' });
  });

  it.each<[Read, string, boolean]>([
    ['404' as never, 'processing', false],
    ['503' as never, 'processing', false],
    ['WAITING_UPLOAD', 'processing', false],
    ['PROCESSING', 'processing', false],
    ['AVAILABLE', 'reused', false],
    ['SERVER_ERROR', 'processing', true],
  ])('is decided by one status read without a wait: %s', async (read, end, isSent) => {
    const { run, reads, sent } = await resume([read], { wait: 0 });
    expect([run.ends, reads, sent.length > 0]).toEqual([{ 'a.png': end }, [0], isSent]);
  });

  it.each(MISSING)(
    'is sent again at once if it is older than ten minutes and LinkedIn reports %s',
    async (missing) => {
      for (const wait of [0, 30]) {
        const { reads, sent } = await resume([missing], { wait, agoMs: 10 * MINUTE_MS });
        expect([reads[0], sent]).toEqual([0, [0]]);
      }
    },
  );

  it.each(MISSING)(
    'is sent again at once if it was available and LinkedIn reports %s a day later',
    async (missing) => {
      const { sent } = await resume([missing], { agoMs: 25 * 60 * MINUTE_MS, isChecked: true });
      expect(sent).toEqual([0]);
    },
  );
});
