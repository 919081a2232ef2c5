// The numbers of files in each state.

import { describe, expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../../src/errors/action-error.ts';
import { toMediaIdentity } from '../../../src/linkedin/urn.ts';
import { buildResultRow } from '../../../src/report/uploads/result-row.ts';
import { countTotals } from '../../../src/report/uploads/upload-summary.ts';
import { itemAt, ledgerOf, picture, refused, settle } from '../../support/ledgers.ts';

const EMPTY = new FileError('FILE_EMPTY', 'empty.png', 'is empty');
const STOPPED = new RunError('RUN_STOPPED', 'not started: the run was stopped');

describe('totals', () => {
  it('the totals count every file once', () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => picture(name));
    const ledger = ledgerOf([...files, refused('empty.png', EMPTY)]);
    settle(ledger, 0, { state: 'available' });
    settle(ledger, 1, { state: 'unverified' });
    settle(ledger, 2, { state: 'processing' });
    settle(ledger, 3, { state: 'processing', error: new ActionError('PROCESSING_TIMEOUT', 'still') });
    ledger.record(itemAt(ledger, 4), { kind: 'settled', state: 'skipped', error: STOPPED });
    ledger.record(itemAt(ledger, 5), { kind: 'settled', state: 'reused' });
    // An earlier run uploaded it, and LinkedIn is still processing it.
    ledger.record(itemAt(ledger, 6), { kind: 'settled', state: 'processing' });
    ledger.record(itemAt(ledger, 7), { kind: 'settled', state: 'deferred' });
    // LinkedIn has an earlier upload, which may be read on another day.
    ledger.record(itemAt(ledger, 8), {
      kind: 'reused',
      identity: toMediaIdentity('urn:li:image:OLD', 'image'),
    });
    ledger.record(itemAt(ledger, 8), { kind: 'settled', state: 'deferred' });
    ledger.countRequest('register');
    ledger.countRequest('upload');
    ledger.countRequest('status');
    expect(countTotals(ledger.items.map((item) => buildResultRow(item, 'assets')))).toEqual({
      files: 10,
      uploaded: 3,
      reused: 1,
      processing: 1,
      planned: 0,
      failed: 3,
      deferred: 2,
    });
    expect(ledger.runState.requests).toEqual({ calls: 2, uploads: 1 });
  });

  it('the totals of a plan count a planned file only as planned', () => {
    const ledger = ledgerOf([picture('a'), refused('empty.png', EMPTY)]);
    ledger.settleAsPlanned();
    expect(countTotals(ledger.items.map((item) => buildResultRow(item, 'assets')))).toEqual({
      files: 2,
      uploaded: 0,
      reused: 0,
      planned: 1,
      failed: 1,
      processing: 0,
      deferred: 0,
    });
  });
});
