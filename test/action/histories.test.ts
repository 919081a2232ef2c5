// What happened to each file in its own order, as a group at the end of the log.

import { describe, expect, it } from 'vitest';
import { Histories } from '../../src/action/histories.ts';
import { UploadError } from '../../src/errors.ts';
import { TestClock } from '../support/clock.ts';
import { changesUntil, ledgerOf, picture, recordAll, settle } from './ledgers.ts';

const REJECTED = new UploadError('MEDIA_REJECTED', 'b.png is no picture to LinkedIn');

describe('the histories', () => {
  it('tell the stages of each file with the time since the run began, failures first', async () => {
    const clock = new TestClock();
    const ledger = ledgerOf([picture('a.png'), picture('b.png'), picture('c.png')], clock);
    const histories = new Histories(ledger);
    await clock.advance(1000);
    recordAll(ledger, 0, changesUntil('registered', { id: 'A' }));
    await clock.advance(1000);
    recordAll(ledger, 1, changesUntil('registered', { id: 'B' }));
    await clock.advance(1000);
    ledger.record(0, { kind: 'uploaded' });
    ledger.record(0, { kind: 'settled', state: 'available' });
    ledger.record(1, { kind: 'settled', state: 'failed', error: REJECTED });
    expect(histories.lines()).toEqual([
      'b.png',
      '      2.0 s  registered as urn:li:digitalmediaAsset:B',
      '      3.0 s  failed: is no picture to LinkedIn [urn:li:image:B]',
      'a.png',
      '      1.0 s  registered as urn:li:digitalmediaAsset:A',
      '      3.0 s  uploaded, 1.0 kB after 2.0 s',
      '      3.0 s  available as urn:li:image:A after 2.0 s',
    ]);
  });

  it('of one file are none: the log of the run has it in order', () => {
    const ledger = ledgerOf([picture('a.png'), picture('b.png')]);
    const histories = new Histories(ledger);
    settle(ledger, 0, { state: 'available' });
    expect(histories.lines()).toEqual([]);
  });

  it('of very many files tell a hundred, and how many more there are', () => {
    const ledger = ledgerOf(Array.from({ length: 103 }, (_, index) => picture(`${index}.png`)));
    const histories = new Histories(ledger);
    for (const index of ledger.open()) settle(ledger, index, { state: 'available' });
    const lines = histories.lines();
    expect(lines.filter((line) => !line.startsWith(' '))).toHaveLength(101);
    expect(lines.at(-1)).toBe('and 3 more files, told above as they went');
  });

  it('of very many files tell the first that failed, then the first that did not, however they ended', () => {
    const ledger = ledgerOf(Array.from({ length: 260 }, (_, index) => picture(`${index}.png`)));
    const histories = new Histories(ledger);
    const isFailed = (index: number) => index % 8 === 0;
    for (const index of ledger.open().reverse())
      settle(ledger, index, isFailed(index) ? { state: 'failed', error: REJECTED } : { state: 'available' });
    const named = histories.lines().filter((line) => !line.startsWith(' '));
    const [failed = [], good = []] = [isFailed, (index: number) => !isFailed(index)].map((is) =>
      [...ledger.entries.keys()].filter(is).map((index) => `${index}.png`),
    );
    expect(named).toEqual([
      ...[...failed, ...good].slice(0, 100),
      'and 160 more files, told above as they went',
    ]);
  });

  it('of more than a hundred failures tell the first ones alone', () => {
    const ledger = ledgerOf(Array.from({ length: 130 }, (_, index) => picture(`${index}.png`)));
    const histories = new Histories(ledger);
    for (const index of ledger.open().reverse())
      settle(ledger, index, index < 10 ? { state: 'available' } : { state: 'failed', error: REJECTED });
    const named = histories.lines().filter((line) => !line.startsWith(' '));
    expect([named[0], named[99], named[100]]).toEqual([
      '10.png',
      '109.png',
      'and 30 more files, told above as they went',
    ]);
  });
});
