// Sidecars in a transfer: each sent whole from its own file, in the same slots, and failing together with the parts.

import { describe, expect, it } from 'vitest';
import { FileError, NetworkError, RunError } from '../../src/errors.ts';
import type { PartBody } from '../../src/linkedin/session.ts';
import { Limiter } from '../../src/upload/retry/limiter.ts';
import { failed } from './failures.ts';
import {
  counting,
  FILE,
  type ScriptedSidecar,
  startTransfer,
  takeAll,
  textOf,
  turn,
} from './one-transfer.ts';

const CAPTIONS = { kind: 'captions', bytes: Buffer.from('1\n00:00 --> 00:01\nHello\n') } as const;
const THUMBNAIL = { kind: 'thumbnail', bytes: Buffer.from('an image') } as const;
const BOTH: readonly ScriptedSidecar[] = [CAPTIONS, THUMBNAIL];

const broken = new NetworkError('NETWORK_FAILED', 'on purpose');
const fail = async () => {
  throw broken;
};

/** Waits to be aborted. */
const waitForAbort = ({ signal }: PartBody) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** A put that records the received text. */
function recording() {
  const got: string[] = [];
  const put = async ({ chunks, sizeBytes }: PartBody) => {
    const text = await textOf(chunks);
    expect(text).toHaveLength(sizeBytes);
    got.push(text);
  };
  return { got, put };
}

describe('sidecar uploads', () => {
  it('sidecars are sent whole, each from byte 0 of its own file, and give no receipts', async () => {
    const { got, put } = recording();
    const sidecars = BOTH.map((one) => ({ ...one, put }));
    const { receipts, seen, operations } = startTransfer({ sizes: [40, 60], sidecars });
    expect((await receipts).map(({ etag }) => etag)).toEqual(['part 0', 'part 1']);
    expect(got).toEqual([CAPTIONS.bytes.toString(), THUMBNAIL.bytes.toString()]);
    expect(seen).toMatchObject({
      sentBytes: FILE.length + CAPTIONS.bytes.length + THUMBNAIL.bytes.length,
      opened: 1,
      verified: 1,
      closed: 1,
    });
    for (const kind of ['captions', 'thumbnail'])
      expect(operations.filter((line) => line.endsWith(kind))).toEqual([
        `open ${kind}`,
        `put ${kind}`,
        `verify ${kind}`,
        `close ${kind}`,
      ]);
  });

  it('sidecars share the limiter of the parts', async () => {
    const counted = counting();
    const { put } = counted;
    const sidecars = BOTH.map((one) => ({ ...one, put: (body: PartBody) => put(body, 0) }));
    await startTransfer({ sizes: [20, 20, 60], put, sidecars, limit: 2 }).receipts;
    expect(counted.peak).toBe(2);
  });

  it('sidecars that wait for a slot have no open file', async () => {
    const limiter = new Limiter(1);
    const leave = await limiter.acquire('another file');
    const { receipts, operations } = startTransfer({ sidecars: BOTH, limiter });
    await turn();
    expect(operations).toEqual([]);
    leave();
    await receipts;
    expect(operations).toHaveLength(8);
  });

  it('a failed sidecar is sent again from its first byte', async () => {
    const texts: string[] = [];
    const put = async ({ chunks }: PartBody) => {
      texts.push(await textOf(chunks));
      if (texts.length < 2) throw failed('upload');
    };
    const { receipts, clock } = startTransfer({ sidecars: [{ ...CAPTIONS, put }] });
    await clock.advance(60_000);
    await receipts;
    expect(texts).toEqual([CAPTIONS.bytes.toString(), CAPTIONS.bytes.toString()]);
  });

  it('onLastAcquired is called when the last sidecar gets its slot', async () => {
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const sidecars = BOTH.map((one, index) => ({ ...one, put: async () => await gates[index + 1]?.promise }));
    const put = async () => await gates[0]?.promise;
    const { receipts, seen, operations } = startTransfer({ put, sidecars, limit: 1 });
    await turn();
    expect(seen).toMatchObject({ begun: [0], admitted: 0 });
    gates[0]?.resolve();
    await turn();
    expect([seen.admitted, operations]).toEqual([0, ['open captions', 'put captions']]);
    gates[1]?.resolve();
    await turn();
    expect([seen.admitted, operations.at(-1)]).toEqual([1, 'put thumbnail']);
    gates[2]?.resolve();
    await receipts;
    expect(seen.admitted).toBe(1);
  });
});

describe('failures of parts and sidecars', () => {
  it('a sidecar that fails stops the parts, and its error fails the transfer', async () => {
    const sidecars = [{ ...CAPTIONS, put: fail }, THUMBNAIL];
    const { receipts, seen, operations } = startTransfer({
      sizes: [50, 50],
      put: waitForAbort,
      sidecars,
      limit: 3,
    });
    await expect(receipts).rejects.toBe(broken);
    expect(seen).toMatchObject({ begun: [0, 1], verified: 0, closed: 1, admitted: 1 });
    // The thumbnail has not started and does not start any more.
    expect(operations).toEqual(['open captions', 'put captions', 'close captions']);
  });

  it('a part that fails stops the running sidecars, and their files are closed', async () => {
    const sidecars = BOTH.map((one) => ({ ...one, put: waitForAbort }));
    const { receipts, seen, operations } = startTransfer({ put: fail, sidecars, limit: 3 });
    await expect(receipts).rejects.toBe(broken);
    expect(seen).toMatchObject({ closed: 1, verified: 0 });
    expect(operations.filter((line) => line.startsWith('close'))).toEqual([
      'close captions',
      'close thumbnail',
    ]);
  });

  it('no file is closed while another is still being sent', async () => {
    const held = Promise.withResolvers<void>();
    const sidecars = [
      { ...CAPTIONS, put: fail },
      { ...THUMBNAIL, put: () => held.promise },
    ];
    const { receipts, seen, operations } = startTransfer({ sidecars, limit: 3 });
    await turn();
    expect([seen.closed, operations.filter((line) => line.startsWith('close'))]).toEqual([0, []]);
    held.resolve();
    await expect(receipts).rejects.toBe(broken);
    expect([seen.closed, operations.slice(-2)]).toEqual([1, ['close captions', 'close thumbnail']]);
  });

  it('a cancelled run ends parts and sidecars and closes all files', async () => {
    const cancel = new AbortController();
    const reason = new RunError('RUN_CANCELLED', 'on purpose');
    const sidecars = BOTH.map((one) => ({ ...one, put: waitForAbort }));
    const { receipts, seen, operations } = startTransfer({
      put: waitForAbort,
      sidecars,
      signal: cancel.signal,
    });
    await turn();
    cancel.abort(reason);
    await expect(receipts).rejects.toBe(reason);
    expect([seen.closed, operations.slice(-2)]).toEqual([1, ['close captions', 'close thumbnail']]);
  });
});

describe('changed sidecar files', () => {
  const changed = new FileError('FILE_CHANGED', 'clip.srt', 'changed while this step was running');
  const reject = () => Promise.reject(changed);

  it('a sidecar file that changed before its upload is not sent and fails the video', async () => {
    const { receipts, seen, operations } = startTransfer({
      sidecars: [{ ...CAPTIONS, open: reject }, THUMBNAIL],
    });
    await expect(receipts).rejects.toBe(changed);
    expect(operations).not.toContain('put captions');
    expect(operations.filter((line) => line === 'open captions')).toHaveLength(1);
    expect(seen).toMatchObject({ verified: 0, closed: 1 });
  });

  it.each(['captions', 'thumbnail'])(
    'a sidecar file that changed during its upload fails the video: %s',
    async (kind) => {
      const sidecars = BOTH.map((one) => (one.kind === kind ? { ...one, verify: reject } : one));
      const { receipts, seen, operations } = startTransfer({ put: takeAll, sidecars });
      await expect(receipts).rejects.toBe(changed);
      expect(seen.closed).toBe(1);
      expect(operations.slice(-2)).toEqual(['close captions', 'close thumbnail']);
    },
  );
});
