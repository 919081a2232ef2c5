// A process of its own that remembers one upload after the other until it is killed, and notes when it did.
// Arguments: the manifest, the notes, the number of the first upload.

import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../src/deps.ts';
import { openManifest } from '../../src/publish/manifest.ts';
import { keyOf, pictureOf } from './manifest-uploads.ts';

const clock: Clock = {
  now: () => performance.now(),
  today: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  random: () => Math.random(),
};

const [, , path = '', notes = '', first = '0'] = process.argv;
const manifest = await openManifest({ path, clock, mode: 'read-write' });
for (let n = Number(first); ; n += 1) {
  manifest.record(keyOf(n), pictureOf(n));
  appendFileSync(notes, `${n} ${Date.now()}\n`);
  await setTimeout(1);
}
