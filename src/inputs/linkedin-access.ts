// How to reach LinkedIn: its address and version, the proxy, the owner, and the token with the credentials of its app.

import type { Env } from '../deps.ts';
import { InputError } from '../errors/action-error.ts';
import { checkTls, type ProxyConfig, readProxy } from '../http/proxy.ts';
import type { TokenOptions } from '../linkedin/session.ts';
import type { LinkedInVersion } from '../linkedin/versions.ts';
import { Secret } from '../secret.ts';
import type { InputMode, Mode, Owner } from './input-types.ts';
import { errorsOf, missing } from './parse-inputs.ts';
import { findSecretErrors, readAndMaskProxy } from './secrets.ts';

export interface ConnectSettings {
  readonly apiUrl: URL;
  readonly version: LinkedInVersion;
  readonly proxy: ProxyConfig;
  /** Empty if a refresh obtains it. */
  readonly token: Secret;
  /** Null if the token is neither checked nor refreshed. */
  readonly tokenOptions: TokenOptions | null;
  /** Warns if the token has fewer days left. */
  readonly warnDays: number;
}

export interface LinkedInInputs {
  readonly mode: InputMode;
  readonly 'access-token': string;
  /** Null if the input is empty. */
  readonly owner: Owner | null;
  readonly 'linkedin-version': LinkedInVersion;
  readonly 'api-url': URL;
  readonly 'client-id': string;
  readonly 'client-secret': string;
  readonly 'refresh-token': string;
  readonly 'token-warn-days': number;
  readonly env: Env;
}

const APP = ['client-id', 'client-secret', 'refresh-token'] as const;

/** The other modes use no token, and send nothing to LinkedIn. */
const ONLINE_MODES: readonly unknown[] = ['publish', 'check'] satisfies InputMode[];

export function* findLinkedInErrors(given: Partial<LinkedInInputs>) {
  const { mode, owner, 'api-url': apiUrl, env = {} } = given;
  // Only `mode: check` needs no owner. Without a valid mode, nothing is missing yet.
  if (owner === null && mode !== undefined && mode !== 'check') yield missing('owner', 'is empty');
  if (!ONLINE_MODES.includes(mode)) return;
  yield* findCredentialErrors(given);
  yield* errorsOf(() => checkTls(env));
  if (apiUrl !== undefined) yield* errorsOf(() => readProxy(env, apiUrl));
}

function* findCredentialErrors({ mode, ...given }: Partial<LinkedInInputs>) {
  const { 'access-token': token = '', 'refresh-token': refresh = '' } = given;
  // A refresh token replaces the access token.
  if (refresh === '') {
    if (token === '')
      yield new InputError('TOKEN_MISSING', 'access-token', `is empty, but \`mode: ${mode}\` needs it`);
    else yield* findSecretErrors(token, 'access-token');
  }
  const firstGiven = APP.find((name) => given[name]);
  const use =
    refresh === ''
      ? 'both are needed to check the access token'
      : 'a refresh token needs both `client-id` and `client-secret`';
  for (const name of APP) {
    const secret = given[name];
    if (secret) yield* findSecretErrors(secret, name);
    else if (firstGiven !== undefined && name !== 'refresh-token')
      yield missing(name, `is empty, but \`${firstGiven}\` is set: ${use}`);
  }
}

/** The values of a run that publishes, plans or simulates. */
export type RunValues<V extends LinkedInInputs> = V & { readonly mode: Mode; readonly owner: Owner };

export function toConnectSettings(inputs: LinkedInInputs, mask: (secret: string) => void): ConnectSettings {
  const { mode, 'api-url': apiUrl, 'linkedin-version': version, env } = inputs;
  const { 'client-id': id, 'client-secret': secret, 'refresh-token': refresh } = inputs;
  const isOnline = ONLINE_MODES.includes(mode);
  const hasApp = isOnline && id !== '' && secret !== '';
  const warnDays = inputs['token-warn-days'];
  const tokenOptions = hasApp
    ? {
        clientId: id,
        clientSecret: new Secret(secret),
        refreshToken: refresh === '' ? null : new Secret(refresh),
        ownerKind: inputs.owner?.ownerKind ?? null,
        warnDays,
        mask,
      }
    : null;
  return {
    apiUrl,
    version,
    proxy: isOnline ? readAndMaskProxy(env, apiUrl, mask) : 'direct',
    token: new Secret(refresh === '' ? inputs['access-token'] : ''),
    tokenOptions,
    warnDays,
  };
}
