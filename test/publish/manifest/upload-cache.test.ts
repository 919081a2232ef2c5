// The manifest as the plan and the ledger see it: which files are known, and what of a run is written down for the next.

import { expect, it } from 'vitest';
import { UploadError } from '../../../src/errors.ts';
import { identify } from '../../../src/linkedin/session.ts';
import type { Outcome } from '../../../src/publish/entry.ts';
import { Ledger } from '../../../src/publish/ledger.ts';
import { UploadCache } from '../../../src/publish/manifest/upload-cache.ts';
import { isKnown, planUploads } from '../../../src/publish/plan.ts';
import { IMAGE, mediaFile, settingsOf, sidecar, VIDEO } from '../planned.ts';
import { freshPath, open, TODAY_MS } from './samples.ts';

const API = 'https://api.linkedin.com';

/** A plan of pictures by path → what their bytes are, with a cache behind it. */
async function plannedWith(contents: Readonly<Record<string, string>>) {
  const { manifest, clock } = await open(freshPath());
  const cache = new UploadCache(manifest, API, clock);
  const files = Object.entries(contents).map(([path, content]) =>
    mediaFile(path, { media: { ...IMAGE, sha256: content.repeat(64) } }),
  );
  const plan = () => planUploads(settingsOf(), files, cache);
  const ledger = new Ledger(plan(), clock);
  cache.follow(ledger);
  return { plan, ledger, clock };
}

const identity = identify('urn:li:digitalmediaAsset:A1', 'image');
const registered = { kind: 'registered', identity, parts: 1 } as const;

it('a write that hangs when the run is to end is left after a second and a half, and told', async () => {
  const { manifest, clock } = await open(freshPath());
  manifest.close = () => new Promise(() => {});
  const cancel = new AbortController();
  const closed = new UploadCache(manifest, API, clock).close(cancel.signal);
  const told = expect(closed).rejects.toMatchObject({ code: 'MANIFEST_WRITE' });
  await clock.advance(3_600_000);
  cancel.abort();
  await clock.advance(1500);
  await told;
});

it('the same bytes are sent once: the later file is a duplicate of the first, and of no other', async () => {
  const { plan } = await plannedWith({ 'a.png': 'a', 'b.png': 'b', 'c.png': 'a', 'd.png': 'a' });
  expect(plan().files.map(({ cacheHit }) => cacheHit?.duplicateOf)).toEqual([null, null, 0, 0]);
  expect(plan().files.map(isKnown)).toEqual([false, false, true, true]);
});

/** The plan of a video with these captions and this thumbnail, after a run that sent it with `before`. */
async function plannedBeside(before: Beside, after: Beside) {
  const { manifest, clock } = await open(freshPath());
  const cache = new UploadCache(manifest, API, clock);
  const plan = (...videos: Beside[]) =>
    planUploads(
      settingsOf({ api: 'media' }),
      videos.map((beside, index) => videoWith(`${index}.mp4`, beside)),
      cache,
    );
  const ledger = new Ledger(plan(before), clock);
  cache.follow(ledger);
  ledger.record(0, { ...registered, identity: identify('urn:li:video:V1', 'video') });
  ledger.record(0, { kind: 'uploaded' });
  return {
    again: plan(after).files.map(isKnown),
    together: plan(before, after).files[1]?.cacheHit?.duplicateOf,
  };
}

interface Beside {
  readonly captions?: string;
  readonly thumbnail?: string;
}

function videoWith(path: string, beside: Beside) {
  const along = Object.entries(beside).map(([kind, content]) => [
    kind,
    { ...sidecar(kind, 10), sha256: content.repeat(64) },
  ]);
  return mediaFile(path, {
    media: { ...VIDEO, sha256: 'a'.repeat(64) },
    ...(along.length === 0 ? {} : { sidecars: Object.fromEntries(along) }),
  });
}

it.each<[what: string, before: Beside, after: Beside]>([
  ['captions that are new', {}, { captions: 'b' }],
  ['captions that changed', { captions: 'b' }, { captions: 'c' }],
  ['captions that are gone', { captions: 'b' }, {}],
  ['a thumbnail that is new', { captions: 'b' }, { captions: 'b', thumbnail: 'c' }],
  ['a thumbnail that changed', { thumbnail: 'b' }, { thumbnail: 'c' }],
  ['as captions what was the thumbnail', { thumbnail: 'b' }, { captions: 'b' }],
])('a video with %s is another one', async (_, before, after) => {
  expect(await plannedBeside(before, after)).toEqual({ again: [false], together: null });
  expect(await plannedBeside(after, after)).toEqual({ again: [true], together: 0 });
});

it('what goes along counts only where the API takes it, and a video is not looked up while its digest is not known', async () => {
  const { manifest, clock } = await open(freshPath());
  const cache = new UploadCache(manifest, API, clock);
  const beside = { captions: sidecar('a.srt', 10) };
  const video = mediaFile('a.mp4', { media: { ...VIDEO, sha256: 'a'.repeat(64) }, sidecars: beside });
  const cacheHit = (api: 'assets' | 'media') =>
    planUploads(settingsOf({ api }), [video], cache).files[0]?.cacheHit;
  expect(cacheHit('media')).toBeUndefined();
  expect(cacheHit('assets')?.key).toMatchObject({ sha256: 'a'.repeat(64) });
  expect(cacheHit('assets')?.key).not.toHaveProperty('captionsSha256');
});

it.each<[string, 'registered' | 'uploaded', Outcome | null, string, boolean]>([
  ['that was registered alone', 'registered', null, 'registered', false],
  ['that is uploaded', 'uploaded', null, 'uploaded', true],
  ['that is available', 'uploaded', { state: 'available' }, 'available', true],
  ['whose status may not be read', 'uploaded', { state: 'unverified' }, 'uploaded', true],
  ['that LinkedIn refused', 'uploaded', failed('MEDIA_REJECTED'), 'registered', false],
  ['that LinkedIn failed at', 'uploaded', failed('PROCESSING_FAILED'), 'registered', false],
  ['that LinkedIn withdrew', 'uploaded', failed('ASSET_WITHDRAWN'), 'registered', false],
  ['that a cancellation cut short', 'uploaded', failed('RUN_CANCELLED'), 'uploaded', true],
])('a file %s', async (_, stage, outcome, state, known) => {
  const { plan, ledger } = await plannedWith({ 'a.png': 'a' });
  ledger.record(0, registered);
  if (stage === 'uploaded') ledger.record(0, { kind: 'uploaded' });
  if (outcome !== null) ledger.record(0, { kind: 'settled', ...outcome });
  const [planned] = plan().files;
  expect(planned?.cacheHit?.entry).toMatchObject({ state, identity, file: 'a.png' });
  expect(planned && isKnown(planned)).toBe(known);
});

it('what a status read verified has its date, and what only the upload told has none', async () => {
  const { plan, ledger } = await plannedWith({ 'a.png': 'a', 'b.png': 'b' });
  for (const index of [0, 1]) ledger.record(index, registered);
  ledger.record(0, { kind: 'status', status: 'AVAILABLE' });
  for (const index of [0, 1]) ledger.record(index, { kind: 'settled', state: 'available' });
  const entries = plan().files.map(({ cacheHit }) => cacheHit?.entry);
  expect(entries[0]).toMatchObject({ status: 'AVAILABLE', checkedAt: new Date(TODAY_MS).toISOString() });
  expect(entries[1]).not.toHaveProperty('checkedAt');
});

it('a file whose digest is not known, or that is refused, is not looked up', async () => {
  const { manifest, clock } = await open(freshPath());
  const cache = new UploadCache(manifest, API, clock);
  const fault = new UploadError('PART_PLAN', 'on purpose');
  const files = [mediaFile('a.png'), mediaFile('b.png', { media: null, fault: fault as never })];
  for (const planned of planUploads(settingsOf(), files, cache).files)
    expect(planned).not.toHaveProperty('cacheHit');
});

function failed(code: UploadError['code']): Outcome {
  return { state: 'failed', error: new UploadError(code, 'on purpose') };
}
