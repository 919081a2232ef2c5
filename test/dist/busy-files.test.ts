// The built action where no descriptor is free, or another program holds a file, at each first try: it waits for all that
// it opens, to look at a file, to digest it, and to send it.

import { expect, it } from 'vitest';
import { endsOf, publish } from '../support/publishing.ts';
import { HURRY, preload } from './scenes.ts';

/** Every other try to open a file of the workspace fails, the first one among them. */
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

it.each(['EMFILE', 'EBUSY'])('%s at each first try costs no file', async (code) => {
  const { run } = await publish({
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
});
