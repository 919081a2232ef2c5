// The progress log of a run: a line for each stage as it ends, and a line for all of them every thirty seconds.

import { expect, it } from 'vitest';
import { ActionError, CallError, FileError } from '../../../src/errors/action-error.ts';
import type { Phase } from '../../../src/errors/retry-policy.ts';
import { NEWEST_KNOWN_VERSION } from '../../../src/linkedin/apis.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import type { Publication } from '../../../src/post/publication.ts';
import {
  logKnownWarnings,
  logPlan,
  logPosts,
  withProgress,
} from '../../../src/report/log/progress.ts';
import type { Logger } from '../../../src/run.ts';
import type { FileEvent } from '../../../src/upload/file-state.ts';
import type { Ledger } from '../../../src/upload/ledger.ts';
import { makeEntry } from '../../post/posts.ts';
import { TestClock } from '../../support/clock.ts';
import {
  assetUrn,
  changesUntil,
  itemAt,
  ledgerOf,
  mediaLedgerOf,
  picture,
  planOf,
  recordAll,
  refused,
  subtitled,
  video,
} from '../../support/ledgers.ts';
import { type RecordingLogger, recordingLogger } from '../../support/recording-logger.ts';
import { testRun } from '../../support/run.ts';
import { POSTED, runOf } from '../posts/post-runs.ts';

interface Followed {
  readonly ledger: Ledger;
  readonly clock: TestClock;
  readonly logger: RecordingLogger;
  end(): Promise<void>;
}

function follow(files: readonly MediaFile[], made = ledgerOf): Followed {
  const clock = new TestClock();
  const ledger = made(files, clock);
  const logger = recordingLogger();
  const over = Promise.withResolvers<void>();
  const following = withProgress(ledger, testRun({ logger, clock }), () => over.promise);
  return {
    ledger,
    clock,
    logger,
    end: () => {
      over.resolve();
      return following;
    },
  };
}

it('each stage of a file is logged as it ends', async () => {
  const { ledger, clock, logger, end } = follow([video('a.mp4')]);
  const [registering, registered, sent, uploaded] = changesUntil('uploaded', {
    kind: 'video',
    parts: 3,
  });
  const steps: readonly (readonly [FileEvent | undefined, number])[] = [
    [registering, 500],
    [registered, 1500],
    [sent, 0],
    [uploaded, 3000],
    [{ kind: 'status', status: 'PROCESSING' }, 1000],
    [{ kind: 'settled', state: 'available' }, 0],
  ];
  for (const [change, ms] of steps) {
    if (change !== undefined) ledger.record(itemAt(ledger, 0), change);
    await clock.advance(ms);
  }
  expect(logger.texts('info')).toEqual([
    'a.mp4: registered as urn:li:digitalmediaAsset:A1 in 3 parts',
    'a.mp4: uploaded, 1.0 MB after 2.0 s',
    'a.mp4: available after 6.0 s: asset urn:li:digitalmediaAsset:A1, video urn:li:video:A1',
  ]);
  await end();
});

it.each<[string, FileEvent, string | null]>([
  [
    'a rejected file is logged with its URNs; its error is an annotation',
    {
      kind: 'settled',
      state: 'failed',
      error: new ActionError('MEDIA_REJECTED', 'LinkedIn could not use it'),
    },
    'a.png: failed after 0.0 s: asset urn:li:digitalmediaAsset:A1, image urn:li:image:A1',
  ],
  [
    'an unverified file is logged with its URNs and duration',
    { kind: 'settled', state: 'unverified' },
    'a.png: unverified after 0.0 s: asset urn:li:digitalmediaAsset:A1, image urn:li:image:A1',
  ],
  [
    'a deferred file is logged with the input that deferred it',
    { kind: 'settled', state: 'deferred' },
    'a.png: deferred: left for another day by max-calls',
  ],
  ['a planned file is not logged', { kind: 'settled', state: 'planned' }, null],
  [
    'the artifacts of a file are not logged',
    { kind: 'artifacts', artifacts: [{ kind: 'x', addresses: [{ url: 'https://a.example/' }] }] },
    null,
  ],
  [
    'artifacts that cannot be read are logged with the error',
    { kind: 'artifacts-unread', error: new ActionError('REPLY_SHAPE', 'it lacks x') },
    'a.png: its media artifacts could not be read: it lacks x',
  ],
  [
    'an abandoned asset is logged with the reason',
    { kind: 'abandoned', reason: 'the upload URL expired' },
    `a.png: ${assetUrn('A1')} is abandoned (the upload URL expired); registering again`,
  ],
])('%s', async (_, event, line) => {
  const { ledger, logger, end } = follow([picture('a.png')]);
  recordAll(ledger, 0, changesUntil('registered'));
  const before = logger.records.length;
  ledger.record(itemAt(ledger, 0), event);
  expect(logger.texts('info').slice(before)).toEqual(line === null ? [] : [line]);
  await end();
});

const FILES = [
  video('a.mp4'),
  video('b.mp4'),
  refused('no.png', new FileError('FILE_EMPTY', 'no.png', 'is empty')),
];
const register = changesUntil('registered', { kind: 'video' });
const progressOf = (logger: RecordingLogger) =>
  logger.texts('info').filter((line) => line.includes(' done, '));
const send = (bytes: number): FileEvent => ({ kind: 'sent', bytes });

it('a line every thirty seconds has files, bytes, rate and time left', async () => {
  const { ledger, clock, logger, end } = follow(FILES);
  recordAll(ledger, 0, register);
  ledger.record(itemAt(ledger, 0), send(600_000));
  await clock.advance(29_999);
  expect(progressOf(logger)).toEqual([]);
  await clock.advance(1);
  expect(progressOf(logger)).toEqual([
    '1 of 3 files done, 1 being uploaded, 1 waiting for their turn, 600 kB of 2.0 MB sent, 20.0 kB/s, about 1 min 10 s left',
  ]);
  await end();
  expect(clock.waiting).toBe(0);
});

it('the bytes of a second upload attempt count towards the rate', async () => {
  const { ledger, clock, logger, end } = follow([video('a.mp4')]);
  recordAll(ledger, 0, [...register, send(900_000)]);
  await clock.advance(30_000);
  recordAll(ledger, 0, [{ kind: 'abandoned' }, ...register, send(200_000)]);
  await clock.advance(30_000);
  expect(progressOf(logger).map((line) => line.split('uploaded, ')[1])).toEqual([
    '900 kB of 1.0 MB sent, 30.0 kB/s, about 3.3 s left',
    '200 kB of 1.0 MB sent, 6.7 kB/s, about 2 min 0 s left',
  ]);
  await end();
});

type Steps = readonly (readonly FileEvent[])[];
const failed: FileEvent = {
  kind: 'settled',
  state: 'failed',
  error: new ActionError('UPLOAD_INCOMPLETE', 'no'),
};

it.each<[string, readonly MediaFile[], Steps, string]>([
  [
    'without the unsent bytes of a failed file',
    FILES,
    [
      [...register, send(100_000), failed],
      [...register, send(1_000_000), { kind: 'uploaded' }],
    ],
    '2 of 3 files done, 1 being processed by LinkedIn, 1.1 MB of 1.1 MB sent, 36.7 kB/s, about 0.0 s left',
  ],
  [
    'with the bytes of sidecars',
    [subtitled('a.mp4')],
    [[...register, send(1_000_000)]],
    '0 of 1 file done, 1 being uploaded, 1.0 MB of 1.1 MB sent, 33.3 kB/s, about 3.0 s left',
  ],
  [
    'with the files in each stage',
    ['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4', 'e.mp4'].map((name) => video(name)),
    [
      [...changesUntil('uploaded'), { kind: 'settled', state: 'available' }],
      changesUntil('uploaded'),
      changesUntil('uploading'),
      changesUntil('registering'),
    ],
    '1 of 5 files done, 1 being processed by LinkedIn, 1 being uploaded, 1 being registered, 1 waiting for their turn, 1.2 kB of 3.0 MB sent',
  ],
  [
    'with finite numbers, for bytes of an abandoned empty file',
    [video('a.mp4', { sizeBytes: 0 })],
    [[...register, send(7), { kind: 'abandoned' }]],
    '0 of 1 file done, ',
  ],
  [
    'with finite numbers, for a single byte of a huge file',
    [video('a.mp4', { sizeBytes: 5e12 })],
    [[...register, send(1)]],
    '0 of 1 file done, 1 being uploaded, ',
  ],
])('the progress line is logged %s', async (_, files, steps, line) => {
  const { ledger, clock, logger, end } = follow(files, mediaLedgerOf);
  for (const [index, changes] of steps.entries()) recordAll(ledger, index, changes);
  await clock.advance(30_000);
  const [logged = ''] = progressOf(logger);
  expect(logged.slice(0, line.length)).toBe(line);
  expect(logged).toMatch(/ sent(, |$)/);
  expect(logged).not.toMatch(/NaN|Infinity|-\d|undefined/);
  await end();
});

const call = (phase: Phase) => ({ phase, idempotency: 'idempotent', sent: 'all' }) as const;
const down = (phase: Phase) =>
  new CallError('SERVER_FAILED', 'LinkedIn refused it (503)', { status: 503, call: call(phase) });

it.each<[Phase, number, Extract<FileEvent, { kind: 'retry' }>['attempt'], string]>([
  ['register', 412, { number: 2, max: 5 }, 'the registration is retried in 0.4 s (attempt 2 of 5)'],
  ['status', 90_000, null, 'the status request is retried in 1 min 30 s'],
])(
  'a retry is logged with the call, the delay and the error (%s)',
  async (phase, waitMs, attempt, text) => {
    const { ledger, logger, end } = follow([picture('a.png')]);
    ledger.record(itemAt(ledger, 0), { kind: 'retry', error: down(phase), waitMs, attempt });
    expect(logger.texts('info')).toEqual([`a.png: ${text}: LinkedIn refused it (503)`]);
    await end();
  },
);

it('a rate limit is logged once, as a pause of all files', async () => {
  const { ledger, logger, end } = follow([picture('a.png'), picture('b.png')]);
  const error = new CallError('LIMIT_REACHED', 'LinkedIn refused it (429)', {
    status: 429,
    call: call('upload'),
  });
  ledger.recordPause({ error, waitMs: 40_000 });
  for (const index of [0, 1])
    ledger.record(itemAt(ledger, index), {
      kind: 'retry',
      error,
      waitMs: 40_000,
      attempt: { number: 2, max: 4 },
    });
  expect(logger.texts('info')).toEqual(['all files pause for 40 s: LinkedIn refused it (429)']);
  await end();
});

it('notices and warnings of a plan keep their level', () => {
  const logger = recordingLogger();
  const plan = planOf([{ ...picture('a.png'), warnings: ['is small'] }]);
  const clock = new TestClock();
  const old = { about: 'recipe', text: 'one is old' } as const;
  const told = { ...plan, notices: ['one is ignored'], warnings: [old] };
  logPlan(told, NEWEST_KNOWN_VERSION, testRun({ logger, clock }));
  expect(logger.records).toEqual([
    { level: 'notice', text: 'one is ignored' },
    { level: 'warning', text: 'recipe: one is old' },
    { level: 'warning', text: 'a.png is small', file: 'a.png' },
  ]);
});

const INPUTS = { mode: 'publish', linkedinVersion: NEWEST_KNOWN_VERSION } as const;

function runWith(logger: Logger, isMemoryNew = false) {
  return { ...testRun({ logger }), isMemoryNew };
}

it('warnings are annotated at their lines, those of a published post not', () => {
  const logger = recordingLogger();
  const warnings = [{ subject: { file: 'posts/launch.md', line: 1 }, problem: 'warning' }];
  const known = { state: 'known', more: { entry: makeEntry({ state: 'posted' }) } } as const;
  // Whoever wrote a post that is known has seen its warnings.
  const run = runOf([{ written: { warnings } }, { ...known, written: { warnings } }]);
  logPosts(run, INPUTS, runWith(logger));
  expect(logger.records.filter(({ level }) => level === 'warning')).toMatchObject([
    { text: 'posts/launch.md, line 1: warning', file: 'posts/launch.md', line: 1 },
  ]);
});

it('a run that publishes with a new memory warns, and says what to do if posts were published before', () => {
  const logger = recordingLogger();
  logPosts(runOf([]), INPUTS, runWith(logger, true));
  logPosts(runOf([]), { ...INPUTS, mode: 'plan' }, runWith(logger, true));
  expect(logger.texts('warning')).toEqual([
    expect.stringMatching(
      /the manifest has no posts yet.*set `urn` in the files.*`manifest-branch`/,
    ),
  ]);
});

it('expired posts and copies are warned of, and changed ones noticed', () => {
  const logger = recordingLogger();
  const ledger = runOf([
    { state: 'expired', more: { reason: 'it was due long ago' } },
    { state: 'known', more: { entry: makeEntry({ state: 'posted' }), notice: 'has changed' } },
    {
      state: 'known',
      more: { entry: makeEntry({ state: 'posted' }), warning: 'is not sent: a copy' },
    },
    { state: 'scheduled', more: { reason: 'it is due later' } },
  ]);
  logPosts(ledger, INPUTS, runWith(logger));
  expect(logger.texts('warning')).toEqual([
    'posts/launch.md is not posted: it was due long ago',
    'posts/launch.md is not sent: a copy',
  ]);
  expect(logger.texts('notice')).toEqual(['posts/launch.md has changed']);
  expect(logger.texts('info').at(-1)).toBe('posts/launch.md: scheduled: it is due later');
});

it('each post is logged when it is settled', () => {
  const logger = recordingLogger();
  const ledger = runOf([{}, {}]);
  logPosts(ledger, INPUTS, runWith(logger));
  const [first, second] = ledger.items as [Publication, Publication];
  first.settle(POSTED);
  second.settle({
    state: 'failed',
    errors: [new ActionError('POST_REFUSED', 'LinkedIn refused it')],
  });
  expect(logger.texts('info')).toEqual([
    `posts/launch.md: posted as urn:li:share:1 (https://www.linkedin.com/feed/update/urn:li:share:1/): its first comment is ${POSTED.commentUrn}`,
    'posts/launch.md: failed',
  ]);
});

it('the posts that a stopped run leaves have no line each', () => {
  const logger = recordingLogger();
  const ledger = runOf([{}, {}]);
  logPosts(ledger, INPUTS, runWith(logger));
  ledger.skipOpen(new ActionError('TOKEN_REFUSED', 'LinkedIn refused the token'));
  expect(logger.texts('info')).toEqual([]);
});

const NOW = new TestClock({ epochMs: Date.UTC(2027, 0, 14) });

function rowOf(file: string, line?: number) {
  return {
    file,
    warnings: [{ subject: { file, ...(line !== undefined && { line }) }, problem: 'is small' }],
  };
}

it('a version that LinkedIn retires soon comes first, and each warning is annotated at its file and line', () => {
  const logger = recordingLogger();
  const rows = [rowOf('a.png'), rowOf('b.md', 3), { ...rowOf('the post'), file: null }];
  logKnownWarnings('202601', rows, testRun({ logger, clock: NOW }));
  expect(logger.records).toEqual([
    {
      level: 'warning',
      text: expect.stringMatching(/^linkedin-version: LinkedIn ends version 202601 /),
    },
    { level: 'warning', text: 'a.png is small', file: 'a.png' },
    { level: 'warning', text: 'b.md, line 3: is small', file: 'b.md', line: 3 },
    { level: 'warning', text: 'the post is small' },
  ]);
});

it('many warnings become five annotations, and the log lists the others', () => {
  const logger = recordingLogger();
  const rows = Array.from({ length: 20 }, (_, index) => rowOf(`${index}.png`));
  const clock = new TestClock();
  logKnownWarnings('202609', rows, testRun({ logger, clock }));
  expect(logger.texts('warning')).toEqual([
    ...['0.png', '1.png', '2.png', '3.png'].map((name) => `${name} is small`),
    '16 more warnings; the log lists all of them',
  ]);
  expect(logger.texts('info')).toHaveLength(16);
});
