// Uploads of an earlier run: creates their assets in the sandbox, and writes the manifest with their entries.

import { writeFileSync } from 'node:fs';
import { formatManifest, keyText, type ManifestEntry } from '../../src/memory/manifest.ts';
import type { PlannedFile } from '../../src/publish/plan.ts';
import { Asset, type Registration } from '../../src/sandbox/asset.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { IMAGE_RULES, makeSlot } from '../../src/sandbox/uploads/slot.ts';
import { cacheOf } from '../publish/fake-cache.ts';
import { ownerOf } from './classify-call.ts';
import { type EarlierUpload, entryKind } from './earlier-uploads.ts';
import { processingOf } from './expected.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { type CreatedFiles, planAll } from './files.ts';

interface Place {
  readonly created: CreatedFiles;
  readonly model: SandboxModel;
  /** Epoch milliseconds on the runner's clock. */
  readonly nowMs: number;
  /** Of the manifest file. */
  readonly path: string;
}

/** Scheduled file → URN of its earlier upload. Writes no manifest if there are none. */
export function createEarlierUploads(
  schedule: FaultSchedule,
  { created, model, nowMs, path }: Place,
): ReadonlyMap<number, string> {
  const urns = new Map<number, string>();
  if (schedule.files.every(({ earlier }) => earlier === undefined)) return urns;
  const planned = planAll(schedule, created, cacheOf(null)).files;
  const kept = schedule.files.flatMap(({ earlier }, file) => {
    const one = planned[file];
    if (earlier === undefined || one === undefined) return [];
    const { urn } = createAsset(schedule, { file, earlier, planned: one, model });
    urns.set(file, urn);
    return entryOf(earlier, { planned: one, urn, nowMs });
  });
  // Files with the same bytes share one entry, the newest.
  const sorted = kept.sort((left, right) => (left.updatedAt < right.updatedAt ? -1 : 1));
  const entries = new Map(sorted.map((entry) => [keyText(entry), entry]));
  writeFileSync(path, formatManifest({ entries }));
  return urns;
}

function entryOf(
  earlier: EarlierUpload,
  { planned, urn, nowMs }: { planned: PlannedFile; urn: string; nowMs: number },
): ManifestEntry[] {
  const { file, request, cacheKey } = planned;
  if (request === null || cacheKey === undefined) return [];
  const { state, agoMs, isChecked } = entryKind(earlier);
  const updatedAt = new Date(nowMs - agoMs).toISOString();
  const common = {
    ...cacheKey,
    file: file.path,
    kind: request.kind,
    urn,
  };
  return [{ ...common, state, updatedAt, ...(isChecked ? { checkedAt: updatedAt } : {}) }];
}

const IMAGE_TYPE = { type: 'image', family: 'STILLIMAGE', api: 'images' } as const;
const VIDEO_TYPE = { type: 'video', family: 'VIDEO', api: 'videos' } as const;
const TYPES = {
  picture: IMAGE_TYPE,
  deck: { type: 'document', family: 'DOCUMENT', api: 'documents' },
  clip: VIDEO_TYPE,
  film: VIDEO_TYPE,
} as const;
const OTHER_FAMILY = { STILLIMAGE: 'VIDEO', VIDEO: 'STILLIMAGE', DOCUMENT: 'VIDEO' } as const;

interface EarlierAsset {
  readonly file: number;
  readonly earlier: EarlierUpload;
  readonly planned: PlannedFile;
  readonly model: SandboxModel;
}

function createAsset(schedule: FaultSchedule, { file, earlier, planned, model }: EarlierAsset): Asset {
  const { form } = schedule.files[file] ?? { form: 'picture' };
  const id = model.nextId('C4E10AQ');
  const type = schedule.api === 'assets' ? 'digitalmediaAsset' : TYPES[form].type;
  const address = `/dms-uploads/earlier/${id}`;
  const slot = makeSlot({ rules: IMAGE_RULES, address, expiresAt: model.now() });
  const asset = new Asset({
    id,
    urn: `urn:li:${type}:${id}`,
    registration: registrationOf(schedule, { earlier, file, planned }),
    slots: [slot],
    completionToken: null,
    createdAt: model.now() - entryKind(earlier).agoMs,
    ...(earlier.asset === 'failed' ? { processingMs: 0 } : processingOf(schedule, file)),
  });
  if (earlier.asset !== 'empty') {
    const { sha256 = '' } = planned.file.media ?? {};
    slot.stored = { sizeBytes: planned.file.sizeBytes, sha256, etag: null, status: 201 };
    asset.uploadedAt = asset.createdAt;
  }
  if (earlier.asset === 'endless') asset.finalStatus = 'PROCESSING';
  if (earlier.asset === 'failed')
    asset.finalStatus = schedule.api === 'assets' ? 'CLIENT_ERROR' : 'PROCESSING_FAILED';
  model.add(asset);
  return asset;
}

/** A missing asset is registered with another API: reads of it are 404, and its owner is still known. */
function registrationOf(
  { api, files }: FaultSchedule,
  { file, earlier, planned }: Omit<EarlierAsset, 'model'>,
): Registration {
  const { family, api: ownApi } = TYPES[files[file]?.form ?? 'picture'];
  const isMissing = earlier.asset === 'missing';
  return {
    api: api === 'assets' && !isMissing ? 'assets' : ownApi,
    owner: ownerOf(file),
    family: isMissing ? OTHER_FAMILY[family] : family,
    recipes: [planned.request?.recipe ?? []].flat(),
    mechanism: null,
    relationships: [],
  };
}
