// What the responses of GitHub's API say: whether they have data, their error message, and their rate limit. Pure.

import type { Dispatcher } from 'undici';

/** GitHub asks to wait at least this long after a rate limit without a reset time. */
export const MINUTE_MS = 60_000;

/** Each response that is read is a list, or an object with fields. Octokit checks neither. */
export function invalidReasonOf(text: string): string | null {
  try {
    const json: unknown = JSON.parse(text);
    const hasFields = typeof json === 'object' && json !== null && Object.keys(json).length > 0;
    return hasFields || Array.isArray(json) ? null : 'has no fields';
  } catch {
    return 'is not valid JSON';
  }
}

/** GitHub's error message, such as `Resource not accessible by integration`. */
export function errorMessageIn(text: string): string {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? message.slice(0, 200) : '';
  } catch {
    return '';
  }
}

/** How long GitHub asks to wait after a rate limit. The reset header has seconds since 1970. */
export function msUntilReset(headers: Dispatcher.ResponseData['headers'], epochMs: number): number {
  const seconds = headers['x-ratelimit-reset'];
  return /^\d{1,12}$/.test(String(seconds)) ? Math.max(0, Number(seconds) * 1000 - epochMs) : MINUTE_MS;
}
