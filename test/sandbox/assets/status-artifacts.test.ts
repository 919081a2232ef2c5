// The media artifacts of the Assets API: the shape of the page's sample, and when a read returns them.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import sample from '../../replies/media-artifacts.json' with { type: 'json' };
import { Caller, IMAGE, IMAGE_HEADERS, inOne, VIDEO, VIDEO_HEADERS } from '../caller.ts';
import { shapeOf } from './shape.ts';

const NOW_MS = Date.UTC(2026, 10, 25);
const FIELDS = '?fields=mediaArtifacts,recipes,id';

let sandbox: Sandbox;
let caller: Caller;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ processingMs: 0, clock: { now: () => NOW_MS }, ...options });
  caller = new Caller(sandbox.url);
}

async function startAgain(options: SandboxOptions): Promise<void> {
  await sandbox.close();
  await start(options);
}

beforeEach(() => start());
afterEach(() => sandbox.close());

async function uploaded(kind: 'image' | 'video'): Promise<string> {
  const { id, addresses } = await caller.register(kind === 'video' ? inOne : {});
  const headers = kind === 'video' ? VIDEO_HEADERS : IMAGE_HEADERS;
  await caller.put(addresses[0]?.path ?? '', headers, 'bytes');
  return id;
}

interface Reply {
  readonly mediaArtifacts?: { data: Record<string, unknown>; identifiers: Record<string, unknown>[] }[];
}

const read = async (path: string) => (await caller.get(path)).json as Reply;

test.each(['rest', 'v2'])(
  'artifacts of a video have the shape of LinkedIn’s sample under /%s',
  async (root) => {
    const id = await uploaded('video');
    const reply = await read(`/${root}/assets/${id}${FIELDS}`);
    expect(shapeOf(reply)).toEqual(shapeOf(sample.reply));
    expect(reply).toMatchObject({ id, recipes: [{ recipe: VIDEO, status: 'AVAILABLE' }] });
    expect(reply).not.toHaveProperty('status');
  },
);

test('artifacts have an unreachable host and an expiry in seconds', async () => {
  const { mediaArtifacts: [artifact] = [] } = await read(`/rest/assets/${await uploaded('video')}${FIELDS}`);
  const seconds = NOW_MS / 1000 + 24 * 60 * 60;
  expect(artifact?.identifiers).toMatchObject([
    {
      identifier: expect.stringMatching(
        new RegExp(
          `^https://media\\.simulated\\.invalid/playlist/vid/dynamic/SIMULATED.*\\?e=${seconds}&.*t=SIMULATED`,
        ),
      ),
      identifierExpiresInSeconds: seconds,
    },
  ]);
});

test('artifacts of an image are still images', async () => {
  const reply = await read(`/rest/assets/${await uploaded('image')}${FIELDS}`);
  expect(reply).toMatchObject({ recipes: [{ recipe: IMAGE }] });
  expect(reply.mediaArtifacts?.map(({ data }) => Object.keys(data))).toEqual([['stillImage']]);
  expect(reply.mediaArtifacts?.[0]?.identifiers).toMatchObject([{ mediaType: 'image/jpeg' }]);
});

test('artifacts are returned only when `fields` names them', async () => {
  const id = await uploaded('video');
  expect(await read(`/rest/assets/${id}`)).not.toHaveProperty('mediaArtifacts');
  expect(await read(`/rest/assets/${id}?fields=id,status`)).not.toHaveProperty('mediaArtifacts');
});

test.each([
  ['an asset that waits for its upload', {}, false],
  ['an asset that failed', { finalStatus: 'CLIENT_ERROR' }, false],
  ['an asset that is processed again', { finalStatus: 'MUTATING' }, true],
])('artifacts of %s (%j) are returned: %s', async (_row, faults, isThere) => {
  await startAgain({ faults: [{ on: 'upload', ...faults }] });
  const { finalStatus } = faults as { finalStatus?: string };
  const id = finalStatus === undefined ? (await caller.register(inOne)).id : await uploaded('video');
  expect(Object.hasOwn(await read(`/rest/assets/${id}${FIELDS}`), 'mediaArtifacts')).toBe(isThere);
});

test('artifacts can contain an unknown kind', async () => {
  const unknown = { data: { hologram: { depth: 3 } }, identifiers: [] };
  await startAgain({ faults: [{ on: 'status', mutate: { mediaArtifacts: { 1: unknown } } }] });
  const { mediaArtifacts: artifacts = [] } = await read(`/rest/assets/${await uploaded('video')}${FIELDS}`);
  expect(artifacts.map(({ data }) => Object.keys(data)[0])).toEqual([
    'adaptiveStreamVideoWithAudioMasterPlaylist',
    'hologram',
  ]);
});
