// A scripted LinkedIn: sessions by file, and a log of the calls in order.

import type { ActionError } from '../../src/errors.ts';
import {
  type Artifact,
  type LinkedIn,
  type MediaStatus,
  type Part,
  type PartBody,
  type SessionRequest,
  type SidecarUpload,
  type StatusQuery,
  type TokenInfo,
  toMediaIdentity,
  type UploadSession,
  type WithReadSlot,
} from '../../src/linkedin/session.ts';

export const AVAILABLE: MediaStatus = { state: 'available', status: 'AVAILABLE' };
export const PROCESSING: MediaStatus = { state: 'waiting', status: 'PROCESSING' };
export const WAITING: MediaStatus = { state: 'waiting', status: 'WAITING_UPLOAD' };

/** One registration of a file and its later calls. Omitted calls succeed at once. */
export interface Script {
  /** Runs before the response; an error that it throws is the response. */
  readonly register?: () => Promise<unknown>;
  readonly parts?: number;
  readonly expiresAtMs?: number;
  readonly processedOnUpload?: boolean;
  /** The status of the response to the upload. */
  readonly answer?: number;
  /** Runs before the bytes of a part are read. */
  readonly put?: (body: PartBody) => Promise<unknown>;
  /** Runs before the bytes of captions or a thumbnail are read. */
  readonly sidecar?: (body: PartBody, kind: SidecarUpload['kind']) => Promise<unknown>;
  readonly complete?: () => Promise<void>;
  /** Status reads in order; the last one repeats. A function makes a new result for each read. */
  readonly readings?: readonly (MediaStatus | ActionError | (() => ActionError | MediaStatus))[];
  readonly artifacts?: () => Promise<readonly Artifact[]>;
}

/** The sessions of each file in order; the last one repeats. */
export type Scripts = Readonly<Record<string, readonly Script[]>>;

export const urnOf = (file: string, session = 1) => `urn:li:digitalmediaAsset:${file}-${session}`;

export class FakeLinkedIn implements LinkedIn {
  /** `register a-1`, `put a-1`, `captions a-1`, `complete a-1`, `status a-1`, `artifacts a-1`: all calls in order. */
  readonly log: string[] = [];
  /** The highest number of concurrent calls. */
  readonly peaks = { registers: 0, puts: 0 };
  readonly prepare?: () => Promise<TokenInfo>;
  readonly #now = { registers: 0, puts: 0 };
  readonly #scripts: Scripts;
  readonly #nameOf: (request: SessionRequest) => string;
  readonly #serverNow: () => number;
  readonly #sessions = new Map<string, number>();
  readonly #reads = new Map<string, number>();

  constructor(made: {
    scripts: Scripts;
    nameOf: (request: SessionRequest) => string;
    serverNow: () => number;
    prepare?: (() => Promise<TokenInfo>) | undefined;
  }) {
    const { prepare } = made;
    if (prepare !== undefined) {
      this.prepare = () => {
        this.log.push('prepare');
        return prepare();
      };
    }
    this.#scripts = made.scripts;
    this.#nameOf = made.nameOf;
    this.#serverNow = made.serverNow;
  }

  serverNow(): number {
    return this.#serverNow();
  }

  async openSession(request: SessionRequest): Promise<UploadSession> {
    const name = this.#nameOf(request);
    const session = (this.#sessions.get(name) ?? 0) + 1;
    this.#sessions.set(name, session);
    const script = this.#scriptOf(name, session);
    const id = `${name}-${session}`;
    this.log.push(`register ${id}`);
    await this.#during('registers', async () => script.register?.());
    return this.#session(request, id, script);
  }

  readStatuses(queries: readonly StatusQuery[], withReadSlot: WithReadSlot) {
    return queries.map(({ urn }) => withReadSlot(async () => this.#read(urn)));
  }

  readsTogether(): boolean {
    return false;
  }

  async readArtifacts({ urn }: StatusQuery): Promise<readonly Artifact[]> {
    const id = idIn(urn);
    this.log.push(`artifacts ${id}`);
    return (await this.#scriptOfSession(id).artifacts?.()) ?? [];
  }

  #scriptOf(name: string, session: number): Script {
    const scripts = this.#scripts[name] ?? [];
    return scripts[session - 1] ?? scripts.at(-1) ?? {};
  }

  #scriptOfSession(id: string): Script {
    const at = id.lastIndexOf('-');
    return this.#scriptOf(id.slice(0, at), Number(id.slice(at + 1)));
  }

  #session(request: SessionRequest, id: string, script: Script): UploadSession {
    const { kind, recipe, api, sizeBytes } = request;
    const identity = toMediaIdentity(
      api === 'media' ? `urn:li:${kind}:${id}` : `urn:li:digitalmediaAsset:${id}`,
      kind,
    );
    const count = script.parts ?? 1;
    const size = Math.floor(sizeBytes / count);
    const parts = Array.from({ length: count }, (_, index): Part => {
      const firstByte = index * size;
      return {
        firstByte,
        sizeBytes: index === count - 1 ? sizeBytes - firstByte : size,
        expiresAtMs: script.expiresAtMs ?? null,
        put: async (body) => {
          this.log.push(`put ${id}`);
          await this.#during('puts', async () => {
            await script.put?.(body);
            for await (const _ of body.chunks);
          });
          return { status: script.answer ?? 201, etag: `etag ${index}` };
        },
      };
    });
    const session = {
      identity,
      parts,
      sidecarUploads: this.#sidecarUploads(request, id, script),
      processedOnUpload: script.processedOnUpload ?? false,
      needsEtags: count > 1,
      query: { api, urn: identity.urn, kind, recipe },
      complete: async () => {
        this.log.push(`complete ${id}`);
        await script.complete?.();
      },
    };
    return session;
  }

  #sidecarUploads({ sidecars = {} }: SessionRequest, id: string, script: Script): SidecarUpload[] {
    return (['captions', 'thumbnail'] as const).flatMap((kind) => {
      const sidecar = sidecars[kind];
      if (sidecar === undefined) return [];
      const put = async (body: PartBody) => {
        this.log.push(`${kind} ${id}`);
        await this.#during('puts', async () => {
          await script.sidecar?.(body, kind);
          for await (const _ of body.chunks);
        });
        return { status: 201, etag: null };
      };
      return [{ kind, sizeBytes: sidecar.sizeBytes, put }];
    });
  }

  #read(urn: string): MediaStatus | ActionError {
    const id = idIn(urn);
    this.log.push(`status ${id}`);
    const reads = this.#reads.get(id) ?? 0;
    this.#reads.set(id, reads + 1);
    const readings = this.#scriptOfSession(id).readings ?? [AVAILABLE];
    const reading = readings[Math.min(reads, readings.length - 1)] ?? AVAILABLE;
    return typeof reading === 'function' ? reading() : reading;
  }

  async #during(what: keyof FakeLinkedIn['peaks'], work: () => Promise<unknown>): Promise<void> {
    this.#now[what] += 1;
    this.peaks[what] = Math.max(this.peaks[what], this.#now[what]);
    try {
      await work();
    } finally {
      this.#now[what] -= 1;
    }
  }
}

function idIn(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1);
}
