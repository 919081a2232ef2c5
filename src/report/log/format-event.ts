// Formats the log line for an event of a file. Pure.

import { PHASE_NAMES } from '../../errors.ts';
import { formatBytes, formatDuration } from '../../format.ts';
import { formatProblemIn } from '../../problem.ts';
import type { FileEvent, FileState, RetryInfo } from '../../upload/file-state.ts';

/** The text for `event`; null for events that are not logged. */
export function formatEvent(entry: FileState, event: FileEvent): string | null {
  const { file } = entry.planned;
  switch (event.kind) {
    case 'registered':
      return `registered as ${event.identity.urn}${event.parts > 1 ? ` in ${event.parts} parts` : ''}`;
    case 'reused':
      return `LinkedIn already has these bytes, as ${event.identity.urn}`;
    case 'uploaded': {
      // Sidecars have no row and no line, so the line of their video names them.
      const sidecars = Object.entries(file.sidecars ?? {}).map(([kind, { path }]) => `${kind} (${path})`);
      const withThem = sidecars.length === 0 ? '' : ` with its ${sidecars.join(' and ')}`;
      return `uploaded${withThem}, ${formatBytes(file.sizeBytes)} after ${sinceStart(entry, entry.uploadedMs)}`;
    }
    case 'retry':
      // A rate limit pauses all files. The pause is logged once.
      return event.error.code === 'LIMIT_REACHED' ? null : formatRetry(event);
    case 'artifacts-unread':
      return `its media artifacts could not be read: ${event.error.message}`;
    case 'abandoned':
      return `${entry.abandonedUrns.at(-1)} is abandoned (${event.reason ?? 'its upload was lost'}); registering again`;
    case 'settled':
      return formatSettled(entry);
    default:
      return null;
  }
}

// Shorter delays would be formatted as zero.
const MIN_SHOWN_MS = 50;

function formatRetry({ error, waitMs, attempt }: RetryInfo): string {
  const request = error.call === undefined ? 'the request' : PHASE_NAMES[error.call.phase];
  const delay = waitMs < MIN_SHOWN_MS ? 'immediately' : `in ${formatDuration(waitMs)}`;
  const count = attempt === null ? '' : ` (attempt ${attempt.number} of ${attempt.max})`;
  return `${request} is retried ${delay}${count}: ${error.message}`;
}

function formatSettled(entry: FileState): string | null {
  const { planned, state, error, identity, endedMs } = entry;
  if (state === 'planned') return null;
  // The line of the file that stopped the run has the reason. Ten thousand others need not repeat it.
  if (state === 'skipped' && error?.code === 'RUN_STOPPED') return 'skipped: the run was stopped';
  if (state === 'deferred') return 'deferred: left for another day by max-calls';
  if (error === null)
    return `${state}${identity === null ? '' : ` as ${identity.mediaUrn}`} after ${sinceStart(entry, endedMs)}`;
  // The outputs of a cancelled run may never be read, so the log must have the URN.
  const known = identity === null ? '' : ` [${identity.mediaUrn}]`;
  return `${state}: ${formatProblemIn(planned.file.path, error)}${known}`;
}

function sinceStart({ startedMs }: FileState, atMs: number | null): string {
  return formatDuration(startedMs === null || atMs === null ? 0 : atMs - startedMs);
}
