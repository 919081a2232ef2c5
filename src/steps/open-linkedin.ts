// Connects a run to LinkedIn, or in `mode: simulate` to the sandbox. With step debugging, the log shows each request.

import { toActionError } from '../errors/action-error.ts';
import { formatDuration } from '../format.ts';
import type { RequestLogEntry } from '../http/messages.ts';
import type { LinkedInAccess } from '../inputs/access.ts';
import type { Inputs } from '../inputs/read-inputs.ts';
import { type LinkedInConnection, openLinkedIn } from '../linkedin/open.ts';
import type { Logger, Run } from '../run.ts';
import { startSandbox } from '../sandbox/server.ts';
import { isMaskable, Secret } from '../secret.ts';
import type { Ledger } from '../upload/ledger.ts';
import { RunLimits } from '../upload/run-limits.ts';

/** The numbers of simulated posts begin with a 9 and zeros, so that nobody takes them for posts on LinkedIn. */
const FAKE_POST_NUMBER = 9_000_000_000_000_000_000n;

/** Four attempts outlast five seconds of errors. */
const MAX_TOKEN_ATTEMPTS = 4;

/** The dummy token is too short to be redacted from the responses of the sandbox. */
const SANDBOX_ACCESS = { token: new Secret('none'), tokenOptions: null, proxy: 'direct' } as const;

type ConnectionSettings = LinkedInAccess &
  Pick<Inputs, 'mode' | 'api' | 'apiUrl' | 'linkedinVersion' | 'concurrency'>;

/** LinkedIn, and the limits under which all requests of a run are sent. */
export interface Connection {
  readonly linkedin: LinkedInConnection;
  readonly limits: RunLimits;
}

/**
 * Connects `work` to LinkedIn, with a token that is ready. `ledger` counts the requests, and has the error that ends the run.
 * `mode: simulate` runs everything against the sandbox on loopback, without a proxy and without a token.
 */
export async function withLinkedIn<T>(
  settings: ConnectionSettings,
  run: Run,
  ledger: Ledger,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { mode, api, linkedinVersion: version, concurrency } = settings;
  const { env, logger } = run;
  const sandbox =
    mode === 'simulate' ? await startSandbox({ firstPostNumber: FAKE_POST_NUMBER }) : null;
  try {
    const { proxy, ...target } =
      sandbox === null
        ? settings
        : { ...settings, ...SANDBOX_ACCESS, apiUrl: new URL(sandbox.url) };
    const dispatcher = run.openDispatcher(proxy);
    try {
      const limits = new RunLimits(run, concurrency, ledger);
      const linkedin = openLinkedIn({
        ...run,
        ...target,
        api,
        version,
        dispatcher,
        withReadSlot: limits.withReadSlot,
        onRequest: ledger.countRequest,
        onSecret: createMasker(logger),
        // Redacting the URL of each request takes time, so only a run with debug logging does it.
        onLogEntry:
          env.RUNNER_DEBUG === '1' ? (entry) => logger.debug(formatLogEntry(entry)) : undefined,
      });
      const { prepare } = linkedin;
      // Comes before any other request. Without a valid token, the run is stopped.
      if (prepare !== null)
        await limits.call(prepare, { maxAttempts: MAX_TOKEN_ATTEMPTS }).then(
          (info) => ledger.recordToken(info),
          (thrown) => limits.stop(toActionError(thrown)),
        );
      return await work({ linkedin, limits });
    } finally {
      await dispatcher.destroy();
    }
  } finally {
    await sandbox?.close();
  }
}

// The runner searches every log line for every mask, in several encodings. The keys of 10,000 files cost 2.6 ms
// per line. The log contains no keys anyway; the masks are a second defence.
const MASKS_MAX = 50;

/** Returns a function that masks each upload credential once, `MASKS_MAX` of them at most. */
export function createMasker(logger: Pick<Logger, 'mask'>): (secret: string) => void {
  const masked = new Set<string>();
  return (secret) => {
    if (masked.size >= MASKS_MAX || masked.has(secret) || !isMaskable(secret)) return;
    masked.add(secret);
    logger.mask(secret);
  };
}

/** `POST api.linkedin.com/rest/assets (register): 201 after 0.2 s [x-li-uuid …]` */
export function formatLogEntry({ name, durationMs, response }: RequestLogEntry): string {
  // LinkedIn's support asks for it.
  const id = response?.headers['x-li-uuid'];
  const suffix = id === undefined ? '' : ` [x-li-uuid ${id}]`;
  return `${name}: ${response?.status ?? 'no response'} after ${formatDuration(durationMs)}${suffix}`;
}
