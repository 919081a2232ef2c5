// The sandbox as a process of its own, for tests and the bench: names its address on stdout, then serves until
// it is told to end. GET /sandbox/assets tells what it holds.
// Usage: npm run sandbox -- --port 0 --processing-ms 300 --part-size 4194304

import { parseArgs } from 'node:util';
import { startSandbox } from '../src/sandbox/server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'processing-ms': { type: 'string', default: '300' },
    'part-size': { type: 'string' },
  },
});

const partSize = values['part-size'];
const sandbox = await startSandbox({
  port: wholeNumber('port', values.port),
  processingMs: wholeNumber('processing-ms', values['processing-ms']),
  ...(partSize === undefined ? {} : { partSizeBytes: wholeNumber('part-size', partSize) }),
  inspectable: true,
});

console.log(JSON.stringify({ url: sandbox.url }));
process.once('SIGTERM', () => void sandbox.close());
process.once('SIGINT', () => void sandbox.close());

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}
