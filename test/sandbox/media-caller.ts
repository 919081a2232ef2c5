// The calls of the Images and Videos APIs, valid by default, over the same bare requests as those of the Assets API.

import type { Answer, Caller } from './caller.ts';

export const INIT_IMAGE = '/rest/images?action=initializeUpload';
export const INIT_VIDEO = '/rest/videos?action=initializeUpload';
export const FINALIZE = '/rest/videos?action=finalizeUpload';

export const RAW_IMAGE_HEADERS = { authorization: 'Bearer test-token', 'content-type': 'image/png' } as const;
export const THUMBNAIL_HEADERS = {
  'media-type-family': 'STILLIMAGE',
  'content-type': 'application/octet-stream',
} as const;
export const CAPTIONS = Buffer.from('1\r\n00:00:00,000 --> 00:00:02,000\r\nHello – Grüße\r\n');
export const METADATA = {
  format: 'SRT',
  formattedForEasyReader: true,
  largeText: true,
  source: 'USER_PROVIDED',
  locale: { variant: 'AMERICAN', country: 'US', language: 'EN' },
  transcriptType: 'CLOSED_CAPTION',
};

export type Video = Awaited<ReturnType<typeof initializeVideo>>;

/** A valid initialize body; `fields` override, and undefined removes a field. */
export function initialization(fields: Record<string, unknown> = {}) {
  return { initializeUploadRequest: { owner: 'urn:li:organization:24141830', ...fields } };
}

export async function initializeImage(caller: Caller, fields: Record<string, unknown> = {}) {
  const body = initialization(fields);
  const { value } = await caller.accepted<{ value: { uploadUrl: string; image: string } }>(INIT_IMAGE, body);
  return { id: idOf(value.image), urn: value.image, path: pathOf(value.uploadUrl) };
}

interface InitializedVideo {
  readonly video: string;
  readonly uploadToken: string;
  readonly uploadInstructions: readonly { uploadUrl: string; firstByte: number; lastByte: number }[];
  readonly captionsUploadUrl?: string;
  readonly thumbnailUploadUrl?: string;
}

export async function initializeVideo(caller: Caller, fields: Record<string, unknown> = {}) {
  const body = initialization({ fileSizeBytes: 10, ...fields });
  const { value } = await caller.accepted<{ value: InitializedVideo }>(INIT_VIDEO, body);
  return {
    id: idOf(value.video),
    urn: value.video,
    token: value.uploadToken,
    parts: value.uploadInstructions.map(({ uploadUrl, ...range }) => ({ path: pathOf(uploadUrl), ...range })),
    captionsPath: pathOf(value.captionsUploadUrl ?? ''),
    thumbnailPath: pathOf(value.thumbnailUploadUrl ?? ''),
  };
}

/** Sends the file to every address, one after the other; returns the part ids without their quotes. */
export async function putVideo(caller: Caller, { parts }: Video, file: Uint8Array): Promise<string[]> {
  const ids = [];
  for (const { path, firstByte, lastByte } of parts) {
    const bytes = file.subarray(firstByte, lastByte + 1);
    const answer = await caller.put(path, { 'content-type': 'application/octet-stream' }, bytes);
    ids.push(String(answer.headers.etag).replace(/^"(.*)"$/, '$1'));
  }
  return ids;
}

export function finalization({ urn, token }: Video, uploadedPartIds: unknown) {
  return { finalizeUploadRequest: { video: urn, uploadToken: token, uploadedPartIds } };
}

/** Initializes, sends and finalizes a video without captions or thumbnail. */
export async function uploadVideo(caller: Caller, file: Uint8Array): Promise<Video> {
  const video = await initializeVideo(caller, { fileSizeBytes: file.length });
  await caller.accepted(FINALIZE, finalization(video, await putVideo(caller, video, file)));
  return video;
}

/** Valid captions as undici writes a form: the headers of its request, and its bytes. */
export async function captionsForm() {
  const fields = new FormData();
  fields.set('metadata', JSON.stringify(METADATA));
  fields.set('file', new File([CAPTIONS], 'a "quoted" clip.srt'));
  const form = new Response(fields);
  const headers = {
    authorization: 'Bearer test-token',
    'content-type': form.headers.get('content-type') ?? '',
  };
  return { headers, body: Buffer.from(await form.arrayBuffer()) };
}

export async function sendCaptions(caller: Caller, path: string): Promise<Answer> {
  return caller.send({ method: 'POST', path, ...(await captionsForm()) });
}

type Resource = 'images' | 'videos' | 'documents';

export function readOne(caller: Caller, resource: Resource, urn: string): Promise<Answer> {
  return caller.get(`/rest/${resource}/${encodeURIComponent(urn)}`);
}

export function readSeveral(caller: Caller, resource: Resource, urns: readonly string[]): Promise<Answer> {
  return caller.get(`/rest/${resource}?ids=List(${urns.map(encodeURIComponent).join(',')})`);
}

function idOf(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1);
}

/** Empty for the empty URL. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, '');
}
