// Drops interim responses (1xx) before undici's parser sees them. undici closes the connection at an unrequested
// `100 Continue`, which servers and proxies are allowed to send.

import { subscribe } from 'node:diagnostics_channel';
import type { Duplex } from 'node:stream';

// Not 101: after it the bytes are no longer HTTP.
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d/;
const INTERIM_STARTS = ['HTTP/1.0 1', 'HTTP/1.1 1'];
const START_BYTES = 'HTTP/1.1 100'.length;
const HEAD_END = '\r\n\r\n';
// undici's own limit for the head of a response.
const MAX_HEAD_BYTES = 16 * 1024;

/** The watched connections. The function of each is called when a request has been sent on it. */
const watched = new WeakMap<Duplex, () => void>();
let isOn = false;

/** Applies to all undici connections from now on. */
export function dropInterimResponses(): void {
  if (isOn) return;
  isOn = true;
  // The next byte on this connection starts a response, because requests are not pipelined.
  subscribe('undici:client:sendHeaders', (message) => {
    const { socket } = message as { socket: Duplex };
    const expectResponse = watched.get(socket) ?? watch(socket);
    expectResponse();
  });
}

function watch(socket: Duplex): () => void {
  const read = socket.read.bind(socket);
  let isResponseDue = false;
  let held: Buffer = Buffer.alloc(0);
  socket.read = (sizeBytes?: number) => {
    for (;;) {
      const chunk: Buffer | null = read(sizeBytes);
      if (!isResponseDue || chunk === null) return chunk;
      const rest = withoutInterim(held.length === 0 ? chunk : Buffer.concat([held, chunk]));
      isResponseDue = mayBeInterim(rest);
      if (!isResponseDue) {
        held = Buffer.alloc(0);
        return rest;
      }
      held = rest;
    }
  };
  const expectResponse = () => {
    isResponseDue = true;
  };
  watched.set(socket, expectResponse);
  return expectResponse;
}

function withoutInterim(bytes: Buffer): Buffer {
  let rest = bytes;
  while (INTERIM.test(startOf(rest))) {
    const end = rest.indexOf(HEAD_END);
    if (end < 0) break;
    rest = rest.subarray(end + HEAD_END.length);
  }
  return rest;
}

/** Whether more bytes are needed to decide, or to drop a whole interim response. */
function mayBeInterim(bytes: Buffer): boolean {
  const start = startOf(bytes);
  if (INTERIM.test(start)) return bytes.length <= MAX_HEAD_BYTES;
  return (
    start.length < START_BYTES && INTERIM_STARTS.some((one) => one.startsWith(start.slice(0, one.length)))
  );
}

function startOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, START_BYTES);
}
