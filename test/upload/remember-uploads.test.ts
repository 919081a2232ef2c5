// The manifest as the plan and the ledger use it: known files, and the entries that a run keeps for the next one.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ActionError, type CallError } from '../../src/errors/action-error.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import type { UploadKey, UploadRecord } from '../../src/memory/upload-entry.ts';
import type { Outcome } from '../../src/upload/file-state.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { type Plan, planUploads } from '../../src/upload/plan.ts';
import { rememberUploads } from '../../src/upload/remember-uploads.ts';
import { imageOf, keyOf } from '../memory/entries.ts';
import { freshPath, open, reread, TODAY_MS, written } from '../memory/samples.ts';
import { TestClock } from '../support/clock.ts';
import { IMAGE, itemAt, mediaFile, settingsOf, sidecar, VIDEO } from '../support/ledgers.ts';

/** A plan of images (path → content) with what a memory has of them. */
async function plannedWith(contents: Readonly<Record<string, string>>) {
  const { memory, uploads, clock } = await open(freshPath());
  const files = Object.entries(contents).map(([path, content]) =>
    mediaFile(path, { media: { ...IMAGE, sha256: content.repeat(64) } }),
  );
  const plan = () => planUploads(settingsOf(), files, uploads);
  const ledger = new Ledger(plan(), clock);
  rememberUploads(ledger, memory);
  return { uploads, plan, ledger };
}

const identity = toMediaIdentity('urn:li:digitalmediaAsset:A1', 'image');
const registered = { kind: 'registered', identity, parts: 1 } as const;

it('a plan reuses uploads of the same bytes, whatever their name, and no registration without an upload', async () => {
  const { uploads, plan, ledger } = await plannedWith({
    'same.png': 'a',
    'other.png': 'b',
    'begun.png': 'c',
  });
  for (const [index, { file }] of ledger.items.map(({ planned }) => planned).entries()) {
    ledger.record(itemAt(ledger, index), registered);
    if (file.path !== 'begun.png') ledger.record(itemAt(ledger, index), { kind: 'uploaded' });
  }
  const areReused = (one: Plan) => one.files.map(({ reused }) => reused !== undefined);
  expect(areReused(plan())).toEqual([true, true, false]);
  const next = { 'same.png': 'a', 'other.png': 'd', 'fresh.png': 'e', 'moved.png': 'b' };
  const files = Object.entries(next).map(([path, content]) =>
    mediaFile(path, { media: { ...IMAGE, sha256: content.repeat(64) } }),
  );
  expect(areReused(planUploads(settingsOf(), files, uploads))).toEqual([true, false, false, true]);
});

it('a later file with the same bytes is a duplicate of the first one', async () => {
  const { plan } = await plannedWith({ 'a.png': 'a', 'b.png': 'b', 'c.png': 'a', 'd.png': 'a' });
  const { files } = plan();
  const duplicateOf = files[0];
  expect(files.map(({ reused }) => reused)).toEqual([undefined, undefined, { duplicateOf }, { duplicateOf }]);
});

/** How a video is reused with the sidecars `after`, when it was sent with the sidecars `before`. */
async function plannedWithSidecars(before: SidecarContents, after: SidecarContents) {
  const { memory, uploads, clock } = await open(freshPath());
  const plan = (...videos: SidecarContents[]) =>
    planUploads(
      settingsOf({ api: 'media' }),
      videos.map((sidecars, index) => videoWith(`${index}.mp4`, sidecars)),
      uploads,
    );
  const ledger = new Ledger(plan(before), clock);
  rememberUploads(ledger, memory);
  ledger.record(itemAt(ledger, 0), { ...registered, identity: toMediaIdentity('urn:li:video:V1', 'video') });
  ledger.record(itemAt(ledger, 0), { kind: 'uploaded' });
  return { again: plan(after).files[0]?.reused, together: plan(before, after).files[1]?.reused };
}

interface SidecarContents {
  readonly captions?: string;
  readonly thumbnail?: string;
}

function videoWith(path: string, sidecars: SidecarContents) {
  const hashed = Object.entries(sidecars).map(([kind, content]) => [
    kind,
    { ...sidecar(kind, 10), sha256: content.repeat(64) },
  ]);
  return mediaFile(path, {
    media: { ...VIDEO, sha256: 'a'.repeat(64) },
    ...(hashed.length === 0 ? {} : { sidecars: Object.fromEntries(hashed) }),
  });
}

it.each<[what: string, before: SidecarContents, after: SidecarContents]>([
  ['captions that are new', {}, { captions: 'b' }],
  ['captions that changed', { captions: 'b' }, { captions: 'c' }],
  ['captions that are gone', { captions: 'b' }, {}],
  ['a thumbnail that is new', { captions: 'b' }, { captions: 'b', thumbnail: 'c' }],
  ['a thumbnail that changed', { thumbnail: 'b' }, { thumbnail: 'c' }],
  ['captions that were the thumbnail', { thumbnail: 'b' }, { captions: 'b' }],
])('a video with %s is another upload', async (_, before, after) => {
  expect(await plannedWithSidecars(before, after)).toEqual({ again: undefined, together: undefined });
  expect(await plannedWithSidecars(after, after)).toMatchObject({
    again: { earlier: { urn: 'urn:li:video:V1' } },
    together: { duplicateOf: { file: { path: '0.mp4' } } },
  });
});

it('sidecars count only with an API that takes them, and a video with an unknown sidecar digest is not looked up', async () => {
  const { uploads } = await open(freshPath());
  const sidecars = { captions: sidecar('a.srt', 10) };
  const video = mediaFile('a.mp4', { media: { ...VIDEO, sha256: 'a'.repeat(64) }, sidecars });
  const keyFor = (api: 'assets' | 'media') =>
    planUploads(settingsOf({ api }), [video], uploads).files[0]?.uploadKey;
  expect(keyFor('media')).toBeUndefined();
  expect(keyFor('assets')).toMatchObject({ sha256: 'a'.repeat(64) });
  expect(keyFor('assets')).not.toHaveProperty('captionsSha256');
});

it.each<[string, 'registered' | 'uploaded', Outcome | null, string, boolean]>([
  ['that was only registered', 'registered', null, 'registered', false],
  ['that is uploaded', 'uploaded', null, 'uploaded', true],
  ['that is available', 'uploaded', { state: 'available' }, 'available', true],
  ['whose status may not be read', 'uploaded', { state: 'unverified' }, 'uploaded', true],
  ['that LinkedIn rejected', 'uploaded', failed('MEDIA_REJECTED'), 'registered', false],
  ['that LinkedIn failed to process', 'uploaded', failed('PROCESSING_FAILED'), 'registered', false],
  ['that LinkedIn withdrew', 'uploaded', failed('ASSET_WITHDRAWN'), 'registered', false],
  ['that a cancellation cut short', 'uploaded', failed('RUN_CANCELLED'), 'uploaded', true],
])('a file $0 is recorded as $3 and reused: $4', async (_, stage, outcome, state, known) => {
  const { uploads, plan, ledger } = await plannedWith({ 'a.png': 'a' });
  ledger.record(itemAt(ledger, 0), registered);
  if (stage === 'uploaded') ledger.record(itemAt(ledger, 0), { kind: 'uploaded' });
  if (outcome !== null) ledger.record(itemAt(ledger, 0), { kind: 'settled', ...outcome });
  const [planned] = plan().files;
  expect(planned?.uploadKey && uploads.find(planned.uploadKey)).toMatchObject({
    ...{ state, urn: identity.urn, file: 'a.png' },
  });
  expect(planned?.reused !== undefined).toBe(known);
});

it('an available entry has the date of its status read, or of the response to a synchronous upload', async () => {
  const { uploads, plan, ledger } = await plannedWith({ 'a.png': 'a', 'b.png': 'b' });
  for (const index of [0, 1]) ledger.record(itemAt(ledger, index), registered);
  ledger.record(itemAt(ledger, 0), { kind: 'status', status: 'AVAILABLE' });
  for (const index of [0, 1]) ledger.record(itemAt(ledger, index), { kind: 'settled', state: 'available' });
  const entries = plan().files.map(({ uploadKey }) => uploadKey && uploads.find(uploadKey));
  const checkedAt = new Date(TODAY_MS).toISOString();
  expect(entries[0]).toMatchObject({ status: 'AVAILABLE', checkedAt });
  expect(entries[1]).toMatchObject({ state: 'available', checkedAt });
  expect(entries[1]).not.toHaveProperty('status');
});

it('an entry that is reused without a status read keeps the date of its last check', async () => {
  const { uploads, plan, ledger } = await plannedWith({ 'a.png': 'a' });
  ledger.record(itemAt(ledger, 0), registered);
  const key = plan().files[0]?.uploadKey ?? expect.fail('no key');
  const checkedAt = '2026-11-24T18:00:00.000Z';
  uploads.record(key, { ...imageOf(0), urn: identity.urn, state: 'available', checkedAt });
  ledger.record(itemAt(ledger, 0), { kind: 'reused', identity });
  ledger.record(itemAt(ledger, 0), { kind: 'settled', state: 'reused' });
  expect(uploads.find(key)).toMatchObject({ state: 'available', checkedAt });
});

it.each<Outcome>([{ state: 'deferred' }, { state: 'unverified' }])(
  'the outcome $state does not change an entry',
  async (outcome) => {
    const { uploads, plan, ledger } = await plannedWith({ 'a.png': 'a' });
    ledger.record(itemAt(ledger, 0), registered);
    ledger.record(itemAt(ledger, 0), { kind: 'settled', ...outcome });
    const key = plan().files[0]?.uploadKey ?? expect.fail('no key');
    expect(uploads.find(key)).toMatchObject({ state: 'registered' });
  },
);

it('a file without a digest and a rejected file are not looked up', async () => {
  const { uploads } = await open(freshPath());
  const fault = new ActionError('PART_PLAN', 'on purpose');
  const files = [mediaFile('a.png'), mediaFile('b.png', { media: null, error: fault as never })];
  for (const planned of planUploads(settingsOf(), files, uploads).files)
    expect(planned).not.toHaveProperty('uploadKey');
});

function failed(code: CallError['code']): Outcome {
  return { state: 'failed', error: new ActionError(code, 'on purpose') };
}

describe('find', () => {
  it('find returns null without a manifest file and creates no file', async () => {
    const { uploads, memory, path } = await open(freshPath());
    expect(uploads.find(keyOf(1))).toBeNull();
    await memory.close();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('find returns a recorded upload at once and in the next run', async () => {
    const { uploads, memory, path } = await open(freshPath());
    const key: UploadKey = { ...keyOf(1), api: 'media', recipe: null };
    const video: UploadRecord = {
      file: 'clip.mp4',
      kind: 'video',
      urn: 'urn:li:video:C4E',
      state: 'available',
      status: 'AVAILABLE',
      checkedAt: '2026-11-25T11:00:00.000Z',
    };
    uploads.record(key, video);
    const entry = { ...key, ...video, updatedAt: '2026-11-25T12:00:00.000Z' };
    expect(uploads.find(key)).toEqual(entry);
    await memory.close();
    expect((await reread(path)).find(key)).toEqual(entry);
  });
});

describe('forget', () => {
  it('an upload that LinkedIn has lost is not reused by this run and the next one', async () => {
    const path = await written(2);
    const { uploads, memory } = await open(path);
    uploads.forget(new Set([imageOf(1).urn]));
    expect(uploads.find(keyOf(1))).toMatchObject({ state: 'registered', urn: imageOf(1).urn });
    await memory.close();
    const again = await reread(path);
    expect([0, 1].map((n) => again.find(keyOf(n))?.state)).toEqual(['uploaded', 'registered']);
  });
});

describe('record', () => {
  it('record replaces earlier changes of an upload by the newest one', async () => {
    const path = await written(1);
    const { uploads, memory } = await open(path, new TestClock({ epochMs: TODAY_MS + 60_000 }));
    uploads.record(keyOf(0), imageOf(0, { state: 'available', status: 'AVAILABLE' }));
    uploads.record(keyOf(0), imageOf(0, { state: 'available' }));
    await memory.close();
    const entry = (await reread(path)).find(keyOf(0));
    expect(entry).toMatchObject({ state: 'available', updatedAt: '2026-11-25T12:01:00.000Z' });
    expect(entry).not.toHaveProperty('status');
  });

  it('record leaves out an entry with unknown fields or an invalid one, and drops a status that is not a word', async () => {
    const { uploads, memory, path } = await open(freshPath());
    const status = 'https://www.linkedin.com/?sau=CANARY-1';
    uploads.record({ ...keyOf(1) }, { ...imageOf(1), status });
    uploads.record({ ...keyOf(2) }, { ...imageOf(2), ...{ uploadUrl: 'CANARY-2' } });
    uploads.record({ ...keyOf(3), owner: 'urn:li:share:1' }, imageOf(3));
    await memory.close();
    expect(readFileSync(path, 'utf8')).not.toContain('CANARY');
    const { uploads: stored } = JSON.parse(readFileSync(path, 'utf8'));
    expect(stored).toMatchObject([{ file: imageOf(1).file }]);
  });
});
