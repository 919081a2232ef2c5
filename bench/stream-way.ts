// The comparison with plain streams: sends each part from a `createReadStream`, with as many at once as there are slots.
// Usage: node stream-way.ts URL FILE SLOTS

import { createReadStream, statSync } from 'node:fs';
import { Agent, request } from 'undici';
import { PART_BYTES } from './fixtures.ts';

const [url = '', path = '', slots = '8'] = process.argv.slice(2);
const sizeBytes = statSync(path).size;
const dispatcher = new Agent({ connections: Number(slots), pipelining: 1, allowH2: false });
const starts = Array.from({ length: Math.ceil(sizeBytes / PART_BYTES) }, (_, index) => index * PART_BYTES);
const queue = starts.values();

async function send(): Promise<void> {
  for (const start of queue) {
    const end = Math.min(start + PART_BYTES, sizeBytes) - 1;
    const { body, statusCode } = await request(`${url}/${start}`, {
      dispatcher,
      method: 'PUT',
      headers: { 'content-length': String(end - start + 1) },
      body: createReadStream(path, { start, end }),
    });
    await body.dump();
    if (statusCode !== 201) throw new Error(`A PUT got status ${statusCode}`);
  }
}

await Promise.all(Array.from({ length: Number(slots) }, send));
await dispatcher.close();
