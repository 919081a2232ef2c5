// Errors of one file and their effect on the others: URNs are kept, and fatal errors stop the run.

import { describe, expect, it } from 'vitest';
import { UploadError } from '../../src/errors.ts';
import { failed, rejected } from './failures.ts';
import { AVAILABLE, PROCESSING, type Script, urnOf, WAITING } from './fake-linkedin.ts';
import { endsOf, fails, filesOf, gate, identityOf, startRun, startsWith } from './publish-run.ts';

const tokenRejected = rejected('TOKEN_REFUSED', 401, 'register');
const accessDenied = rejected('ACCESS_DENIED', 403, 'register');
const versionInactive = rejected('VERSION_INACTIVE', 426, 'register');
const memberRestricted = rejected('MEMBER_RESTRICTED', 401, 'register');
const dailyLimit = rejected('DAILY_LIMIT', 429, 'register');
const noSuchApi = rejected('REQUEST_REFUSED', 404, 'register');
const expired = new UploadError('UPLOAD_EXPIRED', 'on purpose');

describe('fatal errors', () => {
  it.each([tokenRejected, accessDenied, versionInactive, memberRestricted, dailyLimit, noSuchApi])(
    '$code on the first registration stops the run after one call',
    async (error) => {
      const run = await startRun({ ...filesOf(5), a: [{ register: fails(error) }] });
      await run.finish();
      const skipped = 'skipped RUN_STOPPED';
      expect(endsOf(run)).toEqual({
        a: `failed ${error.code}`,
        b: skipped,
        c: skipped,
        d: skipped,
        e: skipped,
      });
      expect(run.linkedin.log).toEqual(['register a-1']);
      expect(run.ledger.stopReason).toBe(error);
    },
  );

  it('a fatal error on a later registration lets files in progress finish', async () => {
    const bytes = gate();
    const scripts = { ...filesOf(6), a: [{ put: bytes.pass }], b: [{ register: fails(accessDenied) }] };
    const run = await startRun(scripts, { concurrency: 1 });
    await run.until(() => run.of('f').state !== null);
    bytes.open();
    await run.finish();
    const skipped = 'skipped RUN_STOPPED';
    expect(endsOf(run)).toEqual({
      a: 'available',
      b: 'failed ACCESS_DENIED',
      c: skipped,
      d: skipped,
      e: skipped,
      f: skipped,
    });
    expect(run.of('c').attempts).toBe(0);
  });

  it('TOKEN_REFUSED on an upload stops the run', async () => {
    const error = rejected('TOKEN_REFUSED', 401, 'upload');
    const run = await startRun({ ...filesOf(6), a: [{ put: fails(error) }] }, { concurrency: 1 });
    await run.finish();
    expect(run.ledger.stopReason).toBe(error);
    expect(endsOf(run)).toMatchObject({ a: 'failed TOKEN_REFUSED', f: 'skipped RUN_STOPPED' });
    expect(run.of('a').identity).toEqual(identityOf('a'));
  });

  it.each([
    ['TOKEN_REFUSED', 401],
    ['DAILY_LIMIT', 429],
  ] as const)(
    '%s on a status read stops the run and leaves uploaded files as processing',
    async (code, status) => {
      const error = rejected(code, status, 'status');
      const run = await startRun({
        ...filesOf(3, { readings: [PROCESSING] }),
        b: [{ readings: [PROCESSING, error] }],
      });
      await run.until(() => run.ledger.entries.every(({ stage }) => stage === 'uploaded'));
      await run.clock.advance(10_999);
      const reads = run.linkedin.log.filter(startsWith('status')).length;
      expect(reads).toBe(3);
      await run.finish();
      const processing = 'processing RUN_STOPPED';
      expect(endsOf(run)).toEqual({ a: processing, b: processing, c: processing });
      expect(run.of('a')).toMatchObject({ identity: identityOf('a'), status: 'PROCESSING' });
      expect(run.ledger.stopReason).toBe(error);
      expect(run.linkedin.log.filter(startsWith('status'))).toHaveLength(6);
      expect(run.clock.waiting).toBe(0);
    },
  );

  it('TOKEN_REFUSED on a registration ends the wait of uploaded files without a further read', async () => {
    const answer = gate();
    const rejecting = async () => {
      await answer.pass();
      throw tokenRejected;
    };
    const run = await startRun({ a: [{ readings: [PROCESSING] }], b: [{ register: rejecting }] });
    await run.until(() => run.of('a').stage === 'uploaded' && run.of('b').stage === 'registering');
    answer.open();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'processing RUN_STOPPED', b: 'failed TOKEN_REFUSED' });
    expect(run.linkedin.log.filter(startsWith('status'))).toEqual([]);
  });

  it('ACCESS_DENIED on a registration does not end the wait of uploaded files', async () => {
    const run = await startRun({
      ...filesOf(3, { readings: [PROCESSING, PROCESSING, AVAILABLE] }),
      c: [{ register: fails(accessDenied) }],
    });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'available', c: 'failed ACCESS_DENIED' });
  });

  it.each([
    ['ACCESS_DENIED on a completion', { complete: fails(rejected('ACCESS_DENIED', 403, 'complete')) }],
    ['VALUE_REFUSED on a registration', { register: fails(rejected('VALUE_REFUSED', 403, 'register')) }],
    ['SERVER_FAILED on a registration', { register: fails(failed('register')) }],
    ['SERVER_FAILED on a completion', { complete: fails(failed('complete')), readings: [WAITING] }],
  ])('%s fails the file and does not stop the run', async (_, script) => {
    const run = await startRun({ ...filesOf(3), b: [script] });
    await run.finish();
    expect(endsOf(run)).toMatchObject({ a: 'available', c: 'available' });
    expect(run.of('b').state).toBe('failed');
    expect(run.ledger.stopReason).toBeNull();
  });
});

describe('URNs of failed files', () => {
  it('a registration that fails and returns a URN keeps the URN', async () => {
    const error = new UploadError('UPLOAD_URL', 'on purpose', { urn: urnOf('b') });
    const run = await startRun({ ...filesOf(2), b: [{ register: fails(error) }] });
    await run.finish();
    expect(run.of('b')).toMatchObject({ state: 'failed', error, identity: identityOf('b'), attempts: 1 });
  });

  it.each<[name: string, script: Script, code: string]>([
    ['the upload fails', { put: fails(failed('upload')) }, 'SERVER_FAILED'],
    ['the upload is rejected', { put: fails(rejected('REQUEST_REFUSED', 413, 'upload')) }, 'REQUEST_REFUSED'],
    ['the completion fails', { complete: fails(failed('complete')), readings: [WAITING] }, 'SERVER_FAILED'],
    [
      'the status read is rejected',
      { readings: [rejected('REQUEST_REFUSED', 400, 'status')] },
      'REQUEST_REFUSED',
    ],
    ['a bug throws', { complete: fails(new TypeError('on purpose')) }, 'INTERNAL'],
    [
      'processing fails',
      {
        readings: [
          { state: 'failed', status: 'CLIENT_ERROR', error: new UploadError('MEDIA_REJECTED', 'x') },
        ],
      },
      'MEDIA_REJECTED',
    ],
  ])('a failed file keeps its URN when %s', async (_, script, code) => {
    const run = await startRun({ ...filesOf(3), b: [script] });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: `failed ${code}`, c: 'available' });
    expect(run.of('b')).toMatchObject({ identity: identityOf('b'), attempts: 1, abandonedUrns: [] });
  });
});

describe('expired upload URLs', () => {
  it('a session with an expired upload URL is abandoned with its URN, and the file is registered again', async () => {
    const run = await startRun({ a: [{ expiresAtMs: 0 }, {}], b: [{}] });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'available' });
    expect(run.of('a')).toMatchObject({
      attempts: 2,
      identity: identityOf('a', 2),
      abandonedUrns: [urnOf('a')],
      sentBytes: 40,
    });
  });

  it('a session with an expired upload URL is followed by two more at most', async () => {
    const run = await startRun({ a: [{ put: fails(expired) }], b: [{}] });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed UPLOAD_EXPIRED', b: 'available' });
    expect(run.of('a')).toMatchObject({
      attempts: 3,
      identity: identityOf('a', 3),
      abandonedUrns: [urnOf('a', 1), urnOf('a', 2)],
    });
    expect(run.linkedin.log.filter(startsWith('register a'))).toHaveLength(3);
  });

  it('an abandoned URN is kept when the next registration fails', async () => {
    const error = failed('register');
    const run = await startRun({ a: [{ put: fails(expired) }, { register: fails(error) }] });
    await run.finish();
    expect(run.of('a')).toMatchObject({
      state: 'failed',
      error,
      identity: null,
      attempts: 1,
      abandonedUrns: [urnOf('a')],
    });
  });

  it('a file with an expired upload URL is not registered again after the run was stopped', async () => {
    const answer = gate();
    const loses = async () => {
      await answer.pass();
      throw expired;
    };
    const run = await startRun({ a: [{ put: loses }], b: [{ register: fails(accessDenied) }] });
    await run.until(() => run.of('b').state !== null);
    answer.open();
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'failed RUN_STOPPED', b: 'failed ACCESS_DENIED' });
    expect(run.of('a').abandonedUrns).toEqual([urnOf('a')]);
  });
});
