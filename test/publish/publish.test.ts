// A whole run: who goes first, how many at once, and how long is waited for LinkedIn.

import { describe, expect, it } from 'vitest';
import { ActionError, FileError, LinkedInError } from '../../src/errors.ts';
import { Ledger } from '../../src/publish/ledger.ts';
import { publishAll } from '../../src/publish/publish.ts';
import { TestClock } from '../support/clock.ts';
import { FakeLinkedIn, PROCESSING } from './fake-linkedin.ts';
import { endsOf, fails, filesOf, gate, identityOf, startRun, startsWith } from './publish-run.ts';

const accessDenied = new LinkedInError('ACCESS_DENIED', 'on purpose', { status: 403 });
const serverFailed = new LinkedInError('SERVER_FAILED', 'on purpose', { status: 500 });

describe('a run without trouble', () => {
  it('publishes every file: register, upload, complete, status', async () => {
    const run = await startRun(filesOf(5));
    await run.finish();
    expect(endsOf(run)).toEqual({
      a: 'available',
      b: 'available',
      c: 'available',
      d: 'available',
      e: 'available',
    });
    expect(run.linkedin.log.filter((line) => line.endsWith(' c-1'))).toEqual([
      'register c-1',
      'put c-1',
      'complete c-1',
      'status c-1',
    ]);
    expect(run.of('c')).toMatchObject({
      identity: identityOf('c'),
      attempts: 1,
      sentBytes: 42,
      status: 'AVAILABLE',
    });
  });

  it('does nothing for an empty ledger', async () => {
    const clock = new TestClock();
    const linkedin = new FakeLinkedIn({ scripts: {}, nameOf: () => '', serverNow: () => 0 });
    const ledger = new Ledger({ files: [], warnings: [], notices: [] }, clock);
    await publishAll(
      ledger,
      { concurrency: 2, waitMs: 0, readsArtifacts: false },
      { linkedin, clock, signal: new AbortController().signal },
    );
    expect(linkedin.log).toEqual([]);
  });

  it('leaves refused files alone', async () => {
    const clock = new TestClock();
    const linkedin = new FakeLinkedIn({ scripts: {}, nameOf: () => '', serverNow: () => 0 });
    const rejection = new FileError('FILE_EMPTY', 'a.png is empty');
    const file = {
      path: 'a.png',
      absolutePath: '/a.png',
      sizeBytes: 0,
      identity: null,
      media: null,
      fault: rejection,
      warnings: [],
    };
    const ledger = new Ledger(
      { files: [{ file, request: null, rejection, warnings: [] }], warnings: [], notices: [] },
      clock,
    );
    await publishAll(
      ledger,
      { concurrency: 2, waitMs: 0, readsArtifacts: false },
      { linkedin, clock, signal: new AbortController().signal },
    );
    expect(linkedin.log).toEqual([]);
    expect(ledger.entry(0)).toMatchObject({ state: 'failed', error: rejection });
  });
});

describe('the first registration', () => {
  it('goes alone: the others wait for its answer, not for its file', async () => {
    const [answer, bytes] = [gate(), gate()];
    const run = await startRun({ ...filesOf(4), a: [{ register: answer.pass, put: bytes.pass }] });
    await run.until(() => run.linkedin.log.length > 0);
    for (let turn = 0; turn < 10; turn += 1) await run.clock.advance(100);
    expect(run.linkedin.log).toEqual(['register a-1']);
    answer.open();
    await run.until(() => run.of('b').stage === 'uploaded');
    expect(run.of('a').stage).toBe('registered');
    bytes.open();
    await run.finish();
    expect(Object.values(endsOf(run))).toEqual(Array.from({ length: 4 }, () => 'available'));
  });

  it.each([
    ['refused', serverFailed, 'failed SERVER_FAILED'],
    ['answered by a bug', new TypeError('on purpose'), 'failed INTERNAL'],
    ['answered by a throw of no error', 'a string', 'failed INTERNAL'],
  ])('lets the others go when it was %s', async (_, error, end) => {
    const run = await startRun({ ...filesOf(3), a: [{ register: fails(error) }] });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: end, b: 'available', c: 'available' });
  });
});

describe('at once', () => {
  it.each([1, 2, 5])('there are at most %i PUTs and registrations', async (concurrency) => {
    const run = await startRun(filesOf(20, { parts: 3, put: async () => await null }), { concurrency });
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
    expect(run.linkedin.peaks.puts).toBe(concurrency);
    expect(run.linkedin.peaks.registers).toBeLessThanOrEqual(concurrency);
  });

  it.each([1, 2, 5])('%i files wait for a place, and no more are registered', async (concurrency) => {
    const bytes = gate();
    const run = await startRun(filesOf(20, { put: bytes.pass }), { concurrency });
    const registered = () => run.linkedin.log.filter(startsWith('register')).length;
    await run.until(() => registered() === 2 * concurrency);
    for (let turn = 0; turn < 20; turn += 1) await run.clock.advance(0);
    // As many again have their bytes moving; the addresses of all others would only grow old.
    expect(registered()).toBe(2 * concurrency);
    bytes.open();
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
  });

  it('a file that fails early makes room for the next, however many parts it had', async () => {
    const bytes = gate();
    const held = { put: bytes.pass };
    const video = { parts: 10, put: fails(serverFailed) };
    const run = await startRun(
      { a: [held], b: [video], c: [video], d: [video], e: [{}] },
      { concurrency: 2 },
    );
    await run.until(() => run.of('e').stage === 'uploaded');
    expect(endsOf(run)).toEqual({
      a: 'null',
      b: 'failed SERVER_FAILED',
      c: 'failed SERVER_FAILED',
      d: 'failed SERVER_FAILED',
      e: 'null',
    });
    bytes.open();
    await run.finish();
    expect(endsOf(run)).toMatchObject({ a: 'available', e: 'available' });
  });

  it('processing holds no place: files wait for LinkedIn outside of it', async () => {
    const run = await startRun(filesOf(6, { readings: [PROCESSING] }), { concurrency: 1 });
    await run.until(() => run.ledger.entries.every(({ stage }) => stage === 'uploaded'));
    await run.finish();
  });
});

describe('the wait for processing', () => {
  it.each([
    [true, 201, 'available'],
    [true, 200, 'processing'],
    [false, 201, 'processing'],
  ])(
    'of 0 reads nothing: processed on upload %s, and answered with %i, is %s, without error',
    async (...given) => {
      const [processedOnUpload, answer, state] = given;
      const run = await startRun(filesOf(2, { processedOnUpload, answer }), { waitMs: 0 });
      await run.finish();
      expect(endsOf(run)).toEqual({ a: state, b: state });
      expect(run.linkedin.log.filter(startsWith('status'))).toEqual([]);
    },
  );

  it('reads at once what was processed on upload, and a second later what was not', async () => {
    const run = await startRun({ a: [{ processedOnUpload: true }], b: [{}] });
    await run.until(() => run.of('a').state !== null && run.of('b').stage === 'uploaded');
    expect(run.linkedin.log.filter(startsWith('status'))).toEqual(['status a-1']);
    await run.clock.advance(1000);
    expect(run.of('b')).toMatchObject({ state: 'available', endedMs: 1000 });
    await run.finish();
  });

  it('that runs out leaves the file as processing, with its URN and how long it was', async () => {
    const run = await startRun(filesOf(1, { readings: [PROCESSING] }), { waitMs: 2 * 60_000 });
    await run.finish();
    expect(run.of('a')).toMatchObject({
      state: 'processing',
      status: 'PROCESSING',
      identity: identityOf('a'),
      error: { code: 'PROCESSING_TIMEOUT' },
    });
    expect(run.of('a').error?.message).toBe('LinkedIn still says PROCESSING after 2 min');
  });

  it('ends as unverified, without error, when the token may not read', async () => {
    const run = await startRun(filesOf(2, { readings: [{ state: 'unreadable', error: accessDenied }] }));
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'unverified', b: 'unverified' });
    expect(run.ledger.stopReason).toBeNull();
  });
});

it('never rejects, although every listener does', async () => {
  const run = await startRun(filesOf(3));
  run.ledger.subscribe(() => {
    throw new ActionError('OUTPUT_FAILED', 'on purpose');
  });
  await run.finish();
  expect(run.of('a')).toMatchObject({ state: 'available', identity: identityOf('a') });
  expect(run.ledger.stopReason).toMatchObject({ code: 'OUTPUT_FAILED' });
});

it('a thousand files leave nothing behind', async () => {
  const scripts = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`file${index}`, [{}]]));
  const run = await startRun(scripts, { concurrency: 8 });
  await run.finish();
  expect(run.ledger.entries.every(({ state }) => state === 'available')).toBe(true);
  expect(run.linkedin.peaks.puts).toBeLessThanOrEqual(8);
  expect(run.clock.waiting).toBe(0);
});
