// Status reads of the Images and Videos APIs: all that wait in one call where LinkedIn allows it, else one by one.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import { ActionError, LinkedInError, UploadError } from '../errors.ts';
import type { HttpResponse } from '../http/messages.ts';
import * as z from '../schema.ts';
import { downloadArtifact } from './artifacts.ts';
import { MAX_STATUS_LENGTH, toErrorResult, toStatusResult } from './readings.ts';
import {
  firstIssuePath,
  lenient,
  missingFieldError,
  parseReply,
  quoteMessage,
  rejectionFromBody,
  requestIdSuffix,
} from './replies.ts';
import type { RestClient } from './rest-client.ts';
import {
  API_TRAITS,
  type Artifact,
  type MediaStatus,
  type StatusQuery,
  type StatusResult,
  type WithReadSlot,
} from './session.ts';
import type { MediaKind } from './urn.ts';

// Only the status decides: what else cannot be read is as good as not there.
const record = z.looseObject({
  status: z.string(),
  downloadUrl: lenient(z.string()),
  downloadUrlExpiresAt: lenient(z.number()),
  processingFailureReason: lenient(z.string()),
});

// By URN, and each read by itself: what is wrong with one file is no reason to doubt the others.
const byUrn = z.record(z.string(), z.unknown()).catch({});
const batch = z.looseObject({ results: byUrn, errors: byUrn, statuses: byUrn });
const withStatus = z.looseObject({ status: z.number() });

type StatusRecord = z.infer<typeof record>;
type Batch = z.infer<typeof batch>;

const MAX_BATCH_SIZE = API_TRAITS.media.statusBatch;
const RESOURCES: Record<MediaKind, string> = { image: 'images', video: 'videos' };

/** Reads of one run: remembers of each kind when LinkedIn does not let this token read several at once. */
export class MediaStatusReader {
  readonly #api: RestClient;
  readonly #batchRejected = new Set<MediaKind>();
  /** The first call for many of each kind goes alone: it shows whether that is allowed. */
  readonly #firstBatches = new Map<MediaKind, Promise<unknown>>();

  constructor(api: RestClient) {
    this.#api = api;
  }

  /** All `queries` are of one kind. A promise for each, since one call may take longer than another. */
  read(queries: readonly StatusQuery[], withReadSlot: WithReadSlot): readonly Promise<StatusResult>[] {
    const answers: Promise<StatusResult>[] = [];
    for (let start = 0; start < queries.length; start += MAX_BATCH_SIZE) {
      answers.push(...this.#readChunk(queries.slice(start, start + MAX_BATCH_SIZE), withReadSlot));
    }
    return answers;
  }

  /** What an available file can be fetched from. */
  async readArtifacts(query: StatusQuery): Promise<readonly Artifact[]> {
    return downloadArtifact(await this.#readRecord(query));
  }

  #readChunk(queries: readonly StatusQuery[], withReadSlot: WithReadSlot): readonly Promise<StatusResult>[] {
    const together = this.#tryBatch(queries, withReadSlot);
    return queries.map(async (query, index) => {
      const results = (await together)?.[index];
      return results ?? (await withReadSlot(() => this.#readSingle(query)));
    });
  }

  #readSingle(query: StatusQuery): Promise<StatusResult> {
    return toStatusResult(async () => interpretRecord(await this.#readRecord(query), query));
  }

  /** Null where it is not worth a call, or LinkedIn does not allow it. */
  async #tryBatch(
    queries: readonly StatusQuery[],
    withReadSlot: WithReadSlot,
  ): Promise<readonly StatusResult[] | null> {
    const [{ kind } = { kind: 'image' as const }] = queries;
    if (queries.length === 1) return null;
    const first = this.#firstBatches.get(kind);
    if (first !== undefined) await first;
    if (this.#batchRejected.has(kind)) return null;
    const request = withReadSlot(() => this.#readBatch(kind, queries));
    const settled = request.catch(() => {});
    if (first === undefined) this.#firstBatches.set(kind, settled);
    return await request;
  }

  /** Null when LinkedIn does not allow it. */
  async #readBatch(
    kind: MediaKind,
    queries: readonly StatusQuery[],
  ): Promise<readonly StatusResult[] | null> {
    // The list's own signs stay raw; each URN in it is one encoded key.
    const urns = queries.map(({ urn }) => encodeURIComponent(urn)).join(',');
    try {
      const path = `${RESOURCES[kind]}?ids=List(${urns})`;
      const reply = await this.#api.get({ phase: 'status', path });
      const results = parseReply(reply, batch, 'status');
      return queries.map((query) => pickResult(query, results, reply));
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      if (!isBatchRejected(error)) return queries.map(() => error);
      this.#batchRejected.add(kind);
      return null;
    }
  }

  async #readRecord({ kind, urn }: StatusQuery): Promise<StatusRecord> {
    // Raw colons in the path are refused: the whole URN is one encoded key.
    const path = `${RESOURCES[kind]}/${encodeURIComponent(urn)}`;
    return parseReply(await this.#api.get({ phase: 'status', path }), record, 'status');
  }
}

// True of every read, or of this moment alone: a read of one file would meet the same.
const SAME_FOR_SINGLE_READS = new Set([401, 408, 426, 429]);

/** LinkedIn's development tier answers 403 or 400; others that know no batch reads, 404, 405, 414, 422 or 501. */
function isBatchRejected(error: ActionError): boolean {
  if (!(error instanceof LinkedInError)) return false;
  const { status } = error;
  return (status >= 400 && status < 500 && !SAME_FOR_SINGLE_READS.has(status)) || status === 501;
}

/** An answer of 200 does not mean that all were found: each URN has a result, or an error with a status of its own. */
function pickResult(
  query: StatusQuery,
  { results, errors, statuses }: Batch,
  reply: HttpResponse,
): StatusResult {
  const { urn } = query;
  // The same facts as of a read of the one file: whether it is read again must not depend on its company.
  const context = { requestIdSuffix: requestIdSuffix(reply), call: reply.call };
  const found = record.safeParse(results[urn]);
  if (found.success) return interpretRecord(found.data, query);
  const rejection = errors[urn];
  const ownStatus = withStatus.safeParse(rejection).data?.status ?? statuses[urn];
  const status = typeof ownStatus === 'number' ? ownStatus : reply.status;
  if (rejection !== undefined || status >= 400)
    return toErrorResult(rejectionFromBody(rejection, { status, phase: 'status', ...context }));
  return missingFieldError('status', ['results', urn, ...firstIssuePath(found.error)], context);
}

/** `WAITING_UPLOAD` is normal for a moment after the upload; a word that is not known yet is waited for. */
export function interpretRecord(found: StatusRecord, { urn }: StatusQuery): MediaStatus {
  const status = found.status.slice(0, MAX_STATUS_LENGTH);
  if (status === 'AVAILABLE') return { state: 'available', status, artifacts: downloadArtifact(found) };
  if (status !== 'PROCESSING_FAILED') return { state: 'waiting', status };
  const reason = quoteMessage(found.processingFailureReason);
  const text = `LinkedIn failed to process the file (PROCESSING_FAILED)${reason}`;
  return { state: 'failed', status, error: new UploadError('PROCESSING_FAILED', text, { urn }) };
}
