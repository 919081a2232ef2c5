// Status reads of the Images and Videos APIs: all that wait in one call where LinkedIn allows it, else one by one.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import { z } from 'zod';
import { ActionError, LinkedInError, ReplyShapeError, UploadError } from '../errors.ts';
import { type Api, parseReply, refusalOf } from './api.ts';
import { downloadArtifact } from './artifacts.ts';
import type { Artifact, InLane, StatusQuery, StatusReading } from './session.ts';

const record = z.looseObject({
  status: z.string(),
  downloadUrl: z.string().optional(),
  downloadUrlExpiresAt: z.number().optional(),
  processingFailureReason: z.string().optional(),
});

const batch = z.looseObject({
  results: z.record(z.string(), record),
  errors: z
    .record(z.string(), z.looseObject({ status: z.number().optional(), message: z.string().optional() }))
    .default({}),
});

type StatusRecord = z.infer<typeof record>;
type Answer = StatusReading | ActionError;

// LinkedIn takes 4 KB of query; an encoded URN is about 50 bytes.
const BATCH_URNS = 50;

/** Reads of one run: remembers when LinkedIn's access tier does not allow several at once. */
export class MediaStatuses {
  readonly #api: Api;
  #mayBatch = true;

  constructor(api: Api) {
    this.#api = api;
  }

  async read(queries: readonly StatusQuery[], inLane: InLane): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (let start = 0; start < queries.length; start += BATCH_URNS) {
      answers.push(...(await this.#readSome(queries.slice(start, start + BATCH_URNS), inLane)));
    }
    return answers;
  }

  /** What an available file can be fetched from. */
  async readArtifacts(query: StatusQuery): Promise<readonly Artifact[]> {
    return downloadArtifact(await this.#readRecord(query));
  }

  async #readSome(queries: readonly StatusQuery[], inLane: InLane): Promise<readonly Answer[]> {
    if (this.#mayBatch && queries.length > 1) {
      const answers = await inLane(() => this.#readBatch(queries));
      if (answers !== null) return answers;
    }
    return Promise.all(queries.map((query) => inLane(() => this.#readOne(query))));
  }

  /** Null when LinkedIn does not allow it: its development tier answers 403 or 400. */
  async #readBatch(queries: readonly StatusQuery[]): Promise<readonly Answer[] | null> {
    const urns = queries.map(({ urn }) => encodeURIComponent(urn)).join(',');
    try {
      const path = `${resourceOf(queries[0])}?ids=List(${urns})`;
      const reply = await this.#api.get({ phase: 'status', repeat: 'freely', path });
      const { results, errors } = parseReply(reply, batch, 'status');
      return queries.map((query) => pickAnswer(query, results[query.urn], errors[query.urn]));
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      if (!(error instanceof LinkedInError) || ![400, 403].includes(error.status))
        return queries.map(() => error);
      this.#mayBatch = false;
      return null;
    }
  }

  async #readOne(query: StatusQuery): Promise<Answer> {
    try {
      return judgeRecord(await this.#readRecord(query), query);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      return unreadableOr(error);
    }
  }

  async #readRecord(query: StatusQuery): Promise<StatusRecord> {
    // Raw colons in the path are refused: the whole URN is one encoded key.
    const path = `${resourceOf(query)}/${encodeURIComponent(query.urn)}`;
    return parseReply(await this.#api.get({ phase: 'status', repeat: 'freely', path }), record, 'status');
  }
}

function resourceOf(query: StatusQuery | undefined): 'images' | 'videos' {
  return query?.kind === 'video' ? 'videos' : 'images';
}

function pickAnswer(
  query: StatusQuery,
  found: StatusRecord | undefined,
  refused: { status?: number | undefined; message?: string | undefined } | undefined,
): Answer {
  if (found !== undefined) return judgeRecord(found, query);
  if (refused === undefined) {
    const text = `LinkedIn's answer to the status request lacks results.${query.urn}`;
    return new ReplyShapeError('REPLY_SHAPE', text, { urn: query.urn });
  }
  return unreadableOr(refusalOf({ status: refused.status ?? 0, message: refused.message }, 'status'));
}

function unreadableOr(error: ActionError): Answer {
  return error.code === 'ACCESS_DENIED' ? { state: 'unreadable', error } : error;
}

/** `WAITING_UPLOAD` is normal for a moment after the upload; a word that is not known yet is waited for. */
export function judgeRecord(found: StatusRecord, { urn }: StatusQuery): StatusReading {
  const { status } = found;
  if (status === 'AVAILABLE') return { state: 'available', status, artifacts: downloadArtifact(found) };
  if (status !== 'PROCESSING_FAILED') return { state: 'waiting', status };
  const reason = found.processingFailureReason === undefined ? '' : `: ${found.processingFailureReason}`;
  const text = `LinkedIn failed to process the file (PROCESSING_FAILED)${reason}`;
  return { state: 'failed', status, error: new UploadError('PROCESSING_FAILED', text, { urn }) };
}
