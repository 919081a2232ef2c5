// The part of a run that sends: LinkedIn, or its stand-in, and the way there. Loaded only by a run that sends.

import { hearing } from './action/hearing.ts';
import { type Inputs, simulatedTarget } from './action/inputs.ts';
import type { World } from './action/world.ts';
import { openLinkedIn } from './linkedin/open.ts';
import { orCutOff } from './publish/cut-off.ts';
import { openInTime } from './publish/disk-timeout.ts';
import type { Ledger } from './publish/ledger.ts';
import { publishAll } from './publish/publish.ts';

/** `mode: simulate` runs all of it against LinkedIn's stand-in on loopback, past any proxy and without a token. */
export async function publish(
  ledger: Ledger,
  { mode, connect, publish }: Inputs,
  world: World,
): Promise<void> {
  const sandbox = mode === 'simulate' ? await openSandbox() : null;
  try {
    const target = sandbox === null ? connect : simulatedTarget(connect, sandbox.url);
    const dispatcher = await world.openDispatcher(target.route);
    try {
      const linkedin = openLinkedIn({ ...world, ...target, dispatcher, ...hearing(ledger, world) });
      const open = openInTime(world.clock);
      await orCutOff(ledger, publishAll(ledger, publish, { ...world, linkedin, open }), world);
    } finally {
      await dispatcher.destroy();
    }
  } finally {
    await sandbox?.close();
  }
}

async function openSandbox() {
  const { startSandbox } = await import(/* webpackChunkName: "sandbox" */ './sandbox/server.ts');
  return await startSandbox();
}
