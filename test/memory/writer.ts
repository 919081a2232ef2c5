// A separate process that records one upload after the other until it is killed, and notes the time of each.
// Arguments: the manifest, the notes, the number of the first upload.

import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import { Memory } from '../../src/memory/memory.ts';
import { WorkspaceFile } from '../../src/memory/workspace-file.ts';
import { UploadCache } from '../../src/upload/upload-cache.ts';
import { imageOf, keyOf } from './uploads.ts';

const [, , path = '', notes = '', first = '0'] = process.argv;
const file = new WorkspaceFile({ path, workspace: null, isReadOnly: false, clock: systemClock });
const { signal } = new AbortController();
const memory = new Memory(file, { clock: systemClock, signal, isReadOnly: false });
await memory.open();
const cache = new UploadCache(memory, { apiBase: 'https://api.linkedin.com', clock: systemClock });
for (let n = Number(first); ; n += 1) {
  cache.record(keyOf(n), imageOf(n));
  appendFileSync(notes, `${n} ${Date.now()}\n`);
  await setTimeout(1);
}
