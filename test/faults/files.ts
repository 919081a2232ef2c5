// The files of a schedule: creates them on the disk in memory, and plans their uploads as the action does.

import { createHash } from 'node:crypto';
import type { Media, MediaFile, Sidecars } from '../../src/media/media-file.ts';
import type { CacheLookup, Plan, PlannedFile } from '../../src/publish/plan.ts';
import { planUploads } from '../../src/publish/plan.ts';
import { DOCUMENT, IMAGE, mediaFile, settingsOf, VIDEO } from '../publish/planned-files.ts';
import { ownerOf } from './classify-call.ts';
import { contentsOf, type FaultSchedule, type Form } from './fault-schedule.ts';
import type { DiskFault, MemoryDisk } from './memory-disk.ts';
import type { Trace } from './trace.ts';

// Each file is a slice of these bytes at an offset of its own, so that no two long ones are alike.
const BYTES = createHash('shake256', { outputLength: 1_000_000 }).update('files of a schedule').digest();

const MEDIA: Record<Form, Media> = { picture: IMAGE, deck: DOCUMENT, clip: VIDEO, film: VIDEO };

interface Place {
  readonly disk: MemoryDisk;
  /** Records the disk faults that strike. */
  readonly trace: Trace;
}

/** In the order of the run. */
export interface CreatedFiles {
  readonly files: readonly MediaFile[];
  readonly contents: readonly Uint8Array[];
}

export function createFiles(schedule: FaultSchedule, { disk, trace }: Place): CreatedFiles {
  const created = contentsOf(schedule).map((file, index) =>
    createFile(schedule, { file, name: nameOf(index) }, disk),
  );
  for (const fault of schedule.faults) {
    if (fault.on !== 'disk' || fault.file === null) continue;
    const struck = [fault.file];
    const kind = fault.kind as DiskFault;
    disk.injectFault(nameOf(fault.file), {
      kind,
      nth: fault.nth,
      onStrike: () => trace.strike(fault, struck),
    });
  }
  return { files: created.map(({ file }) => file), contents: created.map(({ bytes }) => bytes) };
}

function nameOf(index: number): string {
  return `file-${index}`;
}

function slice(start: number, sizeBytes: number): Uint8Array {
  return BYTES.subarray(start, start + sizeBytes);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `file`: index in the schedule. */
function createFile(
  schedule: FaultSchedule,
  { file, name }: { file: number; name: string },
  disk: MemoryDisk,
): { file: MediaFile; bytes: Uint8Array } {
  const { form, sidecars, sizeBytes } = schedule.files[file] ?? {
    form: 'picture',
    sidecars: [],
    sizeBytes: 1,
  };
  const bytes = slice(1 + file * 997, sizeBytes);
  const sidecarFiles: Sidecars = Object.fromEntries(
    sidecars.map((kind, index) => {
      const path = `${name}.${kind}`;
      const mediaType = kind === 'captions' ? 'application/x-subrip' : 'image/png';
      const sidecarBytes = slice(500_000 + file * 997 + index, 90);
      return [kind, { path, mediaType, sha256: digest(sidecarBytes), ...disk.add(path, sidecarBytes) }];
    }),
  );
  const inspected = mediaFile(name, {
    ...disk.add(name, bytes),
    media: { ...MEDIA[form], sha256: digest(bytes) },
    ...(sidecars.length === 0 ? {} : { sidecars: sidecarFiles }),
  });
  return { file: inspected, bytes };
}

/** Each scheduled file has its own owner, and is planned together with its copies. */
export function planAll(schedule: FaultSchedule, { files }: CreatedFiles, cache: CacheLookup | null): Plan {
  const planned: PlannedFile[] = [];
  const contents = contentsOf(schedule);
  const indices = Map.groupBy(files.keys(), (index) => contents[index] ?? index);
  for (const [file, ofFile] of indices) {
    const same = ofFile.flatMap((index) => files[index] ?? []);
    for (const [place, one] of planUploads(settingsFor(schedule, file), same, cache).files.entries()) {
      if (one.request === null) throw new RangeError(`${one.file.path} cannot be planned`);
      const isDuplicate = one.cacheHit !== undefined && 'duplicateOf' in one.cacheHit;
      planned[ofFile[place] ?? file] = isDuplicate ? { ...one, cacheHit: { duplicateOf: file } } : one;
    }
  }
  return { files: planned, warnings: [], notices: [] };
}

function settingsFor(schedule: FaultSchedule, file: number) {
  return settingsOf({
    api: schedule.api,
    owner: ownerOf(file),
    ownerKind: 'organization',
    imageUpload: schedule.imageUpload,
    multipartThresholdBytes: schedule.files[file]?.form === 'film' ? 1 : Number.MAX_SAFE_INTEGER,
    waitMs: schedule.waitMinutes * 60_000,
    readsArtifacts: schedule.readsArtifacts,
  });
}
