// How to reach LinkedIn: its address, the proxy, the owner, and the token with the credentials of its app.

import { InputError } from '../errors/action-error.ts';
import { checkTls, type ProxyConfig, readProxy } from '../http/proxy.ts';
import type { TokenOptions } from '../linkedin/session.ts';
import { ownerKind } from '../linkedin/urn.ts';
import { Secret } from '../secret.ts';
import type { InputMode } from './input-types.ts';
import { errorsOf, missing } from './parse-inputs.ts';
import type { AccessValues } from './post-schema.ts';
import { findSecretErrors, readAndMaskProxy } from './secrets.ts';

/** What both actions need to send requests to LinkedIn, beside their inputs. */
export interface LinkedInAccess {
  readonly proxy: ProxyConfig;
  /** Empty if a refresh obtains it. */
  readonly token: Secret;
  /** Null if the token is neither checked nor refreshed. */
  readonly tokenOptions: TokenOptions | null;
}

/** The other modes use no token, and send nothing to LinkedIn. */
const ONLINE_MODES: readonly unknown[] = ['publish', 'check'] satisfies InputMode[];

export function* findLinkedInErrors(given: Partial<AccessValues>) {
  const { mode, owner, apiUrl, env = {} } = given;
  // Only `mode: check` needs no owner. Without a valid mode, nothing is missing yet.
  if (owner === null && mode !== undefined && mode !== 'check') yield missing('owner', 'is empty');
  if (!ONLINE_MODES.includes(mode)) return;
  yield* findCredentialErrors(given);
  yield* errorsOf(() => checkTls(env));
  if (apiUrl !== undefined) yield* errorsOf(() => readProxy(env, apiUrl));
}

function* findCredentialErrors({ mode, accessToken, clientId, ...given }: Partial<AccessValues>) {
  const token = accessToken?.reveal() ?? '';
  const refresh = given.refreshToken?.reveal() ?? '';
  // A refresh token replaces the access token.
  if (refresh === '') {
    if (token === '')
      yield new InputError('TOKEN_MISSING', 'access-token', `is empty, but \`mode: ${mode}\` needs it`);
    else yield* findSecretErrors(token, 'access-token');
  }
  const app = Object.entries({
    'client-id': clientId,
    'client-secret': given.clientSecret?.reveal(),
    'refresh-token': refresh,
  });
  const [firstGiven] = app.find(([, text]) => text) ?? [];
  const use =
    refresh === ''
      ? 'both are needed to check the access token'
      : 'a refresh token needs both `client-id` and `client-secret`';
  for (const [name, text] of app) {
    if (text) yield* findSecretErrors(text, name);
    else if (firstGiven !== undefined && name !== 'refresh-token')
      yield missing(name, `is empty, but \`${firstGiven}\` is set: ${use}`);
  }
}

export function toLinkedInAccess(inputs: AccessValues, mask: (secret: string) => void): LinkedInAccess {
  const { mode, owner, apiUrl, clientId, clientSecret, env } = inputs;
  const isOnline = ONLINE_MODES.includes(mode);
  const refreshToken = inputs.refreshToken.reveal() === '' ? null : inputs.refreshToken;
  const hasApp = isOnline && clientId !== '' && clientSecret.reveal() !== '';
  return {
    proxy: isOnline ? readAndMaskProxy(env, apiUrl, mask) : 'direct',
    token: refreshToken === null ? inputs.accessToken : new Secret(''),
    tokenOptions: hasApp
      ? {
          clientId,
          clientSecret,
          refreshToken,
          mask,
          ownerKind: owner === null ? null : ownerKind(owner),
          warnDays: inputs.tokenWarnDays,
        }
      : null,
  };
}
