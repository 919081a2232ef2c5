// What goes along with a video: each whole and from its own file, through the same slots, and one fate with the parts.

import { describe, expect, it } from 'vitest';
import { FileError, NetworkError, RunError } from '../../src/errors.ts';
import type { PartBody } from '../../src/linkedin/session.ts';
import { Limiter } from '../../src/publish/retry/limiter.ts';
import { failed } from './failures.ts';
import { type Along, counting, FILE, startTransfer, takeAll, textOf, turn } from './one-transfer.ts';

const CAPTIONS = { kind: 'captions', bytes: Buffer.from('1\n00:00 --> 00:01\nHello\n') } as const;
const THUMBNAIL = { kind: 'thumbnail', bytes: Buffer.from('a picture') } as const;
const BOTH: readonly Along[] = [CAPTIONS, THUMBNAIL];

const broken = new NetworkError('NETWORK_FAILED', 'on purpose');
const fail = async () => {
  throw broken;
};

/** Waits to be aborted. */
const waitForAbort = ({ signal }: PartBody) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** A put that writes down what it was given. */
function keeping() {
  const got: string[] = [];
  const put = async ({ chunks, sizeBytes }: PartBody) => {
    const text = await textOf(chunks);
    expect(text).toHaveLength(sizeBytes);
    got.push(text);
  };
  return { got, put };
}

describe('extras', () => {
  it('are sent whole, each from byte 0 of its own file, and give no receipts', async () => {
    const { got, put } = keeping();
    const along = BOTH.map((one) => ({ ...one, put }));
    const { receipts, seen, told } = startTransfer({ sizes: [40, 60], along });
    expect((await receipts).map(({ etag }) => etag)).toEqual(['part 0', 'part 1']);
    expect(got).toEqual([CAPTIONS.bytes.toString(), THUMBNAIL.bytes.toString()]);
    expect(seen).toMatchObject({
      sentBytes: FILE.length + CAPTIONS.bytes.length + THUMBNAIL.bytes.length,
      opened: 1,
      verified: 1,
      closed: 1,
    });
    for (const kind of ['captions', 'thumbnail'])
      expect(told.filter((line) => line.endsWith(kind))).toEqual([
        `open ${kind}`,
        `put ${kind}`,
        `verify ${kind}`,
        `close ${kind}`,
      ]);
  });

  it('take places of the same lane', async () => {
    const counted = counting();
    const { put } = counted;
    const along = BOTH.map((one) => ({ ...one, put: (body: PartBody) => put(body, 0) }));
    await startTransfer({ sizes: [20, 20, 60], put, along, limit: 2 }).receipts;
    expect(counted.peak).toBe(2);
  });

  it('that wait for their turn have no file open', async () => {
    const limiter = new Limiter(1);
    const leave = await limiter.acquire('another file');
    const { receipts, told } = startTransfer({ along: BOTH, limiter });
    await turn();
    expect(told).toEqual([]);
    leave();
    await receipts;
    expect(told).toHaveLength(8);
  });

  it('are sent again from their first byte', async () => {
    const texts: string[] = [];
    const put = async ({ chunks }: PartBody) => {
      texts.push(await textOf(chunks));
      if (texts.length < 2) throw failed('upload');
    };
    const { receipts, clock } = startTransfer({ along: [{ ...CAPTIONS, put }] });
    await clock.advance(60_000);
    await receipts;
    expect(texts).toEqual([CAPTIONS.bytes.toString(), CAPTIONS.bytes.toString()]);
  });

  it('count for the berth: it is free when the last of them is let in', async () => {
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const along = BOTH.map((one, index) => ({ ...one, put: async () => await gates[index + 1]?.promise }));
    const put = async () => await gates[0]?.promise;
    const { receipts, seen, told } = startTransfer({ put, along, limit: 1 });
    await turn();
    expect(seen).toMatchObject({ begun: [0], admitted: 0 });
    gates[0]?.resolve();
    await turn();
    expect([seen.admitted, told]).toEqual([0, ['open captions', 'put captions']]);
    gates[1]?.resolve();
    await turn();
    expect([seen.admitted, told.at(-1)]).toEqual([1, 'put thumbnail']);
    gates[2]?.resolve();
    await receipts;
    expect(seen.admitted).toBe(1);
  });
});

describe('one fate', () => {
  it('an extra that fails stops the parts, and its error is the one that counts', async () => {
    const along = [{ ...CAPTIONS, put: fail }, THUMBNAIL];
    const { receipts, seen, told } = startTransfer({ sizes: [50, 50], put: waitForAbort, along, limit: 3 });
    await expect(receipts).rejects.toBe(broken);
    expect(seen).toMatchObject({ begun: [0, 1], verified: 0, closed: 1, admitted: 1 });
    // The thumbnail had no turn, and takes none.
    expect(told).toEqual(['open captions', 'put captions', 'close captions']);
  });

  it('a part that fails stops the extras under way, and their files are closed', async () => {
    const along = BOTH.map((one) => ({ ...one, put: waitForAbort }));
    const { receipts, seen, told } = startTransfer({ put: fail, along, limit: 3 });
    await expect(receipts).rejects.toBe(broken);
    expect(seen).toMatchObject({ closed: 1, verified: 0 });
    expect(told.filter((line) => line.startsWith('close'))).toEqual(['close captions', 'close thumbnail']);
  });

  it('no file is closed while another is still being sent', async () => {
    const held = Promise.withResolvers<void>();
    const along = [
      { ...CAPTIONS, put: fail },
      { ...THUMBNAIL, put: () => held.promise },
    ];
    const { receipts, seen, told } = startTransfer({ along, limit: 3 });
    await turn();
    expect([seen.closed, told.filter((line) => line.startsWith('close'))]).toEqual([0, []]);
    held.resolve();
    await expect(receipts).rejects.toBe(broken);
    expect([seen.closed, told.slice(-2)]).toEqual([1, ['close captions', 'close thumbnail']]);
  });

  it('a run that is cancelled ends both, and closes all', async () => {
    const cancel = new AbortController();
    const reason = new RunError('RUN_CANCELLED', 'on purpose');
    const along = BOTH.map((one) => ({ ...one, put: waitForAbort }));
    const { receipts, seen, told } = startTransfer({ put: waitForAbort, along, signal: cancel.signal });
    await turn();
    cancel.abort(reason);
    await expect(receipts).rejects.toBe(reason);
    expect([seen.closed, told.slice(-2)]).toEqual([1, ['close captions', 'close thumbnail']]);
  });
});

describe('the file of an extra', () => {
  const changed = new FileError('FILE_CHANGED', 'clip.srt changed while this step was running');
  const refuse = () => Promise.reject(changed);

  it('that changed before its turn is not sent, and fails the video', async () => {
    const { receipts, seen, told } = startTransfer({ along: [{ ...CAPTIONS, open: refuse }, THUMBNAIL] });
    await expect(receipts).rejects.toBe(changed);
    expect(told).not.toContain('put captions');
    expect(told.filter((line) => line === 'open captions')).toHaveLength(1);
    expect(seen).toMatchObject({ verified: 0, closed: 1 });
  });

  it.each(['captions', 'thumbnail'])('that changed under way fails the video: %s', async (kind) => {
    const along = BOTH.map((one) => (one.kind === kind ? { ...one, verify: refuse } : one));
    const { receipts, seen, told } = startTransfer({ put: takeAll, along });
    await expect(receipts).rejects.toBe(changed);
    expect(seen.closed).toBe(1);
    expect(told.slice(-2)).toEqual(['close captions', 'close thumbnail']);
  });
});
