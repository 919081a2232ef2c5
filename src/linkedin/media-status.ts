// Reads statuses and download URLs of images, videos and documents with the API of each kind: in batch calls until LinkedIn rejects
// one, then one by one. assets.ts does it with the older Assets API.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import { ActionError, statusOf, toActionError } from '../errors/action-error.ts';
import type { HttpResponse } from '../http/messages.ts';
import * as z from '../schema.ts';
import { API_TRAITS } from './apis.ts';
import {
  lenient,
  missingFieldError,
  optionalText,
  parseReply,
  quoteMessage,
  rejectionFromResponse,
} from './replies.ts';
import type { RestClient } from './rest-client.ts';
import type {
  MediaStatus,
  StatusQuery,
  StatusReader,
  StatusResult,
  WithReadSlot,
} from './session.ts';
import type { MediaKind } from './urn.ts';

const YEAR_10000_MS = Date.UTC(10_000, 0);

/** A moment in epoch milliseconds, converted to ISO 8601. */
export const moment = z
  .number()
  .positive()
  .lt(YEAR_10000_MS)
  .transform((epochMs) => new Date(epochMs).toISOString());

/** The status of a file, with its download URL as `artifacts`. Only `status` is required; other invalid fields count as missing. */
export const statusRecord = z
  .looseObject({
    status: z.string(),
    downloadUrl: lenient(z.string().min(1)),
    downloadUrlExpiresAt: lenient(moment),
    processingFailureReason: optionalText,
  })
  // The Images and Videos APIs return one download URL, and sometimes its expiry.
  .transform(({ downloadUrl: url, downloadUrlExpiresAt: expiresAt, ...rest }) => {
    if (url === undefined) return { ...rest, artifacts: [] };
    return { ...rest, artifacts: [{ kind: 'download', addresses: [{ url, expiresAt }] }] };
  });

// Keyed by URN, and each entry is parsed separately, so that one invalid entry does not affect other files.
const byUrn = z.record(z.string(), z.unknown()).catch({});
const batch = z.looseObject({ results: byUrn, errors: byUrn, statuses: byUrn });
const withStatus = z.looseObject({ status: z.number() });

type StatusRecord = z.infer<typeof statusRecord>;
type Batch = z.infer<typeof batch>;

const MAX_BATCH_SIZE = API_TRAITS.media.statusBatch;

/** The status reads of one run. Remembers for each kind whether LinkedIn rejects batch reads with this token. */
export class MediaStatusReader implements StatusReader {
  readonly #api: RestClient;
  readonly #withReadSlot: WithReadSlot;
  readonly #batchRejected = new Set<MediaKind>();
  /** The first batch read of each kind runs alone: it shows whether batch reads are allowed. */
  readonly #firstBatches = new Map<MediaKind, Promise<unknown>>();

  constructor(api: RestClient, withReadSlot: WithReadSlot) {
    this.#api = api;
    this.#withReadSlot = withReadSlot;
  }

  read(queries: readonly StatusQuery[]): readonly Promise<StatusResult>[] {
    const results: Promise<StatusResult>[] = [];
    for (let start = 0; start < queries.length; start += MAX_BATCH_SIZE) {
      const chunk = queries.slice(start, start + MAX_BATCH_SIZE);
      // A batch read even for a single file: it shows whether one call may read the files that follow.
      const together = this.#readBatch(chunk);
      results.push(
        ...chunk.map(async (query, index) => (await together)?.[index] ?? this.#readOne(query)),
      );
    }
    return results;
  }

  readsTogether({ kind }: Pick<StatusQuery, 'kind'>): boolean {
    return !this.#batchRejected.has(kind);
  }

  #readOne(query: StatusQuery): Promise<StatusResult> {
    // LinkedIn rejects raw colons in the path, so the whole URN is encoded.
    const path = `${query.kind}s/${encodeURIComponent(query.urn)}`;
    const read = async () =>
      interpretRecord(await this.#api.get({ phase: 'status', path }, statusRecord), query);
    return this.#withReadSlot(() => toStatusResult(read));
  }

  /** Null if LinkedIn rejects batch reads: each file is then read alone. */
  async #readBatch(queries: readonly StatusQuery[]): Promise<readonly StatusResult[] | null> {
    const [{ kind } = { kind: 'image' as const }] = queries;
    const first = this.#firstBatches.get(kind);
    if (first !== undefined) await first;
    if (this.#batchRejected.has(kind)) return null;
    const request = this.#withReadSlot(async (): Promise<StatusResult[] | null> => {
      // The parentheses and commas of the list stay raw; each URN in it is encoded.
      const urns = queries.map(({ urn }) => encodeURIComponent(urn)).join(',');
      try {
        const call = {
          phase: 'status',
          idempotency: 'idempotent',
          path: `${kind}s?ids=List(${urns})`,
        } as const;
        const response = await this.#api.send('GET', call);
        const results = parseReply(response, batch);
        return queries.map((query) => this.#pickResult(query, results, response));
      } catch (thrown) {
        const error = toActionError(thrown);
        if (!isBatchRejected(error)) return queries.map(() => ({ state: 'unread', error }));
        this.#batchRejected.add(kind);
        return null;
      }
    });
    const settled = request.catch(() => {});
    if (first === undefined) this.#firstBatches.set(kind, settled);
    return await request;
  }

  /** A 200 response does not mean that all were found. Each URN has a result, or an error with its own status. */
  #pickResult(
    query: StatusQuery,
    { results, errors, statuses }: Batch,
    response: HttpResponse,
  ): StatusResult {
    const { urn } = query;
    const found = statusRecord.safeParse(results[urn]);
    if (found.success) return interpretRecord(found.data, query);
    const rejection = errors[urn];
    const ownStatus = withStatus.safeParse(rejection).data?.status ?? statuses[urn];
    const status = typeof ownStatus === 'number' ? ownStatus : response.status;
    if (rejection !== undefined || status >= 400) {
      // Makes the error of a single read, so that batching does not affect retries.
      const single = { ...response, status, text: JSON.stringify(rejection ?? null) };
      return toErrorResult(rejectionFromResponse(single, this.#api.client.serverNow()));
    }
    const [firstIssue] = found.error.issues;
    const path = ['results', urn, ...(firstIssue?.path ?? [])];
    return { state: 'unread', error: missingFieldError(response, path) };
  }
}

// Errors of every read, or transient ones: a read of a single file would fail in the same way.
const SAME_FOR_SINGLE_READS = new Set([401, 408, 426, 429]);

/** LinkedIn's development tier responds with 403 or 400. Servers without batch reads: 404, 405, 414, 422 or 501. */
function isBatchRejected(error: ActionError): boolean {
  const status = statusOf(error) ?? 0;
  return (status >= 400 && status < 500 && !SAME_FOR_SINGLE_READS.has(status)) || status === 501;
}

/** `WAITING_UPLOAD` is normal shortly after the upload. An unknown status counts as waiting. */
export function interpretRecord(found: StatusRecord, { urn }: StatusQuery): MediaStatus {
  const status = found.status.slice(0, MAX_STATUS_LENGTH);
  if (status === 'AVAILABLE') return { state: 'available', status, artifacts: found.artifacts };
  if (status !== 'PROCESSING_FAILED') return { state: 'waiting', status };
  const reason = quoteMessage(found.processingFailureReason);
  const text = `LinkedIn failed to process the file (PROCESSING_FAILED)${reason}`;
  return { state: 'failed', status, error: new ActionError('PROCESSING_FAILED', text, { urn }) };
}

/** LinkedIn's statuses are shorter. A longer text is cut. */
export const MAX_STATUS_LENGTH = 60;

/** The error of a read is the result of its file. */
export async function toStatusResult(read: () => Promise<MediaStatus>): Promise<StatusResult> {
  try {
    return await read();
  } catch (thrown) {
    return toErrorResult(toActionError(thrown));
  }
}

/** A token may be allowed to upload but not to read the status. That is not a failure of the file. */
function toErrorResult(error: ActionError): StatusResult {
  return { state: error.code === 'ACCESS_DENIED' ? 'unreadable' : 'unread', error };
}
