// Runs the sandbox as a process: prints its URL to stdout and serves until SIGINT or SIGTERM. GET /sandbox/assets returns
// its state.
// Usage: npm run sandbox -- --port 0 --processing-ms 300 --part-size 4194304

import { parseArgs } from 'node:util';
import { type FaultRule, OTHER_CALLS, type SandboxOptions, SCOPES } from '../src/sandbox/options.ts';
import { startSandbox } from '../src/sandbox/server.ts';

const APP = {
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret',
  refreshToken: 'sandbox-refresh-token',
  accessToken: 'sandbox-access-token',
};
const STATUSES = ['active', 'expired', 'revoked'] as const;
const CALLS = ['register', 'upload', 'complete', 'status', ...OTHER_CALLS] as const;

const USAGE = `Usage: npm run sandbox -- [options]

Starts a strict emulation of LinkedIn's API on 127.0.0.1 and prints its URL as JSON: {"url":"http://127.0.0.1:PORT"}.
Use the URL as api-url. The sandbox accepts any access token, and knows the app with the client-id ${APP.clientId} and the
client-secret ${APP.clientSecret}. GET /sandbox/assets returns uploads, posts and rejected calls.
SIGINT or SIGTERM ends it.

  --port N                  port to listen on (default 0: any free port)
  --processing-ms N         time from an upload until the media is available (default 300)
  --part-size N             bytes per part of a multi-part upload (default: LinkedIn's 4194304, or a third of a small file)
  --scopes LIST             scopes of the token, separated by commas (default: all of
                            ${SCOPES.join(',')})
  --token-status STATUS     ${STATUSES.join(', ')} (default active). LinkedIn refuses a token that is not active
  --token-days N            days until the token expires (default 60)
  --limit LIST              calls that are refused with 429, as when the daily limit is used up, separated by commas: some of
                            ${CALLS.join(',')}
  --duplicate-window-ms N   time in which an equal post is rejected as a duplicate (default 600000; 0: never)
  --help                    show this text`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'processing-ms': { type: 'string', default: '300' },
    'part-size': { type: 'string' },
    scopes: { type: 'string', default: SCOPES.join(',') },
    'token-status': { type: 'string', default: 'active' },
    'token-days': { type: 'string', default: '60' },
    limit: { type: 'string', default: '' },
    'duplicate-window-ms': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await serve();

async function serve(): Promise<void> {
  const { 'part-size': partSize, 'duplicate-window-ms': window } = values;
  const sandbox = await startSandbox({
    port: wholeNumber('port', values.port),
    processingMs: wholeNumber('processing-ms', values['processing-ms']),
    ...(partSize === undefined ? {} : { partSizeBytes: wholeNumber('part-size', partSize) }),
    ...tokenOptions(),
    faults: namesIn('limit', values.limit, CALLS).map(limited),
    ...(window === undefined ? {} : { duplicateWindowMs: wholeNumber('duplicate-window-ms', window) }),
    inspectable: true,
  });
  console.log(JSON.stringify({ url: sandbox.url }));
  process.once('SIGTERM', () => void sandbox.close());
  process.once('SIGINT', () => void sandbox.close());
}

function tokenOptions(): SandboxOptions {
  const scopes = namesIn('scopes', values.scopes, SCOPES);
  const [tokenStatus] = namesIn('token-status', values['token-status'], STATUSES);
  const accessDays = wholeNumber('token-days', values['token-days']);
  return {
    scopes,
    oauth: { ...APP, accessDays, scope: scopes.join(',') },
    ...(tokenStatus === undefined ? {} : { tokenStatus }),
  };
}

/** As LinkedIn answered in 2026. */
function limited(on: FaultRule['on']): FaultRule {
  const message =
    'Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.';
  const body = { status: 429, serviceErrorCode: 101, code: 'TOO_MANY_REQUESTS', message };
  return { on, every: true, reply: { status: 429, body } };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new RangeError(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

function namesIn<T extends string>(option: string, text: string, known: readonly T[]): T[] {
  return text.split(',').flatMap((name) => {
    if (name === '') return [];
    const found = known.find((one) => one === name);
    if (found === undefined)
      throw new RangeError(`--${option} must be some of ${known.join(',')}, not ${name}`);
    return [found];
  });
}
