// Artifacts of a file: read once the file is available, only on request, and never at the cost of the file.

import { describe, expect, it } from 'vitest';
import { LinkedInError, NetworkError, ReplyShapeError } from '../../src/errors.ts';
import type { Artifact, MediaStatus } from '../../src/linkedin/session.ts';
import type { FileEvent } from '../../src/upload/file-state.ts';
import { PROCESSING, type Script } from './fake-linkedin.ts';
import { endsOf, fails, filesOf, gate, type Run, startRun, startsWith } from './publish-run.ts';

const MADE: readonly Artifact[] = [{ kind: 'x', addresses: [{ url: 'https://dms.example/1' }] }];
const WITH_ARTIFACTS: MediaStatus = { state: 'available', status: 'AVAILABLE', artifacts: MADE };
const made: Script = { artifacts: async () => MADE };
const rejected = (code: 'TOKEN_REFUSED' | 'VERSION_INACTIVE' | 'ACCESS_DENIED') =>
  new LinkedInError(code, 'on purpose', { status: 401 });

const readsOf = ({ linkedin }: Run) => linkedin.log.filter(startsWith('artifacts'));

/** The errors that were reported instead of artifacts. */
function unreadIn(run: Run): string[] {
  const unread: string[] = [];
  run.ledger.subscribe(({ planned }, event: FileEvent) => {
    if (event.kind === 'artifacts-unread') unread.push(`${planned.file.path} ${event.error.code}`);
  });
  return unread;
}

describe('artifact reads', () => {
  it('artifacts are read after the file is available, in one call per file', async () => {
    const run = await startRun(filesOf(3, { ...made, readings: [PROCESSING, WITHOUT_ARTIFACTS] }), {
      readsArtifacts: true,
    });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'available', c: 'available' });
    expect(run.linkedin.log.filter((line) => line.endsWith(' b-1'))).toEqual([
      'register b-1',
      'put b-1',
      'complete b-1',
      'status b-1',
      'status b-1',
      'artifacts b-1',
    ]);
    expect(run.of('b')).toMatchObject({ artifacts: MADE, isUploaded: true });
  });

  it.each([0, 60_000])(
    'artifacts of a file that is processed on upload are its only read (wait %i ms)',
    async (waitMs) => {
      const run = await startRun(filesOf(2, { ...made, processedOnUpload: true }), {
        readsArtifacts: true,
        waitMs,
      });
      await run.finish();
      expect(run.linkedin.log.filter((line) => line.endsWith(' a-1'))).toEqual([
        'register a-1',
        'put a-1',
        'complete a-1',
        'artifacts a-1',
      ]);
      expect(run.of('a')).toMatchObject({ state: 'available', artifacts: MADE });
    },
  );

  it('artifact reads do not exceed the concurrency and do not block the uploads', async () => {
    const answer = gate();
    const run = await startRun(
      filesOf(6, { processedOnUpload: true, artifacts: () => answer.pass().then(() => MADE) }),
      { readsArtifacts: true, waitMs: 0, concurrency: 2 },
    );
    await run.until(() => run.ledger.entries.every(({ stage }) => stage === 'uploaded'));
    expect(readsOf(run)).toHaveLength(2);
    answer.open();
    await run.finish();
    expect(readsOf(run)).toHaveLength(6);
  });
});

/** Available, from the API that returns artifacts only on request. */
const WITHOUT_ARTIFACTS: MediaStatus = { state: 'available', status: 'AVAILABLE' };

describe('omitted artifact reads', () => {
  it('artifacts are neither read nor kept when they are not requested', async () => {
    const run = await startRun({ a: [made], b: [{ ...made, readings: [WITH_ARTIFACTS] }] });
    await run.finish();
    expect(readsOf(run)).toEqual([]);
    expect([run.of('a').artifacts, run.of('b').artifacts]).toEqual([null, null]);
  });

  it.each([[MADE], [[]]])('artifacts that came with the status are not read again: %j', async (artifacts) => {
    const run = await startRun(filesOf(2, { readings: [{ ...WITH_ARTIFACTS, artifacts }] }), {
      readsArtifacts: true,
    });
    await run.finish();
    expect(readsOf(run)).toEqual([]);
    expect(run.of('a').artifacts).toEqual(artifacts);
  });

  it.each<[string, Script, number, string]>([
    [
      'unverified',
      { readings: [{ state: 'unreadable', error: rejected('ACCESS_DENIED') }] },
      60_000,
      'unverified',
    ],
    ['still being processed', { readings: [PROCESSING] }, 60_000, 'processing PROCESSING_TIMEOUT'],
    ['not waited for', {}, 0, 'processing'],
    ['failed', { complete: fails(rejected('ACCESS_DENIED')) }, 60_000, 'failed ACCESS_DENIED'],
  ])('artifacts are not read for a file that is %s', async (_, script, waitMs, end) => {
    const run = await startRun({ a: [{ ...made, ...script }] }, { readsArtifacts: true, waitMs });
    await run.finish();
    expect(endsOf(run)).toEqual({ a: end });
    expect(readsOf(run)).toEqual([]);
  });
});

describe('failed artifact reads', () => {
  it.each([
    ['LinkedIn rejects the call', rejected('ACCESS_DENIED'), 'ACCESS_DENIED'],
    ['the network fails', new NetworkError('NETWORK_FAILED', 'on purpose'), 'NETWORK_FAILED'],
    ['the response is malformed', new ReplyShapeError('REPLY_SHAPE', 'on purpose'), 'REPLY_SHAPE'],
    ['a bug throws', new TypeError('on purpose'), 'INTERNAL'],
  ])('a failed artifact read is reported, and the file stays available: %s', async (_, error, code) => {
    const run = await startRun(
      { ...filesOf(3, made), b: [{ artifacts: fails(error) }] },
      { readsArtifacts: true },
    );
    const unread = unreadIn(run);
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'available', c: 'available' });
    expect(unread).toEqual([`b ${code}`]);
    expect(run.of('b')).toMatchObject({ artifacts: null, error: null, status: 'AVAILABLE' });
    expect(run.of('c').artifacts).toEqual(MADE);
    expect(run.ledger.stopReason).toBeNull();
  });

  it.each(['TOKEN_REFUSED', 'VERSION_INACTIVE'] as const)(
    'an artifact read that fails with %s stops the run and leaves the file available',
    async (code) => {
      const error = rejected(code);
      const run = await startRun(
        {
          a: [{ processedOnUpload: true, artifacts: fails(error) }],
          b: [{ readings: [PROCESSING] }],
          c: [{ processedOnUpload: true, ...made }],
        },
        { readsArtifacts: true, concurrency: 1 },
      );
      const unread = unreadIn(run);
      await run.finish();
      expect(run.of('a')).toMatchObject({ state: 'available', error: null });
      expect(run.ledger.stopReason).toBe(error);
      expect(unread).toEqual([`a ${code}`, 'c RUN_STOPPED']);
      expect(readsOf(run)).toEqual(['artifacts a-1']);
      expect(endsOf(run)).toMatchObject({ b: 'processing RUN_STOPPED' });
    },
  );

  it('artifacts are not read after the token was rejected', async () => {
    const answer = gate();
    const rejecting = async () => {
      await answer.pass();
      throw rejected('TOKEN_REFUSED');
    };
    const scripts = filesOf(4, { processedOnUpload: true, artifacts: rejecting });
    const run = await startRun(scripts, { readsArtifacts: true, waitMs: 0, concurrency: 1 });
    const unread = unreadIn(run);
    await run.until(() => run.ledger.entries.every(({ stage }) => stage === 'uploaded'));
    answer.open();
    await run.finish();
    expect(new Set(Object.values(endsOf(run)))).toEqual(new Set(['available']));
    expect(readsOf(run)).toEqual(['artifacts a-1']);
    expect(unread).toEqual(['a TOKEN_REFUSED', 'b RUN_STOPPED', 'c RUN_STOPPED', 'd RUN_STOPPED']);
  });

  it('artifacts are read after a registration was rejected for its owner', async () => {
    const answer = gate();
    const held: Script = { ...made, processedOnUpload: true, put: answer.pass };
    const run = await startRun(
      { a: [held], b: [{ register: fails(rejected('ACCESS_DENIED')) }] },
      { readsArtifacts: true },
    );
    await run.until(() => run.of('b').state !== null);
    answer.open();
    await run.finish();
    expect(run.of('a')).toMatchObject({ state: 'available', artifacts: MADE });
  });

  it('a cancelled artifact read leaves the file available, and no other read follows', async () => {
    const cancel = Promise.withResolvers<never>();
    const scripts = filesOf(3, { processedOnUpload: true, artifacts: () => cancel.promise });
    const run = await startRun(scripts, { readsArtifacts: true, waitMs: 0, concurrency: 1 });
    const unread = unreadIn(run);
    await run.until(() => run.ledger.entries.every(({ stage }) => stage === 'uploaded'));
    run.cancel.abort();
    cancel.reject(run.cancel.signal.reason);
    await run.finish();
    expect(endsOf(run)).toEqual({ a: 'available', b: 'available', c: 'available' });
    // The order depends on the disk.
    expect(unread.toSorted()).toEqual(['a RUN_CANCELLED', 'b RUN_CANCELLED', 'c RUN_CANCELLED']);
    expect(readsOf(run)).toHaveLength(1);
  });
});
