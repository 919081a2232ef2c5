// One row of the output `results`: the one source of its type and of schemas/results.schema.json, and how it is built from the
// ledger, at any moment of the run. Without side effects.

import type { ActionError } from '../../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../../errors/error-codes.ts';
import { API_NAMES } from '../../linkedin/apis.ts';
import { MEDIA_URNS, type MediaKind } from '../../linkedin/urn.ts';
import { sha256 } from '../../memory/upload-entry.ts';
import * as z from '../../schema.ts';
import { type FileItem, OUTCOME_STATES } from '../../upload/file-state.ts';

/** The name of a file, in the results of both actions. */
export const fileName = z
  .string()
  .min(1)
  .describe('Path relative to the workspace, or release:TAG/NAME.');

/** The error of a row, in the results of both actions. */
export const rowError = z.object({
  code: z
    .enum(Object.keys(ERROR_CODES) as ErrorCode[])
    .describe('One of the codes in docs/errors.md.'),
  message: z.string().describe('What happened.'),
  hint: z.string().describe('What to do; empty if the message says it.'),
});

const artifact = z.object({
  kind: z.string().describe("LinkedIn's own name; `download` for the file itself."),
  addresses: z
    .array(
      z.object({
        url: z.string().describe('Anyone who has this URL can use it.'),
        mediaType: z.string().optional(),
        expiresAt: z.string().describe('ISO 8601.').optional(),
      }),
    )
    .readonly(),
  data: z
    .unknown()
    .describe('As LinkedIn sent it, such as the renditions of a playlist.')
    .optional(),
});

const count = z.int().nonnegative();
const size = z.int().positive();

export const resultRow = z.object({
  file: fileName,
  state: z
    .enum(OUTCOME_STATES)
    .describe('What became of the file. docs/results.md explains the states.'),
  kind: z.enum(Object.keys(MEDIA_URNS) as MediaKind[]).exactOptional(),
  mediaType: z.string().describe('Detected from the bytes of the file.').exactOptional(),
  bytes: count.describe('Size of the file.').exactOptional(),
  sha256: sha256.describe('Digest of the bytes. Of a video only with a manifest.').exactOptional(),
  width: size.describe('Pixels.').exactOptional(),
  height: size.describe('Pixels.').exactOptional(),
  durationSeconds: z.number().nonnegative().describe('Length of a video.').exactOptional(),
  frames: size.describe('Frames of a GIF.').exactOptional(),
  altText: z.string().describe('Content of NAME.alt.txt next to an image.').exactOptional(),
  api: z.enum(API_NAMES).describe('The input api.'),
  recipe: z.string().describe('Full URN of the recipe.').exactOptional(),
  assetUrn: z.string().describe('urn:li:digitalmediaAsset:…, with the Assets API.').exactOptional(),
  mediaUrn: z.string().describe('URN of the image, video or document, for posts.').exactOptional(),
  urnSource: z
    .enum(['derived', 'linkedin'])
    .describe('Whether mediaUrn is derived from the id of the asset, or returned by LinkedIn.')
    .exactOptional(),
  status: z.string().describe("LinkedIn's own status, as last read.").exactOptional(),
  attempts: count.describe('Registrations that returned a URN.'),
  durationMs: count.describe('From the start of the upload to the final state.'),
  sidecars: z
    .object({ captions: z.string().exactOptional(), thumbnail: z.string().exactOptional() })
    .describe('Paths of the sidecars that were sent with a video.')
    .exactOptional(),
  artifacts: z
    .array(artifact)
    .readonly()
    .describe('What LinkedIn made of the file. Only with media-artifacts.')
    .exactOptional(),
  abandonedUrns: z
    .array(z.string())
    .readonly()
    .describe('URNs that were registered for the file and given up.')
    .exactOptional(),
  possibleOrphans: size.describe('Registrations that failed in doubt.').exactOptional(),
  error: rowError.describe('In every row that is not a success, and only there.').exactOptional(),
});

export type ResultRow = Readonly<z.infer<typeof resultRow>>;

/** A row without an error is a success. The ledger decides about errors when a file is settled. */
export function isSuccess(row: ResultRow): boolean {
  return row.error === undefined;
}

const FIELDS = Object.keys(resultRow.shape) as (keyof ResultRow)[];

/** Omits the fields that are not known or are empty lists. */
export function buildResultRow(item: FileItem, api: ResultRow['api']): ResultRow {
  const { planned, identity, state, stage, startedMs, endedMs } = item;
  const { file, request } = planned;
  const sidecars =
    item.isUploaded && request?.sidecars !== undefined ? Object.entries(file.sidecars ?? {}) : null;
  const fields: { readonly [K in keyof Required<ResultRow>]?: ResultRow[K] | null | undefined } = {
    ...file.media,
    ...identity,
    file: file.path,
    // A report during the run shows for an unsettled file what LinkedIn has of it.
    state:
      state ?? (stage === 'waiting' ? 'skipped' : stage === 'uploaded' ? 'processing' : 'failed'),
    // A file without an identity was never opened, so its size is not known.
    bytes: file.identity === null ? null : file.sizeBytes,
    altText: file.altText,
    api,
    recipe: request?.recipe,
    status: item.status,
    attempts: item.attempts,
    durationMs:
      startedMs === null || endedMs === null ? 0 : Math.round(Math.max(0, endedMs - startedMs)),
    sidecars: sidecars && Object.fromEntries(sidecars.map(([kind, { path }]) => [kind, path])),
    artifacts: item.artifacts,
    abandonedUrns: item.abandonedUrns,
    possibleOrphans: item.possibleOrphans || null,
    error: state === null ? UNSETTLED_ERROR : item.error && toRowError(item.error),
  };
  const known: Record<string, unknown> = {};
  for (const name of FIELDS) {
    const value = fields[name];
    if (value != null && !(Array.isArray(value) && value.length === 0)) known[name] = value;
  }
  return known as unknown as ResultRow;
}

/** The error of a row that is read while the run is in progress, or after the run was killed. */
export const UNSETTLED_ERROR = {
  code: 'RUN_STOPPED',
  message: 'the run was still in progress when this row was written',
  hint: ERROR_CODES.RUN_STOPPED.hint,
} as const;

export function toRowError({ code, message, hint }: ActionError): z.infer<typeof rowError> {
  return { code, message, hint };
}
