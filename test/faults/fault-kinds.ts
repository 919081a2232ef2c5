// The catalog of faults: each kind by its name, the calls it can strike, and those on which it is recoverable.

import { API_CALLS, TOKEN_CALLS } from './call-name.ts';
import { ECHOES, PROXIES } from './echo-and-proxy-kinds.ts';
import {
  answers,
  answersEarly,
  answersText,
  breaks,
  changesAsset,
  changesReply,
  type FaultEffect,
  hangs,
  retryAfter,
  retryAfterDate,
  rewrites,
  rewritesValue,
  setsAssetStatus,
  setsFinalStatus,
} from './fault-effects.ts';
import { at, type FaultKind, inAssets, inParts, rejects } from './fault-kind.ts';

const CALLS = API_CALLS;
const ANY_CALL = [...API_CALLS, ...TOKEN_CALLS];
const NEVER = [] as const;

const fatal = (effect: FaultEffect): FaultKind => ({ ...at(ANY_CALL, effect, NEVER), isFatal: true });

const WIRE: Record<string, FaultKind> = {
  refused: at(ANY_CALL, breaks('start', 'ECONNREFUSED')),
  'no-such-host': at(ANY_CALL, breaks('start', 'ENOTFOUND')),
  'connect-timeout': at(ANY_CALL, breaks('start', 'UND_ERR_CONNECT_TIMEOUT')),
  'bad-certificate': fatal(breaks('start', 'CERT_HAS_EXPIRED')),
  'reset-at-start': at(ANY_CALL, breaks('start', 'ECONNRESET')),
  'reset-midway': at(['upload'], breaks('middle', 'ECONNRESET')),
  'pipe-midway': at(['upload'], breaks('middle', 'EPIPE')),
  'reset-at-end': at(ANY_CALL, breaks('end', 'ECONNRESET')),
  garbage: at(ANY_CALL, breaks('end', 'HPE_INVALID_CONSTANT')),
  'reset-in-answer': at(ANY_CALL, breaks('answer', 'UND_ERR_SOCKET')),
  'hang-at-start': at(ANY_CALL, hangs('start')),
  'hang-midway': at(['upload'], hangs('middle')),
  'hang-at-end': at(ANY_CALL, hangs('end')),
  'hang-in-answer': at(ANY_CALL, hangs('answer')),
};

const REJECTIONS: Record<string, FaultKind> = {
  400: at(ANY_CALL, answers(400), ['complete']),
  '400-expired': at(['upload'], answers(400, { code: 'EXPIRED_UPLOAD_URL' })),
  '400-permissions': at(
    ['register'],
    answers(400, { message: 'Organization Or Events permissions must be used when using organization' }),
    NEVER,
  ),
  401: fatal(answers(401)),
  '401-restricted': fatal(answers(401, { code: 'RESTRICTED_MEMBER' })),
  403: { ...at(ANY_CALL, answers(403), ['upload']), isFatal: true },
  '403-value': at(
    ['register', 'complete'],
    answers(403, { message: 'Field Value validation failed in REQUEST_BODY' }),
    ['complete'],
  ),
  404: at(ANY_CALL, answers(404), ['upload', 'complete', 'status']),
  405: at(ANY_CALL, answers(405), ['complete']),
  409: at(ANY_CALL, answers(409), [...CALLS, 'refresh']),
  410: at(ANY_CALL, answers(410), ['upload', 'complete']),
  412: at(ANY_CALL, answers(412), ['upload', 'complete']),
  413: at(ANY_CALL, answers(413), ['complete']),
  415: at(ANY_CALL, answers(415), ['complete']),
  422: at(ANY_CALL, answers(422), ['complete']),
  426: fatal(answers(426)),
  'redirect-301': at(ANY_CALL, answersText(301, '', { location: 'https://elsewhere.invalid/' }), NEVER),
  'redirect-307': at(ANY_CALL, answersText(307, '', { location: 'https://elsewhere.invalid/' }), NEVER),
};

const LIMITS: Record<string, FaultKind> = {
  '429-bare': at(ANY_CALL, answers(429)),
  '429-zero': at(ANY_CALL, answers(429, retryAfter('0'))),
  '429-seconds': at(ANY_CALL, answers(429, retryAfter('41'))),
  '429-soon': at(ANY_CALL, answers(429, retryAfter('2'))),
  '429-date': at(ANY_CALL, answers(429, retryAfterDate(53_000))),
  '429-garbage': at(ANY_CALL, answers(429, retryAfter('soon'))),
  '429-huge': { ...at(ANY_CALL, answers(429, retryAfter('3600')), NEVER), isFatal: true },
  '429-day': fatal(
    answers(429, {
      message: 'Resource level throttle APPLICATION DAY limit for calls to this resource is reached',
    }),
  ),
};

const FAILURES: Record<string, FaultKind> = {
  408: at(ANY_CALL, answers(408)),
  500: at(ANY_CALL, answers(500)),
  502: at(ANY_CALL, answersText(502, '<html>Bad Gateway</html>')),
  503: at(ANY_CALL, answers(503)),
  '503-seconds': at(ANY_CALL, answers(503, retryAfter('37'))),
  '503-date': at(ANY_CALL, answers(503, retryAfterDate(61_000))),
  '503-huge': at(ANY_CALL, answers(503, retryAfter('7200')), NEVER),
  504: at(ANY_CALL, answers(504)),
};

const ODD_RESPONSES: Record<string, FaultKind> = {
  'html-200': at(ANY_CALL, answersText(200, '<html>Please log in</html>', { 'content-type': 'text/html' })),
  'refusal-in-200': at(ANY_CALL, answersText(200, '{"status":500,"message":"injected fault"}'), [
    'register',
    'complete',
    'status',
    ...TOKEN_CALLS,
  ]),
  'empty-200': at(ANY_CALL, answersText(200, '')),
  'empty-204': at(ANY_CALL, answersText(204, '')),
  'created-201': at(
    ['register', 'complete', 'status', ...TOKEN_CALLS],
    changesReply((reply) => ({ ...reply, status: 201 })),
  ),
  'accepted-202': at(
    CALLS,
    changesReply((reply) => ({ ...reply, status: 202 })),
    ['register', 'complete', 'status', ...TOKEN_CALLS],
  ),
  'cut-json': at(
    ['register', 'status', ...TOKEN_CALLS],
    rewrites((body) => body.slice(0, body.length / 2)),
  ),
  'more-fields': at(
    ['register', 'status'],
    rewrites((body) => body.replace(/^\{/, '{"news":{"a":[1]},')),
  ),
  'no-urn': at(
    ['register'],
    rewritesValue(({ asset: _, image: __, video: ___, document: ____, ...value }) => value),
  ),
  'no-address': at(
    ['register'],
    rewritesValue(({ uploadMechanism: _, uploadUrl: __, uploadInstructions: ___, ...value }) => value),
    NEVER,
  ),
  'no-status': at(
    ['status'],
    rewrites((body) => body.replaceAll('"status":', '"state":')),
  ),
  'new-status': at(
    ['status'],
    rewrites((body) => body.replaceAll(/"(AVAILABLE|PROCESSING)"/g, '"DREAMING"')),
  ),
  'foreign-address': at(
    ['register'],
    rewrites((body) =>
      body.replaceAll('https://api.linkedin.com/', 'https://api.linkedin.com.evil.invalid/'),
    ),
    NEVER,
  ),
  'bad-ranges': inParts(
    at(
      ['register'],
      rewrites((body) => body.replaceAll(/"firstByte":[1-9]/g, '"firstByte":12')),
      NEVER,
    ),
  ),
  'short-lived': inParts(
    at(
      ['register'],
      rewrites((body) => body.replaceAll(/("url\w*ExpiresAt"|"uploadUrlsExpireAt"):\d+/g, '$1:1')),
    ),
  ),
  'hostile-headers': inAssets(
    at(
      ['register'],
      rewrites((body) =>
        body.replaceAll(
          '"headers":{',
          '"headers":{"Host":"evil.invalid","Authorization":"Basic x","__proto__":"y",',
        ),
      ),
    ),
  ),
};

const UPLOADS: Record<string, FaultKind> = {
  'early-201': at(['upload'], answersEarly(201)),
  'early-200': at(['upload'], answersEarly(200)),
  'early-413': at(['upload'], answersEarly(413), NEVER),
  'early-500': at(['upload'], answersEarly(500)),
  'no-etag': inParts(at(['upload'], { how: 'etags', give: () => [] })),
  'two-etags': inParts(at(['upload'], { how: 'etags', give: (etag) => ['"another"', etag] })),
  'same-etag-twice': inParts(at(['upload'], { how: 'etags', give: (etag) => [etag, etag] })),
};

const OF_UPLOAD = ['upload', 'complete'] as const;

const ASSET_FAULTS: Record<string, FaultKind> = {
  'client-error': inAssets(at(OF_UPLOAD, setsFinalStatus('CLIENT_ERROR'), NEVER)),
  'server-error': inAssets(at(OF_UPLOAD, setsFinalStatus('SERVER_ERROR'))),
  incomplete: inAssets(at(OF_UPLOAD, setsFinalStatus('INCOMPLETE'), NEVER)),
  'processing-failed': { ...at(OF_UPLOAD, setsFinalStatus('PROCESSING_FAILED'), NEVER), api: 'media' },
  'processing-for-ever': at(OF_UPLOAD, setsFinalStatus('PROCESSING'), NEVER),
  blocked: inAssets(at(OF_UPLOAD, setsAssetStatus('BLOCKED'), NEVER)),
  abandoned: inAssets(at(OF_UPLOAD, setsAssetStatus('ABANDONED'), NEVER)),
  deleted: inAssets(at(OF_UPLOAD, setsAssetStatus('DELETED'), NEVER)),
  vanished: at(
    OF_UPLOAD,
    changesAsset((asset, slot) => {
      asset.uploadedAt = null;
      if (slot !== null) slot.stored = null;
    }),
  ),
};

const DISK: Record<string, FaultKind> = {
  'disk-unreadable': at(['disk'], { how: 'disk' }, NEVER),
  'disk-shrunk': at(['disk'], { how: 'disk' }, NEVER),
  'disk-changed': at(['disk'], { how: 'disk' }, NEVER),
};

const ALL: Record<string, FaultKind> = {
  ...{ ...WIRE, ...PROXIES, ...FAILURES, ...ODD_RESPONSES, ...ECHOES },
  ...{ ...UPLOADS, ...ASSET_FAULTS, ...DISK },
};
const REFUSING = Object.entries({ ...REJECTIONS, ...LIMITS }).map(
  ([name, kind]) => [name, rejects(kind)] as const,
);
const KINDS: ReadonlyMap<string, FaultKind> = new Map([...Object.entries(ALL), ...REFUSING]);

export const FAULT_KINDS: readonly string[] = [...KINDS.keys()];

export function kindOf(name: string): FaultKind {
  const kind = KINDS.get(name);
  if (kind === undefined) throw new RangeError(`no kind of fault is called ${name}`);
  return kind;
}
