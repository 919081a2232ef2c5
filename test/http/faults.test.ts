// What went wrong below HTTP, read out of errors and their causes.

import { errors } from 'undici';
import { describe, expect, it } from 'vitest';
import { networkFault, withoutBytes } from '../../src/http/faults.ts';

function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error(`failed with ${code}`, { cause }), { code });
}

function looped(): Error {
  const error = coded('ECONNRESET');
  error.cause = error;
  return error;
}

describe('a failure is named by its innermost code', () => {
  const socket = new errors.SocketError('other side closed', undefined);
  it.each<[error: unknown, code: string, text: string]>([
    [coded('ECONNREFUSED'), 'NETWORK_FAILED', 'the connection broke (ECONNREFUSED)'],
    [coded('UND_ERR_SOCKET', coded('EPIPE')), 'NETWORK_FAILED', 'the connection broke (EPIPE)'],
    [
      coded('UND_ERR_SOCKET', new Error('x', { cause: coded('ENOTFOUND') })),
      'NETWORK_FAILED',
      'the connection broke (ENOTFOUND)',
    ],
    [socket, 'NETWORK_FAILED', 'the connection broke (UND_ERR_SOCKET: other side closed)'],
    [
      new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]),
      'NETWORK_FAILED',
      'the connection broke (EHOSTUNREACH)',
    ],
    [new AggregateError([]), 'NETWORK_FAILED', ''],
    [
      new errors.RequestAbortedError('Proxy response (407) !== 200 when HTTP Tunneling'),
      'NETWORK_FAILED',
      'the connection broke (UND_ERR_ABORTED: Proxy response (407) !== 200 when HTTP Tunneling)',
    ],
    [looped(), 'NETWORK_FAILED', 'the connection broke (ECONNRESET)'],
    [coded('ETIMEDOUT'), 'NETWORK_TIMEOUT', 'the connection timed out (ETIMEDOUT)'],
    [
      new errors.ConnectTimeoutError('slow'),
      'NETWORK_TIMEOUT',
      'the connection timed out (UND_ERR_CONNECT_TIMEOUT: slow)',
    ],
    [
      new errors.BodyTimeoutError(),
      'NETWORK_TIMEOUT',
      'the connection timed out (UND_ERR_BODY_TIMEOUT: Body Timeout Error)',
    ],
    [coded('CERT_HAS_EXPIRED'), 'TLS_FAILED', 'the TLS certificate was not accepted (CERT_HAS_EXPIRED)'],
    [
      coded('SELF_SIGNED_CERT_IN_CHAIN'),
      'TLS_FAILED',
      'the TLS certificate was not accepted (SELF_SIGNED_CERT_IN_CHAIN)',
    ],
    [
      coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
      'TLS_FAILED',
      'the TLS certificate was not accepted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    [
      coded('ERR_TLS_CERT_ALTNAME_INVALID'),
      'TLS_FAILED',
      'the TLS certificate was not accepted (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [Object.assign(new Error('odd'), { code: 7 }), 'NETWORK_FAILED', 'odd'],
    [new Error('plain'), 'NETWORK_FAILED', 'plain'],
    ['text', 'NETWORK_FAILED', 'text'],
    [undefined, 'NETWORK_FAILED', 'undefined'],
  ])('%o is %s: %j', (error, code, text) => {
    expect(networkFault(error)).toMatchObject({ code, text });
  });
});

describe('whether a byte of the request had left', () => {
  it.each([
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['EAI_AGAIN', true],
    ['EHOSTUNREACH', true],
    ['ENETUNREACH', true],
    ['UND_ERR_CONNECT_TIMEOUT', true],
    ['CERT_HAS_EXPIRED', true],
    ['ECONNRESET', false],
    ['EPIPE', false],
    ['ETIMEDOUT', false],
    ['UND_ERR_SOCKET', false],
  ])('%s: before sending is %s', (code, isBeforeSending) => {
    expect(networkFault(coded(code)).isBeforeSending).toBe(isBeforeSending);
  });
});

describe('of several connections tried together, each counts', () => {
  const refused = () => Object.assign(coded('ECONNREFUSED'), { syscall: 'connect' });
  const timedOut = () => Object.assign(coded('ETIMEDOUT'), { syscall: 'connect' });
  const timeout = () =>
    Object.assign(new errors.ConnectTimeoutError('slow'), {
      cause: new AggregateError([timedOut(), timedOut()]),
    });
  it.each<[name: string, error: unknown, isBeforeSending: boolean]>([
    ['both refused', new AggregateError([refused(), refused()]), true],
    ['one refused, one timed out', new AggregateError([timedOut(), refused()]), true],
    ['undici tells of the timeout', timeout(), true],
    ['one broke later', new AggregateError([refused(), coded('ECONNRESET')]), false],
    ['one broke later, told first', new AggregateError([coded('EPIPE'), refused()]), false],
    ['wrapped', new Error('x', { cause: new AggregateError([refused()]) }), true],
    ['none told', new AggregateError([]), false],
    ['a loop', looped(), false],
    ['nothing', undefined, false],
    [
      'a proxy that refused the tunnel',
      new errors.RequestAbortedError('Proxy response (407) !== 200 when HTTP Tunneling'),
      true,
    ],
    ['a request that was aborted', new errors.RequestAbortedError('Request aborted'), false],
  ])('%s: before sending is %s', (_, error, isBeforeSending) => {
    expect(networkFault(error).isBeforeSending).toBe(isBeforeSending);
  });
});

it('a cause does not keep the bytes that undici could not read', () => {
  const error = Object.assign(new errors.HTTPParserError('Invalid character'), { data: 'Bearer secret' });
  expect(withoutBytes(error)).toBe(error);
  expect(error).not.toHaveProperty('data');
  expect(withoutBytes('text')).toBe('text');
});
