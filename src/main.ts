// The whole program: inputs, files, plan, publish, deliver. The one catch is here.

import { bothOrFaults } from './action/both-or-faults.ts';
import { Desk } from './action/deliver.ts';
import { gather, NEEDED_TO_GATHER } from './action/gather.ts';
import { manifestPath, readInputs, wantsSummary } from './action/inputs.ts';
import { lookInTime } from './action/look-in-time.ts';
import { announceWarnings } from './action/progress.ts';
import { buildReport, reportFailure } from './action/report.ts';
import { Scratch } from './action/scratch.ts';
import type { World } from './action/world.ts';
import { withGracePeriod } from './publish/grace-period.ts';
import { Ledger } from './publish/ledger.ts';
import { openUploadCache } from './publish/manifest/upload-cache.ts';
import { abortReason } from './publish/outcome.ts';
import { planUploads } from './publish/plan.ts';
import { publish } from './send.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(world: World): Promise<number> {
  const { env, say, clock, signal } = world;
  const scratch = new Scratch(env);
  const desk = new Desk({ env, say, clock, wantsSummary: wantsSummary(env) });
  try {
    const { inputs, faults } = readInputs(env, say.mask);
    const opening = bothOrFaults(
      {
        needs: ['mode', 'manifest'],
        work: () => openUploadCache({ ...inputs.connect, ...inputs, clock, path: inputs.manifest }),
      },
      {
        needs: NEEDED_TO_GATHER,
        work: () => gather(inputs, { ...world, scratch }),
        // Reading a release is an API call, and all input errors are reported before the first one.
        goesOn: inputs.release === null,
      },
      faults,
    );
    const [cache, { files, ...seen }] = await withGracePeriod(opening, world);
    const media = await lookInTime(files, { ...inputs, ...seen, digests: cache !== null }, world);
    const plan = announceWarnings(planUploads(inputs.plan, media, cache), { ...inputs.connect, say, clock });
    const ledger = new Ledger(plan, clock);
    const sendAll = () => publish(ledger, inputs, world).finally(() => cache?.close(signal));
    cache?.follow(ledger);
    if (inputs.mode === 'plan') ledger.settleAsPlanned();
    else await desk.follow(ledger, inputs.plan.api, sendAll);
    const report = buildReport(ledger, { ...inputs, ...seen }, abortReason(signal));
    const exitCode = desk.deliver(report, { plan, ...inputs.plan });
    if (signal.aborted) await cache?.closeAfterOutputs().finally(() => desk.nameManifest(report));
    return exitCode;
  } catch (error) {
    return desk.deliver(reportFailure(error, manifestPath(env)));
  } finally {
    await scratch.remove(clock);
  }
}
