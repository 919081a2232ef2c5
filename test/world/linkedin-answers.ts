// Forms of LinkedIn's answers that differ between its pages and what was observed, or that depend on the token. The sandbox answers in one
// form; these change its answers.

import {
  headerOf,
  jsonResponse,
  type SandboxRequest,
  type SandboxResponse,
} from '../../src/sandbox/messages.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';

export interface AnswerForms {
  /** Whether the token may read statuses at all. */
  readonly statusReads?: 'allowed' | 'forbidden';
  /** Whether batch reads of images, videos or documents are allowed. The Development tier answers 403 or 400. */
  readonly batchReads?: 'allowed' | 'forbidden-403' | 'forbidden-400';
  /** ETags of the Videos API. LinkedIn now returns a path without quotes. Older text shows digits in quotes. */
  readonly videoEtags?: 'path' | 'quoted-path' | 'quoted-hex';
  /** The length of all ranges of a video: the last one ends past the end of the file, as on LinkedIn's page. */
  readonly overlongLastRange?: number;
  /** The token that the finalize call of a video must return. Often empty at LinkedIn, as in the sandbox. */
  readonly uploadToken?: string;
  /** Maps the URN of the first post to the one that the rejection of a duplicate names; null names none. */
  readonly duplicateUrnInResponse?: (urn: string) => string | null;
  /** Whether `x-restli-id` has only the number of a new post, as one run of 2026 saw it. */
  readonly bareIds?: boolean;
}

/** LinkedIn's answer to a status read that the token may not make; null for other calls. */
export function refusedRead(
  { statusReads, batchReads }: AnswerForms,
  request: SandboxRequest,
): SandboxResponse | null {
  const [, api, rest = ''] =
    /^\/(?:rest|v2)\/(assets|images|videos|documents)\b(.*)$/.exec(request.path) ?? [];
  if (request.method !== 'GET' || api === undefined) return null;
  const isBatch = rest.startsWith('?');
  if (isBatch && batchReads === 'forbidden-400')
    return jsonResponse(400, { message: 'BATCH_GET is not allowed in the Development tier', status: 400 });
  if (statusReads !== 'forbidden' && !(isBatch && batchReads === 'forbidden-403')) return null;
  const version = headerOf(request, 'linkedin-version');
  const resource = `partnerApi${api.charAt(0).toUpperCase()}${api.slice(1)}`;
  const call = [resource, isBatch ? 'BATCH_GET' : 'GET', ...(version === undefined ? [] : [`${version}01`])];
  const message = `Not enough permissions to access: ${call.join('.')}`;
  return jsonResponse(403, { status: 403, serviceErrorCode: 100, code: 'ACCESS_DENIED', message });
}

interface Answered {
  readonly request: SandboxRequest;
  readonly kind: string;
  readonly api: string | null;
  readonly model: SandboxModel;
  readonly response: SandboxResponse;
}

export function changeForm(forms: AnswerForms, answered: Answered): SandboxResponse {
  const { kind, api, response } = answered;
  const { status } = response;
  if (kind === 'post' && status === 201 && forms.bareIds === true) return withBareId(response);
  if (kind === 'post' && status === 422) return withDuplicate(forms, response);
  if (api !== 'videos' || status !== 200) return response;
  if (kind === 'upload') return withEtag(forms, answered);
  return kind === 'register' ? withInstructions(forms, answered) : response;
}

function withBareId(response: SandboxResponse): SandboxResponse {
  const id = response.headers['x-restli-id']?.replace(/^.*:/, '') ?? '';
  return { ...response, headers: { ...response.headers, 'x-restli-id': id } };
}

function withDuplicate({ duplicateUrnInResponse }: AnswerForms, response: SandboxResponse): SandboxResponse {
  const [text, urn = ''] = /Content is a duplicate of (urn:[\w:]+)/.exec(response.body) ?? [];
  if (duplicateUrnInResponse === undefined || text === undefined) return response;
  const named = duplicateUrnInResponse(urn);
  const other = named === null ? 'Duplicate post is detected' : `Content is a duplicate of ${named}`;
  return { ...response, body: response.body.replace(text, other) };
}

function withEtag(
  { videoEtags = 'path' }: AnswerForms,
  { model, request, response }: Answered,
): SandboxResponse {
  const { slot } = model.slotAt(request.path) ?? {};
  if (videoEtags === 'path' || !slot?.stored?.etag) return response;
  if (videoEtags === 'quoted-hex')
    slot.stored = { ...slot.stored, etag: slot.stored.etag.replace(/^.*_|\.bin$/g, '') };
  return { ...response, headers: { ...response.headers, etag: `"${slot.stored.etag}"` } };
}

function withInstructions(
  { uploadToken, overlongLastRange }: AnswerForms,
  { model, response }: Answered,
): SandboxResponse {
  const { value } = JSON.parse(response.body) as {
    value: {
      video: string;
      uploadToken: string;
      uploadInstructions: { firstByte: number; lastByte: number }[];
    };
  };
  const asset = model.assetById(value.video.replace('urn:li:video:', ''));
  if (uploadToken !== undefined && asset !== undefined) {
    asset.completionToken = uploadToken;
    value.uploadToken = uploadToken;
  }
  for (const one of value.uploadInstructions)
    one.lastByte = one.firstByte + (overlongLastRange ?? one.lastByte - one.firstByte + 1) - 1;
  return { ...response, body: JSON.stringify({ value }) };
}
