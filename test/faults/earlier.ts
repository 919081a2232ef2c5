// Uploads of an earlier run: creates their assets in the sandbox, and writes the manifest that remembers them.

import { writeFileSync } from 'node:fs';
import { formatManifest, keyText, type ManifestEntry } from '../../src/publish/manifest/schema.ts';
import type { PlannedFile } from '../../src/publish/plan.ts';
import { Asset, type Registration } from '../../src/sandbox/asset.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { IMAGE_RULES, makeSlot } from '../../src/sandbox/uploads/slot.ts';
import { cacheOf } from '../publish/manifest/fake-cache.ts';
import { ownerOf } from './calls.ts';
import { type EarlierUpload, entryKind } from './earlier-kinds.ts';
import { processingOf } from './expected.ts';
import type { FaultPlan } from './fault-plan.ts';
import { type LaidOut, planAll } from './files.ts';

interface Place {
  readonly laid: LaidOut;
  readonly model: SandboxModel;
  /** Of the runner, epoch milliseconds. */
  readonly nowMs: number;
  /** Of the manifest. */
  readonly path: string;
}

/** File of the plan → URN of its earlier upload. Writes no manifest if there are none. */
export function putEarlier(
  plan: FaultPlan,
  { laid, model, nowMs, path }: Place,
): ReadonlyMap<number, string> {
  const urns = new Map<number, string>();
  if (plan.files.every(({ earlier }) => earlier === undefined)) return urns;
  const planned = planAll(plan, laid, cacheOf(null)).files;
  const kept = plan.files.flatMap(({ earlier }, file) => {
    const one = planned[file];
    if (earlier === undefined || one === undefined) return [];
    const { urn } = keepAsset(plan, { file, earlier, planned: one, model });
    urns.set(file, urn);
    return entryOf(earlier, { planned: one, urn, nowMs });
  });
  // Copies have one entry, the newest.
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

interface Kept {
  readonly file: number;
  readonly earlier: EarlierUpload;
  readonly planned: PlannedFile;
  readonly model: SandboxModel;
}

function keepAsset(plan: FaultPlan, { file, earlier, planned, model }: Kept): Asset {
  const { form } = plan.files[file] ?? { form: 'picture' };
  const id = model.nextId('C4E10AQ');
  const type = plan.api === 'assets' ? 'digitalmediaAsset' : form === 'picture' ? 'image' : 'video';
  const address = `/dms-uploads/earlier/${id}`;
  const slot = makeSlot({ rules: IMAGE_RULES, address, expiresAt: model.now() });
  const asset = new Asset({
    id,
    urn: `urn:li:${type}:${id}`,
    registration: registrationOf(plan, { earlier, file, planned }),
    slots: [slot],
    completionToken: null,
    createdAt: model.now() - entryKind(earlier).agoMs,
    ...(earlier.asset === 'failed' ? { processingMs: 0 } : processingOf(plan, file)),
  });
  if (earlier.asset !== 'empty') {
    const { sha256 = '' } = planned.file.media ?? {};
    slot.stored = { sizeBytes: planned.file.sizeBytes, sha256, etag: null, status: 201 };
    asset.uploadedAt = asset.createdAt;
  }
  if (earlier.asset === 'endless') asset.finalStatus = 'PROCESSING';
  if (earlier.asset === 'failed')
    asset.finalStatus = plan.api === 'assets' ? 'CLIENT_ERROR' : 'PROCESSING_FAILED';
  model.add(asset);
  return asset;
}

/** A missing asset is registered with another API: reads of it are 404, and its owner is still known. */
function registrationOf(
  { api, files }: FaultPlan,
  { file, earlier, planned }: Omit<Kept, 'model'>,
): Registration {
  const isPicture = files[file]?.form === 'picture';
  const isMissing = earlier.asset === 'missing';
  return {
    api: api === 'assets' && !isMissing ? 'assets' : 'images',
    owner: ownerOf(file),
    family: isPicture === isMissing ? 'VIDEO' : 'STILLIMAGE',
    recipes: [planned.request?.recipe ?? []].flat(),
    mechanism: null,
    relationships: [],
  };
}
