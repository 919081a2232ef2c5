// How soon a run notices that LinkedIn has processed an upload, where one status read covers many files. In virtual time.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaKind } from '../../../src/linkedin/urn.ts';
import { planUploads } from '../../../src/upload/plan.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { settingsOf } from '../planned-files.ts';
import { VirtualLinkedIn } from '../virtual-linkedin.ts';

const MAX_DELAY_MS = 3000;

interface Scene {
  readonly kinds: readonly MediaKind[];
  readonly files: number;
  readonly processingMs: number;
  readonly latencyMs: number;
  readonly concurrency: number;
}

/** For each file, the milliseconds from the end of LinkedIn's processing until the file is `available`. */
async function delaysOf({ kinds, files, concurrency, ...options }: Scene): Promise<number[]> {
  const linkedin = new VirtualLinkedIn(options);
  const settings = settingsOf({ api: 'media', waitMs: 600_000 });
  const media = Array.from({ length: files }, (_, index) =>
    linkedin.addFile(`file-${index}`, kinds[index % kinds.length] ?? 'image'),
  );
  const delays: number[] = [];
  await linkedin.publish(planUploads(settings, media), { ...settings, concurrency }, (ledger) =>
    ledger.subscribe(({ identity, state }, { kind }) => {
      if (kind !== 'settled') return;
      expect(state).toBe('available');
      const asset = linkedin.model.assetById(identity?.urn.split(':').at(-1) ?? '');
      const processedMs = (asset?.uploadedAt ?? Number.NaN) + options.processingMs;
      delays.push(linkedin.clock.epochMs() - processedMs);
    }),
  );
  expect(delays).toHaveLength(files);
  return delays;
}

describe('where one status read covers many files', () => {
  it.each<[MediaKind]>([['image'], ['video'], ['document']])(
    'the last %s of a run is available at most 3 s after LinkedIn has processed it within 30 s',
    async (kind) => {
      for (const files of [1, 60]) {
        for (const processingMs of [0, 1700, 2499, 2501, 14_000, 27_499, 30_000]) {
          const delays = await delaysOf({
            kinds: [kind],
            files,
            processingMs,
            latencyMs: 100,
            concurrency: 8,
          });
          expect(delays.at(-1)).toBeLessThanOrEqual(MAX_DELAY_MS);
        }
      }
    },
  );

  it('every file is available at most 3 s after its processing, for any mix of kinds and latencies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          kinds: fc.subarray<MediaKind>(['image', 'video', 'document'], { minLength: 1 }),
          files: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 120 })),
          processingMs: fc.nat(30_000),
          // Where each call takes longer, or fewer may run at a time, the calls themselves use up the three seconds.
          latencyMs: fc.constantFrom(0, 30, 150),
          concurrency: fc.constantFrom(4, 8, 64),
        }),
        async (scene) => {
          for (const delayMs of await delaysOf(scene)) expect(delayMs).toBeLessThanOrEqual(MAX_DELAY_MS);
        },
      ),
      fuzzed(30),
    );
  });
});
