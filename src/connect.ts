// Connects to LinkedIn or the sandbox and publishes the files of a run.

import { type Inputs, sandboxSettings } from './action/inputs/read-inputs.ts';
import { createRequestListeners } from './action/log/request-listeners.ts';
import type { Runtime } from './action/runtime.ts';
import { openLinkedIn } from './linkedin/open.ts';
import type { CallAllowance } from './publish/call-allowance.ts';
import { settleUnsettledFiles, withGracePeriod } from './publish/grace-period.ts';
import { openInTime } from './publish/lazy-file.ts';
import type { Ledger } from './publish/ledger.ts';
import { publishAll } from './publish/publish.ts';
import { startSandbox } from './sandbox/server.ts';

interface PublishRuntime extends Runtime {
  /** Null without a limit of API calls. */
  readonly allowance: CallAllowance | null;
}

/** Sends every unsettled file of `ledger`. A cancelled run starts no files and settles those that are left. */
export async function publish(ledger: Ledger, inputs: Inputs, runtime: PublishRuntime): Promise<void> {
  const { signal } = runtime;
  const isDue = !signal.aborted && ledger.unsettledIndices().length > 0;
  if (isDue) await withGracePeriod(sendFiles(ledger, inputs, runtime), runtime, () => {});
  if (signal.aborted) settleUnsettledFiles(ledger, signal);
}

/** `mode: simulate` runs everything against the sandbox on loopback, without a proxy and without a token. */
async function sendFiles(
  ledger: Ledger,
  { mode, connect, publish }: Inputs,
  runtime: PublishRuntime,
): Promise<void> {
  const sandbox = mode === 'simulate' ? await startSandbox() : null;
  try {
    const target = sandbox === null ? connect : sandboxSettings(connect, sandbox.url);
    const dispatcher = runtime.openDispatcher(target.proxy);
    try {
      const linkedin = openLinkedIn({
        ...runtime,
        ...target,
        dispatcher,
        ...createRequestListeners(ledger, runtime),
      });
      const open = openInTime(runtime.clock);
      await publishAll(ledger, publish, { ...runtime, linkedin, open });
    } finally {
      await dispatcher.destroy();
    }
  } finally {
    await sandbox?.close();
  }
}
