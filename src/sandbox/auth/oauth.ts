// LinkedIn's two token calls: refresh and introspection. Both take a form in the body and no bearer token.
// Rejections use the OAuth error format.
// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
// https://learn.microsoft.com/linkedin/shared/authentication/token-introspection (read 2026-11-25)

import { respondWith, type ValidCall } from '../calls.ts';
import { headerOf, jsonResponse, readBody, type SandboxRequest } from '../messages.ts';
import type { SandboxModel } from '../model.ts';
import type { OAuthSettings } from '../options.ts';
import { ErrorResponse } from '../restli/error-responses.ts';

export const REFRESH_PATH = '/oauth/v2/accessToken';
export const INTROSPECT_PATH = '/oauth/v2/introspectToken';

export async function checkRefresh(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const form = await readForm(request, ['grant_type', 'refresh_token', 'client_id', 'client_secret']);
  const { oauth } = model.settings;
  if (form.get('grant_type') !== 'refresh_token') throw invalidRequest('The grant_type is not supported');
  checkClient(oauth, form);
  if (form.get('refresh_token') !== oauth?.refreshToken)
    throw invalidRequest('The provided authorization grant or refresh token is invalid, expired or revoked');
  return respondWith('refresh', () => ({
    access_token: oauth?.accessToken,
    expires_in: (oauth?.accessDays ?? 0) * DAY_S,
    refresh_token: oauth?.refreshToken,
    refresh_token_expires_in: (oauth?.refreshDays ?? 0) * DAY_S,
    ...(oauth?.scope === null ? {} : { scope: oauth?.scope }),
  }));
}

export async function checkIntrospect(model: SandboxModel, request: SandboxRequest): Promise<ValidCall> {
  const form = await readForm(request, ['client_id', 'client_secret', 'token']);
  const { settings } = model;
  const { oauth } = settings;
  checkClient(oauth, form);
  // LinkedIn returns only this for a token of another app.
  if (oauth === null || !settings.acceptsToken(form.get('token') ?? ''))
    return respondWith('introspect', () => ({ active: false }));
  const createdAt = Math.floor(model.now() / 1000);
  return respondWith('introspect', () => ({
    active: oauth.status === 'active',
    status: oauth.status,
    client_id: oauth.clientId,
    authorized_at: createdAt,
    created_at: createdAt,
    expires_at: createdAt + oauth.accessDays * DAY_S,
    ...(oauth.scope === null ? {} : { scope: oauth.scope }),
    auth_type: '3L',
  }));
}

const DAY_S = 24 * 60 * 60;

/** Reads a form with exactly these fields, each once. Rejects parameters in the URL and an Authorization header. */
async function readForm(request: SandboxRequest, names: readonly string[]): Promise<URLSearchParams> {
  if (request.method !== 'POST') throw oauthError(405, 'invalid_request', 'Only POST is supported');
  if (request.path.includes('?')) throw invalidRequest('Parameters must be in the body');
  if (headerOf(request, 'authorization') !== undefined)
    throw invalidRequest('The Authorization header is not allowed');
  if (headerOf(request, 'content-type') !== 'application/x-www-form-urlencoded')
    throw oauthError(415, 'invalid_request', 'Content-Type must be application/x-www-form-urlencoded');
  const form = new URLSearchParams((await readBody(request)).toString('latin1'));
  for (const name of form.keys()) {
    if (!names.includes(name)) throw invalidRequest(`The parameter "${name}" is unknown`);
    if (form.getAll(name).length > 1) throw invalidRequest(`The parameter "${name}" occurs twice`);
  }
  const missing = names.find((name) => !form.get(name));
  if (missing !== undefined) throw invalidRequest(`A required parameter "${missing}" is missing`);
  return form;
}

function checkClient(oauth: OAuthSettings | null, form: URLSearchParams): void {
  if (oauth === null || form.get('client_id') !== oauth.clientId)
    throw oauthError(400, 'invalid_client', 'The passed in client_id is invalid');
  if (form.get('client_secret') !== oauth.clientSecret)
    throw oauthError(401, 'invalid_client', 'Client authentication failed');
}

function invalidRequest(description: string): ErrorResponse {
  return oauthError(400, 'invalid_request', description);
}

/** `description` must not repeat anything from the request. */
function oauthError(status: number, error: string, description: string): ErrorResponse {
  return new ErrorResponse(description, jsonResponse(status, { error, error_description: description }));
}
