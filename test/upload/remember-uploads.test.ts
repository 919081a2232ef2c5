// The entries of the manifest that the events of a file lead to, from which later runs resume.

import { expect, it } from 'vitest';
import { ActionError, type CallError } from '../../src/errors/action-error.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import type { FileEvent } from '../../src/upload/file-state.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { planUploads } from '../../src/upload/plan.ts';
import { rememberUploads } from '../../src/upload/remember-uploads.ts';
import { imageOf } from '../memory/entries.ts';
import { freshPath, open, TODAY_MS } from '../memory/samples.ts';
import { IMAGE, itemAt, mediaFile, settingsOf } from '../support/ledgers.ts';

const identity = toMediaIdentity('urn:li:digitalmediaAsset:A1', 'image');
const REGISTERED: FileEvent = { kind: 'registered', identity, parts: 1 };
const UPLOADED: FileEvent = { kind: 'uploaded' };
const REUSED: FileEvent = { kind: 'reused', identity };
const status = (text: string): FileEvent => ({ kind: 'status', status: text });
const settled = (state: 'available' | 'reused' | 'unverified' | 'deferred'): FileEvent => ({
  kind: 'settled',
  state,
});
const failed = (code: CallError['code']): FileEvent => ({
  ...{ kind: 'settled', state: 'failed' },
  error: new ActionError(code, 'on purpose'),
});
const now = new Date(TODAY_MS).toISOString();
const earlier = { state: 'available', checkedAt: '2026-11-24T18:00:00.000Z' } as const;

it.each<[string, FileEvent[], object, known?: typeof earlier]>([
  ['that was only registered', [REGISTERED], { state: 'registered' }],
  ['that is uploaded', [REGISTERED, UPLOADED], { state: 'uploaded' }],
  // LinkedIn responds to a synchronous upload after processing.
  [
    'that is available',
    [REGISTERED, UPLOADED, settled('available')],
    { state: 'available', checkedAt: now },
  ],
  [
    'whose status was read',
    [REGISTERED, UPLOADED, status('AVAILABLE'), settled('available')],
    { state: 'available', status: 'AVAILABLE', checkedAt: now },
  ],
  [
    'whose status may not be read',
    [REGISTERED, UPLOADED, settled('unverified')],
    { state: 'uploaded' },
  ],
  ['that is deferred', [REGISTERED, settled('deferred')], { state: 'registered' }],
  [
    'that LinkedIn rejected',
    [REGISTERED, UPLOADED, failed('MEDIA_REJECTED')],
    { state: 'registered' },
  ],
  [
    'that could not be processed',
    [REGISTERED, UPLOADED, failed('PROCESSING_FAILED')],
    { state: 'registered' },
  ],
  [
    'that LinkedIn withdrew',
    [REGISTERED, UPLOADED, failed('ASSET_WITHDRAWN')],
    { state: 'registered' },
  ],
  [
    'that a cancellation cut short',
    [REGISTERED, UPLOADED, failed('RUN_CANCELLED')],
    { state: 'uploaded' },
  ],
  ['that is reused without a status read', [REUSED, settled('reused')], earlier, earlier],
  [
    'that is reused after a status read',
    [REUSED, status('AVAILABLE'), settled('reused')],
    { state: 'available', status: 'AVAILABLE', checkedAt: now },
    earlier,
  ],
])('the entry of a file %s', async (_, events, expected, known) => {
  const { memory, uploads, clock } = await open(freshPath());
  const file = mediaFile('a.png', { media: { ...IMAGE, sha256: 'a'.repeat(64) } });
  const ledger = new Ledger(planUploads(settingsOf(), [file], uploads), clock);
  rememberUploads(ledger, memory);
  const key = itemAt(ledger, 0).planned.uploadKey ?? expect.fail('no key');
  if (known !== undefined) uploads.record(key, { ...imageOf(0), urn: identity.urn, ...known });
  for (const event of events) ledger.record(itemAt(ledger, 0), event);
  const { urn, state, status: read, checkedAt } = uploads.find(key) ?? expect.fail('no entry');
  expect({ urn, state, status: read, checkedAt }).toEqual({
    ...{ urn: identity.urn, status: undefined, checkedAt: undefined },
    ...expected,
  });
});
