// Decides where requests may go, which upload URLs are refused, and which headers a server may ask for. Pure rules on parsed URLs.

import { ActionError } from '../errors/action-error.ts';

// The hosts of all upload URLs that LinkedIn documents or has been seen to send:
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const UPLOAD_HOSTS = new Set(['www.linkedin.com', 'api.linkedin.com']);

const API_ORIGIN = 'https://api.linkedin.com';
const TOKEN_ORIGIN = 'https://www.linkedin.com';
const TOKEN_CALLS = ['accessToken', 'introspectToken'] as const;

// A server may set headers that describe the body, but not headers that route, authenticate or frame the request.
const ALLOWED_HEADERS =
  /^(content-type|content-md5|media-type-family|x-amz-server-side-encryption(-aws-kms-key-id)?)$/;

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Origin and path of an API base, without trailing slashes: a gateway may serve LinkedIn below its own path. */
export function apiBaseOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '');
}

export type TokenCall = (typeof TOKEN_CALLS)[number];

/** LinkedIn's own URL of a token call, or the same path below a custom API base URL. */
export function tokenUrl(call: TokenCall, apiUrl: URL): URL {
  const root = apiUrl.origin === API_ORIGIN ? TOKEN_ORIGIN : apiBaseOf(apiUrl);
  return new URL(`${root}/oauth/v2/${call}`);
}

/** Whether secrets of an app may be sent to `url`: only the token calls may receive them. */
export function isTokenUrl(url: URL, apiUrl: URL): boolean {
  return TOKEN_CALLS.some((call) => tokenUrl(call, apiUrl).href === url.href);
}

/** Whether media may be sent to `url`: LinkedIn's own hosts, or the API's origin when that is a gateway. */
export function isTrustedUploadUrl(url: URL, apiUrl: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (isLoopback(apiUrl.hostname))
    return /^https?:$/.test(url.protocol) && url.hostname === apiUrl.hostname;
  if (url.protocol !== 'https:') return false;
  return (url.port === '' && UPLOAD_HOSTS.has(url.hostname)) || url.origin === apiUrl.origin;
}

/** @throws ActionError UPLOAD_URL, which names only the host: the rest of the URL is a credential */
export function parseUploadUrl(text: string, apiUrl: URL): URL {
  const url = URL.parse(text);
  if (url === null) throw new ActionError('UPLOAD_URL', 'LinkedIn returned an invalid upload URL');
  if (!isTrustedUploadUrl(url, apiUrl)) {
    throw new ActionError(
      'UPLOAD_URL',
      `LinkedIn returned an upload URL on ${url.protocol}//${url.host}, which is not allowed; nothing was sent`,
    );
  }
  return url;
}

/** The headers of `given` that may be sent back, with lower-case names. The rest is dropped. */
export function allowedHeaders(given: Readonly<Record<string, unknown>>): Map<string, string> {
  const allowed = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (typeof value !== 'string' || !/^[\t\x20-\x7e]*$/.test(value)) continue;
    if (ALLOWED_HEADERS.test(lower)) allowed.set(lower, value);
  }
  return allowed;
}
