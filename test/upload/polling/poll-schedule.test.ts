// How soon a run notices that LinkedIn has processed an upload, where one status read covers many files. In virtual time.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pdf } from '../../support/documents.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { mp4, png } from '../../support/media.ts';
import { Uploads } from '../../world/uploads.ts';

const MAX_DELAY_MS = 3000;

type Kind = keyof typeof MAKERS;
const MAKERS = {
  image: (index: number) => [`${index}.png`, png({ width: 10 + index, height: 7 })],
  video: (index: number) => [`${index}.mp4`, mp4({ dataBytes: 30_000 + index })],
  document: (index: number) => [`${index}.pdf`, pdf({ pages: 1 + index })],
} as const;

interface Scene {
  readonly kinds: readonly Kind[];
  readonly files: number;
  readonly processingMs: number;
  readonly latencyMs: number;
  readonly concurrency: number;
}

/** For each file, the milliseconds from the end of LinkedIn's processing until the file is `available`. */
async function delaysOf({ kinds, files, concurrency, latencyMs, processingMs }: Scene): Promise<number[]> {
  const uploads = new Uploads({
    files: Object.fromEntries(
      Array.from({ length: files }, (_, index) => MAKERS[kinds[index % kinds.length] ?? 'image'](index)),
    ),
    latencyMs,
    linkedin: { processingMs },
    inputs: { api: 'media', 'wait-minutes': '10', concurrency: String(concurrency), sidecars: 'false' },
  });
  const epochMs = uploads.time.epochMs();
  const { rows, calls } = await uploads.run();
  return rows.map(({ file, state, mediaUrn = '', durationMs }) => {
    expect([file, state]).toEqual([file, 'available']);
    const id = mediaUrn.slice(mediaUrn.lastIndexOf(':') + 1);
    const startMs = calls.find(({ handled }) => String(handled?.body).includes(id))?.atMs ?? Number.NaN;
    const uploadedMs = (uploads.model.assetById(id)?.uploadedAt ?? Number.NaN) - epochMs;
    return startMs + durationMs - uploadedMs - processingMs;
  });
}

describe('where one status read covers many files', () => {
  it.each<[Kind]>([['image'], ['video'], ['document']])(
    'the last %s of a run is available at most 3 s after LinkedIn has processed it within 30 s',
    async (kind) => {
      for (const files of [1, 12]) {
        for (const processingMs of [0, 2499, 14_000, 30_000]) {
          const delays = await delaysOf({
            kinds: [kind],
            files,
            processingMs,
            latencyMs: 100,
            concurrency: 8,
          });
          expect(Math.max(...delays)).toBeLessThanOrEqual(MAX_DELAY_MS);
        }
      }
    },
  );

  it('every file is available at most 3 s after its processing, for any mix of kinds and latencies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          kinds: fc.subarray<Kind>(['image', 'video', 'document'], { minLength: 1 }),
          files: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 25 })),
          processingMs: fc.nat(30_000),
          // Where each call takes longer, or fewer may run at a time, the calls themselves use up the three seconds.
          latencyMs: fc.constantFrom(0, 30, 150),
          concurrency: fc.constantFrom(4, 8, 64),
        }),
        async (scene) => {
          for (const delayMs of await delaysOf(scene)) expect(delayMs).toBeLessThanOrEqual(MAX_DELAY_MS);
        },
      ),
      fuzzed(8),
    );
  });
});
