// The state of a file after each event, the URNs that it keeps, and its outcome by its stage and the end of the run.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError, RunError, runStoppedError } from '../../src/errors/action-error.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import {
  changesBy,
  type FileEvent,
  FileItem,
  failedOutcome,
  interruptedOutcome,
  type Stage,
} from '../../src/upload/file-state.ts';
import { failed, limited, rejected } from '../errors/failures.ts';
import { fuzzed } from '../support/fuzz.ts';
import { picture, planOf } from '../support/ledgers.ts';

const boom = new ActionError('PROCESSING_FAILED', 'on purpose');
const MADE = [{ kind: 'x', addresses: [] }];
const urn = (id: number) => `urn:li:digitalmediaAsset:${id}`;
const identity = (id: number) => toMediaIdentity(urn(id), 'image');

const REGISTERING: FileEvent = { kind: 'registering' };
const registered = (id: number, parts = 1): FileEvent => ({
  kind: 'registered',
  identity: identity(id),
  parts,
});
const sent = (bytes: number): FileEvent => ({ kind: 'sent', bytes });
const UPLOADED: FileEvent = { kind: 'uploaded' };
const status = (text: string): FileEvent => ({ kind: 'status', status: text });
const ARTIFACTS: FileEvent = { kind: 'artifacts', artifacts: MADE };
const ABANDONED: FileEvent = { kind: 'abandoned' };
const AVAILABLE: FileEvent = { kind: 'settled', state: 'available' };
const FAILED: FileEvent = { kind: 'settled', state: 'failed', error: boom };

/** The item after `events`, which are a second apart. */
function after(events: readonly FileEvent[]): FileItem {
  const [planned = expect.fail('no file')] = planOf([picture('a.png')]).files;
  const item = new FileItem(planned);
  for (const [index, event] of events.entries())
    Object.assign(item, changesBy(item, event, 1000 * (index + 1)));
  return item;
}

it.each<[name: string, events: readonly FileEvent[], expected: Partial<FileItem>]>([
  ['no event', [], { stage: 'waiting', state: null, attempts: 0, startedMs: null, endedMs: null }],
  ['registering', [REGISTERING], { stage: 'registering', attempts: 0, startedMs: 1000 }],
  [
    'registered',
    [REGISTERING, registered(1, 3)],
    { stage: 'registered', attempts: 1, parts: 3, identity: identity(1), abandonedUrns: [] },
  ],
  ['sent in pieces', [registered(1), sent(7), sent(5)], { stage: 'uploading', sentBytes: 12 }],
  [
    'uploaded',
    [registered(1), UPLOADED],
    { stage: 'uploaded', state: null, isUploaded: true, artifacts: null },
  ],
  [
    'uploaded, then a failure',
    [registered(1), UPLOADED, FAILED],
    { stage: 'settled', isUploaded: true },
  ],
  ['sent bytes without an upload', [registered(1), sent(7), FAILED], { isUploaded: false }],
  ['artifacts', [UPLOADED, ARTIFACTS], { stage: 'uploaded', artifacts: MADE }],
  [
    'unread artifacts',
    [UPLOADED, { kind: 'artifacts-unread', error: boom }],
    { artifacts: null, error: null },
  ],
  [
    'several statuses',
    [UPLOADED, status('NEW'), status('PROCESSING')],
    { stage: 'uploaded', status: 'PROCESSING' },
  ],
  [
    'abandoned',
    [registered(1), sent(7), ABANDONED],
    { stage: 'registering', identity: null, abandonedUrns: [urn(1)], attempts: 1, sentBytes: 0 },
  ],
  [
    'abandoned without a URN',
    [REGISTERING, ABANDONED],
    { abandonedUrns: [], identity: null, attempts: 0 },
  ],
  [
    'available',
    [REGISTERING, AVAILABLE],
    { stage: 'settled', state: 'available', error: null, startedMs: 1000, endedMs: 2000 },
  ],
  ['failed', [registered(1), FAILED], { state: 'failed', error: boom, identity: identity(1) }],
  [
    'a second session, with its own byte count',
    [REGISTERING, registered(1, 2), sent(7), ABANDONED, REGISTERING, registered(2, 4), sent(3)],
    {
      ...{ startedMs: 1000, attempts: 2, parts: 4, sentBytes: 3 },
      ...{ abandonedUrns: [urn(1)], identity: identity(2) },
    },
  ],
])('the state of a file after: %s', (_, events, expected) => {
  expect(after(events)).toMatchObject(expected);
});

it('no sequence of events loses a recorded URN or lists more URNs than were recorded', () => {
  const others = [
    REGISTERING,
    sent(9),
    UPLOADED,
    status('PROCESSING'),
    ARTIFACTS,
    ABANDONED,
    FAILED,
  ];
  const event = fc.oneof(
    fc.nat(5).map((id) => registered(id)),
    fc.constantFrom(...others),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const { identity, abandonedUrns, attempts } = after(events);
      const given = events.flatMap((one) => (one.kind === 'registered' ? [one.identity.urn] : []));
      const known = [...abandonedUrns, ...(identity === null ? [] : [identity.urn])];
      expect(new Set(known)).toEqual(new Set(given));
      expect(known.length).toBeLessThanOrEqual(given.length);
      expect(attempts).toBe(given.length);
    }),
    fuzzed(100),
  );
});

it('a failure without an error and a success with one do not compile', () => {
  const events: FileEvent[] = [
    // @ts-expect-error the error is missing
    { kind: 'settled', state: 'failed' },
    // @ts-expect-error the reason is missing
    { kind: 'settled', state: 'skipped' },
    // @ts-expect-error a success has no error
    { kind: 'settled', state: 'available', error: boom },
    { kind: 'settled', state: 'processing' },
    { kind: 'settled', state: 'processing', error: boom },
  ];
  expect(events).toHaveLength(5);
});

describe('outcome of a failed file', () => {
  const STAGES: readonly Stage[] = [
    'waiting',
    'registering',
    'registered',
    'uploading',
    'uploaded',
  ];
  const stop = runStoppedError('not read', failed('register'));
  const SENT = ['skipped', 'failed', 'failed', 'failed', 'processing'];

  it.each<[what: string, error: ActionError, states: string[]]>([
    [
      'an error of one file fails it at every stage',
      failed('status'),
      [...SENT.slice(0, 4), 'failed'],
    ],
    [
      'a fatal error leaves an uploaded file as processing',
      rejected('TOKEN_REFUSED', 401, 'status'),
      SENT,
    ],
    ['a lasting rate limit leaves an uploaded file as processing', limited('status'), SENT],
    ['the end of the run leaves an uploaded file as processing', stop, SENT],
  ])('%s', (_, error, states) => {
    const outcomes = STAGES.map((stage) => failedOutcome(stage, error));
    expect(outcomes.map(({ state }) => state)).toEqual(states);
    for (const { state, error: shown } of outcomes) {
      expect(shown?.code).toBe(state === 'processing' ? 'RUN_STOPPED' : error.code);
      expect(shown?.message).toContain(error === stop ? failed('register').message : error.message);
    }
  });

  it('the error of a stopped run names its cause once', () => {
    const { error } = failedOutcome('uploaded', stop);
    expect(error?.message).toBe(
      'uploaded, but not confirmed as processed: the run was stopped (SERVER_FAILED): SERVER_FAILED on purpose',
    );
    expect(error?.cause).toBe(stop.cause);
  });

  it.each([
    [
      'a cancelled run',
      new RunError('RUN_CANCELLED', 'x'),
      'RUN_CANCELLED',
      'the run was cancelled',
      '',
    ],
    ['a bug', new ActionError('INTERNAL', 'a bug'), 'RUN_STOPPED', 'ended', ' (INTERNAL): a bug'],
  ])('a file of %s says when it ended', (_, end, code, text, reason) => {
    const outcomes = STAGES.map((stage) => interruptedOutcome(stage, end));
    expect(outcomes.map(({ state }) => state)).toEqual(SENT);
    expect(new Set(outcomes.map(({ error }) => error?.code))).toEqual(new Set([code]));
    for (const [index, when] of [
      'before it started',
      ...Array(3).fill('during the upload'),
      'while LinkedIn processed the file',
    ].entries()) {
      const { message = '' } = outcomes[index]?.error ?? {};
      expect(message).toContain(`${text} ${when}`);
      expect(message.endsWith(reason)).toBe(true);
    }
  });
});
