// How long GitHub asks to wait after a rate limit.

import type { Dispatcher } from 'undici';

export const MINUTE_MS = 60_000;

/** The reset header has seconds since 1970. Without it, GitHub asks to wait at least a minute. */
export function msUntilReset(headers: Dispatcher.ResponseData['headers'], epochMs: number): number {
  const seconds = headers['x-ratelimit-reset'];
  return /^\d{1,12}$/.test(String(seconds)) ? Math.max(0, Number(seconds) * 1000 - epochMs) : MINUTE_MS;
}
