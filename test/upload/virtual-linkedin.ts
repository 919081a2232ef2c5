// The sandbox in virtual time and without sockets, and runs of uploadFiles against it.

import { createHash } from 'node:crypto';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import { identityOf } from '../../src/media/bytes.ts';
import type { MediaFile } from '../../src/media/media-file.ts';
import { dayOf } from '../../src/memory/tokens.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { Secret } from '../../src/secret.ts';
import type { CallLimit } from '../../src/upload/calls/call-limit.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import type { Plan, PlanSettings } from '../../src/upload/plan.ts';
import { uploadFiles } from '../../src/upload/upload-files.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { VirtualTime } from '../world/clock.ts';
import { DOCUMENT, IMAGE, mediaFile, VIDEO } from './planned-files.ts';

const MEDIA = { image: IMAGE, video: VIDEO, document: DOCUMENT };

interface Options extends Omit<SandboxOptions, 'clock'> {
  /** How long each request takes. */
  readonly latencyMs?: number;
}

interface FileShape {
  readonly sizeBytes?: number;
  readonly sidecars?: readonly ('captions' | 'thumbnail')[];
}

export class VirtualLinkedIn {
  readonly clock = new VirtualTime();
  readonly model: SandboxModel;
  readonly #folder = mkdtempSync(join(tmpdir(), 'virtual-linkedin-'));
  readonly #dispatcher: SandboxDispatcher;
  /** Requests below `/rest/` and `/v2/`, by UTC day: those count against LinkedIn's quota. */
  readonly callsPerDay: Record<string, number> = {};

  constructor({ latencyMs = 0, ...options }: Options = {}) {
    this.model = new SandboxModel({ ...options, clock: { now: () => this.clock.epochMs() } });
    const handle = createRoutes(this.model);
    this.#dispatcher = new SandboxDispatcher(async (request) => {
      const day = dayOf(this.clock.epochMs());
      if (/^\/(rest|v2)\//.test(request.path)) this.callsPerDay[day] = (this.callsPerDay[day] ?? 0) + 1;
      if (latencyMs > 0) await this.clock.sleep(latencyMs);
      return await handle(request);
    });
  }

  /** Each `name` has bytes of its own. */
  addFile(name: string, kind: MediaKind, { sizeBytes = 90, sidecars = [] }: FileShape = {}): MediaFile {
    const bytes = createHash('shake256', { outputLength: sizeBytes }).update(name).digest();
    const sidecarFiles = sidecars.map((sidecar) => {
      const path = `${name}.${sidecar}`;
      const mediaType = sidecar === 'captions' ? 'application/x-subrip' : 'image/png';
      return [sidecar, { path, mediaType, ...this.#write(path, Buffer.from(path)) }];
    });
    return mediaFile(name, {
      ...this.#write(name, bytes),
      media: { ...MEDIA[kind], sha256: createHash('sha256').update(bytes).digest('hex') },
      ...(sidecars.length === 0 ? {} : { sidecars: Object.fromEntries(sidecarFiles) }),
    });
  }

  /** API calls so far, as LinkedIn counts them. */
  get calls(): number {
    const { register, complete, status } = this.model.calls();
    return register + complete + status;
  }

  /** Publishes every file of the plan. Resolves with the final ledger. `follow` sees it from the start. */
  async publish(
    plan: Plan,
    {
      limit = null,
      ...settings
    }: Pick<PlanSettings, 'waitMs' | 'readsArtifacts'> & {
      readonly concurrency: number;
      readonly limit?: CallLimit | null;
    },
    follow: (ledger: Ledger) => void = () => {},
  ): Promise<Ledger> {
    const { clock } = this;
    const { signal } = new AbortController();
    const ledger = new Ledger(plan, clock);
    follow(ledger);
    const linkedin = openLinkedIn({
      dispatcher: this.#dispatcher,
      clock,
      signal,
      apiUrl: new URL('https://api.linkedin.com'),
      version: '202609',
      token: new Secret('a-token-for-tests'),
      onRequest: ledger.countRequest,
      onSecret: () => {},
    });
    const work = uploadFiles(ledger, settings, { linkedin, clock, signal, open, limit });
    await clock.run(work, Number.POSITIVE_INFINITY);
    await work;
    return ledger;
  }

  #write(name: string, bytes: Uint8Array) {
    const absolutePath = join(this.#folder, name.replaceAll('/', '-'));
    writeFileSync(absolutePath, bytes);
    const identity = identityOf(statSync(absolutePath, { bigint: true }));
    return { absolutePath, identity, sizeBytes: bytes.length };
  }
}
