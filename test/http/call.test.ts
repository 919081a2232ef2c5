// One request and its answer, told by a dispatcher that does what the test says.

import { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { Call } from '../../src/http/call.ts';
import { REFUSAL_CAP_BYTES, REPLY_CAP_BYTES } from '../../src/http/capped.ts';

type Handler = Required<
  Pick<
    Dispatcher.DispatchHandler,
    'onRequestStart' | 'onResponseStart' | 'onResponseData' | 'onResponseEnd' | 'onResponseError'
  >
>;

class Line extends Dispatcher {
  handler: Handler | null = null;
  readonly aborts: unknown[] = [];
  readonly controller = { abort: (reason: unknown) => this.aborts.push(reason) } as never;

  override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.handler = handler as Handler;
    return true;
  }

  get hears(): Handler {
    return this.handler ?? expect.fail('nothing was dispatched');
  }
}

function start() {
  const line = new Line();
  const call = new Call(line, { path: '/', method: 'GET' });
  return { line, call, begin: () => line.hears.onRequestStart(line.controller, {}) };
}

describe('an answer', () => {
  it('comes as text, with its status and headers, when it has ended', async () => {
    const { line, call, begin } = start();
    begin();
    line.hears.onResponseStart(line.controller, 103, { link: '</hint>' });
    line.hears.onResponseStart(line.controller, 201, { etag: '"1"' });
    const text = Buffer.from('größer');
    for (const byte of text) line.hears.onResponseData(line.controller, Buffer.of(byte));
    line.hears.onResponseEnd(line.controller, {});
    expect(await call.answer).toEqual({
      status: 201,
      headers: { etag: '"1"' },
      text: 'größer',
      isWhole: true,
    });
    expect(line.aborts).toEqual([]);
  });

  it.each([
    [200, REPLY_CAP_BYTES],
    [400, REFUSAL_CAP_BYTES],
  ])('of status %i is cut at its cap, and the rest is not waited for', async (status, capBytes) => {
    const { line, call, begin } = start();
    begin();
    line.hears.onResponseStart(line.controller, status, {});
    const half = Buffer.alloc(capBytes / 2 + 1, 'x');
    line.hears.onResponseData(line.controller, half);
    expect(line.aborts).toEqual([]);
    line.hears.onResponseData(line.controller, half);
    const { text, isWhole } = await call.answer;
    expect([text.length, isWhole]).toEqual([capBytes, false]);
    expect(line.aborts).toHaveLength(1);
    line.hears.onResponseError(line.controller, new Error('it was aborted'));
  });

  it.each([
    [200, REPLY_CAP_BYTES],
    [400, REFUSAL_CAP_BYTES],
  ])('of status %i that ends at its cap is whole', async (status, capBytes) => {
    const { line, call, begin } = start();
    begin();
    line.hears.onResponseStart(line.controller, status, {});
    line.hears.onResponseData(line.controller, Buffer.alloc(capBytes, 'x'));
    line.hears.onResponseEnd(line.controller, {});
    expect(await call.answer).toMatchObject({ isWhole: true });
  });

  it('is none when it breaks on its way', async () => {
    const { line, call, begin } = start();
    begin();
    line.hears.onResponseStart(line.controller, 200, {});
    const error = new Error('on purpose');
    line.hears.onResponseError(line.controller, error);
    await expect(call.answer).rejects.toBe(error);
  });

  it('that had no beginning is none', async () => {
    const { line, call, begin } = start();
    begin();
    line.hears.onResponseEnd(line.controller, {});
    await expect(call.answer).rejects.toThrow(TypeError);
  });
});

describe('a call that is given up', () => {
  it('ends at once, and its connection with it', async () => {
    const { line, call, begin } = start();
    begin();
    const reason = new Error('on purpose');
    call.giveUp(reason);
    await expect(call.answer).rejects.toBe(reason);
    expect(line.aborts).toEqual([reason]);
    line.hears.onResponseError(line.controller, new Error('it was aborted'));
  });

  it('ends at once also while it waits for a connection, which it then lets go', async () => {
    const { line, call, begin } = start();
    call.giveUp('not an error');
    await expect(call.answer).rejects.toBe('not an error');
    expect(line.aborts).toEqual([]);
    begin();
    expect(line.aborts).toEqual([expect.objectContaining({ cause: 'not an error' })]);
  });

  it('after its answer leaves the connection to others', async () => {
    const { line, call, begin } = start();
    begin();
    line.hears.onResponseStart(line.controller, 204, {});
    line.hears.onResponseEnd(line.controller, {});
    call.giveUp(new Error('too late'));
    expect(await call.answer).toMatchObject({ status: 204 });
    expect(line.aborts).toEqual([]);
  });
});

it('what a dispatcher throws is the failure of the call', async () => {
  class Broken extends Dispatcher {
    override dispatch(): boolean {
      throw new RangeError('on purpose');
    }
  }
  await expect(new Call(new Broken(), { path: '/', method: 'GET' }).answer).rejects.toThrow(RangeError);
});
