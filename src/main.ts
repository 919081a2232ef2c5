// The whole program: inputs, files, plan, publish, deliver. The one catch is here.

import type { Dispatcher } from 'undici';
import { Desk } from './action/deliver.ts';
import { type Env, type Inputs, readInputs, simulatedTarget, wantsSummary } from './action/inputs.ts';
import { announceFound, announceWarnings } from './action/progress.ts';
import { buildReport, reportFailure } from './action/report.ts';
import type { Say } from './action/say.ts';
import type { Deps } from './deps.ts';
import { openLinkedIn } from './linkedin/open.ts';
import { findFiles, inspectFiles } from './media/files.ts';
import { attachSidecars } from './media/sidecars.ts';
import { Ledger } from './publish/ledger.ts';
import { planUploads } from './publish/plan.ts';
import { publishAll } from './publish/publish.ts';
import { startSandbox } from './sandbox/server.ts';

/** The real world, handed in by index.ts; `direct` connections go past any proxy. */
interface World extends Omit<Deps, 'dispatcher'> {
  readonly env: Env;
  readonly say: Say;
  readonly openDispatcher: (route: 'direct' | 'by-proxy') => Dispatcher;
}

/** Resolves with the exit code of the step; never throws. */
export async function main(world: World): Promise<number> {
  const { env, say, clock, signal } = world;
  const desk = new Desk({ env, say, clock, wantsSummary: wantsSummary(env) });
  try {
    const inputs = readInputs(env, say.mask);
    const found = await findFiles(inputs.find);
    announceFound(found, inputs.ifNoFilesFound, say);
    const files = await inspectFiles(found.files);
    const media = inputs.sidecars ? await attachSidecars(files, inputs.find) : files;
    const plan = planUploads(inputs.plan, media);
    announceWarnings(plan, say);
    const ledger = new Ledger(plan, clock);
    if (inputs.mode === 'plan') ledger.settleAsPlanned();
    else await desk.follow(ledger, inputs.plan.api, () => publish(ledger, inputs, world));
    return desk.deliver(buildReport(ledger, inputs, signal.aborted), { plan, ...inputs.plan });
  } catch (error) {
    return desk.deliver(reportFailure(error));
  }
}

/** `mode: simulate` runs all of it against LinkedIn's stand-in on loopback, past any proxy and without a token. */
async function publish(ledger: Ledger, { mode, connect, publish }: Inputs, world: World): Promise<void> {
  const sandbox = mode === 'simulate' ? await startSandbox() : null;
  const dispatcher = world.openDispatcher(sandbox === null ? 'by-proxy' : 'direct');
  const target = sandbox === null ? connect : simulatedTarget(connect, sandbox.url);
  const onRequest = (phase: string) => ledger.countRequest(phase);
  try {
    const linkedin = openLinkedIn({ ...world, ...target, dispatcher, onRequest });
    await publishAll(ledger, publish, { ...world, linkedin });
  } finally {
    await dispatcher.destroy();
    await sandbox?.close();
  }
}
