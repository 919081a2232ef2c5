// Connections that break on purpose, with the errors that Node and undici make of it; a proxy's name its whole address.

import { errors } from 'undici';
import { ProxyTunnelError } from '../../src/http/network-errors.ts';
import { canary } from '../leaks/canaries.ts';

const ON_PURPOSE = new WeakSet<object>();

/** Whether a planned fault made it: a body that is given up ends in an error too. */
export function isOnPurpose(error: unknown): boolean {
  return error instanceof Error && ON_PURPOSE.has(error);
}

function onPurpose<E extends Error>(error: E): E {
  ON_PURPOSE.add(error);
  return error;
}

function coded(code: string, text: string, more: object = {}): Error {
  return Object.assign(new Error(text), { code, ...more });
}

export function broken(code: string): Error {
  const text = `broken on purpose (${code})`;
  const error = code.startsWith('HPE_') ? new errors.HTTPParserError(text) : new Error(text);
  return onPurpose(Object.assign(error, { code }));
}

const CREDENTIALS = `me:${canary('proxy password')}`;
const HOST = 'proxy.invalid:3128';
const ADDRESS = `http://${CREDENTIALS}@${HOST}`;

/** Ways in which a proxy opens no tunnel. The credentials are in the words, in fields beside them, and deep inside. */
export const PROXY_BREAKAGES = {
  /** As the action tells it of a proxy that is not there. */
  unreached: () => {
    const cause = coded('ECONNREFUSED', `connect ECONNREFUSED ${ADDRESS}`, { syscall: 'connect', ADDRESS });
    return onPurpose(new ProxyTunnelError(HOST, null, { cause }));
  },
  /** As the action tells it of one that wants another password. */
  denied: () => {
    const cause = coded('UND_ERR_ABORTED', `Proxy response (407) !== 200 when HTTP Tunneling by ${ADDRESS}`);
    return onPurpose(new ProxyTunnelError(HOST, 407, { cause }));
  },
  /** As Node's own client tells it. */
  untunnelled: () => {
    const text = `Failed to establish tunnel to api.linkedin.com:443 via ${ADDRESS}: HTTP/1.1 502 Bad Gateway`;
    return onPurpose(coded('ERR_PROXY_TUNNEL', text, { proxyTunnelTimeout: 0, proxy: new URL(ADDRESS) }));
  },
  /** As Node tells it of an address: in a field of its own. */
  unparsed: () => {
    try {
      return new URL(`${ADDRESS}:none`) as never;
    } catch (error) {
      return onPurpose(error as Error);
    }
  },
  /** Both of its addresses were tried. */
  tried: () => {
    const one = (family: number) => coded('ETIMEDOUT', `connect ETIMEDOUT ${ADDRESS}`, { family });
    return onPurpose(new AggregateError([one(4), one(6)], `no way to ${ADDRESS}`, { cause: one(4) }));
  },
  /** It says what it was told. */
  echoed: () => {
    const data = `CONNECT ${HOST}\r\nproxy-authorization: Basic ${btoa(CREDENTIALS)}\r\n`;
    const fields = { code: 'HPE_INVALID_CONSTANT', data };
    return onPurpose(Object.assign(new errors.HTTPParserError('Parse Error'), fields));
  },
} satisfies Record<string, () => Error>;
