// A whole run: the first registration, the concurrency, and the wait for processing.

import { describe, expect, it } from 'vitest';
import { ActionError, FileError, LinkedInError } from '../../src/errors.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { uploadFiles } from '../../src/upload/upload-files.ts';
import { TestClock } from '../support/clock.ts';
import { broken } from './failures.ts';
import { FakeLinkedIn, PROCESSING } from './fake-linkedin.ts';
import { endsOf, fails, filesOf, gate, identityOf, startRun, startsWith } from './publish-run.ts';

const accessDenied = new LinkedInError('ACCESS_DENIED', 'on purpose', { status: 403 });
const serverFailed = new LinkedInError('SERVER_FAILED', 'on purpose', { status: 500 });

describe('successful runs', () => {
  it('a run publishes every file: register, upload, complete, status', async () => {
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

  it('a run with an empty ledger makes no call', async () => {
    const clock = new TestClock();
    const linkedin = new FakeLinkedIn({ scripts: {}, nameOf: () => '', serverNow: () => 0 });
    const ledger = new Ledger({ files: [], warnings: [], notices: [] }, clock);
    await uploadFiles(
      ledger,
      { concurrency: 2, waitMs: 0, readsArtifacts: false },
      { linkedin, clock, signal: new AbortController().signal },
    );
    expect(linkedin.log).toEqual([]);
  });

  it('a run makes no call for a rejected file', async () => {
    const clock = new TestClock();
    const linkedin = new FakeLinkedIn({ scripts: {}, nameOf: () => '', serverNow: () => 0 });
    const rejection = new FileError('FILE_EMPTY', 'a.png', 'is empty');
    const file = {
      path: 'a.png',
      absolutePath: '/a.png',
      sizeBytes: 0,
      identity: null,
      media: null,
      error: rejection,
      warnings: [],
    };
    const ledger = new Ledger(
      { files: [{ file, request: null, rejection, warnings: [] }], warnings: [], notices: [] },
      clock,
    );
    await uploadFiles(
      ledger,
      { concurrency: 2, waitMs: 0, readsArtifacts: false },
      { linkedin, clock, signal: new AbortController().signal },
    );
    expect(linkedin.log).toEqual([]);
    expect(ledger.entry(0)).toMatchObject({ state: 'failed', error: rejection });
  });
});

describe('first registration', () => {
  it('the first registration runs alone, and the others wait for its response but not for its file', async () => {
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
    ['rejected', serverFailed, 'failed SERVER_FAILED'],
    ['ended by a bug', new TypeError('on purpose'), 'failed INTERNAL'],
    ['ended by a thrown string', 'a string', 'failed INTERNAL'],
  ])('the other registrations run when the first one was %s', async (_, error, end) => {
    const run = await startRun({ ...filesOf(3), a: [{ register: fails(error) }] });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: end, b: 'available', c: 'available' });
  });
});

describe('concurrency', () => {
  it.each([1, 2, 5])('a run makes at most %i concurrent PUTs and registrations', async (concurrency) => {
    const run = await startRun(filesOf(20, { parts: 3, put: async () => await null }), { concurrency });
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
    expect(run.linkedin.peaks.puts).toBe(concurrency);
    expect(run.linkedin.peaks.registers).toBeLessThanOrEqual(concurrency);
  });

  it.each([1, 2, 5])('no more than %i registered files wait for a PUT slot', async (concurrency) => {
    const bytes = gate();
    const run = await startRun(filesOf(20, { put: bytes.pass }), { concurrency });
    const registered = () => run.linkedin.log.filter(startsWith('register')).length;
    await run.until(() => registered() === 2 * concurrency);
    for (let turn = 0; turn < 20; turn += 1) await run.clock.advance(0);
    // As many again are being sent. Further upload URLs would only age.
    expect(registered()).toBe(2 * concurrency);
    bytes.open();
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
  });

  it('a file that fails makes room for the next file, however many parts it had', async () => {
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

  it('a file in processing holds no slot', async () => {
    const run = await startRun(filesOf(6, { readings: [PROCESSING] }), { concurrency: 1 });
    await run.until(() => run.ledger.entries.every(({ stage }) => stage === 'uploaded'));
    await run.finish();
  });
});

describe('wait for processing', () => {
  it.each([
    [true, 201, 'available'],
    [true, 200, 'processing'],
    [false, 201, 'processing'],
  ])(
    'a wait of 0 reads no status: processed on upload %s, with response %i, ends as %s without an error',
    async (...given) => {
      const [processedOnUpload, answer, state] = given;
      const run = await startRun(filesOf(2, { processedOnUpload, answer }), { waitMs: 0 });
      await run.finish();
      expect(endsOf(run)).toEqual({ a: state, b: state });
      expect(run.linkedin.log.filter(startsWith('status'))).toEqual([]);
    },
  );

  it.each([200, 204])(
    'a status is read after an upload with response %i, and not after a 201 of a file that is processed on upload',
    async (answer) => {
      const processedOnUpload = true;
      const run = await startRun({
        a: [{ processedOnUpload }],
        b: [{ processedOnUpload, answer }],
        c: [{}],
        d: [{ processedOnUpload, put: fails(broken('upload', 'all')) }],
      });
      await run.finish();
      expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
      expect(run.of('a')).toMatchObject({ status: null });
      expect(new Set(run.linkedin.log.filter(startsWith('status')))).toEqual(
        new Set(['status b-1', 'status c-1', 'status d-1']),
      );
    },
  );

  it('a wait that runs out leaves the file as processing, with its URN and the length of the wait', async () => {
    const run = await startRun(filesOf(1, { readings: [PROCESSING] }), { waitMs: 2 * 60_000 });
    await run.finish();
    expect(run.of('a')).toMatchObject({
      state: 'processing',
      status: 'PROCESSING',
      identity: identityOf('a'),
      error: { code: 'PROCESSING_TIMEOUT' },
    });
    expect(run.of('a').error?.message).toBe('LinkedIn still reports PROCESSING after 2 min');
  });

  it('a file ends as unverified, without an error, when the token may not read its status', async () => {
    const run = await startRun(filesOf(2, { readings: [{ state: 'unreadable', error: accessDenied }] }));
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'unverified', b: 'unverified' });
    expect(run.ledger.stopReason).toBeNull();
  });
});

it('a run does not reject when every listener throws', async () => {
  const run = await startRun(filesOf(3));
  run.ledger.subscribe(() => {
    throw new ActionError('OUTPUT_FAILED', 'on purpose');
  });
  await run.finish();
  expect(run.of('a')).toMatchObject({ state: 'available', identity: identityOf('a') });
  expect(run.ledger.stopReason).toMatchObject({ code: 'OUTPUT_FAILED' });
});

it('a run of a thousand files leaves no timer behind', async () => {
  const scripts = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`file${index}`, [{}]]));
  const run = await startRun(scripts, { concurrency: 8 });
  await run.finish();
  expect(run.ledger.entries.every(({ state }) => state === 'available')).toBe(true);
  expect(run.linkedin.peaks.puts).toBeLessThanOrEqual(8);
  expect(run.clock.waiting).toBe(0);
});
