// The whole program: inputs, files, plan, publish, deliver. The one catch is here.

import { Desk } from './action/deliver.ts';
import { type Env, type Inputs, readInputs, simulatedTarget, wantsSummary } from './action/inputs.ts';
import { announceFound, announceWarnings } from './action/progress.ts';
import { buildReport, reportFailure } from './action/report.ts';
import type { Say } from './action/say.ts';
import type { Deps } from './deps.ts';
import { openLinkedIn } from './linkedin/open.ts';
import { findFiles } from './media/files.ts';
import { inspectMedia } from './media/inspection.ts';
import { takeShard } from './media/shards.ts';
import { Ledger } from './publish/ledger.ts';
import { openMemory } from './publish/memory.ts';
import { planUploads } from './publish/plan.ts';
import { publishAll } from './publish/publish.ts';
import { startSandbox } from './sandbox/server.ts';

/** The real world, handed in by index.ts; `direct` connections go past any proxy. */
interface World extends Omit<Deps, 'dispatcher'> {
  readonly env: Env;
  readonly say: Say;
  readonly openDispatcher: (route: Inputs['connect']['route']) => Deps['dispatcher'];
}

/** Resolves with the exit code of the step; never throws. */
export async function main(world: World): Promise<number> {
  const { env, say, clock, signal } = world;
  const desk = new Desk({ env, say, clock, wantsSummary: wantsSummary(env) });
  try {
    const inputs = readInputs(env, say.mask);
    const memory = await openMemory({ ...inputs.connect, path: inputs.manifest, mode: inputs.mode, clock });
    const files = announceFound(await findFiles(inputs.find), inputs.ifNoFilesFound, say);
    const media = await inspectMedia(takeShard(files, inputs), { ...inputs, digests: memory !== null });
    const plan = planUploads(inputs.plan, media, memory);
    announceWarnings(plan, say, { ...inputs.connect, todayMs: clock.today() });
    const ledger = new Ledger(plan, clock);
    const send = () => publish(ledger, inputs, world).finally(() => memory?.close());
    memory?.follow(ledger);
    if (inputs.mode === 'plan') ledger.settleAsPlanned();
    else await desk.follow(ledger, inputs.plan.api, send);
    return desk.deliver(buildReport(ledger, inputs, signal.aborted), { plan, ...inputs.plan });
  } catch (error) {
    return desk.deliver(reportFailure(error));
  }
}

/** `mode: simulate` runs all of it against LinkedIn's stand-in on loopback, past any proxy and without a token. */
async function publish(ledger: Ledger, { mode, connect, publish }: Inputs, world: World): Promise<void> {
  const sandbox = mode === 'simulate' ? await startSandbox() : null;
  const target = sandbox === null ? connect : simulatedTarget(connect, sandbox.url);
  const dispatcher = world.openDispatcher(target.route);
  try {
    const linkedin = openLinkedIn({ ...world, ...target, dispatcher, onRequest: ledger.countRequest });
    await publishAll(ledger, publish, { ...world, linkedin });
  } finally {
    await Promise.all([dispatcher.destroy(), sandbox?.close()]);
  }
}
