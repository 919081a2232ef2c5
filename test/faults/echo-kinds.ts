// Kinds of fault that have LinkedIn repeat secrets, in refusals, failures and true answers; and those of a proxy, whose
// errors name its password.

import { PROXY_BREAKAGES } from './breakages.ts';
import { API_CALLS, TOKEN_CALLS } from './call-name.ts';
import type { Echo } from './echo.ts';
import { at, type Kind, refuses } from './kind.ts';
import { bends, breaksBy, rewrites, type Spoil } from './spoils.ts';

const ANY_CALL = [...API_CALLS, ...TOKEN_CALLS];
const NEVER = [] as const;

/** Wherever an answer has words that may be shown. */
function wordsOf({ word }: Echo) {
  return {
    message: `no use for ${word()} or ${word()}`,
    code: word(),
    error: word(),
    error_description: `no use for ${word()}`,
    [word()]: [word()],
  };
}

/** `status`: of the answer; `told`: in its body. */
function echoes(status: number, told = status): Spoil {
  return {
    how: 'answer',
    at: 'end',
    give: (_, echo) => ({
      status,
      headers: {
        'content-type': 'application/json',
        'x-li-uuid': echo.word(),
        'www-authenticate': echo.word(),
        location: `https://${echo.word()}.elsewhere.invalid/?${echo.word()}`,
      },
      body: echo.write({ status: told, ...wordsOf(echo) }),
    }),
  };
}

/** The true answer, in other words. */
function echoesIn(fields: readonly string[]): Spoil {
  const field = new RegExp(`"(${fields.join('|')})":"[^"]*"`, 'g');
  return bends((reply, { word, write }) => ({
    ...reply,
    headers: { ...reply.headers, 'x-li-uuid': word() },
    body: reply.body.replaceAll(field, (_, name: string) => `${JSON.stringify(name)}:${write(word())}`),
  }));
}

export const ECHOES: Readonly<Record<string, Kind>> = {
  '400-echo': refuses(at(ANY_CALL, echoes(400), ['complete'])),
  '401-echo': { ...refuses(at(ANY_CALL, echoes(401), NEVER)), isFatal: true },
  '429-echo': refuses(at(ANY_CALL, echoes(429))),
  '500-echo': at(ANY_CALL, echoes(500)),
  'redirect-echo': refuses(at(ANY_CALL, echoes(302), NEVER)),
  'echo-in-200': at(ANY_CALL, echoes(200, 500), ['register', 'complete', 'status', ...TOKEN_CALLS]),
  'status-echo': at(['status'], echoesIn(['status'])),
  'scopes-echo': at(TOKEN_CALLS, echoesIn(['scope', 'status'])),
  // No echo, but a secret that a mask of would hide half the outputs.
  'short-token': at(
    ['refresh'],
    rewrites((body) => body.replace(/"refresh_token":"[^"]*"/, '"refresh_token":"e"')),
  ),
};

const { unreached, denied, untunnelled, unparsed, tried, echoed } = PROXY_BREAKAGES;

export const PROXIES: Readonly<Record<string, Kind>> = {
  'proxy-unreached': at(ANY_CALL, breaksBy('start', unreached)),
  'proxy-denied': { ...at(ANY_CALL, breaksBy('start', denied), NEVER), isFatal: true },
  'proxy-untunnelled': at(ANY_CALL, breaksBy('start', untunnelled)),
  'proxy-unparsed': at(ANY_CALL, breaksBy('start', unparsed)),
  'proxy-tried': at(ANY_CALL, breaksBy('start', tried)),
  'proxy-echoed': at(ANY_CALL, breaksBy('start', echoed)),
};
