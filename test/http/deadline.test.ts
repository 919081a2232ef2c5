// The limits on silence, in virtual time: how long a request may stand still, before and after its last byte.

import { afterEach, describe, expect, it } from 'vitest';
import { ANSWER_MS, type Deadline, Deadlines, STALL_MS } from '../../src/http/deadline.ts';
import { TestClock } from '../support/clock.ts';

const clock = new TestClock();
const deadlines = new Deadlines(clock);
const open: Deadline[] = [];

/** What was heard of each one's end. */
const heard = new Map<Deadline, string[]>();

function start(): Deadline {
  const told: string[] = [];
  const deadline = deadlines.start('the upload to www.linkedin.com', (fault) => told.push(fault));
  open.push(deadline);
  heard.set(deadline, told);
  return deadline;
}

/** Whether its fault was told, once, or not at all. */
function hasRunOut(deadline: Deadline): boolean {
  expect(heard.get(deadline)).toEqual(deadline.fault === null ? [] : [deadline.fault]);
  return deadline.fault !== null;
}

afterEach(async () => {
  for (const deadline of open.splice(0)) deadline.end();
  await clock.advance(0);
  expect(clock.waiting).toBe(0);
});

it('the limits are those that the README names', () => {
  expect({ STALL_MS, ANSWER_MS }).toEqual({ STALL_MS: 60_000, ANSWER_MS: 300_000 });
});

describe('runs out', () => {
  it('after 60 s without a byte, and not before', async () => {
    const deadline = start();
    await clock.advance(STALL_MS - 1);
    expect(hasRunOut(deadline)).toBe(false);
    await clock.advance(1);
    expect(hasRunOut(deadline)).toBe(true);
    expect(deadline.fault).toBe('the upload to www.linkedin.com timed out: nothing moved for 60 s');
  });

  it('never while bytes move, however slowly and for however long', async () => {
    const deadline = start();
    for (let minutes = 0; minutes < 600; minutes += 1) {
      await clock.advance(STALL_MS - 1);
      deadline.progress(false);
    }
    expect(hasRunOut(deadline)).toBe(false);
    await clock.advance(STALL_MS);
    expect(hasRunOut(deadline)).toBe(true);
  });

  it('300 s after the last byte', async () => {
    const deadline = start();
    await clock.advance(30_000);
    deadline.progress(true);
    await clock.advance(ANSWER_MS - 1);
    expect(hasRunOut(deadline)).toBe(false);
    await clock.advance(1);
    expect(deadline.fault).toContain('nothing moved for 300 s');
  });
});

it('one that has ended never runs out, and leaves no sleeper behind', async () => {
  const deadline = start();
  deadline.progress(false);
  deadline.end();
  await clock.advance(ANSWER_MS * 2);
  expect(hasRunOut(deadline)).toBe(false);
  expect(clock.waiting).toBe(0);
  deadline.progress(true);
  deadline.end();
});

describe('several', () => {
  it('are each judged by their own time', async () => {
    const first = start();
    await clock.advance(1000);
    const second = start();
    const ended = start();
    await clock.advance(STALL_MS - 1001);
    expect(hasRunOut(first)).toBe(false);
    ended.end();
    await clock.advance(1);
    expect([first, second, ended].map(hasRunOut)).toEqual([true, false, false]);
    await clock.advance(999);
    expect(hasRunOut(second)).toBe(false);
    await clock.advance(1);
    expect(hasRunOut(second)).toBe(true);
  });

  it('have one that starts late run out in time, though the others wait for their answers', async () => {
    start().progress(true);
    await clock.advance(STALL_MS + 1);
    const late = start();
    await clock.advance(STALL_MS - 1);
    expect(hasRunOut(late)).toBe(false);
    await clock.advance(1);
    expect(hasRunOut(late)).toBe(true);
  });

  it('are watched by one sleeper, and by none when all have ended', async () => {
    const [one, other] = [start(), start()];
    expect(clock.waiting).toBe(1);
    one.end();
    expect(clock.waiting).toBe(1);
    other.end();
    await clock.advance(0);
    expect(clock.waiting).toBe(0);
    const again = start();
    await clock.advance(STALL_MS);
    expect(hasRunOut(again)).toBe(true);
  });
});
