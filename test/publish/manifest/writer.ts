// A process of its own that remembers one upload after the other until it is killed, and notes when it did.
// Arguments: the manifest, the notes, the number of the first upload.

import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { openManifest } from '../../../src/publish/manifest/manifest.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { keyOf, pictureOf } from './uploads.ts';

const [, , path = '', notes = '', first = '0'] = process.argv;
const manifest = await openManifest({ path, clock: systemClock, mode: 'read-write' });
for (let n = Number(first); ; n += 1) {
  manifest.record(keyOf(n), pictureOf(n));
  appendFileSync(notes, `${n} ${Date.now()}\n`);
  await setTimeout(1);
}
