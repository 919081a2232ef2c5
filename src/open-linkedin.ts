// Connects a run to LinkedIn, or in `mode: simulate` to the sandbox.

import { sandboxSettings } from './inputs/linkedin-access.ts';
import type { Inputs } from './inputs/read-inputs.ts';
import { type LinkedInConnection, openLinkedIn } from './linkedin/open.ts';
import { createRequestListeners } from './report/log/request-listeners.ts';
import type { Runtime } from './runtime.ts';
import { startSandbox } from './sandbox/server.ts';
import type { Ledger } from './upload/ledger.ts';

/** The numbers of simulated posts begin with a 9 and zeros, so that nobody takes them for posts on LinkedIn. */
const FAKE_POST_NUMBER = 9_000_000_000_000_000_000n;

/**
 * Connects `work` to LinkedIn, and counts its requests in `ledger`. `mode: simulate` runs everything against the sandbox on
 * loopback, without a proxy and without a token.
 */
export async function withLinkedIn<T>(
  { mode, connect }: Pick<Inputs, 'mode' | 'connect'>,
  runtime: Runtime,
  ledger: Ledger,
  work: (linkedin: LinkedInConnection) => Promise<T>,
): Promise<T> {
  const sandbox = mode === 'simulate' ? await startSandbox({ firstPostNumber: FAKE_POST_NUMBER }) : null;
  try {
    const target = sandbox === null ? connect : sandboxSettings(connect, sandbox.url);
    const dispatcher = runtime.openDispatcher(target.proxy);
    try {
      const listeners = createRequestListeners(ledger, runtime);
      return await work(openLinkedIn({ ...runtime, ...target, dispatcher, ...listeners }));
    } finally {
      await dispatcher.destroy();
    }
  } finally {
    await sandbox?.close();
  }
}
