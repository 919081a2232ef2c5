// The built action when every first attempt to open a file fails with EMFILE or EBUSY: it retries for inspection, digest
// and upload.

import { expect, it } from 'vitest';
import { endsOf, publishBuilt } from '../support/publishing.ts';
import { HURRY, preload } from '../support/scenes.ts';

/** Every odd attempt to open a file of the workspace fails. */
const busy = (code: string) => `
  import files from 'node:fs/promises';
  const { open } = files;
  const tries = new Map();
  files.open = async (path, ...rest) => {
    const nth = (tries.get(path) ?? 0) + 1;
    tries.set(path, nth);
    if (/\\.(png|mp4|srt|jpg)$/.test(path) && nth % 2 === 1)
      throw Object.assign(new Error('on purpose'), { code: '${code}' });
    return open(path, ...rest);
  };
  syncBuiltinESMExports();
`;

it.each(['EMFILE', 'EBUSY'])(
  '%s on each first attempt to open a file is retried, and no file fails',
  async (code) => {
    const { run } = await publishBuilt({
      files: {
        'media/hero.png': { sample: 'hero.png' },
        'media/launch.mp4': { sample: 'launch.mp4' },
        'media/launch.srt': { sample: 'launch.srt' },
        'media/launch.thumbnail.jpg': { sample: 'launch.thumbnail.jpg' },
      },
      inputs: { api: 'media', sidecars: 'true', manifest: 'manifest.json' },
      env: preload(`${HURRY}${busy(code)}`),
    });
    expect(endsOf(run)).toEqual({ 'media/hero.png': 'available', 'media/launch.mp4': 'available' });
    expect(run.exitCode).toBe(0);
  },
);
