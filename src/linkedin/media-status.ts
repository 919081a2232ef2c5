// Status reads of the Images and Videos APIs: all that wait in one call where LinkedIn allows it, else one by one.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)

import { ActionError, LinkedInError, UploadError } from '../errors.ts';
import type { HttpReply } from '../http/messages.ts';
import * as z from '../schema.ts';
import type { Api } from './api.ts';
import { downloadArtifact } from './artifacts.ts';
import { answerOf, unreadableOr, WORD_CAP } from './readings.ts';
import { firstPath, ifReadable, inItsWords, lacking, parseReply, refusalIn, requestId } from './replies.ts';
import {
  API_TRAITS,
  type Artifact,
  type InLane,
  type StatusAnswer,
  type StatusQuery,
  type StatusReading,
} from './session.ts';
import type { MediaKind } from './urn.ts';

// Only the status decides: what else cannot be read is as good as not there.
const record = z.looseObject({
  status: z.string(),
  downloadUrl: ifReadable(z.string()),
  downloadUrlExpiresAt: ifReadable(z.number()),
  processingFailureReason: ifReadable(z.string()),
});

// By URN, and each read by itself: what is wrong with one file is no reason to doubt the others.
const byUrn = z.record(z.string(), z.unknown()).catch({});
const batch = z.looseObject({ results: byUrn, errors: byUrn, statuses: byUrn });
const numbered = z.looseObject({ status: z.number() });

type StatusRecord = z.infer<typeof record>;
type Batch = z.infer<typeof batch>;

const BATCH_URNS = API_TRAITS.media.statusBatch;
const RESOURCES: Record<MediaKind, string> = { image: 'images', video: 'videos' };

/** Reads of one run: remembers of each kind when LinkedIn does not let this token read several at once. */
export class MediaStatuses {
  readonly #api: Api;
  readonly #oneByOne = new Set<MediaKind>();
  /** The first call for many of each kind goes alone: it shows whether that is allowed. */
  readonly #firsts = new Map<MediaKind, Promise<unknown>>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** All `queries` are of one kind. A promise for each, since one call may take longer than another. */
  read(queries: readonly StatusQuery[], inLane: InLane): readonly Promise<StatusAnswer>[] {
    const answers: Promise<StatusAnswer>[] = [];
    for (let start = 0; start < queries.length; start += BATCH_URNS) {
      answers.push(...this.#readSome(queries.slice(start, start + BATCH_URNS), inLane));
    }
    return answers;
  }

  /** What an available file can be fetched from. */
  async readArtifacts(query: StatusQuery): Promise<readonly Artifact[]> {
    return downloadArtifact(await this.#readRecord(query));
  }

  #readSome(queries: readonly StatusQuery[], inLane: InLane): readonly Promise<StatusAnswer>[] {
    const together = this.#readTogether(queries, inLane);
    return queries.map(async (query, index) => {
      const told = (await together)?.[index];
      return told ?? (await inLane(() => this.#readAlone(query)));
    });
  }

  #readAlone(query: StatusQuery): Promise<StatusAnswer> {
    return answerOf(async () => judgeRecord(await this.#readRecord(query), query));
  }

  /** Null where it is not worth a call, or LinkedIn does not allow it. */
  async #readTogether(
    queries: readonly StatusQuery[],
    inLane: InLane,
  ): Promise<readonly StatusAnswer[] | null> {
    const [{ kind } = { kind: 'image' as const }] = queries;
    if (queries.length === 1) return null;
    const first = this.#firsts.get(kind);
    if (first !== undefined) await first;
    if (this.#oneByOne.has(kind)) return null;
    const asking = inLane(() => this.#readBatch(kind, queries));
    const asked = asking.catch(() => {});
    if (first === undefined) this.#firsts.set(kind, asked);
    return await asking;
  }

  /** Null when LinkedIn does not allow it. */
  async #readBatch(
    kind: MediaKind,
    queries: readonly StatusQuery[],
  ): Promise<readonly StatusAnswer[] | null> {
    // The list's own signs stay raw; each URN in it is one encoded key.
    const urns = queries.map(({ urn }) => encodeURIComponent(urn)).join(',');
    try {
      const path = `${RESOURCES[kind]}?ids=List(${urns})`;
      const reply = await this.#api.get({ phase: 'status', path });
      const told = parseReply(reply, batch, 'status');
      return queries.map((query) => pickAnswer(query, told, reply));
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      if (!isBatchRefused(error)) return queries.map(() => error);
      this.#oneByOne.add(kind);
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
function isBatchRefused(error: ActionError): boolean {
  if (!(error instanceof LinkedInError)) return false;
  const { status } = error;
  return (status >= 400 && status < 500 && !SAME_FOR_SINGLE_READS.has(status)) || status === 501;
}

/** An answer of 200 does not mean that all were found: each URN has a result, or an error with a status of its own. */
function pickAnswer(
  query: StatusQuery,
  { results, errors, statuses }: Batch,
  reply: HttpReply,
): StatusAnswer {
  const { urn } = query;
  // The same facts as of a read of the one file: whether it is read again must not depend on its company.
  const facts = { requestedBy: requestId(reply), call: reply.call };
  const found = record.safeParse(results[urn]);
  if (found.success) return judgeRecord(found.data, query);
  const refused = errors[urn];
  const own = numbered.safeParse(refused).data?.status ?? statuses[urn];
  const status = typeof own === 'number' ? own : reply.status;
  if (refused !== undefined || status >= 400)
    return unreadableOr(refusalIn(refused, { status, phase: 'status', ...facts }));
  return lacking('status', ['results', urn, ...firstPath(found.error)], facts);
}

/** `WAITING_UPLOAD` is normal for a moment after the upload; a word that is not known yet is waited for. */
export function judgeRecord(found: StatusRecord, { urn }: StatusQuery): StatusReading {
  const status = found.status.slice(0, WORD_CAP);
  if (status === 'AVAILABLE') return { state: 'available', status, artifacts: downloadArtifact(found) };
  if (status !== 'PROCESSING_FAILED') return { state: 'waiting', status };
  const reason = inItsWords(found.processingFailureReason);
  const text = `LinkedIn failed to process the file (PROCESSING_FAILED)${reason}`;
  return { state: 'failed', status, error: new UploadError('PROCESSING_FAILED', text, { urn }) };
}
