// The API calls that a plan predicts, as a range. `call-limit.test.ts` and `test/main/calls.test.ts` count those of whole runs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ApiName } from '../../src/linkedin/apis.ts';
import type { Mechanism, SessionRequest } from '../../src/linkedin/session.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import type { UploadEntry } from '../../src/memory/upload-entry.ts';
import {
  bytesToSend,
  type CallRange,
  estimateRequests,
  type StepsAfterUpload,
} from '../../src/upload/call-limit.ts';
import type { PlannedFile } from '../../src/upload/plan.ts';
import { mediaFile } from '../support/ledgers.ts';

const MINUTE_MS = 60_000;
const WAIT: StepsAfterUpload = { waitMs: 30 * MINUTE_MS, readsArtifacts: false };
const NO_WAIT: StepsAfterUpload = { waitMs: 0, readsArtifacts: false };
const WITH_ARTIFACTS: StepsAfterUpload = { ...WAIT, readsArtifacts: true };

function planned(
  api: ApiName,
  kind: MediaKind,
  mechanism: Mechanism,
  more: Partial<SessionRequest> = {},
): PlannedFile {
  const request: SessionRequest = {
    api,
    owner: 'urn:li:person:abc',
    kind,
    mediaType: 'video/mp4',
    sizeBytes: 100,
    recipe: null,
    mechanism,
    ...more,
  };
  return { file: mediaFile('a'), request, rejection: null, warnings: [] };
}

const image = planned('media', 'image', 'single');
const film = planned('media', 'video', 'multipart');
const document = planned('media', 'document', 'single');
const synchronous = planned('assets', 'image', 'synchronous');
const polledImage = planned('assets', 'image', 'single');
const clip = planned('assets', 'video', 'single');
const assetFilm = planned('assets', 'video', 'multipart');
const times = (count: number, file: PlannedFile) => Array.from({ length: count }, () => file);

function restored(file: PlannedFile, state: 'uploaded' | 'available'): PlannedFile {
  return { ...file, reused: { earlier: { state } as UploadEntry } };
}

describe('the predicted API calls', () => {
  it.each<[string, readonly PlannedFile[], StepsAfterUpload, [least: number, most: number]]>([
    ['no file', [], WAIT, [0, 0]],
    ['a synchronous image', [synchronous], WAIT, [1, 1]],
    ['a synchronous image with artifacts', [synchronous], { ...NO_WAIT, readsArtifacts: true }, [2, 2]],
    ['a polled image', [polledImage], WAIT, [2, 3]],
    ['a polled image with artifacts', [polledImage], WITH_ARTIFACTS, [3, 4]],
    ['a polled image without a wait', [polledImage], { ...NO_WAIT, readsArtifacts: true }, [1, 1]],
    ['a video in one request', [clip], WAIT, [2, 7]],
    ['a video in parts', [assetFilm], WAIT, [3, 8]],
    ['a video with a wait of a minute', [clip], { ...WAIT, waitMs: MINUTE_MS }, [2, 7]],
    ['a video without a wait', [assetFilm], NO_WAIT, [2, 2]],
    ['a picture with api: media', [image], WAIT, [2, 4]],
    ['a document', [document], WITH_ARTIFACTS, [2, 4]],
    ['a video with api: media', [film], WITH_ARTIFACTS, [3, 9]],
    ['a video with api: media and a wait of a minute', [film], { ...WAIT, waitMs: MINUTE_MS }, [3, 9]],
    ['a video with api: media without a wait', [film], NO_WAIT, [2, 2]],
    ['one file of each kind', [image, film, document], WAIT, [5, 17]],
    ['fifty pictures', times(50, image), WAIT, [51, 200]],
    ['one picture more', times(51, image), WAIT, [53, 204]],
    ['ten videos', times(10, film), WAIT, [21, 90]],
    ['fifty polled images', times(50, polledImage), WAIT, [100, 150]],
    ['a rejected file', [{ ...image, request: null }], WAIT, [0, 0]],
    ['a duplicate', [{ ...image, reused: { duplicateOf: image } }], WAIT, [0, 0]],
    ['a reused picture', [restored(image, 'available')], WAIT, [0, 2]],
    ['a reused asset', [restored(synchronous, 'available')], WAIT, [0, 1]],
    ['a reused asset with artifacts', [restored(synchronous, 'available')], WITH_ARTIFACTS, [0, 2]],
    ['an earlier video in processing', [restored(film, 'uploaded')], WAIT, [1, 8]],
    ['an earlier video in processing, without a wait', [restored(film, 'uploaded')], NO_WAIT, [1, 2]],
    ['a hundred reused pictures', times(100, restored(image, 'available')), WAIT, [0, 200]],
  ])('%s takes a known range of API calls', (_, files, steps, [least, most]) => {
    expect(estimateRequests(files, steps).calls).toEqual({ least, most });
  });

  it('sidecars count as uploads and bytes, not as API calls', () => {
    const sidecars = { captions: { sizeBytes: 40 }, thumbnail: { sizeBytes: 2000 } };
    const both = planned('media', 'video', 'multipart', { sidecars });
    expect(estimateRequests([both], NO_WAIT)).toEqual({ calls: { least: 2, most: 2 }, puts: 3 });
    expect(estimateRequests([film, both, { ...film, reused: { duplicateOf: film } }], WAIT).puts).toBe(4);
    expect(both.request && bytesToSend(both.request)).toBe(2140);
    expect(film.request && bytesToSend(film.request)).toBe(100);
  });
});

it('docs/quotas.md has the predicted numbers', () => {
  const text = ({ least, most }: CallRange) => (least === most ? `${most}` : `${least} to ${most}`);
  const alone = (file: PlannedFile, steps = WAIT) => text(estimateRequests([file], steps).calls);
  const further = (file: PlannedFile) => {
    const [one, two] = [1, 2].map((count) => estimateRequests(times(count, file), WAIT).calls);
    if (one === undefined || two === undefined) throw new RangeError('two estimates are needed');
    return text({ least: two.least - one.least, most: two.most - one.most });
  };
  const videos = `${alone(clip)}; in parts ${alone(assetFilm)}`;
  const quotas = readFileSync(join(import.meta.dirname, '../../docs/quotas.md'), 'utf8');
  for (const row of [
    `| \`api: assets\` | ${alone(synchronous)}; \`asynchronous\` ${alone(polledImage)} | ${videos} | |`,
    `| \`api: media\`, the first file of a kind | ${[image, film, document].map((file) => alone(file)).join(' | ')} |`,
    `| \`api: media\`, each further file | ${[image, film, document].map(further).join(' | ')} |`,
    `| with \`wait-minutes: 0\` | ${alone(image, NO_WAIT)} | ${alone(clip, NO_WAIT)}; in parts and with \`api: media\` ${alone(film, NO_WAIT)} | ${alone(document, NO_WAIT)} |`,
  ])
    expect(quotas).toContain(row);
});
