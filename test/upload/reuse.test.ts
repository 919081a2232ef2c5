// Uploads of earlier runs, and of files with the same bytes: which are reused, and when a file is sent again.

import { expect, it } from 'vitest';
import type { UploadEntry } from '../../src/memory/upload-entry.ts';
import type { CallLimit } from '../../src/upload/call-limit.ts';
import { isFresh, needsCalls } from '../../src/upload/reuse.ts';
import { imageOf, keyOf } from '../memory/entries.ts';
import { picture, planOf } from '../support/ledgers.ts';
import { png } from '../support/media.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadSetup, Uploads } from '../world/uploads.ts';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const MINUTE_MS = 60_000;

it.each([
  ['just now', '2026-11-25T12:00:00.000Z', true],
  ['a day ago, less a millisecond', '2026-11-24T12:00:00.001Z', true],
  ['a day ago', '2026-11-24T12:00:00.000Z', false],
  ['in the future', '2026-11-25T12:00:00.001Z', false],
  ['never', undefined, false],
  ['at an invalid date', 'yesterday', false],
])('an entry that was checked $0 is fresh: $2', (_, checkedAt, expected) => {
  const entry = { ...(checkedAt === undefined ? {} : { checkedAt }) } as UploadEntry;
  expect(isFresh(entry, NOW)).toBe(expected);
});

it.each<
  [
    what: string,
    state: UploadEntry['state'] | 'copy' | 'new',
    isLimited: boolean,
    expected: boolean,
  ]
>([
  ['a file without an earlier upload', 'new', false, true],
  ['a duplicate, which follows the first file with its bytes,', 'copy', false, false],
  ['an old upload that is available', 'available', false, true],
  ['an old upload that is available, with a limit of calls,', 'available', true, false],
  ['an old upload that is only uploaded, with a limit of calls,', 'uploaded', true, true],
])('%s takes calls: $3', (_, state, isLimited, expected) => {
  const [planned = expect.fail('no file')] = planOf([picture('a.png')]).files;
  const updatedAt = new Date(0).toISOString();
  const limit = isLimited ? ({} as CallLimit) : null;
  const file = {
    new: () => planned,
    copy: () => ({ ...planned, reused: { duplicateOf: planned } }),
    earlier: () => ({
      ...planned,
      reused: { earlier: { ...keyOf(1), ...imageOf(1), state, updatedAt } as UploadEntry },
    }),
  }[state === 'new' || state === 'copy' ? state : 'earlier']();
  expect(needsCalls(file, NOW, limit)).toBe(expected);
});

const KEPT = { manifest: 'linkedin.json' };

const files = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.png`, png()]));
const rejecting = (fault: FaultRule) => ({ linkedin: { faults: [fault] } });

it.each<
  [what: string, setup: Omit<UploadSetup, 'files'>, first: string, copy: string, calls?: string[]]
>([
  [
    'time out together when the processing outlasts the wait',
    {
      inputs: { 'image-upload': 'asynchronous', 'wait-minutes': '1' },
      linkedin: { processingMs: 600_000 },
    },
    'processing PROCESSING_TIMEOUT',
    'processing PROCESSING_TIMEOUT',
  ],
  [
    'fail with the first one, and nothing is sent for them',
    rejecting({ on: 'upload', every: true, reply: { status: 413 } }),
    'failed REQUEST_REFUSED',
    'failed REQUEST_REFUSED',
    ['register', 'upload'],
  ],
  [
    'are skipped when the failure of the first one stops the run',
    rejecting({ on: 'register', reply: { status: 401 } }),
    'failed TOKEN_REFUSED',
    'skipped RUN_STOPPED',
    ['register'],
  ],
  [
    'are skipped when the run is cancelled while the first one is sent',
    { onCall: ({ name }, _, machine) => name === 'upload' && machine.cancel() },
    'failed RUN_CANCELLED',
    'skipped RUN_CANCELLED',
    ['register', 'upload'],
  ],
])('files with the same bytes %s', async (_, { inputs = {}, ...setup }, first, copy, calls) => {
  const run = await new Uploads({ files, ...setup, inputs: { ...KEPT, ...inputs } }).run();
  expect(Object.values(run.ends)).toEqual([first, copy, copy, copy]);
  if (calls !== undefined) expect(run.names()).toEqual(calls);
  if (copy.startsWith('failed'))
    expect(run.row('d.png').error?.message).toMatch(
      /^not uploaded: media\/a\.png has the same bytes and failed: /,
    );
});

const READS = {
  404: { reply: { status: 404 } },
  503: { reply: { status: 503 } },
  WAITING_UPLOAD: { mutate: { recipes: { 0: { status: 'WAITING_UPLOAD' } } } },
  PROCESSING: { mutate: { recipes: { 0: { status: 'PROCESSING' } } } },
  SERVER_ERROR: { mutate: { recipes: { 0: { status: 'SERVER_ERROR' } } } },
  AVAILABLE: {},
} as const;
type Read = keyof typeof READS;

/** The second run comes so long after the first one, which has waited for the file to be available or not. */
interface Resumed {
  readonly wait?: number;
  readonly agoMs?: number;
  readonly isChecked?: boolean;
}

const ago = { agoMs: 10 * MINUTE_MS };
const nextDay = { agoMs: 25 * 60 * MINUTE_MS, isChecked: true };

it.each<[what: string, reads: Read[], Resumed, end: string, sentS: number[], readS?: number[]]>([
  [
    'that was available within the last day is reused',
    ['AVAILABLE'],
    { isChecked: true },
    'reused',
    [],
    [],
  ],
  ...([404, 'WAITING_UPLOAD'] as const).flatMap(
    (missing): [string, Read[], Resumed, string, number[]][] => [
      [
        `is reused after seconds of ${missing}`,
        [missing, missing, missing, 'AVAILABLE'],
        {},
        'reused',
        [],
      ],
      [`is sent again after a minute of ${missing}`, [missing], {}, 'available', [60]],
      [
        `is sent again after half of a short wait of ${missing}`,
        [missing],
        { wait: 1 },
        'available',
        [30],
      ],
      [
        `that is older than ten minutes is sent again at once after ${missing}`,
        [missing],
        ago,
        'available',
        [0],
      ],
      [
        `was available, and is sent again at once after ${missing} a day later`,
        [missing],
        nextDay,
        'available',
        [0],
      ],
    ],
  ),
  [
    'is waited for until the end of the wait once LinkedIn shows it',
    ['WAITING_UPLOAD', 'PROCESSING'],
    { wait: 1 },
    'processing PROCESSING_TIMEOUT',
    [],
    [0, 4, 10, 25, 60],
  ],
  [
    'and the upload that replaces it share one wait',
    ['PROCESSING', 'PROCESSING', 'SERVER_ERROR'],
    { wait: 1 },
    'available',
    [10],
  ],
  // Without a wait, one read decides.
  ['is not known without a wait', [404], { wait: 0 }, 'processing', [], [0]],
  ['cannot be read without a wait', [503], { wait: 0 }, 'processing', [], [0]],
  ['is not shown without a wait', ['WAITING_UPLOAD'], { wait: 0 }, 'processing', [], [0]],
  ['is processed without a wait', ['PROCESSING'], { wait: 0 }, 'processing', [], [0]],
  ['is available without a wait', ['AVAILABLE'], { wait: 0 }, 'reused', [], [0]],
  ['failed without a wait', ['SERVER_ERROR'], { wait: 0 }, 'processing', [0], [0]],
  [
    'that is older and gone is sent again without a wait',
    [404],
    { ...ago, wait: 0 },
    'processing',
    [0],
    [0],
  ],
])(
  'an upload of an earlier run %s',
  async (_, reads, { wait = 30, agoMs = 1000, isChecked = false }, end, sentS, readS) => {
    // The last of the reads of the first upload repeats.
    const faults = reads.map(
      (read, index): FaultRule => ({
        ...{ on: 'status', asset: 'SIMULATED-C5622AQ000001', nth: index + (isChecked ? 2 : 1) },
        every: index === reads.length - 1,
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
      run.calls
        .filter((call) => call.name === name)
        .map(({ atMs }) => Math.round((atMs - startMs) / 1000));
    expect([run.ends, at('register')]).toEqual([{ 'a.png': end }, sentS]);
    if (readS !== undefined) expect(at('status')).toEqual(readS);
    expect(run.row('a.png').abandonedUrns ?? []).toHaveLength(sentS.length);
  },
);
