// Prepares a schedule: clock, disk, sandbox, planned files, and the manifest of an earlier run.

import { join } from 'node:path';
import { openUploadCache, type UploadCache } from '../../src/publish/manifest/upload-cache.ts';
import type { Plan } from '../../src/publish/plan.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { putEarlier } from './earlier.ts';
import { lagOf } from './expected.ts';
import type { FaultPlan } from './fault-plan.ts';
import { layOut, planAll } from './files.ts';
import { parked } from './front-desk.ts';
import { MemoryDisk } from './memory-disk.ts';
import { Prng } from './prng.ts';
import { SteppedClock } from './stepped-clock.ts';
import { accountOptions } from './token-source.ts';
import { Trace } from './trace.ts';

export const API_URL = 'https://api.linkedin.com';
const START_MS = Date.UTC(2026, 10, 25, 15, 30);

export interface Setting {
  /** Where the run leaves its files. */
  readonly folder: string;
  readonly clock: SteppedClock;
  readonly disk: MemoryDisk;
  readonly model: SandboxModel;
  readonly trace: Trace;
  readonly cache: UploadCache | null;
  readonly uploads: Plan;
  /** Of each file of the run. */
  readonly contents: readonly Uint8Array[];
  /** File of the plan → URN of its upload in an earlier run. */
  readonly earlierUrns: ReadonlyMap<number, string>;
}

export async function settingOf(plan: FaultPlan, folder: string): Promise<Setting> {
  const chance = new Prng(plan.seed + 2);
  const clock = new SteppedClock({ epochMs: START_MS, random: () => chance.next() });
  const [disk, trace] = [new MemoryDisk(), new Trace()];
  const model = new SandboxModel({
    ...accountOptions(plan.token),
    clock: { now: () => clock.epochMs() + plan.skewMs },
    processingMs: plan.processingMs,
    partSizeBytes: plan.partSizeBytes,
    lagMs: lagOf(plan),
  });
  const laid = layOut(plan, { disk, trace });
  const path = join(folder, 'manifest.json');
  const earlierUrns = putEarlier(plan, { laid, model, nowMs: clock.epochMs(), path });
  const apiUrl = new URL(API_URL);
  const cache = await openUploadCache({ path, mode: 'publish', apiUrl, clock: parked(clock) });
  const uploads = planAll(plan, laid, cache);
  return { folder, clock, disk, model, trace, cache, uploads, contents: laid.contents, earlierUrns };
}
