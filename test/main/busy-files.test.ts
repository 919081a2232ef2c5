// The upload action when every first attempt to open a file fails with EMFILE or EBUSY: it retries for inspection, digest
// and upload.

import { expect, it } from 'vitest';
import { type Open, openAsSystem } from '../../src/media/bytes.ts';
import { hurriedWaits } from '../support/hurried-clock.ts';
import { endsOf, publish } from '../support/publishing.ts';

/** Every odd attempt to open a file fails. */
function busy(code: string): Open {
  const tries = new Map<string, number>();
  return async (path, flags) => {
    const nth = (tries.get(path) ?? 0) + 1;
    tries.set(path, nth);
    if (nth % 2 === 1) throw Object.assign(new Error('on purpose'), { code });
    return await openAsSystem(path, flags);
  };
}

it.each(['EMFILE', 'EBUSY'])(
  '%s on each first attempt to open a file is retried, and no file fails',
  async (code) => {
    const { run } = await publish({
      files: {
        'media/hero.png': { sample: 'hero.png' },
        'media/launch.mp4': { sample: 'launch.mp4' },
        'media/launch.srt': { sample: 'launch.srt' },
        'media/launch.thumbnail.jpg': { sample: 'launch.thumbnail.jpg' },
      },
      inputs: { api: 'media', sidecars: 'true', manifest: 'manifest.json' },
      world: { clock: hurriedWaits(), open: busy(code) },
    });
    expect(endsOf(run)).toEqual({ 'media/hero.png': 'available', 'media/launch.mp4': 'available' });
    expect(run.exitCode).toBe(0);
  },
);
