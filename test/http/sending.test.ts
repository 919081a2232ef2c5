// A body on its way: in slices while the line is slow, whole pieces once it is quick, and counted to the byte.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/errors.ts';
import { ANSWER_MS, Deadlines, STALL_MS } from '../../src/http/deadline.ts';
import { howMuchLeft, Pace, Sending } from '../../src/http/sending.ts';
import { TestClock } from '../support/clock.ts';

const KIB = 1024;
const PIECE = 512 * KIB;
const SLICE = 32 * KIB;
/** The first piece over a quick line; its last slice is what is left of it. */
const GROWING = [SLICE, 2 * SLICE, 4 * SLICE, 8 * SLICE, SLICE];
/** The last bytes of a body go alone. */
const TAIL = 1 * KIB;

function bodyOf(pieces: number, pieceBytes = PIECE) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let piece = 0; piece < pieces; piece += 1) yield Buffer.alloc(pieceBytes, piece);
  }
  return { sizeBytes: pieces * pieceBytes, chunks: chunks() };
}

/** Sends `body` over a line that takes `msFor` a number of bytes; the slices that left until the end or the deadline. */
async function sendOver(
  body: ReturnType<typeof bodyOf>,
  msFor: (bytes: number) => number,
  pace = new Pace(),
) {
  const clock = new TestClock();
  const deadline = new Deadlines(clock).start('the upload', () => {});
  const sending = new Sending(body, deadline, pace);
  const slices: number[] = [];
  for await (const slice of sending) {
    slices.push(slice.byteLength);
    await clock.advance(msFor(slice.byteLength));
    if (deadline.fault !== null) break;
  }
  return { slices, sending, deadline, clock };
}

describe('a slow line', () => {
  it('that takes a piece in more than the longest silence keeps its upload alive', async () => {
    // 1 KiB a second: a whole piece would take 512 s.
    const { slices, deadline, sending } = await sendOver(bodyOf(2), (bytes) => bytes * (1000 / KIB));
    expect(slices).toEqual([...Array.from({ length: 31 }, () => SLICE), SLICE - TAIL, TAIL]);
    expect(deadline.fault).toBe(null);
    expect(sending.sentBytes).toBe(2 * PIECE);
    deadline.end();
  });

  it('that eight bodies share, and whose first bytes vanish into buffers, keeps them all alive', async () => {
    const clock = new TestClock();
    const [deadlines, pace] = [new Deadlines(clock), new Pace()];
    // 64 KiB a second, after 4 MiB that were taken at once.
    let freeAtMs = -64_000;
    const bodies = Array.from({ length: 8 }, async () => {
      const deadline = deadlines.start('the upload', () => {});
      for await (const slice of new Sending(bodyOf(4, 2 * PIECE), deadline, pace)) {
        freeAtMs = Math.max(freeAtMs, clock.now() - 64_000) + slice.byteLength / 65.536;
        await clock.sleep(Math.max(0, freeAtMs - clock.now()));
        if (deadline.fault !== null) break;
      }
      deadline.end();
      return deadline.fault;
    });
    const faults = Promise.all(bodies);
    for (let minutes = 0; minutes < 20; minutes += 1) await clock.advance(60_000);
    expect(await faults).toEqual(Array(8).fill(null));
  });

  it('that takes nothing for a minute ends it, even so', async () => {
    const { slices, deadline, sending } = await sendOver(bodyOf(2), () => STALL_MS);
    expect(slices).toEqual([SLICE]);
    expect(deadline.fault).not.toBe(null);
    expect([sending.sentBytes, howMuchLeft(sending)]).toEqual([0, 'some']);
  });

  it('that becomes slow on its way goes on in slices', async () => {
    let taken = 0;
    const { slices, deadline } = await sendOver(bodyOf(4), (bytes) => {
      taken += bytes;
      return taken <= 2 * PIECE ? 1 : bytes * (50_000 / PIECE);
    });
    expect(slices.slice(0, 7)).toEqual([...GROWING, PIECE, PIECE]);
    expect(new Set(slices.slice(7))).toEqual(new Set([SLICE, SLICE - TAIL, TAIL]));
    expect(deadline.fault).toBe(null);
    deadline.end();
  });
});

describe('a quick line', () => {
  it('takes whole pieces as soon as it has shown its pace', async () => {
    const { slices, deadline } = await sendOver(bodyOf(5), () => 1);
    const late = [PIECE, PIECE, PIECE, PIECE - TAIL, TAIL];
    expect(slices).toEqual([...GROWING, ...late]);
    deadline.end();
  });

  it('takes the next body as it took the last one', async () => {
    const pace = new Pace();
    const first = await sendOver(bodyOf(2), () => 1, pace);
    const { slices, deadline } = await sendOver(bodyOf(2), () => 1, pace);
    expect(slices).toEqual([PIECE, PIECE - TAIL, TAIL]);
    for (const one of [first.deadline, deadline]) one.end();
  });

  it('that breaks has to show its pace again', async () => {
    const pace = new Pace();
    const first = await sendOver(bodyOf(2), () => 1, pace);
    const broken = await sendOver(bodyOf(2), () => STALL_MS, pace);
    expect(broken.slices).toEqual([PIECE]);
    const { slices, deadline } = await sendOver(bodyOf(1), () => 1, pace);
    expect(slices[0]).toBe(SLICE);
    for (const one of [first.deadline, deadline]) one.end();
  });

  it.each([
    ['smaller than a slice', 3, 1000],
    ['of an odd size', 3, 100_003],
    ['of one byte', 7, 1],
  ])('takes pieces %s, every byte once and in order', async (_, pieces, pieceBytes) => {
    const deadline = new Deadlines(new TestClock()).start('the upload', () => {});
    const sending = new Sending(bodyOf(pieces, pieceBytes), deadline, new Pace());
    const got: Uint8Array[] = [];
    for await (const slice of sending) got.push(Uint8Array.from(slice));
    const all = Array.from({ length: pieces }, (__, piece) => Buffer.alloc(pieceBytes, piece));
    expect(Buffer.concat(got).equals(Buffer.concat(all))).toBe(true);
    expect(sending.sentBytes).toBe(pieces * pieceBytes);
    deadline.end();
  });
});

describe('how much has left', () => {
  it('is told by what was asked for after it', async () => {
    const deadline = new Deadlines(new TestClock()).start('the upload', () => {});
    const sending = new Sending(bodyOf(2, 10), deadline, new Pace());
    const slices = sending[Symbol.asyncIterator]();
    expect(howMuchLeft(sending)).toBe('some');
    await slices.next();
    expect([sending.sentBytes, howMuchLeft(sending)]).toEqual([0, 'some']);
    await slices.next();
    expect([sending.sentBytes, howMuchLeft(sending)]).toEqual([10, 'some']);
    await slices.next();
    expect([sending.sentBytes, howMuchLeft(sending)]).toEqual([20, 'all']);
    deadline.end();
  });

  it('of a call without a body of its own is all', () => {
    expect(howMuchLeft(null)).toBe('all');
  });
});

it('the answer has its own, longer time after the last byte', async () => {
  const { deadline, clock } = await sendOver(bodyOf(1), () => 1);
  await clock.advance(ANSWER_MS - 1);
  expect(deadline.fault).toBe(null);
  await clock.advance(1);
  expect(deadline.fault).not.toBe(null);
});

it('what the body throws is kept as its own fault', async () => {
  const fault = new ActionError('FILE_CHANGED', 'on purpose');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
    throw fault;
  }
  const deadline = new Deadlines(new TestClock()).start('the upload', () => {});
  const sending = new Sending({ sizeBytes: 9, chunks: chunks() }, deadline, new Pace());
  await expect(Array.fromAsync(sending)).rejects.toBe(fault);
  expect(sending.bodyFault).toEqual({ error: fault });
  deadline.end();
});

it('all bodies share one generator function', () => {
  const deadline = new Deadlines(new TestClock()).start('the upload', () => {});
  const [first, second] = [1, 2].map(() =>
    new Sending(bodyOf(1), deadline, new Pace())[Symbol.asyncIterator](),
  );
  expect(Object.getPrototypeOf(first)).toBe(Object.getPrototypeOf(second));
  deadline.end();
});
