// Where a request goes, as the log may tell it: host and path. The query of an upload address is a credential, and its
// path is words of the server, which knows the token: neither may carry a secret into the log.

import { hideIn, Secret } from '../secret.ts';

const LONGEST_PATH = 200;

/** `host/path`, without user, query or fragment; the start of a long path. `secrets`: what the server may know. */
export function placeOf(url: URL, secrets: readonly Secret[]): string {
  // Hidden before it is cut: half a secret would not be found. A path that hid one by an escape comes back unescaped.
  const path = hideIn(url.pathname, [...secrets, ...keysIn(url)]).replaceAll(/[?#]/g, encodeURIComponent);
  return url.host + (path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path);
}

/** The values of the address' own query. */
function keysIn({ search }: URL): Secret[] {
  const pairs = search.slice(1).split('&');
  return pairs.map((pair) => new Secret(pair.slice(pair.indexOf('=') + 1)));
}
