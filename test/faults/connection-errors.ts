// Injected connection errors, as Node and undici make them. Those of a proxy contain its full URL with the password.

import { errors } from 'undici';
import { ProxyTunnelError } from '../../src/http/network-errors.ts';
import { canary } from '../leaks/canaries.ts';

const INJECTED = new WeakSet<object>();

/** Whether a scheduled fault made it: an aborted body ends in an error too. */
export function isInjected(error: unknown): boolean {
  return error instanceof Error && INJECTED.has(error);
}

function injected<E extends Error>(error: E): E {
  INJECTED.add(error);
  return error;
}

function coded(code: string, text: string, more: object = {}): Error {
  return Object.assign(new Error(text), { code, ...more });
}

export function connectionError(code: string): Error {
  const text = `injected connection error (${code})`;
  const error = code.startsWith('HPE_') ? new errors.HTTPParserError(text) : new Error(text);
  return injected(Object.assign(error, { code }));
}

const CREDENTIALS = `me:${canary('proxy password')}`;
const HOST = 'proxy.invalid:3128';
const ADDRESS = `http://${CREDENTIALS}@${HOST}`;

/** Errors of a proxy that opens no tunnel. The credentials are in messages, in other fields, and in nested causes. */
export const PROXY_ERRORS = {
  /** As the action throws it when the proxy is unreachable. */
  unreached: () => {
    const cause = coded('ECONNREFUSED', `connect ECONNREFUSED ${ADDRESS}`, { syscall: 'connect', ADDRESS });
    return injected(new ProxyTunnelError(HOST, null, { cause }));
  },
  /** As the action throws it when the proxy rejects the password. */
  denied: () => {
    const cause = coded('UND_ERR_ABORTED', `Proxy response (407) !== 200 when HTTP Tunneling by ${ADDRESS}`);
    return injected(new ProxyTunnelError(HOST, 407, { cause }));
  },
  /** As Node's own client throws it. */
  untunnelled: () => {
    const text = `Failed to establish tunnel to api.linkedin.com:443 via ${ADDRESS}: HTTP/1.1 502 Bad Gateway`;
    return injected(coded('ERR_PROXY_TUNNEL', text, { proxyTunnelTimeout: 0, proxy: new URL(ADDRESS) }));
  },
  /** As Node throws it for an invalid URL, which is in a separate field. */
  unparsed: () => {
    try {
      return new URL(`${ADDRESS}:none`) as never;
    } catch (error) {
      return injected(error as Error);
    }
  },
  /** After both addresses of the proxy were tried. */
  tried: () => {
    const one = (family: number) => coded('ETIMEDOUT', `connect ETIMEDOUT ${ADDRESS}`, { family });
    return injected(new AggregateError([one(4), one(6)], `no way to ${ADDRESS}`, { cause: one(4) }));
  },
  /** The proxy echoes the request. */
  echoed: () => {
    const data = `CONNECT ${HOST}\r\nproxy-authorization: Basic ${btoa(CREDENTIALS)}\r\n`;
    const fields = { code: 'HPE_INVALID_CONSTANT', data };
    return injected(Object.assign(new errors.HTTPParserError('Parse Error'), fields));
  },
} satisfies Record<string, () => Error>;
