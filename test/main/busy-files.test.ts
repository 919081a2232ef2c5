// The upload action when every first attempt to open a file fails with EMFILE or EBUSY: it retries for inspection, digest
// and upload.

import { expect, it } from 'vitest';
import { type Open, openAsSystem } from '../../src/media/bytes.ts';
import { mp4, png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { upload } from '../world/uploads.ts';

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
    const run = await upload({
      files: {
        'a.png': png(),
        'b.mp4': mp4(),
        'b.srt': srt(3),
        'b.thumbnail.png': png({ width: 200, height: 100 }),
      },
      inputs: { api: 'media', sidecars: 'true', manifest: 'manifest.json' },
      open: busy(code),
    });
    expect(run.ends).toEqual({ 'a.png': 'available', 'b.mp4': 'available' });
    expect(run.exitCode).toBe(0);
  },
);
