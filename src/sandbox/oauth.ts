// LinkedIn's two token calls: refresh and introspection. Both take a form in the body and no bearer token.
// Rejections use the OAuth error format.
// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
// https://learn.microsoft.com/linkedin/shared/authentication/token-introspection (read 2026-11-25)

import { ErrorResponse } from './errors.ts';
import type { Call } from './gateway.ts';
import {
  headerOf,
  jsonResponse,
  readBody,
  type SandboxRequest,
  type SandboxResponse,
} from './messages.ts';
import type { OAuthOptions } from './options.ts';

const DAY_S = 24 * 60 * 60;

export async function refreshToken({ settings, request }: Call): Promise<SandboxResponse> {
  const form = await readForm(request, [
    'grant_type',
    'refresh_token',
    'client_id',
    'client_secret',
  ]);
  if (form.get('grant_type') !== 'refresh_token')
    throw invalidRequest('The grant_type is not supported');
  const app = checkClient(settings.oauth, form);
  if (form.get('refresh_token') !== app.refreshToken)
    throw invalidRequest(
      'The provided authorization grant or refresh token is invalid, expired or revoked',
    );
  return jsonResponse(200, {
    access_token: app.accessToken,
    expires_in: app.accessDays * DAY_S,
    refresh_token: app.refreshToken,
    refresh_token_expires_in: app.refreshDays * DAY_S,
    scope: app.scope ?? undefined,
  });
}

export async function introspectToken({
  model,
  settings,
  request,
}: Call): Promise<SandboxResponse> {
  const form = await readForm(request, ['client_id', 'client_secret', 'token']);
  const app = checkClient(settings.oauth, form);
  const { token, tokenStatus } = settings;
  const given = form.get('token');
  // LinkedIn returns only this for a token of another app.
  if (token !== null && given !== token && given !== app.accessToken)
    return jsonResponse(200, { active: false });
  const createdAt = Math.floor(model.now() / 1000);
  return jsonResponse(200, {
    active: tokenStatus === 'active',
    status: tokenStatus,
    client_id: app.clientId,
    authorized_at: createdAt,
    created_at: createdAt,
    expires_at: createdAt + app.accessDays * DAY_S,
    scope: app.scope ?? undefined,
    auth_type: '3L',
  });
}

/** Reads a form with exactly these fields, each once. Rejects parameters in the URL and an Authorization header. */
async function readForm(
  request: SandboxRequest,
  names: readonly string[],
): Promise<URLSearchParams> {
  if (request.path.includes('?')) throw invalidRequest('Parameters must be in the body');
  if (headerOf(request, 'authorization') !== undefined)
    throw invalidRequest('The Authorization header is not allowed');
  if (headerOf(request, 'content-type') !== 'application/x-www-form-urlencoded')
    throw oauthError(
      415,
      'invalid_request',
      'Content-Type must be application/x-www-form-urlencoded',
    );
  const form = new URLSearchParams((await readBody(request)).toString('latin1'));
  for (const name of form.keys()) {
    if (!names.includes(name)) throw invalidRequest('A parameter is unknown');
    if (form.getAll(name).length > 1) throw invalidRequest(`The parameter "${name}" occurs twice`);
  }
  const missing = names.find((name) => !form.get(name));
  if (missing !== undefined) throw invalidRequest(`A required parameter "${missing}" is missing`);
  return form;
}

function checkClient(oauth: OAuthOptions | null, form: URLSearchParams): Required<OAuthOptions> {
  if (oauth === null || form.get('client_id') !== oauth.clientId)
    throw oauthError(400, 'invalid_client', 'The passed in client_id is invalid');
  if (form.get('client_secret') !== oauth.clientSecret)
    throw oauthError(401, 'invalid_client', 'Client authentication failed');
  return { accessDays: 60, refreshDays: 365, scope: 'w_organization_social', ...oauth };
}

function invalidRequest(description: string): ErrorResponse {
  return oauthError(400, 'invalid_request', description);
}

/** `description` must not repeat anything from the request. */
function oauthError(status: number, error: string, description: string): ErrorResponse {
  return new ErrorResponse(
    description,
    jsonResponse(status, { error, error_description: description }),
  );
}
