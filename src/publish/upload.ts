// From a file to an upload that LinkedIn holds: register, transfer, complete. One session; whether there is another
// one is not decided here.

import { ActionError, RunError } from '../errors.ts';
import {
  type Extra,
  hasUpload,
  identify,
  type LinkedIn,
  type Receipt,
  type SessionRequest,
  type StatusQuery,
  type UploadSession,
} from '../linkedin/session.ts';
import { openBytes } from '../media/bytes.ts';
import type { MediaFile, Sidecar } from '../media/media-file.ts';
import { BufferPool } from './body.ts';
import type { Ledger } from './ledger.ts';
import type { Traffic } from './traffic.ts';
import { transfer } from './transfer.ts';

interface UploadsOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly traffic: Traffic;
  readonly signal: AbortSignal;
  /** Hears when a registration was answered, either way. */
  readonly onAnswer: () => void;
}

const REGISTER_TRIES = 5;
const LOST_REGISTRATIONS = 2;
const COMPLETE_TRIES = 4;

export class Uploads {
  readonly #options: UploadsOptions;
  readonly #pool = new BufferPool();

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** @throws what LinkedIn, the network or the file refuse; the ledger keeps every URN that came before */
  async upload(index: number): Promise<UploadSession> {
    const { ledger, traffic, signal, linkedin } = this.#options;
    const { file, request } = ledger.entry(index).planned;
    if (request === null) throw new RangeError('a refused file cannot be published');
    const leaveBerth = await traffic.berths.enter(index);
    try {
      const session = await this.#register(index, request);
      const receipts = await transfer({
        session,
        sizeBytes: request.sizeBytes,
        open: () => openBytes(file),
        openExtra: (kind) => openBytes(sidecarOf(file, kind)),
        lane: traffic.puts,
        attempts: traffic.attempts,
        pool: this.#pool,
        signal,
        serverNow: () => linkedin.serverNow(),
        onSent: (bytes) => ledger.record(index, { kind: 'sent', bytes }),
        isUploadHeld: () => this.#isUploadHeld(session.query),
        onLastAdmitted: leaveBerth,
      });
      await this.#complete(index, session, receipts);
      return session;
    } finally {
      leaveBerth();
    }
  }

  async #register(index: number, request: SessionRequest): Promise<UploadSession> {
    const { ledger, traffic, onAnswer } = this.#options;
    try {
      const session = await traffic.attempts.run(
        () => traffic.calls.run(index, () => this.#open(index, request)),
        {
          limit: REGISTER_TRIES,
          // LinkedIn takes no key that would make two registrations one: each lost answer may have left another.
          lostLimit: LOST_REGISTRATIONS,
          onLost: () => ledger.record(index, { kind: 'possible-orphan' }),
        },
      );
      const { identity, parts } = session;
      ledger.record(index, { kind: 'registered', identity, parts: parts.length });
      return session;
    } catch (error) {
      this.#keepUrn(index, error);
      throw error;
    } finally {
      onAnswer();
    }
  }

  async #open(index: number, request: SessionRequest): Promise<UploadSession> {
    const { ledger, linkedin, signal } = this.#options;
    signal.throwIfAborted();
    if (ledger.stopReason !== null) throw new RunError('RUN_STOPPED', 'not registered: the run was stopped');
    ledger.record(index, { kind: 'registering' });
    return await linkedin.openSession(request);
  }

  /** A registration can fail and still have given a URN. */
  #keepUrn(index: number, error: unknown): void {
    const { ledger } = this.#options;
    const { request } = ledger.entry(index).planned;
    if (!(error instanceof ActionError) || error.urn === undefined || request === null) return;
    const identity = identify(error.urn, request.kind);
    ledger.record(index, { kind: 'registered', identity, parts: 0 });
  }

  /** A completion that was heard, though its answer was lost, shows in the status. */
  async #complete(index: number, session: UploadSession, receipts: readonly Receipt[]): Promise<void> {
    const { traffic } = this.#options;
    const complete = async () => {
      await session.complete(receipts);
      return true;
    };
    await traffic.attempts.run(() => traffic.calls.run(index, complete), {
      limit: COMPLETE_TRIES,
      probe: async () => (await this.#isUploadHeld(session.query)) || null,
    });
  }

  async #isUploadHeld(query: StatusQuery): Promise<boolean> {
    const { linkedin, traffic } = this.#options;
    const [reading] = await linkedin.readStatuses([query], traffic.inReadLane);
    return reading !== undefined && !(reading instanceof ActionError) && hasUpload(reading);
  }
}

/** What LinkedIn was told to expect with a video. */
function sidecarOf({ path, sidecars }: MediaFile, kind: Extra['kind']): Sidecar {
  const sidecar = sidecars?.[kind];
  if (sidecar === undefined) throw new RangeError(`${path} has no ${kind}`);
  return sidecar;
}
