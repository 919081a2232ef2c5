// One file, whatever the API: register, transfer, complete, poll. Never throws for a file: its end is in the ledger.

import type { Clock } from '../deps.ts';
import { ActionError, asActionError, RunError, UploadError } from '../errors.ts';
import {
  type Artifact,
  type Extra,
  identify,
  type LinkedIn,
  type StatusQuery,
  type UploadSession,
} from '../linkedin/session.ts';
import { openBytes } from '../media/bytes.ts';
import type { MediaFile, Sidecar } from '../media/media-file.ts';
import { BufferPool } from './body.ts';
import { Lane } from './lanes.ts';
import type { Ledger, Outcome } from './ledger.ts';
import { cancelled, isFatal, isFatalOnRegister, outcomeOfFailure } from './outcome.ts';
import { FIRST_WAIT_MS, PollLoop } from './poll.ts';
import { transfer } from './transfer.ts';

export interface PublishSettings {
  /** PUT requests in flight at once; as many calls run beside them, in lanes of their own. */
  readonly concurrency: number;
  /** How long to wait for LinkedIn's processing of one file; 0 = not at all. */
  readonly waitMs: number;
  /** Whether to read what LinkedIn made of each available file. */
  readonly readsArtifacts: boolean;
}

interface PublishDeps {
  readonly linkedin: LinkedIn;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Publishes every open file of the ledger. The first registration goes alone: a dead token costs one call. */
export async function publishAll(
  ledger: Ledger,
  settings: PublishSettings,
  deps: PublishDeps,
): Promise<void> {
  const run = new Run(ledger, settings, deps);
  const [first, ...rest] = ledger.open();
  if (first === undefined) return;
  const firstFile = run.publish(first);
  await run.firstAnswer;
  await Promise.all([firstFile, ...rest.map((index) => run.publish(index))]);
}

/** Registrations for one file, at most: each leaves a URN behind. */
const MAX_SESSIONS = 3;

class Run {
  readonly #ledger: Ledger;
  readonly #settings: PublishSettings;
  readonly #deps: PublishDeps;
  readonly #poll: PollLoop;
  readonly #pool = new BufferPool();
  readonly #puts: Lane;
  readonly #calls: Lane;
  readonly #reads: Lane;
  /** Files that are registered and wait for a PUT: few, so that upload addresses do not grow old. */
  readonly #berths: Lane;
  readonly #answered = Promise.withResolvers<void>();
  /** The refusal that every further call would meet. */
  #refusal: ActionError | null = null;

  constructor(ledger: Ledger, settings: PublishSettings, deps: PublishDeps) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#deps = deps;
    this.#puts = new Lane(settings.concurrency);
    this.#calls = new Lane(settings.concurrency);
    this.#berths = new Lane(settings.concurrency);
    this.#reads = new Lane(settings.concurrency);
    this.#poll = new PollLoop({ ...deps, inLane: (call) => this.#reads.run(call, call) });
  }

  /** Resolves when the run's first registration was answered, either way. */
  get firstAnswer(): Promise<void> {
    return this.#answered.promise;
  }

  async publish(index: number): Promise<void> {
    let outcome: Outcome;
    try {
      const session = await this.#upload(index);
      this.#ledger.record(index, { kind: 'uploaded' });
      outcome = await this.#untilProcessed(index, session);
    } catch (error) {
      outcome = this.#judge(index, error);
    } finally {
      this.#answered.resolve();
    }
    this.#ledger.record(index, { kind: 'settled', ...outcome });
  }

  /** A session whose addresses ran out is given up, its URN kept, and the file registered anew. */
  async #upload(index: number): Promise<UploadSession> {
    for (let sessions = 1; ; sessions += 1) {
      try {
        return await this.#uploadOnce(index);
      } catch (error) {
        if (!isSessionLost(error) || sessions >= MAX_SESSIONS) throw error;
        this.#ledger.record(index, { kind: 'abandoned' });
      }
    }
  }

  async #uploadOnce(index: number): Promise<UploadSession> {
    const { file, request } = this.#ledger.entry(index).planned;
    if (request === null) throw new RangeError('a refused file cannot be published');
    const leaveBerth = await this.#berths.enter(index);
    try {
      const session = await this.#calls.run(index, () => this.#register(index, request));
      const receipts = await transfer({
        session,
        sizeBytes: request.sizeBytes,
        open: () => openBytes(file),
        openExtra: (kind) => openBytes(sidecarOf(file, kind)),
        lane: this.#puts,
        pool: this.#pool,
        signal: this.#deps.signal,
        serverNow: () => this.#deps.linkedin.serverNow(),
        onSent: (bytes) => this.#ledger.record(index, { kind: 'sent', bytes }),
        onLastAdmitted: leaveBerth,
      });
      await this.#calls.run(index, () => session.complete(receipts));
      return session;
    } finally {
      leaveBerth();
    }
  }

  async #register(index: number, request: Parameters<LinkedIn['openSession']>[0]): Promise<UploadSession> {
    this.#deps.signal.throwIfAborted();
    if (this.#ledger.stopReason !== null)
      throw new RunError('RUN_STOPPED', 'not registered: the run was stopped');
    this.#ledger.record(index, { kind: 'registering' });
    try {
      const session = await this.#deps.linkedin.openSession(request);
      const { identity, parts } = session;
      this.#ledger.record(index, { kind: 'registered', identity, parts: parts.length });
      return session;
    } catch (error) {
      this.#keepUrn(index, error);
      if (isFatalOnRegister(error)) this.#ledger.stop(error);
      throw error;
    } finally {
      this.#answered.resolve();
    }
  }

  /** A registration can fail and still have given a URN. */
  #keepUrn(index: number, error: unknown): void {
    const { request } = this.#ledger.entry(index).planned;
    if (!(error instanceof ActionError) || error.urn === undefined || request === null) return;
    const identity = identify(error.urn, request.kind);
    this.#ledger.record(index, { kind: 'registered', identity, parts: 0 });
  }

  async #untilProcessed(index: number, session: UploadSession): Promise<Outcome> {
    const { waitMs: limitMs } = this.#settings;
    if (limitMs === 0 && !session.processedOnUpload) return { state: 'processing' };
    if (limitMs === 0) return await this.#available(index, session.query);
    const reading = await this.#poll.until(session.query, {
      // An answer that came after processing needs one read to confirm it, at once.
      firstMs: session.processedOnUpload ? 0 : FIRST_WAIT_MS,
      limitMs,
      onStatus: (status) => this.#ledger.record(index, { kind: 'status', status }),
    });
    if (reading === null) return this.#stillProcessing(index);
    if (reading.state === 'failed') return { state: 'failed', error: reading.error };
    if (reading.state === 'unreadable') return { state: 'unverified' };
    return await this.#available(
      index,
      session.query,
      'artifacts' in reading ? reading.artifacts : undefined,
    );
  }

  /** `told`: the artifacts, when the status came with them. A file whose artifacts stay unread is available all the same. */
  async #available(index: number, query: StatusQuery, told?: readonly Artifact[]): Promise<Outcome> {
    if (!this.#settings.readsArtifacts) return { state: 'available' };
    try {
      const artifacts = told ?? (await this.#reads.run(index, () => this.#readArtifacts(query)));
      this.#ledger.record(index, { kind: 'artifacts', artifacts });
    } catch (thrown) {
      const error = this.#deps.signal.aborted ? cancelled('before that') : asActionError(thrown);
      this.#ledger.record(index, { kind: 'artifacts-unread', error });
      if (isFatal(error)) this.#stop(error);
    }
    return { state: 'available' };
  }

  async #readArtifacts(query: StatusQuery): Promise<readonly Artifact[]> {
    this.#deps.signal.throwIfAborted();
    if (this.#refusal !== null) throw new RunError('RUN_STOPPED', 'the run was stopped before that');
    return await this.#deps.linkedin.readArtifacts(query);
  }

  #stillProcessing(index: number): Outcome {
    const { status } = this.#ledger.entry(index);
    const text = `LinkedIn still says ${status} after ${this.#settings.waitMs / 60_000} min`;
    return { state: 'processing', error: new UploadError('PROCESSING_TIMEOUT', text) };
  }

  /** No file is started any more, and nothing asked about those that were: the answer is known. */
  #stop(reason: ActionError): void {
    this.#refusal ??= reason;
    this.#ledger.stop(reason);
    this.#poll.stop(reason);
  }

  #judge(index: number, thrown: unknown): Outcome {
    const error = asActionError(thrown);
    if (isFatal(error)) this.#stop(error);
    const { stage } = this.#ledger.entry(index);
    return outcomeOfFailure(error, { stage, isCancelled: this.#deps.signal.aborted });
  }
}

function isSessionLost(error: unknown): boolean {
  return error instanceof UploadError && error.code === 'UPLOAD_EXPIRED';
}

/** What LinkedIn was told to expect with a video. */
function sidecarOf({ path, sidecars }: MediaFile, kind: Extra['kind']): Sidecar {
  const sidecar = sidecars?.[kind];
  if (sidecar === undefined) throw new RangeError(`${path} has no ${kind}`);
  return sidecar;
}
