// From a file to an upload that LinkedIn holds: register, transfer, complete. One session; whether there is another
// one is not decided here.

import type { Clock } from '../deps.ts';
import { type ActionError, ReplyShapeError, toActionError } from '../errors.ts';
import {
  type FailedStatus,
  type LinkedIn,
  type Receipt,
  type SessionRequest,
  type SidecarUpload,
  toMediaIdentity,
  type UploadSession,
} from '../linkedin/session.ts';
import { type Open, openBytes } from '../media/bytes.ts';
import type { MediaFile, Sidecar } from '../media/media-file.ts';
import { type LazyFile, lazyFile, openWithRetry, verified } from './lazy-file.ts';
import type { Ledger } from './ledger.ts';
import { runStoppedError } from './outcome.ts';
import { Probe } from './probe.ts';
import { BufferPool } from './range-body.ts';
import type { RequestScheduler } from './retry/request-scheduler.ts';
import type { Retrier } from './retry/retrier.ts';
import { transfer } from './transfer.ts';

interface UploaderOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open?: Open;
  /** Hears how each registration ended while its place is still held: the next one must know. */
  readonly onRegistration: (error: ActionError | null) => void;
}

const MAX_REGISTER_ATTEMPTS = 5;
const MAX_LOST_REGISTRATIONS = 2;
const MAX_COMPLETE_ATTEMPTS = 4;

export class Uploader {
  readonly #options: UploaderOptions;
  readonly #pool = new BufferPool();
  readonly #open: Open;
  /** Which file has which URN. */
  readonly #owners = new Map<string, number>();

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#open = openWithRetry(options);
  }

  /** @throws what LinkedIn, the network or the file refuse; the ledger keeps every URN that came before */
  async upload(index: number): Promise<UploadResult> {
    const { ledger, scheduler, signal, linkedin } = this.#options;
    const { file, request } = ledger.entry(index).planned;
    if (request === null) throw new RangeError('a refused file cannot be published');
    const retrier = scheduler.retrier.withListener((retry) =>
      ledger.record(index, { kind: 'retry', ...retry }),
    );
    const releaseSlot = await scheduler.transferSlots.acquire(index);
    const mediaFile = lazyFile(() => openBytes(file, this.#open));
    try {
      const session = await this.#register(index, { request, mediaFile, retrier });
      const probe = new Probe(this.#options, session.query);
      const receipts = await transfer({
        session,
        sizeBytes: request.sizeBytes,
        file: verified(mediaFile),
        openSidecar: (kind) => openBytes(findSidecar(file, kind), this.#open),
        limiter: scheduler.puts,
        retrier,
        pool: this.#pool,
        signal,
        serverNow: () => linkedin.serverNow(),
        onSent: (bytes) => ledger.record(index, { kind: 'sent', bytes }),
        isUploadStored: () => probe.checkTwice(),
        onLastAcquired: releaseSlot,
      });
      if (probe.failure === null) await this.#complete(index, { session, receipts, retrier, probe });
      const processedOnUpload = session.processedOnUpload && areAllCreated(receipts);
      return { session: { ...session, processedOnUpload }, failure: probe.failure };
    } finally {
      releaseSlot();
      // Closed after a transfer; where there was none, the word of LinkedIn does not wait for the disk.
      void mediaFile.close();
    }
  }

  #register(index: number, { request, mediaFile, retrier }: Registration): Promise<UploadSession> {
    const { ledger, scheduler } = this.#options;
    return retrier.run(() => this.#openSession(index, request, mediaFile), {
      limiter: scheduler.calls,
      key: index,
      maxAttempts: MAX_REGISTER_ATTEMPTS,
      // LinkedIn takes no key that would make two registrations one: each lost answer may have left another.
      maxLostResponses: MAX_LOST_REGISTRATIONS,
      onLostResponse: () => ledger.record(index, { kind: 'possible-orphan' }),
    });
  }

  async #openSession(index: number, request: SessionRequest, mediaFile: LazyFile): Promise<UploadSession> {
    const { ledger, linkedin, signal, onRegistration } = this.#options;
    if (ledger.stopReason !== null) throw runStoppedError('not registered', ledger.stopReason);
    ledger.record(index, { kind: 'registering' });
    // Opened meanwhile, so that its place among the PUTs does not wait for the disk; who sends it hears what failed.
    mediaFile.get().catch(() => {});
    try {
      const session = await linkedin.openSession(request);
      this.#assertUniqueUrn(index, session);
      ledger.record(index, { kind: 'registered', identity: session.identity, parts: session.parts.length });
      onRegistration(null);
      return session;
    } catch (thrown) {
      const error = toActionError(thrown);
      this.#recordUrn(index, request, error);
      if (!signal.aborted) onRegistration(error);
      throw error;
    }
  }

  /** Two files in one asset would both be told as published, and only one of them would be. */
  #assertUniqueUrn(index: number, { identity: { urn } }: UploadSession): void {
    const owner = this.#owners.get(urn) ?? index;
    this.#owners.set(urn, owner);
    if (owner === index) return;
    const { path } = this.#options.ledger.entry(owner).planned.file;
    throw new ReplyShapeError('REPLY_SHAPE', `LinkedIn gave ${urn} again, which belongs to ${path}`);
  }

  /** A registration can fail and still have given a URN, or have been heard when the run was cancelled under way. */
  #recordUrn(index: number, { kind }: SessionRequest, { urn }: ActionError): void {
    const { ledger, signal } = this.#options;
    if (urn !== undefined)
      ledger.record(index, { kind: 'registered', identity: toMediaIdentity(urn, kind), parts: 0 });
    else if (signal.aborted) ledger.record(index, { kind: 'possible-orphan' });
  }

  /** A completion that was heard, though its answer was lost, shows in the status. */
  async #complete(index: number, { session, receipts, retrier, probe }: Completion): Promise<void> {
    const { completions } = this.#options.scheduler;
    const { complete } = session;
    if (complete === null) return;
    await retrier.run(() => complete(receipts).then(() => true), {
      limiter: completions,
      key: index,
      maxAttempts: MAX_COMPLETE_ATTEMPTS,
      probe: async () => (await probe.check()) || null,
    });
  }
}

/** One session, and all that was sent in it. */
interface UploadResult {
  readonly session: UploadSession;
  /** Set when an answer was lost and the status then was a failure: that is no proof of an upload. */
  readonly failure: FailedStatus | null;
}

interface Registration {
  readonly request: SessionRequest;
  readonly mediaFile: LazyFile;
  readonly retrier: Retrier;
}

interface Completion {
  readonly session: UploadSession;
  readonly receipts: readonly Receipt[];
  readonly retrier: Retrier;
  readonly probe: Probe;
}

// What else counts as stored, a lost answer among it, tells nothing of the processing.
function areAllCreated(receipts: readonly Receipt[]): boolean {
  return receipts.every(({ status }) => status === 201);
}

/** What LinkedIn was told to expect with a video. */
function findSidecar({ path, sidecars }: MediaFile, kind: SidecarUpload['kind']): Sidecar {
  const sidecar = sidecars?.[kind];
  if (sidecar === undefined) throw new RangeError(`${path} has no ${kind}`);
  return sidecar;
}
