// The whole program: inputs, files, plan, publish, deliver. The one catch is here.

import { Desk } from './action/deliver.ts';
import { gather } from './action/gather.ts';
import { hearing } from './action/hearing.ts';
import { type Inputs, readInputs, simulatedTarget, wantsSummary } from './action/inputs.ts';
import { announceWarnings } from './action/progress.ts';
import { buildReport, reportFailure } from './action/report.ts';
import { Scratch } from './action/scratch.ts';
import type { World } from './action/world.ts';
import { openLinkedIn } from './linkedin/open.ts';
import { inspectMedia } from './media/inspection.ts';
import { Ledger } from './publish/ledger.ts';
import { openMemory } from './publish/memory.ts';
import { openPatiently } from './publish/opening.ts';
import { endBy } from './publish/outcome.ts';
import { planUploads } from './publish/plan.ts';
import { publishAll } from './publish/publish.ts';
import { startSandbox } from './sandbox/server.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(world: World): Promise<number> {
  const { env, say, clock, signal } = world;
  const scratch = new Scratch(env);
  const desk = new Desk({ env, say, clock, wantsSummary: wantsSummary(env) });
  try {
    const inputs = readInputs(env, say.mask);
    const memory = await openMemory({ ...inputs.connect, path: inputs.manifest, mode: inputs.mode, clock });
    const { files, released } = await gather(inputs, { ...world, scratch });
    const open = openPatiently(world);
    const media = await inspectMedia(files, { ...inputs, released, digests: memory !== null, open });
    const plan = announceWarnings(planUploads(inputs.plan, media, memory), { ...inputs.connect, say, clock });
    const ledger = new Ledger(plan, clock);
    const send = () => publish(ledger, inputs, world).finally(() => memory?.close());
    memory?.follow(ledger);
    if (inputs.mode === 'plan') ledger.settleAsPlanned();
    else await desk.follow(ledger, inputs.plan.api, send);
    return desk.deliver(buildReport(ledger, inputs, endBy(signal)), { plan, ...inputs.plan });
  } catch (error) {
    return desk.deliver(reportFailure(error));
  } finally {
    await scratch.remove();
  }
}

/** `mode: simulate` runs all of it against LinkedIn's stand-in on loopback, past any proxy and without a token. */
async function publish(ledger: Ledger, { mode, connect, publish }: Inputs, world: World): Promise<void> {
  const sandbox = mode === 'simulate' ? await startSandbox() : null;
  const target = sandbox === null ? connect : simulatedTarget(connect, sandbox.url);
  const dispatcher = world.openDispatcher(target.route);
  try {
    const linkedin = openLinkedIn({ ...world, ...target, dispatcher, ...hearing(ledger, world) });
    await publishAll(ledger, publish, { ...world, linkedin });
  } finally {
    await Promise.all([dispatcher.destroy(), sandbox?.close()]);
  }
}
