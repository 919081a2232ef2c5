// The source of the access token of a schedule, and the secrets that the action and LinkedIn have for it.

import type { TokenOptions } from '../../src/linkedin/access-token.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { Secret } from '../../src/secret.ts';
import { canary } from '../leaks/canaries.ts';
import type { TokenCall } from './call-name.ts';

/** `given` as is, `checked` by introspection, `renewed` by refresh; `renewed-and-checked` gets no scopes in its refresh. */
export const TOKEN_SOURCES = ['given', 'checked', 'renewed', 'renewed-and-checked'] as const;
export type TokenSource = (typeof TOKEN_SOURCES)[number];

const CLIENT_ID = '86schedule-app';
const [TOKEN, REFRESH, SECRET] = [canary('token'), canary('refresh token'), canary('client secret')];

export function isRenewed(source: TokenSource): boolean {
  return callsForToken(source).includes('refresh');
}

/** In this order; a failed call may be repeated. */
export function callsForToken(source: TokenSource): TokenCall[] {
  return CALLS[source];
}

const CALLS: Record<TokenSource, TokenCall[]> = {
  given: [],
  checked: ['introspect'],
  renewed: ['refresh'],
  'renewed-and-checked': ['refresh', 'introspect'],
};

/** The token options that the action reads from its inputs. */
export function tokenOptions(
  source: TokenSource,
  mask: TokenOptions['mask'],
): { token: Secret; tokenOptions: TokenOptions | null } {
  if (source === 'given') return { token: new Secret(TOKEN), tokenOptions: null };
  const app = { clientId: new Secret(CLIENT_ID), clientSecret: new Secret(SECRET) };
  const refreshToken = isRenewed(source) ? new Secret(REFRESH) : null;
  const token = new Secret(refreshToken === null ? TOKEN : '');
  const tokenOptions = { ...app, refreshToken, ownerKind: 'organization', warnDays: 10, mask } as const;
  return { token, tokenOptions };
}

/** The account as LinkedIn knows it. */
export function accountOptions(source: TokenSource): Pick<SandboxOptions, 'token' | 'oauth'> {
  if (source === 'given') return { token: TOKEN };
  const scopes = source === 'renewed-and-checked' ? { scope: null } : {};
  const oauth = { clientId: CLIENT_ID, clientSecret: SECRET, refreshToken: REFRESH, accessToken: TOKEN };
  return { token: TOKEN, oauth: { ...oauth, ...scopes } };
}
