// Uploads one file in one session: register, transfer, complete. The caller decides about another session.

import type { Clock } from '../deps.ts';
import {
  ActionError,
  HttpError,
  LinkedInError,
  ReplyShapeError,
  runStoppedError,
  toActionError,
} from '../errors.ts';
import {
  type FailedStatus,
  isUploadProven,
  type LinkedIn,
  type Receipt,
  type SessionRequest,
  type StatusQuery,
  type StatusResult,
  type UploadSession,
} from '../linkedin/session.ts';
import { toMediaIdentity } from '../linkedin/urn.ts';
import { type Open, openBytes, openWithRetry } from '../media/bytes.ts';
import { lazyFile } from './file-body.ts';
import type { Ledger } from './ledger.ts';
import type { RequestScheduler } from './request-scheduler.ts';
import type { Retrier } from './retry/retrier.ts';
import { mayHaveTakenEffect } from './retry/retry-policy.ts';
import { Transfer } from './transfer.ts';

interface UploaderOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open?: Open;
  /** Gets the result of each registration before its slot is released, so that the next call takes it into account. */
  readonly onRegistration: (error: ActionError | null) => void;
}

const MAX_REGISTER_ATTEMPTS = 5;
const MAX_LOST_REGISTRATIONS = 2;
const MAX_COMPLETE_ATTEMPTS = 4;

export class Uploader {
  readonly #options: UploaderOptions;
  readonly #open: Open;
  /** The index of the file that each URN belongs to. */
  readonly #indexByUrn = new Map<string, number>();

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#open = openWithRetry(options);
  }

  /** @throws errors of LinkedIn, the network or the file. The ledger keeps every URN that was returned before. */
  async upload(index: number): Promise<UploadResult> {
    const { ledger, scheduler, signal, linkedin } = this.#options;
    const { file, request } = ledger.entry(index).planned;
    if (request === null) throw new RangeError('a rejected file cannot be uploaded');
    const retrier = scheduler.retrier.withListener((retry) =>
      ledger.record(index, { kind: 'retry', ...retry }),
    );
    const releaseSlot = await scheduler.registrationsAhead.acquire(index);
    try {
      const session = await this.#register(index, { request, retrier });
      const probe = new Probe(this.#options, session.query);
      const transfer = new Transfer({
        session,
        sizeBytes: request.sizeBytes,
        // Opened when its first bytes are sent, so that no more files are open than slots are taken.
        file: lazyFile(() => openBytes(file, this.#open)),
        openSidecar: async (kind) => {
          const sidecar = file.sidecars?.[kind];
          if (sidecar === undefined) throw new RangeError(`${file.path} has no ${kind}`);
          return await openBytes(sidecar, this.#open);
        },
        limiter: scheduler.puts,
        retrier,
        signal,
        serverNow: () => linkedin.serverNow(),
        onSent: (bytes) => ledger.record(index, { kind: 'sent', bytes }),
        hasEnded: () => probe.checkWithSecondRead(),
        onLastAcquired: releaseSlot,
      });
      const receipts = await transfer.run();
      if (probe.failure === null) await this.#complete(index, { session, receipts, retrier, probe });
      // Other receipts, such as those after a lost response, also count as stored, but do not prove processing.
      const processedOnUpload = session.processedOnUpload && receipts.every(({ status }) => status === 201);
      return { session: { ...session, processedOnUpload }, failure: probe.failure };
    } finally {
      releaseSlot();
    }
  }

  #register(index: number, { request, retrier }: Registration): Promise<UploadSession> {
    const { ledger, scheduler } = this.#options;
    return retrier.run(() => this.#openSession(index, request), {
      limiter: scheduler.calls,
      key: index,
      maxAttempts: MAX_REGISTER_ATTEMPTS,
      // LinkedIn supports no idempotency key, so each lost response to a registration may leave another asset.
      maxLostResponses: MAX_LOST_REGISTRATIONS,
      onLostResponse: () => ledger.record(index, { kind: 'possible-orphan' }),
    });
  }

  async #openSession(index: number, request: SessionRequest): Promise<UploadSession> {
    const { ledger, linkedin, signal, onRegistration } = this.#options;
    if (ledger.stopReason !== null) throw runStoppedError('not registered', ledger.stopReason);
    ledger.record(index, { kind: 'registering' });
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

  /** Two files with one URN would both be reported as published, but only one of them would be. */
  #assertUniqueUrn(index: number, { identity: { urn } }: UploadSession): void {
    const first = this.#indexByUrn.get(urn) ?? index;
    this.#indexByUrn.set(urn, first);
    if (first === index) return;
    const { path } = this.#options.ledger.entry(first).planned.file;
    throw new ReplyShapeError('REPLY_SHAPE', `LinkedIn returned ${urn}, which already belongs to ${path}`);
  }

  /** A failed registration may have returned a URN. One that was aborted in flight may have reached LinkedIn. */
  #recordUrn(index: number, { kind }: SessionRequest, error: ActionError): void {
    const { ledger, signal } = this.#options;
    const { urn } = error;
    if (urn !== undefined)
      ledger.record(index, { kind: 'registered', identity: toMediaIdentity(urn, kind), parts: 0 });
    // A rejected registration has made no asset.
    else if (signal.aborted && (!(error instanceof HttpError) || mayHaveTakenEffect(error)))
      ledger.record(index, { kind: 'possible-orphan' });
  }

  /** After a lost response, the status shows whether the completion succeeded. */
  async #complete(index: number, { session, receipts, retrier, probe }: Completion): Promise<void> {
    const { complete } = session;
    if (complete === null) return;
    await retrier.run(() => complete(receipts).then(() => true), {
      limiter: this.#options.scheduler.calls,
      key: index,
      maxAttempts: MAX_COMPLETE_ATTEMPTS,
      probe: async () => (await probe.check()) || null,
    });
  }
}

/** One session after its upload. */
interface UploadResult {
  readonly session: UploadSession;
  /** Set when a response was lost and the status was then a failure, which does not prove an upload. */
  readonly failure: FailedStatus | null;
}

interface Registration {
  readonly request: SessionRequest;
  readonly retrier: Retrier;
}

interface Completion {
  readonly session: UploadSession;
  readonly receipts: readonly Receipt[];
  readonly retrier: Retrier;
  readonly probe: Probe;
}

const SECOND_READ_MS = 1000;

/** Reads the status after a lost response: if LinkedIn has the upload, nothing is sent twice. */
class Probe {
  readonly #options: UploaderOptions;
  readonly #query: StatusQuery;
  /** The failure that LinkedIn reported, or null. */
  failure: FailedStatus | null = null;

  constructor(options: UploaderOptions, query: StatusQuery) {
    this.#options = options;
    this.#query = query;
  }

  /**
   * Whether the session needs no further request: LinkedIn has the upload, or reports a failure.
   * @throws the error of the status read
   */
  async check(): Promise<boolean> {
    return this.#evaluate(await this.#read());
  }

  /**
   * Like `check`, but reads again a second later if LinkedIn does not show the upload yet.
   * @throws the error of the last status read; the signal's reason
   */
  async checkWithSecondRead(): Promise<boolean> {
    const { clock, signal } = this.#options;
    const result = await this.#read();
    const mayAppearLater =
      result instanceof ActionError
        ? result instanceof LinkedInError && result.status === 404
        : result.state === 'waiting' && !isUploadProven(result);
    if (!mayAppearLater) return this.#evaluate(result);
    await clock.sleep(SECOND_READ_MS, signal);
    return await this.check();
  }

  #evaluate(result: StatusResult): boolean {
    if (result instanceof ActionError) throw result;
    if (result.state === 'failed') this.failure = result;
    return result.state === 'failed' || isUploadProven(result);
  }

  async #read(): Promise<StatusResult> {
    const [result] = this.#options.linkedin.statuses.read([this.#query]);
    if (result === undefined) throw new RangeError('a status read returned no result');
    return await result;
  }
}
