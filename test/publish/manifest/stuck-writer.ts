// A process of its own that has written its temporary file of the manifest and never gets to replace the manifest by it.
// Argument: the manifest. Prints a line when it is there.

import { replaceFile } from '../../../src/publish/manifest/file-store.ts';
import { systemClock } from '../../../src/system-clock.ts';

const [, , path = ''] = process.argv;
setInterval(() => {}, 60_000);
await replaceFile(path, [Buffer.from('{')], {
  clock: systemClock,
  move: () => {
    process.stdout.write('written\n');
    return new Promise(() => {});
  },
});
