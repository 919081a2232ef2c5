// Kinds of fault in which LinkedIn echoes secrets, in error responses and in true ones, and kinds of proxy errors that
// contain the proxy's password.

import { API_CALLS, TOKEN_CALLS } from './call-name.ts';
import { PROXY_ERRORS } from './connection-errors.ts';
import type { Echo } from './echo.ts';
import { breaksBy, changesReply, type FaultEffect, rewrites } from './fault-effects.ts';
import { at, type FaultKind, rejects } from './fault-kind.ts';

const ANY_CALL = [...API_CALLS, ...TOKEN_CALLS];
const NEVER = [] as const;

/** The fields of a response whose text may be shown. */
function textFields({ secret }: Echo) {
  return {
    message: `no use for ${secret()} or ${secret()}`,
    code: secret(),
    error: secret(),
    error_description: `no use for ${secret()}`,
    [secret()]: [secret()],
  };
}

/** `status`: of the response; `bodyStatus`: in its body. */
function echoes(status: number, bodyStatus = status): FaultEffect {
  return {
    how: 'answer',
    at: 'end',
    give: (_, echo) => ({
      status,
      headers: {
        'content-type': 'application/json',
        'x-li-uuid': echo.secret(),
        'www-authenticate': echo.secret(),
        location: `https://${echo.secret()}.elsewhere.invalid/?${echo.secret()}`,
      },
      body: echo.encode({ status: bodyStatus, ...textFields(echo) }),
    }),
  };
}

/** The true response, with secrets in some fields. */
function echoesIn(fields: readonly string[]): FaultEffect {
  const field = new RegExp(`"(${fields.join('|')})":"[^"]*"`, 'g');
  return changesReply((reply, { secret, encode }) => ({
    ...reply,
    headers: { ...reply.headers, 'x-li-uuid': secret() },
    body: reply.body.replaceAll(field, (_, name: string) => `${JSON.stringify(name)}:${encode(secret())}`),
  }));
}

export const ECHOES: Readonly<Record<string, FaultKind>> = {
  '400-echo': rejects(at(ANY_CALL, echoes(400), ['complete'])),
  '401-echo': { ...rejects(at(ANY_CALL, echoes(401), NEVER)), isFatal: true },
  '429-echo': rejects(at(ANY_CALL, echoes(429))),
  '500-echo': at(ANY_CALL, echoes(500)),
  'redirect-echo': rejects(at(ANY_CALL, echoes(302), NEVER)),
  'echo-in-200': at(ANY_CALL, echoes(200, 500), ['register', 'complete', 'status', ...TOKEN_CALLS]),
  'status-echo': at(['status'], echoesIn(['status'])),
  'scopes-echo': at(TOKEN_CALLS, echoesIn(['scope', 'status'])),
  // Not an echo: a secret so short that masking it would hide half of the outputs.
  'short-token': at(
    ['refresh'],
    rewrites((body) => body.replace(/"refresh_token":"[^"]*"/, '"refresh_token":"e"')),
  ),
};

const { unreached, denied, untunnelled, unparsed, tried, echoed } = PROXY_ERRORS;

export const PROXIES: Readonly<Record<string, FaultKind>> = {
  'proxy-unreached': at(ANY_CALL, breaksBy('start', unreached)),
  'proxy-denied': { ...at(ANY_CALL, breaksBy('start', denied), NEVER), isFatal: true },
  'proxy-untunnelled': at(ANY_CALL, breaksBy('start', untunnelled)),
  'proxy-unparsed': at(ANY_CALL, breaksBy('start', unparsed)),
  'proxy-tried': at(ANY_CALL, breaksBy('start', tried)),
  'proxy-echoed': at(ANY_CALL, breaksBy('start', echoed)),
};
