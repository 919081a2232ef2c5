// The sandbox as a process of its own, for tests and the bench: names its address on stdout, then serves until
// it is told to end. GET /sandbox/assets tells what it holds.
// Usage: npm run sandbox -- --port 0 --processing-ms 300 --part-size 4194304

import { parseArgs } from 'node:util';
import { SCOPES } from '../src/sandbox/options.ts';
import { startSandbox } from '../src/sandbox/server.ts';

const USAGE = `Usage: npm run sandbox -- [options]

Starts a strict stand-in for LinkedIn's API on 127.0.0.1 and prints its address as JSON: {"url":"http://127.0.0.1:PORT"}.
Use that as api-url. Any access token is accepted. GET /sandbox/assets shows what was uploaded, posted and refused.
SIGINT or SIGTERM ends it.

  --port N                  port to listen on; 0, the default, takes a free one
  --processing-ms N         time from an upload until its media is available (default 300)
  --part-size N             bytes in each part of a multi-part upload (default: LinkedIn's 4194304, or a third of a small file)
  --scopes LIST             scopes of the token, separated by commas (default: all of
                            ${SCOPES.join(',')})
  --duplicate-window-ms N   time during which the same post is refused as a duplicate; 0 for never (default 600000)
  --help                    show this text`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'processing-ms': { type: 'string', default: '300' },
    'part-size': { type: 'string' },
    scopes: { type: 'string' },
    'duplicate-window-ms': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await serve();

async function serve(): Promise<void> {
  const { scopes, 'part-size': partSize, 'duplicate-window-ms': window } = values;
  const sandbox = await startSandbox({
    port: wholeNumber('port', values.port),
    processingMs: wholeNumber('processing-ms', values['processing-ms']),
    ...(partSize === undefined ? {} : { partSizeBytes: wholeNumber('part-size', partSize) }),
    ...(scopes === undefined ? {} : { scopes: scopesIn(scopes) }),
    ...(window === undefined ? {} : { duplicateWindowMs: wholeNumber('duplicate-window-ms', window) }),
    inspectable: true,
  });
  console.log(JSON.stringify({ url: sandbox.url }));
  process.once('SIGTERM', () => void sandbox.close());
  process.once('SIGINT', () => void sandbox.close());
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}

function scopesIn(text: string): (typeof SCOPES)[number][] {
  return text.split(',').map((name) => {
    const scope = SCOPES.find((known) => known === name);
    if (scope === undefined) throw new RangeError(`--scopes takes some of ${SCOPES.join(',')}, not ${name}`);
    return scope;
  });
}
