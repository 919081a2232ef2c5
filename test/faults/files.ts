// The files of a schedule: laid out on the disk in memory, and planned as the action would plan them.

import { createHash } from 'node:crypto';
import type { MediaFile, Sidecars } from '../../src/media/media-file.ts';
import type { CacheLookup, Plan, PlannedFile } from '../../src/publish/plan.ts';
import { planUploads } from '../../src/publish/plan.ts';
import { IMAGE, mediaFile, settingsOf, VIDEO } from '../publish/planned-files.ts';
import { ownerOf } from './calls.ts';
import { contentsOf, type FaultPlan } from './fault-plan.ts';
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
}

/** In the order of the run. */
export interface LaidOut {
  readonly files: readonly MediaFile[];
  readonly contents: readonly Uint8Array[];
}

export function layOut(plan: FaultPlan, { disk, trace }: Place): LaidOut {
  const laid = contentsOf(plan).map((file, index) => layOutOne(plan, { file, name: nameOf(index) }, disk));
  for (const fault of plan.faults) {
    if (fault.on !== 'disk' || fault.file === null) continue;
    const struck = [fault.file];
    const kind = fault.kind as DiskFault;
    disk.spoil(nameOf(fault.file), { kind, nth: fault.nth, onStrike: () => trace.strike(fault, struck) });
  }
  return { files: laid.map(({ file }) => file), contents: laid.map(({ bytes }) => bytes) };
}

function nameOf(index: number): string {
  return `file-${index}`;
}

function stretch(start: number, sizeBytes: number): Uint8Array {
  return BYTES.subarray(start, start + sizeBytes);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `file`: in the plan. */
function layOutOne(
  plan: FaultPlan,
  { file, name }: { file: number; name: string },
  disk: MemoryDisk,
): { file: MediaFile; bytes: Uint8Array } {
  const { form, beside, sizeBytes } = plan.files[file] ?? { form: 'picture', beside: [], sizeBytes: 1 };
  const bytes = stretch(1 + file * 997, sizeBytes);
  const sidecars: Sidecars = Object.fromEntries(
    beside.map((kind, index) => {
      const path = `${name}.${kind}`;
      const mediaType = kind === 'captions' ? 'application/x-subrip' : 'image/png';
      const along = stretch(500_000 + file * 997 + index, 90);
      return [kind, { path, mediaType, sha256: digest(along), ...disk.add(path, along) }];
    }),
  );
  const inspected = mediaFile(name, {
    ...disk.add(name, bytes),
    media: { ...(form === 'picture' ? IMAGE : VIDEO), sha256: digest(bytes) },
    ...(beside.length === 0 ? {} : { sidecars }),
  });
  return { file: inspected, bytes };
}

/** Each file of the plan has its own owner, and is planned together with its copies. */
export function planAll(plan: FaultPlan, { files }: LaidOut, cache: CacheLookup | null): Plan {
  const planned: PlannedFile[] = [];
  const contents = contentsOf(plan);
  const indices = Map.groupBy(files.keys(), (index) => contents[index] ?? index);
  for (const [file, ofFile] of indices) {
    const same = ofFile.flatMap((index) => files[index] ?? []);
    for (const [place, one] of planUploads(settingsFor(plan, file), same, cache).files.entries()) {
      if (one.request === null) throw new RangeError(`${one.file.path} cannot be planned`);
      const isDuplicate = one.cacheHit !== undefined && 'duplicateOf' in one.cacheHit;
      planned[ofFile[place] ?? file] = isDuplicate ? { ...one, cacheHit: { duplicateOf: file } } : one;
    }
  }
  return { files: planned, warnings: [], notices: [] };
}

function settingsFor(plan: FaultPlan, file: number) {
  return settingsOf({
    api: plan.api,
    owner: ownerOf(file),
    ownerKind: 'organization',
    imageUpload: plan.imageUpload,
    multipartThresholdBytes: plan.files[file]?.form === 'film' ? 1 : Number.MAX_SAFE_INTEGER,
    waitMs: plan.waitMinutes * 60_000,
    readsArtifacts: plan.readsArtifacts,
  });
}
