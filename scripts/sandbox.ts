// Runs the sandbox as a process: prints its URL to stdout and serves until SIGINT or SIGTERM. GET /sandbox/assets returns
// its state.
// Usage: npm run sandbox -- --port 0 --processing-ms 300 --part-size 4194304

import { parseArgs } from 'node:util';
import { jsonResponse, type SandboxHandler } from '../src/sandbox/messages.ts';
import type { SandboxModel } from '../src/sandbox/model.ts';
import {
  type CallKind,
  OTHER_CALLS,
  type SandboxOptions,
  SCOPES,
  UPLOAD_CALLS,
} from '../src/sandbox/options.ts';
import { callKindOf } from '../src/sandbox/routes.ts';
import { startSandbox } from '../src/sandbox/server.ts';

const APP = {
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret',
  refreshToken: 'sandbox-refresh-token',
  accessToken: 'sandbox-access-token',
};
const STATUSES = ['active', 'expired', 'revoked'] as const;
const CALLS = [...UPLOAD_CALLS, ...OTHER_CALLS];

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
  const limited = namesIn('limit', values.limit, CALLS);
  const options = {
    port: wholeNumber('port', values.port),
    processingMs: wholeNumber('processing-ms', values['processing-ms']),
    ...(partSize === undefined ? {} : { partSizeBytes: wholeNumber('part-size', partSize) }),
    ...tokenOptions(),
    ...(window === undefined
      ? {}
      : { duplicateWindowMs: wholeNumber('duplicate-window-ms', window) }),
  };
  const sandbox = await startSandbox(options, (handle, model) =>
    inspectable(limit(handle, limited), model),
  );
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

/** Refuses calls of these kinds, as LinkedIn did in 2026. */
function limit(handle: SandboxHandler, limited: readonly CallKind[]): SandboxHandler {
  const message =
    'Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.';
  const body = { status: 429, serviceErrorCode: 101, code: 'TOO_MANY_REQUESTS', message };
  return async (request) => {
    const kind = callKindOf(request);
    return kind !== null && limited.includes(kind)
      ? jsonResponse(429, body)
      : await handle(request);
  };
}

/** Serves the state of the sandbox. LinkedIn has no such path. */
function inspectable(handle: SandboxHandler, model: SandboxModel): SandboxHandler {
  let [active, peakUploads] = [0, 0];
  return async (request) => {
    if (request.path === '/sandbox/assets') {
      const { posts, comments, log } = model;
      return jsonResponse(200, {
        assets: model.assets(),
        calls: model.calls(),
        posts,
        comments,
        peakUploads,
        log,
      });
    }
    if (callKindOf(request) !== 'upload') return await handle(request);
    active += 1;
    peakUploads = Math.max(peakUploads, active);
    try {
      return await handle(request);
    } finally {
      active -= 1;
    }
  };
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
