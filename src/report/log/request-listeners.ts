// Listeners for the requests to LinkedIn: the ledger counts them, and the logger masks secrets.
// With step debugging, the log shows each request.

import type { Env } from '../../deps.ts';
import { formatDuration } from '../../format.ts';
import type { RequestLogEntry } from '../../http/request-log.ts';
import { isMaskable } from '../../secret.ts';
import type { Ledger } from '../../upload/ledger.ts';
import type { Logger } from './logger.ts';

interface RequestListeners {
  readonly onRequest: Ledger['countRequest'];
  readonly onSecret: (secret: string) => void;
  readonly onLogEntry?: (entry: RequestLogEntry) => void;
}

export function createRequestListeners(
  ledger: Ledger,
  runtime: { env: Env; logger: Logger },
): RequestListeners {
  const listeners = { onRequest: ledger.countRequest, onSecret: createMasker(runtime.logger) };
  // Redacting the URL of each request takes time, so only a run with debug logging does it.
  if (runtime.env.RUNNER_DEBUG !== '1') return listeners;
  return { ...listeners, onLogEntry: (entry) => runtime.logger.debug(formatLogEntry(entry)) };
}

// The runner searches every log line for every mask, in several encodings. The keys of 10,000 files cost 2.6 ms
// per line. The log contains no keys anyway; the masks are a second defence.
const MASKS_MAX = 50;

/** Masks each upload credential once. */
function createMasker(logger: Logger): RequestListeners['onSecret'] {
  const masked = new Set<string>();
  return (secret) => {
    if (masked.size >= MASKS_MAX || masked.has(secret) || !isMaskable(secret)) return;
    masked.add(secret);
    logger.mask(secret);
  };
}

/** `POST api.linkedin.com/rest/assets (register): 201 after 0.2 s [x-li-uuid …]` */
export function formatLogEntry({ method, url, phase, durationMs, response }: RequestLogEntry): string {
  const id = response?.requestId == null ? '' : ` [x-li-uuid ${response.requestId}]`;
  return `${method} ${url} (${phase}): ${response?.status ?? 'no response'} after ${formatDuration(durationMs)}${id}`;
}
