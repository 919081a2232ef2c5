// The sink for machines without a C compiler. It behaves like sink.c, but its own CPU time affects the result.

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { answerLines, listen } from './lines.ts';

const { values } = parseArgs({
  options: {
    delay: { type: 'string', default: '0' },
    cert: { type: 'string' },
    key: { type: 'string' },
  },
});

const noCounts = () => ({ puts: 0, bytes: 0, connections: 0 });
let [counts, open] = [noCounts(), 0];

const take: RequestListener = async (request, response) => {
  request.on('data', (chunk: Buffer) => {
    counts.bytes += chunk.length;
  });
  request.once('end', async () => {
    if (values.delay !== '0') await setTimeout(Number(values.delay));
    counts.puts += 1;
    response
      .writeHead(201, { etag: '"0123456789abcdef0123456789abcdef"', 'content-length': '0' })
      .end();
  });
};

const options = {
  highWaterMark: 1024 * 1024,
  noDelay: true,
  requestTimeout: 0,
  keepAliveTimeout: 60_000,
};
const { cert, key } = values;
const server =
  cert === undefined || key === undefined
    ? createServer(options, take)
    : createTlsServer({ ...options, cert: readFileSync(cert), key: readFileSync(key) }, take);
server.on('connection', (socket) => {
  open += 1;
  counts.connections = Math.max(counts.connections, open);
  socket.once('close', () => {
    open -= 1;
  });
});

await listen(server);
answerLines(() => {
  const counted = counts;
  counts = noCounts();
  return counted;
});
