// How a server of the bench speaks with it: its port first, then for each line on stdin what it counted since the last.

import { once } from 'node:events';
import type { Server } from 'node:net';
import { createInterface } from 'node:readline';

export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : null }));
}

/** Ends the process with its stdin: no server outlives the bench. */
export function answerLines(answer: () => unknown): void {
  createInterface({ input: process.stdin })
    .on('line', () => console.log(JSON.stringify(answer())))
    .on('close', () => process.exit());
}
