// Runs the sandbox as a process: prints its URL to stdout and serves until SIGINT or SIGTERM. GET /sandbox/assets returns
// its state.
// Usage: npm run sandbox -- --port 0 --processing-ms 300 --part-size 4194304

import { parseArgs } from 'node:util';
import { SCOPES } from '../src/sandbox/options.ts';
import { startSandbox } from '../src/sandbox/server.ts';

const USAGE = `Usage: npm run sandbox -- [options]

Starts a strict emulation of LinkedIn's API on 127.0.0.1 and prints its URL as JSON: {"url":"http://127.0.0.1:PORT"}.
Use the URL as api-url. The sandbox accepts any access token. GET /sandbox/assets returns uploads, posts and rejected calls.
SIGINT or SIGTERM ends it.

  --port N                  port to listen on (default 0: any free port)
  --processing-ms N         time from an upload until the media is available (default 300)
  --part-size N             bytes per part of a multi-part upload (default: LinkedIn's 4194304, or a third of a small file)
  --scopes LIST             scopes of the token, separated by commas (default: all of
                            ${SCOPES.join(',')})
  --duplicate-window-ms N   time in which an equal post is rejected as a duplicate (default 600000; 0: never)
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
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

function scopesIn(text: string): (typeof SCOPES)[number][] {
  return text.split(',').map((name) => {
    const scope = SCOPES.find((known) => known === name);
    if (scope === undefined)
      throw new RangeError(`--scopes must be some of ${SCOPES.join(',')}, not ${name}`);
    return scope;
  });
}
