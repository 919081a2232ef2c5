// Where a request goes, as the log may tell it: host and path. The query of an upload address is a credential, and its
// path is words of the server, which knows the token: neither may carry a secret into the log.

import { Secret } from '../secret.ts';

const LONGEST_PATH = 200;

/** `host/path`, without user, query or fragment; the start of a long path. `secrets`: what the server may know. */
export function placeOf(url: URL, secrets: readonly Secret[]): string {
  // Hidden before it is cut: half a secret would not be found.
  const path = withoutSecrets(url.pathname, [...secrets, ...keysIn(url)]);
  return url.host + (path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path);
}

function withoutSecrets(path: string, secrets: readonly Secret[]): string {
  const hide = (text: string) => secrets.reduce((hidden, secret) => secret.hideIn(hidden), text);
  const plain = unescaped(path);
  // Only where it matters: a path is told as it was sent.
  return hide(plain) === plain ? hide(path) : hide(plain).replaceAll(/[?#]/g, encodeURIComponent);
}

/** The values of the address' own query, as they stand there and as they are meant. */
function keysIn({ search }: URL): Secret[] {
  const values = search
    .slice(1)
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  return values.flatMap((value) => [new Secret(value), new Secret(unescaped(value))]);
}

/** Secrets are printable ASCII: other bytes stay escaped, so that nothing here can fail. */
function unescaped(text: string): string {
  return text.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
