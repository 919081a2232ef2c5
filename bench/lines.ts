// The output of a server of the benchmark: its port, and then its new counts for each line on stdin.

import { once } from 'node:events';
import type { Server } from 'node:net';
import { createInterface } from 'node:readline';

export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }));
}

/** Ends the process when its stdin ends, so that no server outlives the benchmark. */
export function answerLines(answer: () => unknown): void {
  createInterface({ input: process.stdin })
    .on('line', () => console.log(JSON.stringify(answer())))
    .on('close', () => process.exit());
}
