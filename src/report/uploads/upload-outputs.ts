// The outputs of the upload action, without the paths of files.

import type { MediaKind } from '../../linkedin/urn.ts';
import type { OutputValues } from '../outputs.ts';
import type { ResultRow } from './result-row.ts';
import { isSuccess } from './rows.ts';
import type { Totals } from './totals.ts';

interface UploadFacts {
  readonly rows: readonly ResultRow[];
  readonly totals: Totals;
  readonly tokenDaysLeft: number | null;
}

/** The lists hold only the files that succeeded. */
export function uploadOutputs({ rows, totals, tokenDaysLeft }: UploadFacts) {
  const good = rows.filter(isSuccess);
  const ofKind = (wanted: MediaKind) =>
    good.flatMap(({ kind, mediaUrn }) => (kind === wanted && mediaUrn !== undefined ? [mediaUrn] : []));
  const assets = good.flatMap(({ assetUrn }) => assetUrn ?? []);
  const [images, videos, documents] = [ofKind('image'), ofKind('video'), ofKind('document')];
  return {
    results: rows,
    'asset-urns': assets,
    'image-urns': images,
    'video-urns': videos,
    'document-urns': documents,
    'asset-urn': assets[0] ?? '',
    'image-urn': images[0] ?? '',
    'video-urn': videos[0] ?? '',
    'document-urn': documents[0] ?? '',
    urns: new Map(good.flatMap(({ file, mediaUrn }) => (mediaUrn === undefined ? [] : [[file, mediaUrn]]))),
    'uploaded-count': totals.uploaded,
    'reused-count': totals.reused,
    'failed-count': totals.failed,
    'remaining-count': totals.deferred,
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}
