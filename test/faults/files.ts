// The files of a schedule: laid out on the disk in memory, and planned as the action would plan them.

import { createHash } from 'node:crypto';
import type { Memory } from '../../src/publish/memory.ts';
import type { Plan } from '../../src/publish/plan.ts';
import { planUploads } from '../../src/publish/plan.ts';
import { IMAGE, mediaFile, settingsOf, VIDEO } from '../publish/planned.ts';
import { ownerOf } from './calls.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { DiskFault, MemoryDisk } from './memory-disk.ts';
import { Prng } from './prng.ts';
import type { Trace } from './trace.ts';

// Every file is a stretch of these bytes from a place of its own, so that no two long ones are alike.
const BYTES = bytesOf(1_000_000);

function bytesOf(sizeBytes: number): Uint8Array {
  const chance = new Prng(1);
  return Uint8Array.from({ length: sizeBytes }, () => chance.between(0, 255));
}

interface Place {
  readonly disk: MemoryDisk;
  /** Hears of the faults of the disk that strike. */
  readonly trace: Trace;
  readonly memory: Memory | null;
}

export function layOut(
  plan: FaultPlan,
  { disk, trace, memory }: Place,
): { uploads: Plan; contents: readonly Uint8Array[] } {
  const contents = plan.files.map(({ sizeBytes }, file) => stretch(1 + file * 997, sizeBytes));
  const files = plan.files.map((_, file) =>
    planOne(plan, { file, bytes: contents[file] ?? BYTES }, { disk, memory }),
  );
  for (const fault of plan.faults) {
    if (fault.on !== 'disk' || fault.file === null) continue;
    const struck = [fault.file];
    const kind = fault.kind as DiskFault;
    disk.spoil(nameOf(fault.file), { kind, nth: fault.nth, onStrike: () => trace.strike(fault, struck) });
  }
  return { uploads: { files, warnings: [], notices: [] }, contents };
}

function nameOf(file: number): string {
  return `file-${file}`;
}

function stretch(start: number, sizeBytes: number): Uint8Array {
  return BYTES.subarray(start, start + sizeBytes);
}

function planOne(
  plan: FaultPlan,
  { file, bytes }: { file: number; bytes: Uint8Array },
  { disk, memory }: Omit<Place, 'trace'>,
) {
  const { form, beside } = plan.files[file] ?? { form: 'picture', beside: [] };
  const name = nameOf(file);
  const sidecars = beside.map((kind, index) => {
    const path = `${name}.${kind}`;
    const mediaType = kind === 'captions' ? ('application/x-subrip' as const) : ('image/png' as const);
    return [kind, { path, mediaType, ...disk.add(path, stretch(500_000 + file * 997 + index, 90)) }];
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const inspected = mediaFile(name, {
    ...disk.add(name, bytes),
    media: { ...(form === 'picture' ? IMAGE : VIDEO), sha256 },
    ...(beside.length === 0 ? {} : { sidecars: Object.fromEntries(sidecars) }),
  });
  const settings = settingsOf({
    api: plan.api,
    owner: ownerOf(file),
    ownerKind: 'organization',
    imageUpload: plan.imageUpload,
    multipartThresholdBytes: form === 'film' ? 1 : Number.MAX_SAFE_INTEGER,
    waitMs: plan.waitMinutes * 60_000,
    readsArtifacts: plan.readsArtifacts,
  });
  const [planned] = planUploads(settings, [inspected], memory).files;
  if (planned === undefined || planned.request === null) throw new RangeError(`${name} cannot be planned`);
  return planned;
}
