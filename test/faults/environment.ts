// The environment of a schedule: clock, disk, sandbox, planned files, and the manifest of an earlier run.

import { join } from 'node:path';
import { FileStore } from '../../src/publish/manifest/file-store.ts';
import { openUploadCache, type UploadCache } from '../../src/publish/manifest/upload-cache.ts';
import type { Plan } from '../../src/publish/plan.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { createEarlierUploads } from './earlier-run.ts';
import { lagOf } from './expected.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { createFiles, planAll } from './files.ts';
import { MemoryDisk } from './memory-disk.ts';
import { RandomSource } from './random-source.ts';
import { withoutTimers } from './recorded-reporter.ts';
import { SteppedClock } from './stepped-clock.ts';
import { accountOptions } from './token-source.ts';
import { Trace } from './trace.ts';

export const API_URL = 'https://api.linkedin.com';
const START_MS = Date.UTC(2026, 10, 25, 15, 30);

export interface Environment {
  /** Where the run writes its files. */
  readonly folder: string;
  readonly clock: SteppedClock;
  readonly disk: MemoryDisk;
  readonly model: SandboxModel;
  readonly trace: Trace;
  readonly cache: UploadCache | null;
  readonly uploads: Plan;
  /** Of each file of the run. */
  readonly contents: readonly Uint8Array[];
  /** Scheduled file → URN of its upload in an earlier run. */
  readonly earlierUrns: ReadonlyMap<number, string>;
}

export async function prepareEnvironment(schedule: FaultSchedule, folder: string): Promise<Environment> {
  const random = new RandomSource(schedule.seed + 2);
  const clock = new SteppedClock({ epochMs: START_MS, random: () => random.next() });
  const [disk, trace] = [new MemoryDisk(), new Trace()];
  const model = new SandboxModel({
    ...accountOptions(schedule.token),
    clock: { now: () => clock.epochMs() + schedule.skewMs },
    processingMs: schedule.processingMs,
    partSizeBytes: schedule.partSizeBytes,
    lagMs: lagOf(schedule),
  });
  const created = createFiles(schedule, { disk, trace });
  const path = join(folder, 'manifest.json');
  const earlierUrns = createEarlierUploads(schedule, { created, model, nowMs: clock.epochMs(), path });
  const apiUrl = new URL(API_URL);
  const store = new FileStore({ path, workspace: null, isReadOnly: false, clock: withoutTimers(clock) });
  const cache = await openUploadCache(store, { apiUrl, clock });
  const uploads = planAll(schedule, created, cache);
  return { folder, clock, disk, model, trace, cache, uploads, contents: created.contents, earlierUrns };
}
