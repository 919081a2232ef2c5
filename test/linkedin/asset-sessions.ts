// Session requests for the Assets API, and sessions opened with scripted answers.

import type { HttpResponse } from '../../src/http/messages.ts';
import { openAsset } from '../../src/linkedin/assets.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { SessionRequest, UploadSession } from '../../src/linkedin/session.ts';
import { ScriptedClient } from './scripted-client.ts';

export const SINGLE = 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest';
export const MULTIPART = 'com.linkedin.digitalmedia.uploading.MultipartUpload';

export const image: SessionRequest = {
  api: 'assets',
  owner: 'urn:li:organization:24141830',
  kind: 'image',
  mediaType: 'image/png',
  sizeBytes: 4437,
  recipe: 'urn:li:digitalmediaRecipe:feedshare-image',
  mechanism: 'synchronous',
};
export const video: SessionRequest = {
  ...image,
  kind: 'video',
  mediaType: 'video/mp4',
  sizeBytes: 2_000_000,
  recipe: 'urn:li:digitalmediaRecipe:feedshare-video',
  mechanism: 'single',
};
export const inParts: SessionRequest = { ...video, sizeBytes: 52_428_801, mechanism: 'multipart' };

export interface Opened {
  readonly client: ScriptedClient;
  readonly session: UploadSession;
}

export async function open(request: SessionRequest, ...answers: (HttpResponse | Error)[]): Promise<Opened> {
  const client = new ScriptedClient(answers);
  return { client, session: await openAsset(new RestClient(client, '202609'), request) };
}
